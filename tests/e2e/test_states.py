"""What the page shows while it waits, and when the server is busy, away, new, or refuses."""

import json
import os
import signal
from contextlib import contextmanager

import pytest

from tests.conftest import running_app
from tests.e2e.lesson import BUSY, ONE, SEVEN, draw, expect, expect_answer, open_room, opened, tool

UPLOAD = "**/gradio_api/upload?*"
JOIN, STREAM = "**/gradio_api/queue/join*", "**/gradio_api/queue/data*"


@pytest.fixture
def page(browser, app):
    with opened(browser, app) as page:
        yield page


@contextmanager
def held(page, url=JOIN):
    """Requests wait until the end of the block."""
    routes = []
    page.route(url, lambda route: routes.append(route))
    yield
    for route in routes:
        route.continue_()
    page.unroute(url)


@contextmanager
def refused(page, status, detail):
    """Requests are answered so until the end of the block."""
    body = json.dumps({"detail": detail})
    page.route(JOIN, lambda route: route.fulfill(status=status, body=body))
    yield
    page.unroute(JOIN)
    page.evaluate("dispatchEvent(new Event('online'))")  # it need not pause before it asks again


def style(page, selector, name):
    return page.locator(selector).first.evaluate(f"it => getComputedStyle(it)['{name}']")


def expect_style(page, selector, name, value):
    expect(page.locator(selector).first).to_have_css(name, value)


def port_of(url):
    return url.rstrip("/").rpartition(":")[2]


PLACES = [f"#{name} > .html-container" for name in ("answer", "strip", "passport")] + [".on-table"]


def test_the_old_answer_is_dim_while_a_new_one_is_on_its_way(page):
    with held(page):
        draw(page, SEVEN)
        for place in PLACES:
            expect_style(page, place, "opacity", "0.35")
        assert style(page, PLACES[0], "transitionDelay") == "0.07s"
        assert style(page, PLACES[0], "transitionDuration") == "0.03s"
        for bright in ("#sketch", "h1"):
            assert style(page, bright, "opacity") == "1"
        expect(page.locator("#answer")).to_have_attribute("aria-busy", "true")
    expect_answer(page, "7")
    expect(page.locator(BUSY)).to_have_count(0)
    for place in PLACES:
        expect_style(page, place, "opacity", "1")


def test_what_takes_long_is_said_in_the_answers_place(page):
    with held(page):
        draw(page, SEVEN)
        expect(page.locator("#answer .trouble")).to_contain_text("on its way")
        expect_style(page, "#answer .numeral", "visibility", "hidden")
    expect_answer(page, "7")
    expect(page.locator(".trouble")).to_have_count(0)
    expect_style(page, "#answer .numeral", "visibility", "visible")


def test_a_room_is_dim_until_it_shows_the_digit_of_now(page):
    open_room(page, "Compare")
    expect(page.locator("#columns .numeral")).to_have_text(["2", "2", "2"])
    expect(page.locator(BUSY)).to_have_count(0)
    open_room(page, "Draw")
    draw(page, SEVEN)
    expect_answer(page, "7")
    expect(page.locator(BUSY)).to_have_count(0)
    with held(page):
        open_room(page, "Compare")
        expect_style(page, "#columns > .html-container", "opacity", "0.35")
    expect(page.locator("#columns .numeral")).to_have_text(["7", "7", "7"])


def test_who_wants_no_motion_gets_none(browser, app):
    with opened(browser, app, reduced_motion="reduce") as page, held(page):
        draw(page, SEVEN)
        expect_style(page, PLACES[0], "opacity", "0.35")
        assert style(page, PLACES[0], "transitionDuration") == "0s"


@pytest.mark.parametrize("status, said", [(503, "Many are asking"), (429, "Many"), (502, "server")])
def test_a_busy_server_is_asked_again(page, status, said):
    with refused(page, status, "Queue is full."):
        draw(page, SEVEN)
        expect(page.locator("#answer .trouble")).to_contain_text(said)
        expect_style(page, "#answer .numeral", "visibility", "hidden")
        expect_style(page, ".on-table", "visibility", "hidden")
    expect_answer(page, "7")
    expect(page.locator(".trouble")).to_have_count(0)
    expect_style(page, "#answer .numeral", "visibility", "visible")
    expect(page.locator("#head")).to_contain_text("your drawing")


