"""The printed sheet is found however it lies, and what is in its boxes has their labels."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks import sheets
from mnist_cnn.reading import printed_sheet
from mnist_cnn.reading.page import read_page
from tests.conftest import draw_seven
from tests.reading.test_page import hand, weights  # noqa: F401, fixtures

SCALE = 5


@pytest.fixture(scope="module")
def sheet():
    return printed_sheet.drawn_sheet(SCALE)


def test_the_pdf_is_one_page_of_a4():
    content = printed_sheet.printed_sheet()
    assert content.startswith(b"%PDF") and content.count(b"/Type /Page\n") == 1
    box = content.split(b"/MediaBox [ ")[1].split(b"]")[0].split()
    assert np.allclose([float(side) for side in box], [0, 0, 595.3, 841.9], atol=0.5)  # points


def test_boxes_lie_between_the_marks_and_do_not_overlap():
    first, last = printed_sheet.corner(0, 0), printed_sheet.corner(9, 9)
    left, top = printed_sheet.CENTRES[0] + printed_sheet.MARK / 2
    right, bottom = printed_sheet.CENTRES[2] - printed_sheet.MARK / 2
    assert first[1] > top and last[1] + printed_sheet.BOX[1] < bottom
    assert np.less(printed_sheet.BOX, printed_sheet.PITCH).all()
    assert first[0] >= left - 7 and last[0] + printed_sheet.BOX[0] <= right + 7


@pytest.mark.parametrize("turn", [0, 30, 45, 90, 180, 200, 270])
def test_a_map_takes_the_sheet_to_the_picture(sheet, turn):
    turned = sheet.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    matrix = printed_sheet.find_sheet(np.asarray(turned, np.float32) / 255)
    points = np.array([(0, 0), (210, 0), (105, 148.5), (60, 250)])
    angle = np.deg2rad(turn)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    away = (points - np.array(printed_sheet.SIZE) / 2) * SCALE
    expected = away @ rotation.T + np.array(turned.size) / 2
    assert np.abs(printed_sheet.project(matrix, points) - expected).max() < 0.4 * SCALE


def test_homography_and_its_inverse():
    corners = np.array([(0, 0), (4, 0), (4, 3), (0, 3)])
    target = np.array([(1, 1), (9, 2), (8, 9), (0, 7)])
    matrix = printed_sheet.homography(corners, target)
    assert np.allclose(printed_sheet.project(matrix, corners), target)
    assert np.allclose(printed_sheet.project(np.linalg.inv(matrix), target), corners)


def covered(sheet, number):
    """The sheet with one mark hidden."""
    sheet = sheet.copy()
    x, y = printed_sheet.CENTRES[number] * SCALE
    ImageDraw.Draw(sheet).ellipse((x - 50, y - 50, x + 50, y + 50), 255)
    return sheet


NO_SHEET = {
    "a mark hidden": lambda sheet: covered(sheet, 2),
    "the first mark hidden": lambda sheet: covered(sheet, 0),
    "in a mirror": lambda sheet: sheet.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "squashed": lambda sheet: sheet.resize((1485, 1050)),
    "blank paper": lambda sheet: Image.new("L", (800, 600), 255),
    "a drawing": lambda sheet: draw_seven(800).convert("L"),
}


@pytest.mark.parametrize("name", NO_SHEET)
def test_anything_else_is_no_printed_sheet(sheet, name):
    assert printed_sheet.find_sheet(np.asarray(NO_SHEET[name](sheet), np.float32) / 255) is None


def test_an_empty_sheet_has_no_digits(sheet, weights):  # noqa: F811
    page = read_page(sheet, weights)
    assert page.printed and page.digits == ()


@pytest.mark.parametrize("turn", [0, -40, 183])
def test_written_digits_have_their_labels(turn, hand, weights):  # noqa: F811
    random = np.random.default_rng(5)
    photo, truths = sheets.printed(random, hand, most=40, turn=turn)
    page = read_page(photo, weights)
    assert page.printed
    scale = max(page.picture.size) / max(photo.size)
    truths = [sheets.Truth(tuple(scale * edge for edge in it.box), it.label) for it in truths]
    matched = sheets.matches([it.box for it in page.digits], truths)
    assert len(matched) >= len(truths) - 1 and len(page.digits) <= len(matched) + 1
    right = 0
    for found, true in matched.items():
        digit = page.digits[found]
        assert digit.label == truths[true].label
        right += digit.reading.predictions["aug"].label == digit.label
    assert right >= len(truths) - 2
    places = [(it.row, it.label) for it in page.digits]
    assert places == sorted(places)


def test_writing_outside_of_the_boxes_is_left_alone(sheet, weights):  # noqa: F811
    sheet = sheet.copy()
    pen = ImageDraw.Draw(sheet)
    left, top = np.multiply(printed_sheet.corner(3, 7), SCALE)
    seven = [(left + 20, top + 20), (left + 55, top + 20), (left + 35, top + 75)]
    pen.line(seven, 0, 6, joint="curve")
    for y in (60, 1420):  # a name at the top, a note at the foot
        pen.line([(400, y), (420, y + 25), (440, y), (460, y + 25)], 0, 6)
    (digit,) = read_page(sheet, weights).digits
    assert (digit.row, digit.label) == (3, 7)
    assert digit.reading.predictions["aug"].label == 7
    file = io.BytesIO()
    Image.fromarray(digit.cutout).save(file, "PNG")
    assert read_page(file.getvalue(), weights).digits[0].reading.predictions["aug"].label == 7


def test_a_stroke_that_reaches_a_printed_digit_takes_nothing_of_it():
    ink = np.zeros(np.multiply(printed_sheet.SIZE[::-1], SCALE), np.float32)
    left, top = np.multiply(printed_sheet.corner(3, 7), SCALE).astype(int)
    ink[top - 3 * SCALE : top + 14 * SCALE, left + 6 * SCALE : left + 7 * SCALE] = 1
    ((row, column, segment),) = printed_sheet.written_in_boxes(ink, SCALE)
    assert (row, column) == (3, 7) and top - SCALE <= segment.top <= top
