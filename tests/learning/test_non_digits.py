"""Pictures that are no digit: of every kind, seeded, dark on light."""

import numpy as np
import pytest
from PIL import ImageFont

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.learning import non_digits
from mnist_cnn.learning.non_digits import KINDS, LETTERS, picture

DIGITS = embedded_test_set().images[:50].numpy()


@pytest.mark.parametrize("seed", range(2 * len(KINDS)))
def test_a_picture_is_dark_on_light_and_its_seed_decides_it(seed):
    made = picture(seed, DIGITS)
    assert (made.mode, made.size) == ("L", (140, 140))
    pixels = np.asarray(made)
    assert pixels.min() < 128 < pixels.max()
    assert np.array_equal(pixels, np.asarray(picture(seed, DIGITS)))
    assert not np.array_equal(pixels, np.asarray(picture(seed + len(KINDS), DIGITS)))


def test_every_kind_has_its_turn(monkeypatch):
    names = ["letter"] * 3 + ["scribble"] * 2 + ["overlap", "splice", "texture"]
    assert [kind.__name__.strip("_") for kind in KINDS] == names
    called = []
    kinds = [lambda random, digits, n=n: called.append((n, random.random())) for n in range(3)]
    monkeypatch.setattr(non_digits, "KINDS", kinds)
    for seed in range(6):
        picture(seed, DIGITS)
    assert [n for n, _ in called] == [0, 1, 2, 0, 1, 2] and len({r for _, r in called}) == 6


def test_letters_that_a_person_reads_as_a_digit_are_left_out():
    assert not set("0123456789OoIlDSsZzGgbqi|") & set(LETTERS)
    for path in non_digits.FONTS:
        assert ImageFont.truetype(str(path), 20)


def test_overlaps_and_splices_are_made_of_the_digits_that_are_given():
    blank = np.zeros_like(DIGITS)
    for make in (non_digits._overlap, non_digits._splice):
        assert np.asarray(make(np.random.default_rng(0), blank)).min() == 255
        assert np.asarray(make(np.random.default_rng(0), DIGITS)).min() < 50
