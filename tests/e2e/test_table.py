"""The digit on the table, wherever it comes from and whatever is done to it."""

import base64
import re
from itertools import pairwise

import pytest

from tests.conftest import draw_seven
from tests.e2e.lesson import BUSY, ONE, SEVEN, draw, expect, expect_answer, open_room, opened, tool
from tests.page.conftest import png


@pytest.fixture
def page(browser, app):
    with opened(browser, app) as page:
        yield page


def touch(page, *path, steps=12):
    """A finger comes down at the first point, moves through the others, and is lifted."""
    session = page.context.new_cdp_session(page)

    def send(kind, *points):
        points = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", path[0])
    for (x, y), (to_x, to_y) in pairwise(path):
        for step in range(1, steps + 1):
            send("touchMove", (x + (to_x - x) * step / steps, y + (to_y - y) * step / steps))
    page.wait_for_timeout(200)  # a finger that rests leaves no momentum
    send("touchEnd")


def test_a_new_digit_is_not_changed_as_the_last_one_was(page):
    slider = page.get_by_label("range slider for Move down")
    open_room(page, "What if")
    expect(page.locator(BUSY)).to_have_count(0)
    for _ in range(6):
        slider.press("ArrowRight")
    expect(slider).to_have_value("6")
    open_room(page, "Draw")
    open_room(page, "What if")
    expect(page.locator(BUSY)).to_have_count(0)
    expect(slider).to_have_value("6")  # the same digit
    open_room(page, "Draw")
    draw(page, SEVEN)
    expect_answer(page, "7")
    open_room(page, "What if")
    expect(slider).to_have_value("0")
    expect(page.locator("#whatif-live .numeral")).to_have_text(["7", "7", "7"])


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_what_if_does_not_jump_when_it_is_filled(browser, app, size):
    with opened(browser, app, viewport=dict(zip(("width", "height"), size))) as page:
        live = page.locator("#whatif-live")
        with page.expect_request("**/queue/join*"):
            open_room(page, "What if")
        before = page.locator("#whatif-sliders").evaluate("it => it.offsetTop")
        expect(page.locator("#whatif-live .numeral")).to_have_count(3)
        after = page.locator("#whatif-sliders").evaluate("it => it.offsetTop")
        assert abs(before - after) < 10 and live.bounding_box()["height"] > 250


def test_who_scrolls_with_a_finger_sets_no_slider(phone):
    open_room(phone, "What if")
    expect(phone.locator(BUSY)).to_have_count(0)
    slider = phone.get_by_label("range slider for Move down")

    def at(share):
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        return box["x"] + share * box["width"], box["y"] + box["height"] / 2

    x, y = at(0.8)
    scrolled = phone.evaluate("scrollY")
    touch(phone, (x, y), (x + 3, y - 180))
    phone.wait_for_function(f"scrollY > {scrolled + 50}")
    expect(phone.locator(BUSY)).to_have_count(0)
    expect(slider).to_have_value("0")
    touch(phone, at(0.75))  # a tap
    expect(slider).to_have_value("4")
    x, y = at(0.75)
    touch(phone, (x, y), (x - 100, y))
    expect(slider).not_to_have_value("4")
    assert int(slider.input_value()) < 4


def test_every_room_says_which_way_its_digit_came(page):
    draw(page, [(0.7, 0.72), (0.85, 0.72), (0.76, 0.95)])  # in a corner
    expect_answer(page, "7")
    expect(page.locator("#passport")).to_contain_text("off centre, mended by “Centred”")
    page.get_by_label("The notebook's way", exact=True).check()
    expect(page.locator("#head")).to_contain_text("The notebook's way")
    expect(page.locator("#passport")).not_to_contain_text("Centred")
    expect(page.locator("#passport")).to_contain_text("mended by “Inverted”")
    for room in ("Compare", "What if", "Convolution", "Inside"):
        open_room(page, room)
        panel = page.locator("[role=tabpanel]:visible")
        expect(panel).to_contain_text("came the notebook's way")
        expect(panel.get_by_text("to the middle. Undo that here")).not_to_be_visible()
    open_room(page, "Draw")
    page.get_by_label("MNIST's own way").check()
    open_room(page, "What if")
    expect(page.get_by_text("to the middle. Undo that here")).to_be_visible()


