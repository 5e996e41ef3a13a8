"""Letters and shapes as strokes: each row can be drawn, and no row is a digit."""

import numpy as np
import pytest

from mnist_cnn.learning.signs import LETTERS, SHAPES, SIGNS, SQUARES, sign


@pytest.mark.parametrize("name", SIGNS)
def test_every_sign_is_a_skeleton_that_its_seed_decides(name):
    segments = sign(name, np.random.default_rng(0))
    assert segments.ndim == 3 and segments.shape[1:] == (2, 2) and np.isfinite(segments).all()
    assert np.isclose(np.abs(segments).max(), 1)
    assert np.array_equal(segments, sign(name, np.random.default_rng(0)))
    assert not np.array_equal(segments, sign(name, np.random.default_rng(1)))


def test_tables_do_not_overlap_and_letters_that_are_read_as_digits_are_left_out():
    assert len(SIGNS) == len(LETTERS) + len(SHAPES) + len(SQUARES)
    assert not set("0123456789OoIlDSsZzGgbqi|") & set(LETTERS)


def test_a_straight_stroke_is_one_segment_and_a_curve_many():
    assert len(sign("triangle", np.random.default_rng(0))) == 3
    assert len(sign("plus", np.random.default_rng(0))) == 2
    assert len(sign("heart", np.random.default_rng(0))) > 20


def test_strokes_stand_where_their_row_says(monkeypatch):
    monkeypatch.setattr("mnist_cnn.learning.signs.WOBBLE", 0)
    monkeypatch.setattr("mnist_cnn.learning.signs.TURN", 0)
    monkeypatch.setattr("mnist_cnn.learning.signs.SLANT", 0)
    monkeypatch.setattr("mnist_cnn.learning.signs.STRETCH", 0)
    found = sign("L", np.random.default_rng(0))  # "08" top left to bottom left, to the right
    assert np.allclose(found, [[[-0.75, -1], [-0.75, 1]], [[-0.75, 1], [0.75, 1]]])


def test_a_square_stays_about_as_wide_as_high():
    """Narrower, it would be an angular 0."""
    ratios = []
    for seed in range(200):
        segments = sign("square", np.random.default_rng(seed))
        width, height = np.ptp(segments, (0, 1))
        ratios.append(width / height)
    assert min(ratios) > 0.75 and max(ratios) < 1.8
