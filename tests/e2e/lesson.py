"""The page in Chromium: opened, drawn on, walked through. Without one, importers are skipped."""

import os
import shutil
from contextlib import contextmanager

import pytest

playwright_api = pytest.importorskip(
    "playwright.sync_api", reason="needs `pip install -r .ci/requirements.txt`"
)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
if not CHROMIUM:
    pytest.skip("needs Chromium on the PATH", allow_module_level=True)

expect = playwright_api.expect
expect.set_options(timeout=20_000)  # a machine with other work is no failure
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SEVEN = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
ONE = [(0.5, 0.15), (0.5, 0.85)]
BUSY = "[aria-busy]"  # Gradio itself says so of nothing


@contextmanager
def opened(browser, url, **settings):
    """The page, quiet; what is normal must not show a message of Gradio's, nor reload it."""
    settings = {"viewport": {"width": 1280, "height": 800}, **settings}
    context = browser.new_context(**settings)
    page = context.new_page()
    page.goto(url)
    expect_answer(page, "2")
    expect(page.locator(BUSY)).to_have_count(0)
    page.evaluate("window.sameDocument = true")
    yield page
    assert page.evaluate("window.sameDocument")
    assert page.locator(".toast-body").count() == 0
    assert page.get_by_text("Error", exact=True).count() == 0
    context.close()


def expect_answer(page, text):
    expect(page.locator("#answer .numeral")).to_have_text(text)


def draw(page, points):
    box = page.locator("#sketch canvas").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def tool(page, name):
    page.locator(f'[data-tool="{name}"]').click()


def open_room(page, name):
    page.get_by_role("tab", name=name).click()
