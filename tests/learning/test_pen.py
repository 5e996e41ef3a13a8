"""Strokes as ink: as long, as wide and as worn as they are to be."""

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.learning import pen
from mnist_cnn.learning.pen import SIDE, draw, fitted, wear
from mnist_cnn.reading.normalise import stroke_width

UPRIGHT = np.array([[[0, -1], [0, 1]]], np.float32)
CROSS = np.array([[[0, -1], [0, 1]], [[-1, 0], [1, 0]]], np.float32)


def extent(ink):
    rows, columns = np.nonzero(ink > 0.5)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def test_a_stroke_is_drawn_long_and_by_many_pens():
    widths = []
    for seed in range(40):
        ink = draw(UPRIGHT, np.random.default_rng(seed))
        assert ink.shape == (SIDE, SIDE) and ink.dtype == np.float32 and 0.99 < ink.max() <= 1
        height, width = extent(ink)
        assert 0.78 * SIDE < height < 0.94 * SIDE
        widths.append(width / height)
    assert min(widths) < 0.04 and max(widths) > 0.15


def test_what_is_drawn_lies_in_the_middle_and_y_points_down():
    corner = np.array([[[-1, -1], [-1, 1]], [[-1, 1], [1, 1]]], np.float32)
    ink = draw(corner, np.random.default_rng(0))
    assert ink[SIDE // 2 :, : SIDE // 2].sum() > ink[: SIDE // 2, SIDE // 2 :].sum()
    for line in (ink, ink.T):
        filled = np.flatnonzero(line.max(0) > 0.5)
        assert abs(filled[0] + filled[-1] + 1 - SIDE) <= 3


def test_a_page_is_cut_out_and_scaled_with_its_shape_kept():
    page = Image.new("L", (300, 200))
    page.paste(255, (10, 20, 50, 40))
    height, width = extent(fitted(page, np.random.default_rng(1)))
    assert 0.78 * SIDE < width < 0.94 * SIDE and abs(width - 2 * height) <= 3


def test_four_in_ten_are_left_as_they_are():
    ink = draw(CROSS, np.random.default_rng(3))
    worn = [wear(ink, np.random.default_rng(seed)) for seed in range(200)]
    same = sum(np.array_equal(ink, other) for other in worn)
    assert 62 < same < 102
    assert all(other.min() >= 0 and other.max() <= 1 for other in worn)
    again = wear(ink, np.random.default_rng(5))
    assert np.array_equal(again, worn[5])


@pytest.mark.parametrize("spoil", [pen._ragged, pen._cut, pen._uneven])
def test_worn_ink_is_still_that_ink(spoil):
    ink = draw(CROSS, np.random.default_rng(3))
    changed = [spoil(ink, np.random.default_rng(seed)) for seed in range(20)]
    for other in changed:
        assert not np.array_equal(other, ink) and other.min() >= 0 and other.max() <= 1
        assert 0.3 * ink.sum() < other.sum() < 2.5 * ink.sum()
    assert not np.array_equal(changed[0], changed[1])


def test_a_cut_takes_ink_away_and_unevenness_makes_it_paler():
    ink = draw(CROSS, np.random.default_rng(3))
    for seed in range(10):
        cut = pen._cut(ink, np.random.default_rng(seed))
        gone = ink > cut
        assert (cut <= ink).all() and gone.any() and (cut[gone] == 0).all()
        pale = pen._uneven(ink, np.random.default_rng(seed))
        assert (pale <= ink).all() and (pale >= 0.29 * ink).all() and pale.sum() < ink.sum()
    assert not pen._cut(np.zeros_like(ink), np.random.default_rng(0)).any()


def test_a_coarse_picture_has_few_pixels_and_as_much_ink():
    ink = draw(CROSS, np.random.default_rng(3))
    made = [pen._small(ink, np.random.default_rng(seed)) for seed in range(60)]
    sides = [len(small) for small in made]
    assert min(sides) < 9 and 30 < max(sides) <= 36 and np.median(sides) < 20
    for small in made:
        assert small.shape == (len(small), len(small)) and small.dtype == np.float32
        assert small.mean() == pytest.approx(ink.mean(), rel=0.3)
    worn = [wear(ink, np.random.default_rng(seed)) for seed in range(100)]
    assert 8 < sum(len(other) < SIDE for other in worn) < 33


def test_a_thin_pens_stroke_frays_but_does_not_vanish():
    thin = np.zeros((SIDE, SIDE), np.float32)
    thin[20:120, 70:72] = 1
    left = [pen._ragged(thin, np.random.default_rng(seed)).sum() for seed in range(60)]
    assert min(left) > 0.8 * thin.sum()


def test_the_pen_is_measured_as_wide_as_it_was_drawn():
    thin, thick = (stroke_width(draw(UPRIGHT, np.random.default_rng(seed))) for seed in (5, 3))
    assert thin != thick
