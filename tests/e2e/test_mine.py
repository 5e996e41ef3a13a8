"""The tray: digits kept, labelled, reloaded, saved and taken back."""

import csv
import io
import json
import zipfile

import numpy as np

from mnist_cnn.dataset.digits import embedded_test_set
from tests.conftest import draw_seven
from tests.e2e.lesson import ONE, SEVEN, draw, expect, expect_answer, open_room, tool
from tests.page.conftest import png

TILES = "#tray .kept button"


def keep_two(page):
    """A seven and a one, drawn and kept."""
    page.evaluate("document.addEventListener('kept', () => console.log('kept'))")
    for points, answer in ((SEVEN, "7"), (ONE, "1")):
        tool(page, "clear")
        draw(page, points)
        expect_answer(page, answer)
        with page.expect_event("console", lambda said: said.text == "kept"):
            page.locator("#keep button").click()
    open_room(page, "My digits")
    expect(page.locator(TILES)).to_have_count(2)


def is_called(place, name):
    expect(place).to_have_attribute("aria-label", name)


def saved(page, kind):
    with page.expect_download() as download:
        page.locator(f'[data-save="{kind}"]').click()
    return download.value


def label_by_keys(page, keys):
    page.locator(TILES).first.focus()
    for key in keys:
        page.keyboard.press(key)


def test_draw_keep_label_reload_save_and_take_back(page, tmp_path):
    keep_two(page)
    expect(page.locator("#own-figures")).to_contain_text("As soon as a digit is labelled")
    label_by_keys(page, "71")
    expect(page.locator("#tray [data-said]")).to_have_text("2 digits kept, 2 of them labelled.")
    expect(page.locator("#own-figures")).to_contain_text("Of your 2 digits")
    page.reload()
    expect_answer(page, "1")
    open_room(page, "My digits")
    expect(page.locator(TILES)).to_have_count(2)
    expect(page.locator(TILES).first).to_have_attribute(
        "aria-label", "Digit 1, from your drawing, label and answers: 7, 7, 7, 7"
    )
    expect(page.locator("#own-figures")).to_contain_text("Of your 2 digits")
    path = tmp_path / "anna.zip"
    saved(page, "zip").save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        arrays = np.load(io.BytesIO(archive.read("digits.npz")))
        table = list(csv.DictReader(io.StringIO(archive.read("digits.csv").decode())))
    assert arrays["labels"].tolist() == [7, 1] and arrays["images"].shape == (2, 28, 28)
    assert [(row["label"], row["aug"]) for row in table] == [("7", "7"), ("1", "1")]
    assert {"digits/0001_7.png", "taken/0002_1.png", "tray.json"} <= set(names)
    page.locator('[data-do="empty"]').click()
    expect(page.locator(TILES)).to_have_count(0)
    page.locator('[data-do="undo"]').click()
    expect(page.locator(TILES)).to_have_count(2)
    page.locator("#tray input[type=file]").set_input_files(path)
    expect(page.locator(TILES)).to_have_count(4)
    expect(page.locator(TILES).last).to_have_attribute(
        "aria-label", "Digit 4, from anna, label and answers: 1, 1, 1, 1"
    )
    expect(page.locator("#own-figures #part-own-names")).to_have_count(1)


def test_arrays_are_numpys_both_ways(page, tmp_path):
    open_room(page, "My digits")
    test = embedded_test_set()[:1000]
    path = tmp_path / "thousand.npz"
    np.savez_compressed(path, images=test.images.numpy(), labels=test.labels.numpy())
    page.locator("#tray input[type=file]").set_input_files(path)
    expect(page.locator(TILES)).to_have_count(1000)
    expect(page.locator("#own-figures")).to_contain_text("Of your 1000 digits", timeout=60_000)
    back = tmp_path / "back.npz"
    saved(page, "npz").save_as(back)
    with np.load(back) as arrays:
        assert np.array_equal(arrays["images"], test.images.numpy())
        assert np.array_equal(arrays["notebook"], test.images.numpy())
        assert arrays["labels"].tolist() == test.labels.tolist()


def test_a_digit_of_the_tray_is_laid_on_the_table_relabelled_and_taken_away(page):
    keep_two(page)
    page.locator(TILES).first.click()
    expect(page.locator("#head .on-table p")).to_contain_text("your digit 1")
    page.locator('#tray .one [data-label="4"]').click()
    expect(page.locator(TILES).first.locator("b")).to_have_text("4")
    expect(page.locator(TILES).first.locator(".wrong")).to_have_count(3)
    page.locator('#tray .one [data-do="delete"]').click()
    expect(page.locator(TILES)).to_have_count(1)
    page.locator(TILES).first.focus()
    page.keyboard.press("Control+z")
    expect(page.locator(TILES)).to_have_count(2)


