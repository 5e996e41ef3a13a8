"""What is no digit: of every kind, seeded, as the pipeline leaves it."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFont

from mnist_cnn.dataset.digits import Digits, embedded_test_set
from mnist_cnn.learning import non_digits
from mnist_cnn.learning.non_digits import KINDS, PRINTED, Kind, non_digit
from mnist_cnn.learning.pen import SIDE

DIGITS = embedded_test_set()[:300]


@pytest.fixture
def only(monkeypatch):
    """A function that leaves these kinds alone in the table."""
    return lambda *kinds: monkeypatch.setattr(non_digits, "KINDS", kinds)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_its_seed_decides_it(kind, only):
    only(kind)
    made = [non_digit(seed, DIGITS) for seed in range(12)]
    kept = [found for found in made if found is not None]
    assert kept or kind.name == "empty paper"  # of which the ink finder mostly leaves nothing
    for digit, of_kind in kept:
        assert digit.shape == (28, 28) and digit.dtype == np.uint8 and digit.max() > 100
        assert of_kind is kind
    again = [non_digit(seed, DIGITS) for seed in range(12)]
    for one, other in zip(made, again):
        assert (one is None) == (other is None)
        assert one is None or np.array_equal(one[0], other[0])
    assert len({digit.tobytes() for digit, _ in kept}) >= len(kept) / 2


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_makes_ink_or_a_picture_that_is_dark_on_light(kind):
    made = kind.make(np.random.default_rng(1), DIGITS)
    if isinstance(made, Image.Image):
        assert made.mode == "L" and min(made.size) >= SIDE
    else:
        assert made.shape == (SIDE, SIDE) and made.min() >= 0 and 0.5 < made.max() <= 1
        assert (made > 0.5).mean() < 0.8


def test_kinds_occur_as_often_as_their_shares_say(only):
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[20:120, 60:80] = 1
    rows = [Kind(name, lambda random, digits: ink, share) for name, share in (("a", 3), ("b", 1))]
    only(*rows)
    made = [non_digit(seed, DIGITS) for seed in range(200)]
    names = [kind.name for _, kind in filter(None, made)]
    assert len(names) > 150 and 0.65 < names.count("a") / len(names) < 0.85


def test_what_the_pipeline_cuts_down_is_left_out(only):
    """Of two far apart one is left, which could be a digit."""
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[5:45, 60:80] = ink[100:140, 60:80] = 1
    apart = Kind("apart", lambda random, digits: ink, 1)
    only(apart)
    assert all(non_digit(seed, DIGITS) is None for seed in range(5))
    joined = ink.copy()
    joined[45:100, 68:72] = 1
    only(replace(apart, make=lambda random, digits: joined))
    assert any(non_digit(seed, DIGITS) is not None for seed in range(5))
    only(replace(apart, make=lambda random, digits: Image.new("L", (SIDE, SIDE), 255)))
    assert non_digit(0, DIGITS) is None  # nothing is left of a blank page


def test_letters_that_a_person_reads_as_a_digit_are_left_out():
    assert not set("0123456789OoIlDSsZzGgbqi|") & set(PRINTED)
    for path in non_digits.FONTS:
        assert ImageFont.truetype(str(path), 20)


def test_every_printed_sign_is_in_the_font_that_prints_it():
    from fontTools.ttLib import TTFont  # comes with matplotlib

    known = TTFont(non_digits.FONTS[0]).getBestCmap()
    for letters in (non_digits.FOREIGN, non_digits.PUNCTUATION, non_digits.SYMBOLS, PRINTED):
        assert {ord(letter) for letter in letters} <= known.keys()
    for path in non_digits.FONTS:
        assert {ord(letter) for letter in PRINTED} <= TTFont(path).getBestCmap().keys(), path


def test_rows_stand_side_by_side_and_stacks_one_above_the_other():
    def shape(make, seed):
        rows, columns = np.nonzero(make(np.random.default_rng(seed), DIGITS) > 0.5)
        return np.ptp(columns) / np.ptp(rows)

    assert np.median([shape(non_digits._row, seed) for seed in range(30)]) > 1.3
    assert np.median([shape(non_digits._stack, seed) for seed in range(30)]) < 0.6
    assert np.median([shape(non_digits._written_row, seed) for seed in range(30)]) > 1.1
    assert np.median([shape(non_digits._written_stack, seed) for seed in range(30)]) < 0.6


def test_slanted_neighbours_stand_as_far_apart_as_their_ink():
    """Two parallel strokes, whose boxes overlap where the ink is so near."""
    slanted = np.uint8(255 * np.eye(40, dtype=bool)[::-1].repeat(2, 1))  # 40 high, 80 wide
    widths = {
        non_digits._beside(slanted, slanted, 6, np.random.default_rng(seed)).shape[1]
        for seed in range(60)
    }
    assert max(widths) == 80 + 6 + 80  # by boxes
    assert 80 + 40 <= min(widths) < 80 + 60  # by ink; a digit is pushed half its width at most


def test_an_outline_is_filled():
    areas, lines = [], []
    for seed in range(20):
        areas.append((non_digits._filled(np.random.default_rng(seed), DIGITS) > 0.5).mean())
        lines.append((non_digits._written_row(np.random.default_rng(seed), DIGITS) > 0.5).mean())
    assert np.median(areas) > 0.25 > np.median(lines)


def test_they_are_made_of_the_digits_that_are_given():
    """Of bars 4 px wide and 20 high: two side by side, one above the other, one lying."""
    images = np.zeros((20, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    bars = Digits(*(__import__("torch").from_numpy(x) for x in (images, np.arange(20) % 10)))
    row = non_digits._row(np.random.default_rng(0), bars)
    assert (np.diff((row.max(0) > 0.5).astype(int)) == 1).sum() <= 3
    turned = [non_digits._turned(np.random.default_rng(seed), bars) for seed in range(20)]
    lying = [np.ptp(np.nonzero(ink > 0.5)[1]) > np.ptp(np.nonzero(ink > 0.5)[0]) for ink in turned]
    assert 0 < sum(lying) < 20  # turned by a quarter, or in a mirror


def test_only_digits_that_turning_spoils_are_turned():
    for label in (0, 1, 8):
        assert label not in {*non_digits.TURNED, *non_digits.MIRRORED}
    assert [kind.name for kind in KINDS if kind.several] == [
        "row", "stack", "written row", "written stack"
    ]  # fmt: skip
