"""The page in a real browser: strokes drawn, files sent; both widths, both themes."""

import base64
import re

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations
from mnist_cnn.explaining.convolution import KERNELS, products
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.weights import load_models
from mnist_cnn.page import numbers
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit
from mnist_cnn.reading.predict import predict
from tests.e2e.lesson import ONE, SEVEN, draw, expect, expect_answer, open_room, tool


def test_opens_with_a_digit_already_read(page):
    expect(page.locator("#head")).to_contain_text("test digit 3675")
    assert page.locator("#strip figure").count() == 9
    assert page.locator("#answer .bars li").count() == 10
    paper = page.locator("#sketch canvas").bounding_box()
    assert paper["width"] >= 280 and paper["width"] == paper["height"]


def test_a_seven_drawn_is_read_undone_and_cleared(page):
    draw(page, SEVEN)
    expect_answer(page, "7")
    expect(page.locator("#answer .certainty")).to_contain_text("sure")
    expect(page.locator("#head")).to_contain_text("your drawing")
    tool(page, "clear")
    expect_answer(page, "Draw a digit")
    assert page.locator(".paper .ghost").is_visible()
    tool(page, "undo")
    expect_answer(page, "7")
    assert not page.locator(".paper .ghost").is_visible()
    tool(page, "clear")
    draw(page, ONE)
    expect_answer(page, "1")


def test_every_pen_and_the_eraser(page):
    for pen in ("thin", "medium", "thick"):
        tool(page, "clear")
        tool(page, pen)
        draw(page, SEVEN)
        expect_answer(page, "7")
    tool(page, "eraser")
    draw(page, [(0.15, 0.2), (0.6, 0.2)])  # what is left of the seven is one stroke
    expect_answer(page, "1")
    assert page.locator('[data-tool="eraser"]').get_attribute("aria-pressed") == "true"


def test_upload_and_what_is_no_picture(page, seven, tmp_path):
    seven.save(tmp_path / "seven.png")
    page.locator("#photo input[type=file]").set_input_files(tmp_path / "seven.png")
    expect_answer(page, "7")
    expect(page.locator("#head")).to_contain_text("your picture")
    (tmp_path / "broken.png").write_bytes((tmp_path / "seven.png").read_bytes()[:150])
    page.locator("#photo input[type=file]").set_input_files(tmp_path / "broken.png")
    expect(page.locator("#answer .notice")).to_contain_text("damaged")
    expect_answer(page, "7")  # nothing is lost
    draw(page, ONE)
    expect_answer(page, "1")
    assert page.locator("#answer .notice").count() == 0


def test_paste(page, seven, tmp_path):
    seven.save(tmp_path / "seven.png")
    content = base64.b64encode((tmp_path / "seven.png").read_bytes()).decode()
    page.evaluate(
        """async content => {
            const blob = await (await fetch("data:image/png;base64," + content)).blob();
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "seven.png", { type: "image/png" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
        }""",
        content,
    )
    expect_answer(page, "7")
    expect(page.locator("#head")).to_contain_text("your picture")
    Image.new("L", (280, 280), 200).save(tmp_path / "blank.png")
    page.locator("#photo input[type=file]").set_input_files(tmp_path / "blank.png")
    expect_answer(page, "No ink")
    expect(page.locator("#head")).to_contain_text("no ink found")


def test_a_test_digit_by_index_and_at_random(page):
    index = page.locator("#draw .index input")
    expect(index).to_have_value("3675")
    index.fill("0")  # without Enter
    expect_answer(page, "7")
    expect(page.locator("#head")).to_contain_text("test digit 0, a 7")
    notice = page.locator("#answer .notice")
    for wrong in ("10000", "-1", "2.5"):
        index.fill(wrong)
        expect(notice).to_have_text(
            f"There is no test digit {wrong}; type a whole number from 0 to 9999."
        )
        expect_answer(page, "7")
        index.blur()  # the field says what lies on the table
        expect(index).to_have_value("0")
        index.fill("0")
        expect(notice).to_have_count(0)
    page.locator("#draw .dice").click()
    expect(index).not_to_have_value("0")
    label = embedded_test_set().labels[int(index.input_value())]
    expect(page.locator("#head")).to_contain_text(f"a {label}")
    number = index.input_value()
    open_room(page, "Inside")
    expect(page.locator("#inside .index input")).to_have_value(number)
    open_room(page, "Draw")
    tool(page, "clear")
    expect(index).to_have_value("")