def test_a_test_digit_is_not_inverted_by_the_notebooks_way(page):
    page.get_by_label("The notebook's way", exact=True).check()
    expect(page.locator("#strip figure")).to_have_count(3)
    expect_answer(page, "2")
    open_room(page, "Compare")
    expect(page.locator("#ways .voices").nth(1).locator("b")).to_have_text(["2", "2", "2"])


PASTE = """async content => {
    const blob = await (await fetch("data:image/png;base64," + content)).blob();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob], "digit.png", { type: "image/png" }));
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
}"""
FOLLOWS = {  # room: where it says what it shows, and what it says of a 7
    "Compare": ("#columns .numeral", ["7", "7", "7"]),
    "What if": ("#whatif-live .numeral", ["7", "7", "7"]),
    "Convolution": ("#scanned figcaption", re.compile("Your picture")),
    "Inside": ("#unit .html-container", None),
}


@pytest.mark.parametrize("room", FOLLOWS)
def test_what_is_pasted_changes_the_open_room(page, seven, room):
    open_room(page, room)
    expect(page.locator(FOLLOWS[room][0]).first).to_be_visible()
    expect(page.locator(BUSY)).to_have_count(0)
    if room == "Convolution":
        page.get_by_label("Noise, 10×10").check()
        expect(page.locator("#scanned")).to_contain_text("Noise")
    place, said = FOLLOWS[room]
    before = page.locator(place).first.inner_html()
    page.evaluate(PASTE, base64.b64encode(png(seven)).decode())
    expect(page.locator("#head")).to_contain_text("your picture")
    if said:
        expect(page.locator(place)).to_have_text(said)
    else:
        changed = "([place, html]) => document.querySelector(place).innerHTML !== html"
        page.wait_for_function(changed, arg=[place, before])
    expect(page.get_by_role("tab", name=room, selected=True)).to_be_visible()


def test_what_is_pasted_where_no_digit_is_looked_at_is_seen_in_draw(page, seven):
    open_room(page, "Results")
    expect(page.locator(BUSY)).to_have_count(0)
    page.evaluate(PASTE, base64.b64encode(png(seven)).decode())
    expect(page.locator("#sketch canvas")).to_be_visible()
    expect_answer(page, "7")


def test_erase_works_on_what_is_there(page, tmp_path):
    tool(page, "eraser")
    draw(page, [(0.05, 0.05), (0.2, 0.05)])
    expect(page.locator("#head")).to_contain_text("the rest of test digit 3675, a 2")
    expect_answer(page, "2")
    draw_seven(paper="silver").save(tmp_path / "seven.png")
    page.locator("#photo input[type=file]").set_input_files(tmp_path / "seven.png")
    expect(page.locator("#head")).to_contain_text("your picture")
    expect_answer(page, "7")
    draw(page, [(0.15, 0.2), (0.6, 0.2)])  # what is left of the seven is one stroke
    expect_answer(page, "1")
    expect(page.locator("#head")).to_contain_text("the rest of your picture")
    expect(page.locator(".paper")).to_have_class("paper foreign")
    corner = (
        "[...document.querySelector('canvas').getContext('2d').getImageData(50, 56, 1, 1).data]"
    )
    assert all(abs(value - 192) < 3 for value in page.evaluate(corner)[:3])  # the paper's own grey
    tool(page, "undo")
    expect_answer(page, "7")
    tool(page, "undo")
    expect(page.locator("#head")).to_contain_text("the rest of test digit 3675, a 2")
    tool(page, "undo")
    expect(page.locator("#head")).to_contain_text("test digit 3675, a 2")
    expect(page.locator("#head")).not_to_contain_text("rest")
    expect(page.locator('[data-tool="undo"]')).to_have_attribute("aria-disabled", "true")


