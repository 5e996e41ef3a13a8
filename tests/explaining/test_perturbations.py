"""Each way to change a digit, checked by geometry and by hand."""

import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.perturbations import PERTURBATIONS, perturb, shifted
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


def test_changes_are_composed_in_the_order_of_the_table():
    whole = perturb(DIGITS[0], {"blur": 1, "right": -2, "rotation": 20, "stroke": 0})
    turned = PERTURBATIONS["rotation"].apply(UNIT[:1], 20)
    assert np.array_equal(whole, PERTURBATIONS["blur"].apply(shifted(turned, 0, -2), 1)[0])
    assert np.array_equal(perturb(DIGITS[0].numpy(), {}), UNIT[0])