def test_why_a_picture_could_not_be_stored_is_said_in_its_place(page, seven, tmp_path):
    seven.save(tmp_path / "seven.png")
    photo = page.locator("#photo input[type=file]")
    detail = json.dumps({"detail": "The server cannot store this now."})
    page.route(UPLOAD, lambda route: route.fulfill(status=507, body=detail))
    photo.set_input_files(tmp_path / "seven.png")
    expect(page.locator("#answer .trouble")).to_have_text("The server cannot store this now.")
    page.unroute(UPLOAD)
    photo.set_input_files(tmp_path / "seven.png")
    expect_answer(page, "7")
    expect(page.locator(".trouble")).to_have_count(0)


def test_what_is_refused_is_said_instead_of_the_old_answer(page):
    with refused(page, 413, "The picture is too large."):
        draw(page, SEVEN)
        expect(page.locator("#answer .trouble")).to_have_text("The picture is too large.")
        expect_style(page, "#answer .numeral", "visibility", "hidden")
    tool(page, "clear")
    draw(page, ONE)
    expect_answer(page, "1")
    expect(page.locator(".trouble")).to_have_count(0)


def test_a_refusal_of_the_lesson_stands_in_its_place(page):
    """What a listener refuses comes through the stream."""

    def spoil(route):
        route.continue_(post_data=route.request.post_data.replace('"file"', '"life"'))

    page.route(JOIN, spoil)
    draw(page, SEVEN)
    expect(page.locator("#answer .trouble")).to_contain_text(
        "The digit on the table did not arrive"
    )
    page.unroute(JOIN)
    tool(page, "clear")
    expect_answer(page, "Draw a digit")


def test_a_stream_that_breaks_off_is_taken_up_again(page):
    broken = []

    def break_off(route):
        broken.append(route)
        route.abort() if len(broken) == 1 else route.continue_()

    page.route(STREAM, break_off)
    draw(page, SEVEN)
    expect_answer(page, "7")
    assert len(broken) > 1
    page.unroute(STREAM)
    tool(page, "clear")
    expect_answer(page, "Draw a digit")


def test_the_server_goes_and_a_new_one_answers(browser, tmp_path):
    with running_app(tmp_path) as (url, _), opened(browser, url) as page:
        server = int((tmp_path / "pid").read_text())
        os.kill(server, signal.SIGSTOP)  # the stroke is on its way when the server dies
        draw(page, SEVEN)
        expect_style(page, PLACES[0], "opacity", "0.35")
        os.kill(server, signal.SIGKILL)
        expect(page.locator("#answer .trouble")).to_contain_text("The server does not answer")
        tool(page, "undo")
        tool(page, "clear")
        draw(page, ONE)
        with running_app(tmp_path, GRADIO_SERVER_PORT=port_of(url)):
            page.evaluate("dispatchEvent(new Event('online'))")
            expect_answer(page, "1")
            expect(page.locator(".trouble")).to_have_count(0)
            expect(page.locator("#head")).to_contain_text("your drawing")
            open_room(page, "Compare")
            expect(page.locator("#columns .numeral")).to_have_text(["1", "1", "1"])


def test_a_new_server_knows_the_digit(browser, tmp_path):
    with running_app(tmp_path) as (url, _), opened(browser, url) as page:
        draw(page, SEVEN)
        expect_answer(page, "7")
        expect(page.locator(BUSY)).to_have_count(0)
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        with running_app(tmp_path, GRADIO_SERVER_PORT=port_of(url)):
            open_room(page, "Compare")
            expect(page.locator("#columns .numeral")).to_have_text(["7", "7", "7"])
            expect(page.locator("#head")).to_contain_text("your drawing")


@pytest.mark.parametrize(
    "room, boxes, number",
    [("What if", "#whatif-sliders", "3"), ("Inside", "#gallery", "2")],
)
def test_a_number_box_may_be_empty_for_a_while(page, room, boxes, number):
    open_room(page, room)
    box = page.locator(f"{boxes} input[type=number]").first
    expect(page.locator(BUSY)).to_have_count(0)
    old = box.input_value()
    asked = []
    page.on("request", lambda request: "/queue/join" in request.url and asked.append(request))
    box.fill("")
    box.fill("9999")
    box.press("Tab")
    expect(box).to_have_value(old)
    assert not asked
    box.fill("")
    with page.expect_request(JOIN):
        box.press_sequentially(number)
        box.press("Tab")
    expect(page.locator(BUSY)).to_have_count(0)
    assert box.input_value() == number
