"""The browser, and the page in it: as the learner meets it, and on a phone."""

import pytest

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser():
    from tests.e2e.lesson import CHROMIUM, FLAGS, playwright_api

    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["1280x800 light", "390x844 dark"])
def page(browser, app, request):
    """The page, open; fails on any console error and on any request to another host."""
    from tests.e2e.lesson import expect_answer

    size, scheme = request.param.split()
    width, height = map(int, size.split("x"))
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 500
    )
    page = context.new_page()
    troubles = []
    page.on("console", lambda m: m.type == "error" and troubles.append(m.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda r: r.url.startswith((app, "data:", "blob:")) or troubles.append(r.url),
    )
    # A page that opens asks whether other weights answer now: until then that may still come, and
    # replace the answer to the test's own digit.
    with page.expect_request("**/queue/data*"):
        page.goto(app)
    page.wait_for_selector("#sketch canvas")
    expect_answer(page, "2")
    yield page
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "scrolls sideways"
    context.close()
    assert not troubles


@pytest.fixture
def phone(browser, app):
    """The page on a phone, quiet."""
    from tests.e2e.lesson import opened

    with opened(browser, app, **PHONE) as page:
        yield page
