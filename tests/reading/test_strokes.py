"""Which ink is the digit: pieces stay together; specks and neighbours go."""

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.strokes import digit_alone, is_paper, show_several

SIDE = 300
DIGIT = (100, 200, 130, 150)  # top, bottom, left, right


def picture(*boxes, side=SIDE):
    """Ink with boxes (top, bottom, left, right[, level])."""
    ink = np.zeros((side, side), np.float32)
    for top, bottom, left, right, *level in boxes:
        ink[top:bottom, left:right] = level[0] if level else 1
    return ink


def kept(ink, box):
    """How much of a box is still ink, 0 to 1."""
    top, bottom, left, right, *_ = box
    return (digit_alone(ink)[top:bottom, left:right] > 0.5).mean()


CASES = {
    # what lies beside the digit: (box, whether it belongs to the digit)
    "a broken stroke's other piece": ((215, 240, 130, 150), True),
    "a piece 20 hundredths of its height away": ((220, 250, 130, 150), True),
    "a part 40 hundredths of its height away": ((240, 270, 130, 150), False),
    "a part above, 40 hundredths away": ((35, 60, 130, 150), False),
    "a part to the right, 25 hundredths away": ((140, 170, 175, 195), True),
    "a part to the right, 50 hundredths away": ((140, 170, 200, 220), False),
    "a part to the left, 50 hundredths away": ((140, 170, 60, 80), False),
    "a speck beside it": ((150, 155, 155, 160), False),  # 25 of 2,000 px: 1 %
    "a dot of 4 % of its ink": ((150, 159, 156, 165), True),
    "ink a third as dark": ((215, 240, 130, 150, 0.3), False),
    "ink half as dark": ((215, 240, 130, 150, 0.5), False),
    "ink three quarters as dark": ((215, 240, 130, 150, 0.75), True),
}


@pytest.mark.parametrize("name", CASES)
def test_what_belongs_to_the_digit(name):
    box, belongs = CASES[name]
    ink = picture(DIGIT, box)
    assert kept(ink, DIGIT) > 0.9
    assert (kept(ink, box) > 0.5) == belongs


def test_a_speck_alone_is_no_digit():
    assert not digit_alone(picture((100, 108, 100, 108))).any()  # 8 of 300 px: 2.7 %
    assert digit_alone(picture((100, 110, 100, 110))).any()
    assert not digit_alone(picture()).any()


def test_dark_strokes_outweigh_wide_pale_areas():
    ink = picture(DIGIT, (10, 90, 10, 290, 0.25))
    assert kept(ink, DIGIT) > 0.9 and not digit_alone(ink)[:80].any()


def test_a_drawing_may_touch_its_edges():
    ink = picture((0, 300, 130, 150))
    assert kept(ink, (0, 300, 130, 150)) > 0.9


def test_a_pale_pen_writes_full_ink():
    box = (100, 200, 130, 150, 0.2)
    alone = digit_alone(picture(box))
    assert alone[110:190, 135:145].min() == 1 and alone.max() == 1


def test_diagonal_pixels_are_connected():
    ink = np.zeros((100, 100), np.float32)
    ink[np.arange(20, 80), np.arange(20, 80)] = 1
    assert (digit_alone(ink) > 0).trace() >= 60


def test_an_mnist_digit_stays_what_it_is():
    for digit in embedded_test_set().images[:20].numpy() / np.float32(255):
        assert np.abs(digit_alone(digit) - digit).mean() < 0.01


LEFT, RIGHT = (100, 200, 60, 85), (100, 200, 200, 225)
SEVERAL = {
    "two of a size": ([LEFT, RIGHT], True),
    "the heavier one on the right": ([LEFT, (90, 210, 200, 240)], True),
    "one": ([LEFT], False),
    "none": ([], False),
    "one far above the other": ([(40, 140, 100, 140), (175, 265, 100, 140)], True),
    "one close above the other": ([(40, 140, 100, 140), (165, 255, 100, 140)], False),
    "the heavier one below": ([(20, 110, 100, 135), (150, 260, 100, 140)], True),
    "far below it something 40 hundredths as tall": (
        [(40, 140, 60, 100), (180, 220, 60, 90)],
        False,
    ),
    "pieces of an upright stroke": ([(20, 120, 100, 130), (155, 255, 100, 130)], False),
    "a block far above a bar": ([(20, 110, 100, 135), (150, 260, 100, 130)], False),
    "beside it something 40 hundredths as tall": ([LEFT, (130, 170, 200, 240)], False),
    "beside it something 60 hundredths as tall": ([LEFT, (120, 180, 200, 225)], True),
    "beside it a thin line": ([LEFT, (100, 200, 200, 203)], False),  # 12 % of the ink
    "beside it a line of a fifth of the ink": ([LEFT, (100, 200, 200, 205)], True),
    "a stroke that broke": ([LEFT, (100, 200, 90, 115)], False),  # 5 px of 100
    "a gap of 12 hundredths": ([LEFT, (100, 200, 97, 122)], True),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_several_digits_stand_apart(name):
    boxes, several = SEVERAL[name]
    assert show_several(picture(*boxes)) is several
    assert show_several(np.ascontiguousarray(picture(*boxes)[:, ::-1])) is several


def test_enlarging_changes_nothing_of_the_decision():
    ink = picture(LEFT, RIGHT)
    small = np.asarray(Image.fromarray(ink).resize((100, 100), Image.Resampling.BOX))
    assert show_several(small)


def test_pieces_of_a_ragged_stroke_are_one_part():
    """Dots two hundredths of the picture apart, each a speck by itself."""
    dots = [(row, row + 5, 130, 135) for row in range(60, 240, 9)]
    alone = digit_alone(picture(*dots))
    assert all(alone[top:bottom, left:right].all() for top, bottom, left, right in dots)
    apart = [(row, row + 5, 130, 135) for row in range(60, 240, 20)]
    assert not digit_alone(picture(*apart)).any()


@pytest.mark.parametrize(
    "boxes, blank",
    [
        ([], True),
        ([(100, 102, 100, 102)], False),  # a speck, too small to be a digit
        ([(100, 102, 100, 102, 0.2)], False),
        ([(0, 300, 0, 300, 0.05)], True),  # fainter than any ink
    ],
)
def test_blank_paper_has_no_ink_at_all(boxes, blank):
    assert is_paper(picture(*boxes)) is blank