def test_a_photo_is_read_shown_and_kept(page, tmp_path):
    open_room(page, "My digits")
    path = tmp_path / "seven.png"
    path.write_bytes(png(draw_seven()))
    page.locator("#tray input[type=file]").set_input_files(path)
    expect(page.locator("#tray figcaption")).to_contain_text("seven.png: one digit.")
    expect(page.locator("#tray .page button")).to_have_attribute(
        "aria-label", "Digit 1, read as 7, 7, 7"
    )
    page.locator("#tray figcaption button").click()
    expect(page.locator(TILES)).to_have_attribute(
        "aria-label", "Digit 1, from seven, label and answers: none, 7, 7, 7"
    )


def test_many_pictures_at_once_are_kept_under_their_names(page, tmp_path):
    open_room(page, "My digits")
    paths = [tmp_path / "anna.png", tmp_path / "ben.png"]
    for path in paths:
        path.write_bytes(png(draw_seven()))
    page.locator("#tray input[type=file]").set_input_files(paths)
    expect(page.locator("#tray .found summary")).to_have_count(2)
    name = "Digit 2, from ben, label and answers: none, 7, 7, 7"
    is_called(page.locator(TILES).last, name)
    page.locator("#tray .found summary").first.click()
    expect(page.locator("#tray .page button").first).to_be_visible()


def test_the_sheet_to_print_labels_its_digits(page, tmp_path):
    open_room(page, "My digits")
    with page.expect_download() as download:
        page.locator('[data-do="sheet"]').click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def bad_zip(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


def npz(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


ONE_DIGIT = np.zeros((1, 28, 28), np.uint8)
DAMAGED = "is no .zip or .npz file, or it is damaged."
LACKS = "is no tray that this page has saved: it lacks"
FUTURE = {"tray_json": json.dumps({"version": 2}), "digits_npz": ""}
BAD = {  # name of a file: (its content, what is said of it)
    "holiday.zip": (b"not a zip", DAMAGED),
    "half.zip": (bad_zip(tray_json="{}")[:60], DAMAGED),
    "text.zip": (bad_zip(tray_json="hello", digits_npz=""), DAMAGED),
    "other.zip": (bad_zip(a_txt="hello"), f"{LACKS} tray.json."),
    "future.zip": (bad_zip(**FUTURE), "is a tray of version 2; this page reads version 1."),
    "bomb.zip": (bad_zip(tray_json="0" * 250_000_000), "would unpack to more than 200 MB"),
    "ten.npz": (npz(images=ONE_DIGIT, labels=[10]), "has the label 10 at place 1; a label is"),
    "names.npz": (npz(pictures=ONE_DIGIT), f"{LACKS} images.npy."),
    "large.png": (b"0" * 25_000_001, "is larger than 25 MB"),
    "text.png": (b"no picture", "the file is no image that can be read"),
}


def test_what_is_no_tray_gets_one_sentence_and_the_tray_stays(page):
    keep_two(page)
    for name, (content, sentence) in BAD.items():
        page.locator("#tray input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        said = page.locator("#tray .found > :last-child")
        expect(said).to_contain_text(sentence)
        assert said.text_content().startswith(name)
    expect(page.locator(TILES)).to_have_count(2)


def test_a_confused_pair_is_shown_and_the_report_holds_the_figures(page):
    keep_two(page)
    label_by_keys(page, "47")
    page.locator("#part-own-confusion-aug > summary").click()
    page.locator("#part-own-confusion-aug [data-pick='4 7']").click()
    expect(page.locator(TILES)).to_have_count(1)
    expect(page.locator("#tray [data-said]")).to_contain_text("1 shown: a 4 that is a 7 for")
    report = saved(page, "report").path().read_text()
    assert "Of your 2 digits" in report and "4 → 7 7 7" in report and "<script" not in report


def test_digits_that_are_refused_hold_up_no_others(page, tmp_path):
    """What the server refuses is said, and the digits that come next are answered."""
    sent = []

    def spoil(route):
        body = route.request.post_data_json
        if "mnist" in (body.get("event_data") or {}):
            sent.append(body)
            if len(sent) == 1:
                body["event_data"]["mnist"] = ["no digit"]
        route.continue_(post_data=json.dumps(body))

    page.route("**/queue/join*", spoil)
    open_room(page, "My digits")
    test = embedded_test_set()[:2]
    for place, name in enumerate(("one", "two")):
        digits = test[place : place + 1]
        np.savez(tmp_path / name, images=digits.images.numpy(), labels=digits.labels.numpy())
    page.locator("#tray input[type=file]").set_input_files(tmp_path / "one.npz")
    expect(page.locator("#tray [data-said]")).to_contain_text("digits came that are not 28×28")
    page.locator("#tray input[type=file]").set_input_files(tmp_path / "two.npz")
    expect(page.locator(TILES).last.locator("span")).to_have_text(["2", "2", "2"])
    assert len(sent) == 2