def test_undo_and_redo_go_through_all_that_lay_on_the_table(page, seven):
    draw(page, SEVEN)
    expect_answer(page, "7")
    open_room(page, "Inside")
    page.locator("#inside .index input").fill("5")
    expect(page.locator("#head")).to_contain_text("test digit 5, a 1")
    open_room(page, "What if")
    expect(page.locator("#whatif-live .numeral")).to_have_text(["1", "1", "1"])
    page.keyboard.press("Control+z")  # from any room, and it follows
    expect(page.locator("#whatif-live .numeral")).to_have_text(["7", "7", "7"])
    expect(page.locator("#head")).to_contain_text("your drawing")
    page.keyboard.press("Control+z")
    expect(page.locator("#head")).to_contain_text("test digit 3675, a 2")
    for key, said in (("Control+y", "your drawing"), ("Control+Shift+Z", "test digit 5, a 1")):
        page.keyboard.press(key)
        expect(page.locator("#head")).to_contain_text(said)
    open_room(page, "Draw")
    tool(page, "undo")
    expect(page.locator("#head")).to_contain_text("your drawing")
    tool(page, "clear")
    expect_answer(page, "Draw a digit")
    expect(page.locator('[data-tool="redo"]')).to_have_attribute("aria-disabled", "true")
    tool(page, "undo")
    expect_answer(page, "7")


def test_a_reload_and_back_keep_what_lies_on_the_table(page, app):
    draw(page, SEVEN)
    expect_answer(page, "7")
    inked = "document.querySelector('canvas').getContext('2d').getImageData(140, 56, 1, 1).data[0]"
    for leave in (page.reload, lambda: (page.goto("about:blank"), page.go_back())):
        leave()
        expect_answer(page, "7")
        expect(page.locator("#head")).to_contain_text("your drawing")
        assert page.evaluate(inked) == 0
    page.locator("#draw .index input").fill("0")
    expect(page.locator("#head")).to_contain_text("test digit 0, a 7")
    page.reload()
    expect(page.locator("#head")).to_contain_text("test digit 0, a 7")
    expect(page.locator("#draw .index input")).to_have_value("0")
    tool(page, "undo")
    expect(page.locator("#head")).to_contain_text("your drawing")
    page.evaluate("window.sameDocument = true")


@pytest.fixture
def photo(phone, tmp_path):
    """A phone on whose paper a photo lies."""
    draw_seven(paper="silver").save(tmp_path / "seven.png")
    phone.locator("#photo input[type=file]").set_input_files(tmp_path / "seven.png")
    expect(phone.locator("#head")).to_contain_text("your picture")
    expect(phone.locator(BUSY)).to_have_count(0)
    return phone


def middle_of_paper(page):
    page.evaluate("scrollTo(0, 0)")
    box = page.locator("#sketch canvas").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_swipe_over_a_photo_scrolls_and_leaves_it(photo):
    x, y = middle_of_paper(photo)
    touch(photo, (x, y), (x + 3, y - 150))
    photo.wait_for_function("scrollY > 50")
    expect(photo.locator(".paper.held.foreign")).to_have_count(1)
    expect(photo.locator("#head")).to_contain_text("your picture")
    tool(photo, "medium")  # who chooses a pen wants to draw
    x, y = middle_of_paper(photo)
    touch(photo, (x, y - 100), (x, y + 100))
    expect_answer(photo, "1")
    tool(photo, "undo")
    expect_answer(photo, "7")
    tool(photo, "eraser")  # a finger rubs, too
    x, y = middle_of_paper(photo)
    touch(photo, (x - 120, y - 100), (x + 40, y - 100))
    expect(photo.locator("#head")).to_contain_text("the rest of your picture")
    expect_answer(photo, "1")


def test_two_fingers_scroll_and_draw_nothing(phone):
    x, y = middle_of_paper(phone)
    session = phone.context.new_cdp_session(phone)

    def send(kind, *points):
        points = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", (x - 40, y))
    send("touchMove", (x - 40, y - 3))
    send("touchStart", (x - 40, y - 3), (x + 40, y))
    for step in range(1, 20):
        send("touchMove", (x - 40, y - 3 - 8 * step), (x + 40, y - 8 * step))
    send("touchEnd")
    phone.wait_for_function("scrollY + visualViewport.offsetTop > 50")
    expect(phone.locator(".paper")).to_have_class("paper foreign")  # the opening digit
    expect_answer(phone, "2")
    for button in phone.locator(".tools button").all():  # two taps zoom nothing
        assert button.evaluate("it => getComputedStyle(it).touchAction") == "manipulation"


