"""A page's digits are found where they stand, told apart, read, and given in reading order."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks import sheets
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.read_page import report_text
from mnist_cnn.reading.detector import load_weights
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.page import read_page
from mnist_cnn.reading.predict import read


@pytest.fixture(scope="module")
def weights():
    return load_weights()


@pytest.fixture(scope="module")
def hand():
    """Digits of MNIST's test set as glyphs."""
    test = embedded_test_set()
    pairs = zip(test.images[:200].numpy() / np.float32(255), test.labels[:200].tolist())
    return [sheets.glyph(image, label) for image, label in pairs]


@pytest.fixture(scope="module")
def row_of(hand):
    """Function of labels: white paper with such digits in a row, 60 px high, 90 px apart."""
    first = {glyph.label: glyph for glyph in reversed(hand)}

    def draw(labels, step=90):
        paper = Image.new("L", (step * len(labels) + 40, 120), 255)
        for place, label in enumerate(labels):
            ink = first[label].ink
            size = round(60 * ink.shape[1] / ink.shape[0]), 60
            small = Image.fromarray(np.uint8(255 * (1 - ink))).resize(size)
            paper.paste(small, (40 + step * place, 30))
        return paper

    return draw


@pytest.mark.parametrize("kind", [kind for kind in sheets.KINDS if kind != "touching pairs"])
def test_digits_are_found_and_read(kind, hand, weights):
    counts = Counter()
    for seed in (2, 3):
        random = np.random.default_rng(seed)
        counts += sheets.judge(*sheets.KINDS[kind](random, hand, most=12), weights)
    assert counts["digits"] >= (2 if kind == "one digit" else 8)
    assert counts["digits"] - counts["found"] <= 1 and counts["false"] <= 1
    assert counts["found"] - counts["read"] <= 1


def labels_of(page):
    return [it.reading.predictions["aug"].label for it in page.digits]


def test_reading_order_is_by_rows_that_may_climb(row_of, weights):
    numbers = [7, 2, 1, 0, 4, 1, 4, 9]
    paper = Image.new("L", (800, 400), 255)
    paper.paste(row_of(numbers), (0, 60))
    paper.paste(row_of(numbers[::-1]), (0, 200))
    page = read_page(paper.rotate(4, fillcolor=255), weights)
    assert labels_of(page) == numbers + numbers[::-1]


def test_boxes_and_cutouts_are_of_the_picture(row_of, weights):
    paper = row_of([7, 2, 0])
    page = read_page(paper, weights)
    assert page.picture.size == paper.size and page.picture.mode == "RGB" and not page.printed
    for place, digit in enumerate(page.digits):
        left, top, right, bottom = digit.box
        ink = np.asarray(paper)[:, 40 + 90 * place : 120 + 90 * place] < 128
        rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0)) + 40 + 90 * place
        expected = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
        assert np.abs(np.subtract(digit.box, expected)).max() <= 3
        assert digit.cutout.dtype == np.uint8 and digit.cutout.shape[2] == 3
        assert digit.cutout.shape[0] >= bottom - top and digit.cutout.shape[1] >= right - left
        assert digit.label is None and not digit.touching
        assert np.shape(digit.reading.digit) == (28, 28)


def test_a_cutout_is_read_as_the_digit_was_though_neighbours_stand_near(row_of, weights):
    page = read_page(row_of([7, 2, 0, 4, 9], step=50), weights)
    alone = [read(it.cutout, weights).predictions["aug"].label for it in page.digits]
    assert alone == labels_of(page) == [7, 2, 0, 4, 9]


def test_one_digit_is_read_as_it_is_alone(seven, weights):
    (digit,) = read_page(seven, weights).digits
    assert digit.reading.predictions["conv"].label == 7
    assert np.abs(digit.reading.digit - read(seven, weights).digit).max() < 0.1


def slashed_zero(paper, left):
    """A digit that the detector refuses, drawn on paper."""
    pen = ImageDraw.Draw(paper)
    pen.ellipse((left, 34, left + 48, 86), None, 0, 3)
    pen.line((left + 6, 88, left + 44, 32), 0, 3)


def test_an_unusual_digit_among_many_gets_its_likeliest_label(row_of, weights):
    alone = Image.new("L", (120, 120), 255)
    slashed_zero(alone, 36)
    assert read(alone, weights).predictions["aug"].label is None
    assert read_page(alone, weights).digits == ()
    paper = row_of([7, 2, 1, 4, 9, 3])
    among = Image.new("L", (paper.width + 90, paper.height), 255)
    among.paste(paper)
    slashed_zero(among, paper.width + 10)
    page = read_page(among, weights)
    assert labels_of(page) == [7, 2, 1, 4, 9, 3, 0]
    assert [it.unsure for it in page.digits] == [False] * 6 + [True]
    assert page.digits[-1].reading.rejection is None and page.as_list()[-1]["unsure"]
    assert report_text(page) == "7 2 1 4 9 3 0?"


def test_digits_that_touch_are_cut_or_said_to_touch(row_of, weights):
    page = read_page(row_of([2, 0, 4, 7], step=40), weights)
    assert labels_of(page) == [2, 0, 4, 7] or any(it.touching for it in page.digits)


def test_text_is_no_page_of_digits(weights):
    paper = Image.new("L", (700, 300), 255)
    for line in range(4):
        words = "the quick brown fox jumps over"
        ImageDraw.Draw(paper).text((20, 20 + 60 * line), words, 0, font_size=40)
    assert read_page(paper, weights).digits == ()


def test_blank_paper_holds_no_digit(weights):
    assert read_page(Image.new("L", (800, 600), 230), weights).digits == ()
    noise = np.random.default_rng(0).normal(0.7, 0.02, (600, 800)).clip(0, 1)
    assert read_page(np.float32(noise), weights).digits == ()


def test_thousands_of_specks_are_refused(weights):
    random = np.random.default_rng(0)
    paper = np.full((1000, 1000), 255, np.uint8)
    for y, x in random.integers(0, 990, (5000, 2)):
        paper[y : y + 5, x : x + 5] = 0
    with pytest.raises(ImageError, match="more than 400 marks"):
        read_page(paper, weights)
