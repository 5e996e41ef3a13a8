"""My digits: what the tray gets, what it sends back, and the figures about it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.own_digits import judge
from mnist_cnn.page.current_digit import from_drawing, from_test_set, from_tray
from mnist_cnn.page.kept_digits import (
    answers_of,
    current_to_tray,
    page_to_tray,
    read_digits,
    read_rows,
)
from mnist_cnn.page.rooms.mine.figures import own_figures, pair_words
from mnist_cnn.page.widgets.sketch import to_data_url, to_file
from mnist_cnn.reading.page import read_page
from mnist_cnn.reading.pipelines import preprocess, to_digit
from mnist_cnn.reading.predict import logits

KEYS = ["fc", "conv", "aug"]


def pixels(text):
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)


def kept(image, weights):
    return current_to_tray(image, to_digit(preprocess(image.file)), weights)


def test_a_drawing_is_kept_as_the_networks_see_it_both_ways(weights, files):
    image = from_drawing(to_data_url(files["seven"]))
    found = kept(image, weights)
    digit = found["digit"]
    assert found["name"] == "your drawing" and digit["label"] is None
    for way in ("mnist", "notebook"):
        seen = to_digit(preprocess(files["seven"], way))
        assert np.array_equal(pixels(digit["digit" if way == "mnist" else way]), seen)
    assert digit["answers"][:3] == "777"
    again = from_tray({"taken": digit["taken"], "number": 3})
    assert again.origin == "your digit 3"
    assert np.array_equal(to_digit(preprocess(again.file)), pixels(digit["digit"]))


def test_a_test_digit_brings_its_label_and_is_the_same_both_ways(weights):
    digit = kept(from_test_set(3675), weights)["digit"]
    original = embedded_test_set().images[3675].numpy()
    assert digit["label"] == 2
    assert np.array_equal(pixels(digit["notebook"]), original)
    assert np.array_equal(
        np.asarray(Image.open(io.BytesIO(to_file(digit["taken"])))), 255 - original
    )


def test_a_blank_paper_is_not_kept(weights, files):
    refused = kept(from_drawing(to_data_url(files["blank"])), weights)
    assert refused == {"refused": "There is no ink to keep."}


def test_a_picture_brings_its_digits_and_where_they_are(weights, files):
    page = read_page(files["seven"], weights)
    found = page_to_tray(page, weights)
    (digit,), ((left, top, right, bottom),) = found["digits"], found["boxes"]
    width, height = found["size"]
    assert 0 <= left < right <= width and 0 <= top < bottom <= height
    assert digit["answers"][:3] == "777"
    picture = Image.open(io.BytesIO(to_file(found["picture"].replace("image/*", "image/jpeg"))))
    assert picture.size == found["size"]


def test_digits_are_answered_anew_as_the_networks_do(weights):
    test = embedded_test_set()[:5].images.numpy()
    sent = [base64.b64encode(digit.tobytes()).decode() for digit in test]
    ways = read_digits({"mnist": sent, "notebook": sent[::-1]})
    answers = answers_of(ways, weights)
    columns = [logits(weights.models[key], test).argmax(1).tolist() for key in KEYS]
    for place, answer in enumerate(answers):
        forth, back = ([column[at] for column in columns] for at in (place, 4 - place))
        assert answer == "".join(map(str, forth + back))


GOOD = base64.b64encode(bytes(784)).decode()
BAD_DIGITS = {
    "nothing": None,
    "a list": [GOOD],
    "one way": {"mnist": [GOOD]},
    "not as many": {"mnist": [GOOD], "notebook": [GOOD, GOOD]},
    "too short": {"mnist": [GOOD[4:]], "notebook": [GOOD]},
    "no base64": {"mnist": ["!"], "notebook": [GOOD]},
    "a number": {"mnist": [1], "notebook": [GOOD]},
    "none": {"mnist": [], "notebook": []},
    "too many": {"mnist": [GOOD] * 5001, "notebook": [GOOD] * 5001},
}


@pytest.mark.parametrize("sent", BAD_DIGITS.values(), ids=BAD_DIGITS)
def test_what_are_no_digits_is_refused(sent):
    with pytest.raises(RequestError, match="the tray: "):
        read_digits(sent)


BAD_ROWS = {
    "nothing": None,
    "no rows": {},
    "a list": ["7777777me"],
    "a number": {"rows": 7},
    "numbers": {"rows": [7]},
    "no label": {"rows": ["-777777me"]},
    "too few answers": {"rows": ["777777"]},
    "letters": {"rows": ["777777xme"]},
    "too many": {"rows": ["7777777me"] * 5001},
}


@pytest.mark.parametrize("sent", BAD_ROWS.values(), ids=BAD_ROWS)
def test_what_are_no_rows_is_refused(sent):
    with pytest.raises(RequestError, match="the tray: "):
        read_rows(sent, KEYS)


def rows(*given):
    return read_rows({"rows": [f"{label}{said}{name}" for label, said, name in given]}, KEYS)


def test_figures_are_those_of_the_core(weights):
    given = [(7, "777127", "anna"), (4, "944444", "anna"), (4, "994949", "<b>")] * 4
    shown = own_figures(rows(*given), weights)
    labels = [row[0] for row in given]
    found = judge({key: [int(row[1][at]) for row in given] for at, key in enumerate(KEYS)}, labels)
    for key in KEYS:
        row = found["models"][key]
        assert f"{12 - len(row['errors'])} of 12, {100 * row['accuracy']:.1f} %" in shown
    assert "<b>" not in shown and "&lt;b&gt;" in shown
    assert shown.count("part-own-confusion-") == 2 and "part-own-names" in shown
    assert "reads 12 right MNIST&#39;s own way, and 8 the notebook" in shown


def test_one_name_alone_has_no_table_of_names(weights):
    assert "part-own-names" not in own_figures(rows((7, "777777", "me")), weights)


def test_without_a_label_there_are_no_figures(weights):
    assert "As soon as a digit is labelled" in own_figures([], weights)


def test_networks_that_cannot_be_told_apart_say_how_many_digits_would():
    found = judge({"fc": [1, 2, 3, 4], "aug": [0, 2, 3, 4]}, [0, 2, 3, 4])
    own = {key: {"test": row} for key, row in found["models"].items()}
    words = str(pair_words(own, found["pairs"][0], 4))
    more = found["pairs"][0]["needed"] - 4
    assert f"about {int(float(f'{more:.1e}')):,} digits more" in words