POINTERS = """events => {
    const canvas = document.querySelector("#sketch canvas"), box = canvas.getBoundingClientRect();
    canvas.setPointerCapture = () => {}; // which wants real fingers
    for (const [kind, pointerId, pointerType, x, y, button] of events)
        canvas.dispatchEvent(new PointerEvent(kind, {
            pointerId, pointerType, button, bubbles: true,
            clientX: box.x + x * box.width, clientY: box.y + y * box.height,
        }));
}"""


def stroke(pointer, kind, points, button=0):
    (x, y), *others = points
    moves = [("pointermove", pointer, kind, *point, -1) for point in others]
    return [("pointerdown", pointer, kind, x, y, button), *moves]


def test_a_pen_outdoes_a_palm_and_its_other_end_erases(page):
    up = ("pointerup", 2, "pen", 0.5, 0.9, 0)
    palm = stroke(1, "touch", [(0.8, 0.9), (0.82, 0.9)])
    page.evaluate(POINTERS, [*palm, *stroke(2, "pen", SEVEN), up])
    expect_answer(page, "7")
    corner = (
        "[...document.querySelector('canvas').getContext('2d').getImageData(226, 250, 1, 1).data]"
    )
    assert page.evaluate(corner)[:3] == [255, 255, 255]  # the palm left nothing
    rub = stroke(2, "pen", [(0.15, 0.2), (0.6, 0.2)], button=5)
    page.evaluate(POINTERS, [*rub, up])
    expect_answer(page, "1")
    expect(page.locator('[data-tool="eraser"]')).to_have_attribute("aria-pressed", "false")
    page.evaluate(POINTERS, [*stroke(3, "touch", ONE), ("pointercancel", 3, "touch", 0, 0, 0)])
    expect(page.locator("[data-tool=redo]")).to_have_attribute("aria-disabled", "true")
    tool(page, "undo")
    expect_answer(page, "7")


def test_a_file_dropped_beside_the_paper_is_a_picture(page, seven):
    open_room(page, "Compare")
    expect(page.locator(BUSY)).to_have_count(0)
    dropped = """async content => {
        const blob = await (await fetch("data:image/png;base64," + content)).blob();
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([blob], "digit.heic")); // browsers do not know this kind
        const over = new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true });
        const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
        return [over, drop].map((event) => document.body.dispatchEvent(event));
    }"""
    opens = page.evaluate(dropped, base64.b64encode(png(seven)).decode())
    assert opens == [False, False]  # the file, in the lesson's place
    expect(page.locator("#columns .numeral")).to_have_text(["7", "7", "7"])
    expect(page.locator("#head")).to_contain_text("your picture")


def test_the_file_picker_offers_and_takes_heic(page, seven):
    field = page.locator("#photo input[type=file]")
    with page.expect_file_chooser() as chosen:
        page.get_by_label("Drop an image file here to upload").click()
    assert {"image/*", ".heic", ".heif", ".tif"} <= set(field.get_attribute("accept").split(","))
    heic = {"name": "IMG_1.HEIC", "mimeType": "", "buffer": png(seven)}
    chosen.value.set_files([heic])
    expect_answer(page, "7")
    expect(page.locator("#head")).to_contain_text("your picture")


def test_one_of_several_digits_is_laid_on_the_table(page):
    tool(page, "clear")
    draw(page, [(0.1, 0.3), (0.35, 0.3), (0.2, 0.7)])
    draw(page, [(0.75, 0.25), (0.75, 0.75)])
    expect_answer(page, "several digits")
    choices = page.locator("#answer .several button")
    expect(choices).to_have_count(2)
    choices.nth(1).click()
    expect_answer(page, "1")
    expect(page.locator("#head .on-table p")).to_contain_text("digit 2 of several")
    tool(page, "undo")
    expect_answer(page, "several digits")
    choices.nth(0).click()
    expect_answer(page, "7")