def test_the_notebooks_way_changes_the_answer(page):
    tool(page, "clear")
    tool(page, "thin")
    draw(page, [(0.7, 0.72), (0.85, 0.72), (0.76, 0.95)])  # small and in a corner
    expect_answer(page, "7")
    page.get_by_label("The notebook's way", exact=True).check()
    expect(page.locator("#strip figure")).to_have_count(4)
    assert page.locator("#answer .numeral").inner_text() != "7"
    page.get_by_label("MNIST's own way").check()
    expect_answer(page, "7")


def test_keyboard_draws(page):
    tool(page, "clear")
    page.locator("#sketch canvas").focus()
    page.keyboard.press("Space")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect_answer(page, "1")


def test_touch_draws_and_does_not_scroll(page, app):
    if not page.evaluate("'ontouchstart' in window"):
        pytest.skip("needs a touch screen")
    tool(page, "clear")
    before = page.evaluate("window.scrollY")
    box = page.locator("#sketch canvas").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    x = box["x"] + box["width"] / 2
    touch("touchStart", {"x": x, "y": box["y"] + 50})
    for step in range(1, 12):
        touch("touchMove", {"x": x, "y": box["y"] + 50 + step * 20})
    touch("touchEnd")
    expect_answer(page, "1")
    assert page.evaluate("window.scrollY") == before


def test_rooms_share_the_digit(page):
    draw(page, SEVEN)
    expect_answer(page, "7")
    page.get_by_role("tab", name="Compare").click()
    numerals = page.locator("#columns .numeral")
    expect(numerals).to_have_text(["7", "7", "7"])
    columns = page.locator("#columns")
    for figure in ("407,050", "596,330", "406,528", "10,235,008", "95 % interval"):
        expect(columns).to_contain_text(figure)
    expect(page.locator("#ways section")).to_have_count(len(PIPELINES))
    expect(page.locator("#ways .voices").first).to_contain_text("7")
    page.get_by_role("tab", name="About").click()
    expect(page.get_by_text("Fraida Fund")).to_be_visible()
    page.get_by_role("tab", name="Draw").click()
    expect_answer(page, "7")


def test_a_digit_on_which_the_networks_disagree_is_put_on_the_table(page):
    open_room(page, "Compare")
    numerals = page.locator("#columns .numeral")
    expect(numerals).to_have_text(["2", "2", "2"])
    page.locator('#tries [data-pick="3030"]').click()
    expect(numerals).to_have_text(["8", "0", "6"])
    expect(page.locator("#head")).to_contain_text("test digit 3030, a 6")
    expect(numerals.first).to_be_in_viewport()
    page.locator('#tries [data-pick="1-long-flag"]').click()
    expect(numerals).to_have_text(["4", "1", "1"])
    expect(page.locator("#head")).to_contain_text("our drawing, a 1")
    page.get_by_role("tab", name="Draw").click()
    tool(page, "undo")  # it lay on the paper, too
    expect(page.locator("#head")).to_contain_text("test digit 3030, a 6")


def open_section(page, name):
    page.locator(f"#part-{name} > summary").click()


def test_the_contents_of_results_open_its_sections(page):
    open_room(page, "Results")
    parts = page.locator("#results .section")
    expect(parts).to_have_count(10)
    short = 2 * page.viewport_size["height"] if page.viewport_size["width"] > 500 else 3000
    assert page.locator("#results").bounding_box()["height"] < short
    for place, part in enumerate(parts.all()):
        assert part.locator("p, table, svg").first.is_hidden()
        if page.viewport_size["width"] > 500:
            page.locator("#contents a").nth(place).press("Enter")
        else:
            part.locator("> summary").press("Enter")
        expect(part.locator("p, table, svg").first).to_be_visible()
        expect(part.locator("> summary")).to_be_focused()
    expect(page.get_by_text("The default recipe lets")).to_be_visible()


