"""Each perturbation of a digit, checked by geometry and by hand."""

import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.perturbations import (
    CURVES,
    MAX_SHIFT,
    PERTURBATIONS,
    SHIFT_LIMIT,
    perturb,
    shifted,
)
from tests.explaining.shifting import moved

DIGITS = embedded_test_set().images[3675:3678]
UNIT = DIGITS.numpy() / np.float32(255)


@pytest.mark.parametrize("key", PERTURBATIONS)
def test_every_change_keeps_shape_and_range_and_does_nothing_at_zero(key):
    row = PERTURBATIONS[key]
    assert 0 in row.strengths and np.ptp(np.diff(row.strengths)) < 1e-9
    assert row.title and row.unit and 0 < row.increment <= np.diff(row.strengths)[0]
    for strength in row.strengths:
        digits = row.apply(UNIT, strength)
        assert digits.shape == UNIT.shape and digits.dtype == np.float32
        assert digits.min() >= 0 and digits.max() <= 1
        assert np.array_equal(digits, UNIT) == (strength == 0)
        alone = row.apply(UNIT[:1], strength)
        assert np.allclose(alone, digits[:1], atol=1e-6), "digits change each other"


@pytest.mark.parametrize("down, right", [(0, 0), (3, -2), (-8, 8), (12, 1)])
def test_a_shift_is_one_of_slices(down, right):
    expected = [moved(digit, down, right) for digit in UNIT]
    assert np.array_equal(shifted(UNIT, down, right), expected)


def test_a_quarter_turn_is_numpys():
    turned = PERTURBATIONS["rotation"].apply(UNIT, 90)
    assert np.allclose(turned, np.rot90(UNIT, -1, axes=(1, 2)), atol=1e-6)


@pytest.mark.parametrize("percent", [-50, 50])
def test_a_square_grows_by_the_percentage(percent):
    square = np.zeros((1, 28, 28), np.float32)
    square[:, 8:20, 8:20] = 1
    scaled = PERTURBATIONS["scale"].apply(square, percent)[0]
    assert scaled.sum() == pytest.approx((12 * (1 + percent / 100)) ** 2, rel=0.01)
    assert np.allclose(scaled, scaled[::-1, ::-1]), "it left the middle"


@pytest.mark.parametrize("pixels", [-1.5, -0.5, 1, 2, 3])
def test_a_bar_becomes_wider_by_that_many_pixels(pixels):
    bar = np.zeros((1, 28, 28), np.float32)
    bar[:, :, 12:16] = 1
    widths = PERTURBATIONS["stroke"].apply(bar, pixels).sum(2)
    assert widths == pytest.approx(4 + pixels)


def test_blur_noise_and_contrast_are_what_they_say():
    point = np.zeros((1, 28, 28), np.float32)
    point[0, 14, 14] = 1
    blurred = PERTURBATIONS["blur"].apply(point, 2)[0]
    place = np.arange(28) - 14
    assert blurred.sum() == pytest.approx(1, abs=1e-4)
    assert (blurred.sum(0) * place**2).sum() == pytest.approx(2**2, rel=0.02)
    grey = np.full((1, 28, 28), 0.5, np.float32)
    assert PERTURBATIONS["noise"].apply(grey, 10).std() == pytest.approx(0.1, rel=0.1)
    faded = PERTURBATIONS["contrast"].apply(UNIT, 40)
    assert np.ptp(faded) == pytest.approx(0.6) and faded.min() == pytest.approx(0.2)


def test_the_table_is_the_pages():
    """Lowest and highest strength, the distance between two, the slider's increment, the unit."""
    rows = {
        key: (row.strengths[0], row.strengths[-1], row.strengths[1] - row.strengths[0],
              row.increment, row.unit)
        for key, row in PERTURBATIONS.items()
    }  # fmt: skip
    expected = {
        "rotation": (-60, 60, 10, 2, "°"),
        "scale": (-50, 50, 10, 2, "%"),
        "stroke": (-1.5, 3, 0.5, 0.1, "px"),
        "down": (-8, 8, 1, 1, "px"),
        "right": (-8, 8, 1, 1, "px"),
        "blur": (0, 3, 0.5, 0.1, "px"),
        "noise": (0, 80, 10, 2, "%"),
        "contrast": (0, 90, 10, 2, "%"),
    }
    assert rows == expected and list(rows) == list(expected)
    assert MAX_SHIFT == 8 and SHIFT_LIMIT == 12
    assert CURVES == ("rotation", "scale", "stroke", "blur", "noise", "contrast")


def test_noise_is_the_same_for_every_digit_and_strength():
    grey = np.full((1, 28, 28), 0.5, np.float32)
    weak, strong = (PERTURBATIONS["noise"].apply(grey, percent) - 0.5 for percent in (5, 10))
    assert np.allclose(strong, 2 * weak, atol=1e-6) and abs(weak.mean()) < 0.01
    assert np.array_equal(PERTURBATIONS["noise"].apply(grey, 5) - 0.5, weak)


def test_contrast_fades_towards_grey():
    ends = np.array([[[0, 1]]], np.float32)
    assert PERTURBATIONS["contrast"].apply(ends, 40).ravel() == pytest.approx([0.2, 0.8])


def test_perturbations_are_composed_in_the_order_of_the_table():
    strengths = {"contrast": 20, "noise": 10, "blur": 1, "right": -2, "down": 3, "stroke": 0.5,
                 "scale": 20, "rotation": 20}  # fmt: skip
    expected = UNIT[:1]
    for key in ("rotation", "scale", "stroke"):
        expected = PERTURBATIONS[key].apply(expected, strengths[key])
    expected = moved(expected[0], 3, -2)[None]
    for key in ("blur", "noise", "contrast"):
        expected = PERTURBATIONS[key].apply(expected, strengths[key])
    assert np.array_equal(perturb(DIGITS[0], strengths), expected[0])


def test_what_is_zero_missing_or_not_a_number_changes_nothing():
    for strengths in ({}, {"stroke": 0}, {"rotation": float("nan")}):
        assert np.array_equal(perturb(DIGITS[0].numpy(), strengths), UNIT[0])


@pytest.mark.parametrize("down, right", [(3, 0), (0, -4)])
def test_down_and_right_are_that(down, right):
    strengths = {"down": down, "right": right}
    assert np.array_equal(perturb(DIGITS[0], strengths), moved(UNIT[0], down, right))
