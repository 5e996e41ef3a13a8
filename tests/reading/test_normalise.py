"""Every geometric step against numbers worked out by hand, or against torch's resampling."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mnist_cnn.reading.normalise import (
    centre_box,
    centre_mass,
    crop,
    fit_box,
    squeeze,
    stroke_width,
    thicken,
)

RANDOM = np.random.default_rng(0)


def ink(height, width, **boxes):
    """Empty ink with full boxes, each (top, bottom, left, right)."""
    image = np.zeros((height, width), np.float32)
    for top, bottom, left, right in boxes.values():
        image[top:bottom, left:right] = 1
    return image


def resampled(image, height, width):
    """Antialiased bilinear resampling by torch."""
    pixels = torch.from_numpy(image)[None, None]
    return F.interpolate(pixels, (height, width), mode="bilinear", antialias=True)[0, 0].numpy()


def test_crop_is_the_bounding_box():
    image = ink(100, 120, a=(10, 31, 40, 45), b=(50, 51, 60, 81))
    assert np.array_equal(crop(image), image[10:51, 40:81])
    faint = ink(30, 30)
    faint[3, 7] = 0.01  # soft edges belong to the digit
    assert crop(faint).shape == (1, 1)


def test_crop_leaves_an_empty_picture():
    assert crop(ink(30, 40)).shape == (30, 40)


def test_crop_averages_down_to_160_pixels():
    checks = np.indices((320, 160)).sum(0).astype(np.float32) % 2
    small = crop(checks)
    assert small.shape == (160, 80) and np.allclose(small, 0.5)
    assert crop(ink(200, 200, a=(0, 160, 0, 160))).shape == (160, 160)


@pytest.mark.parametrize("width", [3, 9, 25])
def test_stroke_width_of_a_bar(width):
    assert stroke_width(ink(200, 200, bar=(20, 180, 50, 50 + width))) == width


@pytest.mark.parametrize("width", [2, 3, 4])
def test_stroke_width_of_a_bar_on_28_pixels(width):
    assert stroke_width(ink(28, 28, bar=(4, 24, 10, 10 + width))) == pytest.approx(width, abs=0.55)


def test_stroke_width_is_the_median_and_counts_grey_from_a_quarter():
    image = ink(200, 200, thin=(20, 180, 50, 55), thick=(80, 95, 100, 115))
    assert stroke_width(image) == 5
    image[20:180, 49] = image[20:180, 55] = 0.3
    image[20:180, 48] = image[20:180, 56] = 0.2
    assert stroke_width(image) == 7
    assert stroke_width(ink(200, 200)) == 0


def test_thin_strokes_become_12_hundredths_wide():
    thin = ink(200, 60, bar=(0, 200, 28, 31))
    thick = thicken(thin)
    assert stroke_width(thick) == pytest.approx(0.12 * 200, abs=1.5)
    columns = np.flatnonzero(thick.max(0) > 0.5)
    assert columns.mean() - np.flatnonzero(thick.max(0) > 0).min() > 10  # on both sides alike
    assert thick.dtype == np.float32


def test_strokes_wide_enough_and_thumbnails_stay():
    wide = ink(200, 200, bar=(0, 200, 80, 105))
    assert thicken(wide) is wide
    small = ink(39, 39, bar=(0, 39, 19, 20))
    assert thicken(small) is small
    assert thicken(ink(40, 40, bar=(0, 40, 19, 20))).shape != (40, 40)
    empty = ink(200, 200)
    assert thicken(empty) is empty


@pytest.mark.parametrize(
    "shape, fitted", [((100, 50), (20, 10)), ((30, 90), (7, 20)), ((5, 5), (20, 20))]
)
def test_longer_side_becomes_20_pixels(shape, fitted):
    image = RANDOM.random(shape, np.float32)
    expected = resampled(image, *fitted)
    assert fit_box(image) == pytest.approx(expected / expected.max(), abs=2e-3)


def test_a_line_keeps_one_pixel_and_emptiness_stays():
    assert fit_box(ink(100, 1, bar=(0, 100, 0, 1))).shape == (20, 1)
    assert fit_box(ink(50, 90)).shape == (20, 20) and not fit_box(ink(50, 90)).any()


def test_only_what_is_nearly_paper_stays_pale():
    assert fit_box(np.full((40, 40), 0.5, np.float32)).max() == pytest.approx(1)
    assert fit_box(np.full((40, 40), 0.15, np.float32)).max() == pytest.approx(0.5, abs=1e-3)


def test_squeezed_whatever_the_shape():
    image = RANDOM.random((90, 40), np.float32)
    assert squeeze(image) == pytest.approx(resampled(image, 28, 28), abs=2e-3)


@pytest.mark.parametrize("shape", [(20, 20), (20, 11), (7, 20), (20, 1)])
def test_centre_of_mass_goes_to_the_nearest_whole_pixel_of_14(shape):
    for _ in range(20):
        image = RANDOM.random(shape, np.float32) ** 8 + 0.01
        digit = centre_mass(image)
        assert digit.shape == (28, 28)
        y, x = np.indices(digit.shape)
        # A whole pixel in no direction would bring it nearer, unless the border is in the way.
        for axis, places in enumerate((y, x)):
            off = (places * digit).sum() / digit.sum() - 14
            used = np.flatnonzero(digit.max(1 - axis))
            assert abs(off) <= 0.51 or used[0] == 0 or used[-1] == 27


def test_centre_of_mass_by_hand():
    image = ink(20, 20)
    image[4:8, 8:10] = 1  # centre of mass (5.5, 8.5); the ink ends at 20, so at most 8 to move
    assert np.argwhere(centre_mass(image)).min(0).tolist() == [12, 14]  # 14 - 8.5 = 5.5, even: 6
    image = ink(20, 20)
    image[9:12, 9:12] = 1  # centre (10, 10): moved by 4
    assert np.argwhere(centre_mass(image)).min(0).tolist() == [13, 13]
    image = ink(20, 20)
    image[19, 19] = 1  # would have to move by -5: the box may not leave the picture
    assert np.argwhere(centre_mass(image)).tolist() == [[19, 19]]


def test_centre_of_the_box_by_hand():
    image = ink(20, 10)
    image[0, 0] = 1  # the box's middle is (9.5, 4.5): 4.5 and 9.5 rounded to even numbers
    assert np.argwhere(centre_box(image)).tolist() == [[4, 10]]


@pytest.mark.parametrize("place", [centre_mass, centre_box])
def test_greys_are_rounded_to_255ths(place):
    levels = np.linspace(0, 1, 400, dtype=np.float32).reshape(20, 20)
    digit = place(levels)
    assert np.array_equal(np.sort(digit[digit > 0]), np.sort(rounded(levels)[rounded(levels) > 0]))
    assert not place(ink(20, 20)).any() and place(ink(20, 20)).shape == (28, 28)


def rounded(levels):
    return np.float32(np.floor(255 * levels + 0.5)) / np.float32(255)
