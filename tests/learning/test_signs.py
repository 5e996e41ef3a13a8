"""Letters and shapes as strokes: each row can be drawn, and no row is a digit."""

import numpy as np
import pytest

from mnist_cnn.learning import signs
from mnist_cnn.learning.signs import LETTERS, OUTLINES, SHAPES, SIGNS, SQUARES, jumble, sign


@pytest.fixture
def steady(monkeypatch):
    """A hand that sets every point where its row says."""
    for name in ("WOBBLE", "TURN", "SLANT", "STRETCH"):
        monkeypatch.setattr(signs, name, 0)
    monkeypatch.setattr(signs, "bending", lambda random: np.zeros_like)


@pytest.mark.parametrize("name", SIGNS)
def test_every_sign_is_a_skeleton_that_its_seed_decides(name):
    segments = sign(name, np.random.default_rng(0))
    assert segments.ndim == 3 and segments.shape[1:] == (2, 2) and np.isfinite(segments).all()
    assert np.isclose(np.abs(segments).max(), 1)
    assert np.array_equal(segments, sign(name, np.random.default_rng(0)))
    assert not np.array_equal(segments, sign(name, np.random.default_rng(1)))


def test_tables_do_not_overlap_and_letters_that_are_read_as_digits_are_left_out():
    assert len(SIGNS) == len(LETTERS) + len(OUTLINES) + len(SHAPES) + len(SQUARES)
    assert not set("0123456789OoIlDSsZzGgbqi|") & set(LETTERS)


def test_a_straight_stroke_is_one_segment_and_a_curve_many():
    assert len(sign("triangle", np.random.default_rng(0))) == 3
    assert len(sign("plus", np.random.default_rng(0))) == 2
    assert len(sign("heart", np.random.default_rng(0))) > 20


def test_every_way_has_strokes_of_points_on_the_grid():
    for name, ways in SIGNS.items():
        assert isinstance(ways, tuple) and len(set(ways)) == len(ways), name
        for stroke in ",".join(ways).split(","):
            points = stroke.strip().removeprefix("~").split()
            assert len(points) > 1 and set("".join(points)) <= set("012345678"), (name, stroke)
            assert {len(point) for point in points} == {2}, (name, stroke)


def test_strokes_stand_where_their_row_says(steady, monkeypatch):
    monkeypatch.setitem(SIGNS, "L", ("00 08 68",))  # top left to bottom left, to the right
    found = sign("L", np.random.default_rng(0))
    assert np.allclose(found, [[[-0.75, -1], [-0.75, 1]], [[-0.75, 1], [0.75, 1]]])


def test_all_ways_to_draw_a_sign_occur(steady, monkeypatch):
    monkeypatch.setitem(SIGNS, "L", ("00 08 68", "00 08, 08 68, 68 88"))
    lengths = [len(sign("L", np.random.default_rng(seed))) for seed in range(20)]
    assert set(lengths) == {2, 3}


def test_what_is_joined_stays_so_where_a_hand_bends_it(monkeypatch):
    for name in ("WOBBLE", "TURN", "SLANT"):
        monkeypatch.setattr(signs, name, 0)
    monkeypatch.setitem(SIGNS, "L", ("00 08, 08 68",))
    stem, foot = sign("L", np.random.default_rng(3))
    assert np.allclose(stem[1], foot[0]) and not np.isclose(stem[0, 0], stem[1, 0], atol=0.01)


def test_an_outline_is_closed(steady):
    for name in OUTLINES:
        for seed in range(4):
            segments = sign(name, np.random.default_rng(seed))
            assert np.allclose(segments[1:, 0], segments[:-1, 1], atol=1e-5), name
            assert np.allclose(segments[0, 0], segments[-1, 1], atol=1e-5), name


def test_a_jumble_is_of_strokes_of_several_signs(steady, monkeypatch):
    monkeypatch.setattr(signs, "STROKES", ["00 88", "80 08", "04 84"])
    made = [jumble(np.random.default_rng(seed)) for seed in range(40)]
    assert {len(segments) for segments in made} == {2, 3, 4}
    assert np.array_equal(made[0], jumble(np.random.default_rng(0)))


def test_a_square_stays_about_as_wide_as_high():
    """Narrower, it would be an angular 0."""
    ratios = []
    for seed in range(200):
        segments = sign("square", np.random.default_rng(seed))
        width, height = np.ptp(segments, (0, 1))
        ratios.append(width / height)
    assert min(ratios) > 0.75 and max(ratios) < 1.8