def test_results_lays_a_misread_digit_on_the_table(page):
    open_room(page, "Results")
    tiles = page.locator("#errors [data-pick]")
    errors = {key: set(row["test"]["errors"]) for key, row in load_metrics()["models"].items()}
    by_all = errors["fc"] & errors["conv"] & errors["aug"]
    expect(tiles).to_have_count(len(by_all))
    open_section(page, "gallery")
    page.get_by_label("Mended by augmentation").check()
    expect(tiles).to_have_count(len(errors["conv"] - errors["aug"]))
    assert page.locator("#results section svg").count() == 3
    assert page.locator("#results .katex").count() > 0  # formulas are rendered
    # A number of the confusion matrix narrows the gallery to its digits.
    open_section(page, "gallery")  # closed again
    open_section(page, "confusion")
    cell = page.locator("#confusion [data-pick]").first
    count = int(cell.inner_text())
    cell.click()
    expect(tiles).to_have_count(count)
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(tiles.first).to_be_in_viewport()
    index = tiles.first.get_attribute("data-pick")
    tiles.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#head")).to_contain_text(f"test digit {index}, a ")
    expect(tiles.first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#taken [data-room=draw]")).to_be_in_viewport()
    page.locator("#taken [data-room=draw]").click()
    expect(page.locator("#sketch canvas")).to_be_visible()


def test_a_kernel_is_edited_chosen_and_taken_apart(page):
    draw(page, SEVEN)
    expect_answer(page, "7")
    open_room(page, "Convolution")
    words, filtered, cells = (
        page.locator(f"#{name}") for name in ("filter-words", "filtered", "kernel input")
    )
    row = page.get_by_label("Row", exact=True)
    expect(page.locator("#scanned")).to_contain_text("Your drawing, 28 × 28")
    expect(page.locator("#wall button")).to_have_count(64)
    assert "White is 0" in filtered.inner_text() and words.inner_text().startswith("Sobel, hor")

    page.locator("[data-pick=identity]").click()  # what comes out is what went in
    expect(words).to_contain_text("Only the pixel itself counts")
    assert [cell.input_value() for cell in cells.all()] == list("000010000")
    cells.nth(4).press("ArrowUp")
    expect(words).to_contain_text("Your own kernel. Its numbers add up to 2")
    expect(filtered).to_contain_text("from 0 to 2")
    cells.nth(0).fill("9999999")
    expect(page.locator("#kernel .notice")).to_contain_text("From −1,000,000 to 1,000,000")
    cells.nth(1).focus()  # left so, it is the last number again
    expect(cells.nth(0)).to_have_value("0")
    expect(page.locator("#kernel .notice")).not_to_be_visible()
    cells.nth(0).fill("")  # a number on its way: the last one's answer stays
    cells.nth(0).press_sequentially("-1.5")
    expect(words).to_contain_text("add up to 0.5")

    row.fill("99")
    row.blur()  # there is none: it is the last number again
    expect(row).to_have_value("6")
    row.fill("27")
    for name, value in (("nothing: smaller output", "25"), ("zeros", "25")):
        page.get_by_label(name).check()
        expect(row).to_have_value(value)

    page.get_by_label("Normalised").check()
    page.locator("[data-pick=sobel-vertical]").focus()
    page.keyboard.press("Enter")
    # By how much depends on how the browser drew the 7; tests of the room hold the figure.
    expect(words).to_contain_text("At the border the answers are off by up to")
    page.get_by_label("Edge, repeated").check()
    expect(words).to_contain_text("At the border nothing is made up")
    page.locator("[data-pick=magnitude]").click()
    expect(words).to_contain_text("Both Sobels at once")
    expect(page.locator("#kernel .both")).to_be_visible()
    expect(page.locator("#slide .sum:visible")).to_have_count(2)
    sums = [it.inner_text().replace("−", "-") for it in page.locator("#slide b").all()]
    assert float(sums[2]) == pytest.approx(np.hypot(float(sums[0]), float(sums[1])), rel=0.01)

    # Of both Sobels a filter has a share, from 0 to 1; the tiles stand still once that is shown.
    expect(page.locator("#wall section").nth(1)).not_to_contain_text("−")
    page.locator('[data-pick="aug 5"]').click()
    expect(words).to_contain_text("Filter 5 of ConvNet, augmented data. Nobody designed it")
    best = page.locator("#wall section").nth(1).locator("button").first
    expect(best).to_have_accessible_name(re.compile("^Filter 5 .* likeness 1.00$"))
    expect(cells.first).to_be_visible()


def first_digit():
    """The one that the page opens with, as the networks see it."""
    return to_digit(preprocess(embedded_test_set().images[3675].numpy()))


def expect_products(page, row, column):
    """Those of test digit 3675 at this place, under the first kernel, in boxes, table and words."""
    kernel = KERNELS["sobel-horizontal"].weights
    of_place = products(first_digit() / 255, kernel, row, column)
    expect(page.get_by_label("Row", exact=True)).to_have_value(str(row))
    expect(page.get_by_label("Column", exact=True)).to_have_value(str(column))
    total = numbers.number(of_place.total)
    first = page.locator("#slide .sum").first
    expect(first.locator("b")).to_have_text(total)
    words = [", ".join(map(numbers.number, line)) for line in of_place.products]
    expect(first.get_by_role("img").last).to_have_accessible_name(f"products: {'; '.join(words)}")
    place = f"row {row}, column {column}: {total}"
    expect(page.locator("#scanned .window")).to_have_attribute("aria-valuetext", place)


def pixel(picture, row, column, of):
    """The middle of this pixel in a picture of `of` rows and columns."""
    box = picture.bounding_box()
    x, y = ((place + 0.5) / of for place in (column, row))
    return pytest.approx((box["x"] + x * box["width"], box["y"] + y * box["height"]), abs=1)


def at(picture, *place, of):
    """`pixel` of a picture that comes into sight, to point at."""
    picture.evaluate("it => it.scrollIntoView({ block: 'center' })")
    return pixel(picture, *place, of).expected


def open_filter(page):
    open_room(page, "Convolution")
    expect(page.locator("#wall button")).to_have_count(64)
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_pointing_shows_nine_products_and_a_click_keeps_them(page):
    open_filter(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    scanned, output = page.locator("#scanned .scan"), page.locator("#filtered .scan")
    expect_products(page, 6, 14)
    page.mouse.move(*at(output, 3, 7, of=28))
    expect_products(page, 3, 7)
    page.mouse.move(*at(scanned, 21, 13, of=30))  # the middle of the window; the border is 1 px
    expect_products(page, 20, 12)
    page.mouse.move(0, 0)
    expect_products(page, 6, 14)

    page.mouse.move(*at(scanned, 0, 0, of=30))  # on the border there is no middle: the nearest
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(0, 0)
    expect_products(page, 0, 0)
    page.mouse.move(*at(output, 20, 12, of=28))
    window, spot = page.locator("#scanned .window"), page.locator("#filtered .spot")
    assert pixel(window, 0, 0, of=1).expected == pixel(scanned, 21, 13, of=30)
    assert pixel(spot, 0, 0, of=1).expected == pixel(output, 20, 12, of=28)
    page.mouse.move(0, 0)
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect_products(page, 1, 1)
    assert not asked  # all of it happens in the browser


def test_a_tap_shows_nine_products(phone):
    open_filter(phone)
    output = phone.locator("#filtered .scan")
    phone.touchscreen.tap(*at(output, 10, 15, of=28))
    expect_products(phone, 10, 15)


def clip_path(page):
    """What is shown of the output."""
    return page.locator("#filtered img").evaluate("it => getComputedStyle(it).clipPath")


def test_the_filter_slides_until_it_is_paused_or_its_room_is_left(page):
    open_filter(page)
    column = page.get_by_label("Column", exact=True)
    page.get_by_role("button", name="Play").click()
    expect(column).to_have_value("16")
    assert "polygon" in clip_path(page)
    page.get_by_role("button", name="Pause").click()
    reached = int(column.input_value())
    page.get_by_role("button", name="Step").click()
    expect_products(page, 6, reached + 1)
    assert clip_path(page) == "none"

    column.fill("27")  # the last one of its row
    page.get_by_role("button", name="Step").click()
    expect_products(page, 7, 0)
    page.get_by_label("Row", exact=True).fill("27")
    column.fill("26")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()  # it has come to the end
    expect_products(page, 27, 27)

    page.get_by_role("button", name="Play").click()  # from the beginning
    expect(page.get_by_label("Row", exact=True)).to_have_value("0")
    page.get_by_role("tab", name="About").click()
    expect(page.locator("[data-sliding]")).to_have_count(0)


def test_nothing_slides_by_itself_for_whom_motion_disturbs(page):
    open_filter(page)
    page.get_by_role("button", name="Play").click()
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator("[data-sliding]")).to_have_count(0)
    expect(page.locator("[data-pause]")).to_be_hidden()
    reached = int(page.get_by_label("Column", exact=True).input_value())
    page.get_by_role("button", name="Step").click()
    expect_products(page, 6, reached + 1)


def test_noise_and_another_test_digit_under_the_filter(page):
    open_room(page, "Convolution")
    scanned = page.locator("#scanned")
    expect(scanned).to_contain_text("Test digit 3675, a 2, 28 × 28")
    page.get_by_label("Noise, 10×10").check()
    expect(scanned).to_contain_text("Noise number 0, in which")
    expect(page.get_by_label("nothing: smaller output")).to_be_checked()  # nothing is made up
    page.get_by_label("The digit on the table").check()
    expect(page.get_by_label("zeros")).to_be_checked()
    for number in (1, 2):
        page.get_by_role("button", name="New noise").click()
        expect(scanned).to_contain_text(f"Noise number {number}, in which")
    expect(page.get_by_label("nothing: smaller output")).to_be_checked()
    index = page.locator("#convolution .index input")
    index.fill("0")
    index.press("Enter")
    expect(scanned).to_contain_text("Test digit 0, a 7")
    expect(page.locator("#head")).to_contain_text("test digit 0, a 7")


def test_inside_shows_every_layer_and_works_out_any_unit(page, models):
    open_room(page, "Inside")
    path, tiles = page.locator("#layers button"), page.locator("#channels .tiles button")
    result = page.locator("#unit .result").last
    outputs = activations(models["conv"], first_digit())

    def expect_result(layer, *unit):
        value = f"{outputs[layer][unit]:.3f}".replace("-", "−")
        expect(result).to_have_text(value)

    expect(path).to_have_count(22)
    expect(tiles).to_have_count(32)
    path.nth(9).focus()  # Batch norm 3, by keyboard
    page.keyboard.press("Enter")
    expect(tiles).to_have_count(64)
    tiles.nth(7).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#unit h3")).to_contain_text("channel 7")
    for name, place in (("Row", "4"), ("Column", "6")):
        page.locator("#place").get_by_label(name).fill(place)
    expect_result("features.8", 7, 4, 6)
    assert page.locator("#unit .steps h4").all_inner_texts() == ["Convolution 3", "Batch norm 3"]
    picture = page.locator("#unit [data-grid='10 10']")
    box = picture.bounding_box()
    picture.click(position={"x": 0.25 * box["width"], "y": 0.85 * box["height"]})
    expect_result("features.8", 7, 8, 2)
    expect(page.locator("#unit .seen")).to_contain_text("10 × 10 pixels, from row 16, column 4")
    slider = page.locator("#gallery input[type=range]")
    for layer in range(10, 19):  # to ReLU 5, a strip
        slider.press("ArrowRight")
        expect(path.nth(layer)).to_have_attribute("aria-pressed", "true")
    strip = page.locator("#channels [data-grid='16 32']")
    box = strip.bounding_box()
    unit = int(outputs["classifier.3"].argmax())  # most units are 0, and would prove nothing
    x, y = (unit % 32 + 0.5) / 32, (unit // 32 + 0.5) / 16
    strip.click(position={"x": x * box["width"], "y": y * box["height"]})
    expect_result("classifier.3", unit)
    page.get_by_label("Both ConvNets").check()
    expect(page.locator("#channels section")).to_have_count(2)
    page.get_by_role("radio", name="Fully connected").check()
    expect(path).to_have_count(6)
    path.nth(5).click()
    expect(tiles.nth(2)).to_contain_text("1.00")
    page.locator("#inside .index input").fill("0")
    page.locator("#inside .index input").press("Enter")
    expect(tiles.nth(7)).to_contain_text("1.00")
    assert page.locator("#inside .katex").count() > 0


def test_links_leave_the_page_where_it_is(page):
    for name in page.locator("#rooms [role=tab]").all_inner_texts():
        open_room(page, name)
    expect(page.locator("#results section svg")).to_have_count(3)  # rooms are filled when opened
    expect(page.locator("#wall button")).to_have_count(64)
    expect(page.get_by_text("Fraida Fund")).to_be_visible()
    links = page.locator("a[href^=http]")
    assert links.count() >= 7
    for link in links.all():
        if "127.0.0.1" not in link.get_attribute("href"):
            assert link.get_attribute("target") == "_blank", link.get_attribute("href")


def test_results_show_both_ways_for_every_kind_of_paper(page):
    open_room(page, "Results")
    open_section(page, "own")
    lines, numbers = page.locator("#part-own .line"), page.locator("#part-own .line + span")
    expect(lines.first).to_be_visible()
    assert lines.count() == numbers.count() >= 6
    width = page.viewport_size["width"]
    for line, number in zip(lines.all(), numbers.all()):
        drawn, said = line.bounding_box(), number.bounding_box()
        assert drawn["width"] > 90 and said["x"] + said["width"] <= width
        over = min(drawn["x"] + drawn["width"], said["x"] + said["width"]) - said["x"]
        assert over <= 0 or said["y"] + said["height"] <= drawn["y"] + 1, "a number on a line"
    page.locator("#part-own .snippet summary").first.click()
    expect(page.locator("#part-own details table")).to_be_visible()


def test_code_panels_open(page):
    page.locator("#draw summary").first.click()
    code = page.locator("#draw .snippet pre").first
    expect(code).to_contain_text("preprocess(")
    expect(page.locator("#draw .snippet p").first).to_contain_text("beside app.py")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.locator("#draw [data-copied]").first
    copy.press("Enter")
    for place in (copy, page.locator("#said")):  # seen and heard
        expect(place).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == code.text_content()
    expect(copy).to_have_text("Copy")


def test_what_if_the_digit_is_moved(page):
    def slider(name):
        return page.get_by_label(f"range slider for {name}")

    def expect_answers(*answers):
        numerals = page.locator("#whatif-live .numeral")
        expect(numerals).to_have_text(list(answers))

    open_room(page, "What if")
    expect_answers("2", "2", "2")
    assert page.locator("#whatif-live .bars li").count() == 30
    for _ in range(5):  # by keyboard
        slider("Move down").press("ArrowRight")
    expect(slider("Move down")).to_have_value("5")
    digit = embedded_test_set().images[3675].numpy()
    moved = predict(load_models(), np.pad(digit, ((5, 0), (0, 0)))[:28])
    expect_answers(*("?" if p.label is None else str(p.label) for p in moved.values()))
    page.wait_for_function(  # the maps follow the answers
        """() => {
            const [ring, square, map] = ["circle", "rect", ".shift-map"].map((what) =>
                document.querySelector(`#whatif-maps ${what}`).getBoundingClientRect());
            const pixel = map.width / 17;
            return ring.y > square.y + 4 * pixel && Math.abs(ring.x - square.x) < pixel;
        }"""
    )
    page.locator("#whatif-reset").click()
    expect_answers("2", "2", "2")
    expect(slider("Move down")).to_have_value("0")
    side = page.locator("#whatif-maps .shift-map").nth(2).bounding_box()["width"]
    page.locator("#whatif-maps .shift-map").nth(2).click(position={"x": 2, "y": side / 2})
    expect(slider("Move right")).to_have_value("-8")
    expect(slider("Move down")).to_have_value("0")
    page.get_by_label("Average of the 10,000 test digits").check()
    expect(page.locator("#whatif-maps figcaption").first).to_contain_text("Reads")
    expect(page.locator("#whatif-curves svg")).to_have_count(6)
    page.get_by_label("Your digit").check()
    index = page.locator("#whatif .index input")
    index.fill("0")
    index.press("Enter")
    expect(page.locator("#whatif-maps figcaption").first).to_contain_text("its 7")
    expect(page.locator("#head")).to_contain_text("test digit 0, a 7")
