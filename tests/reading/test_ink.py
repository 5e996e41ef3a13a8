"""Ink is what differs from the paper, whatever the light, the polarity and the paper's lines."""

import numpy as np
import pytest

from mnist_cnn.reading.ink import darkness, even_light, grain, without_lines

RANDOM = np.random.default_rng(0)


def bar(paper, ink, side=100):
    """Brightness of a vertical bar on flat paper."""
    grey = np.full((side, side), paper, np.float32)
    grey[20:80, 45:55] = ink
    return grey


def photo(grey, noise=0.01):
    """The same with the noise of a camera."""
    noisy = grey + np.random.default_rng(1).normal(0, noise, grey.shape)
    return noisy.clip(0, 1).astype(np.float32)


@pytest.mark.parametrize("paper, ink", [(1, 0), (0, 1), (0.8, 0.2), (0.3, 0.7), (0.5, 0.4)])
def test_drawn_ink_is_1_on_0(paper, ink):
    found = even_light(bar(paper, ink))
    assert np.allclose(found[20:80, 45:55], 1) and found.sum() == pytest.approx(600)


def test_ink_paler_than_the_darkest_is_less_than_1():
    grey = bar(0.9, 0.1)
    grey[20:80, 60:65] = 0.5
    assert even_light(grey)[50, 62] == pytest.approx(0.5)


def test_what_differs_less_than_6_hundredths_stays_pale():
    assert even_light(bar(0.5, 0.47)).max() == pytest.approx(0.03 / 0.06, abs=1e-3)


def test_other_polarity_is_no_ink():
    grey = bar(0.5, 0.1)
    grey[5:8, 5:8] = 1  # a highlight beside dark ink
    assert not even_light(grey)[:15].any()


@pytest.mark.parametrize("light_ink", [False, True])
def test_photographed_ink_of_either_polarity(light_ink):
    grey = bar(0.8, 0.2, 200)
    found = even_light(photo(1 - grey if light_ink else grey))
    assert found[25:75, 47:53].mean() > 0.6
    assert found[:, 100:].mean() < 0.03 and found.min() == 0


def test_shade_is_divided_out():
    light = np.linspace(0.3, 1, 300, dtype=np.float32)[None]
    reflected = np.ones((300, 300), np.float32)
    for left in (40, 150, 260):
        reflected[50:250, left : left + 10] = 0.5  # reflects half of the light: ink 0.5
    found = even_light(photo(reflected * light, 0.005))
    for left in (40, 150, 260):
        assert found[80:220, left + 2 : left + 8].mean() == pytest.approx(0.5, abs=0.08)
    assert found[:, 70:130].mean() < 0.03


def test_grain_is_the_median_difference_of_neighbours():
    rows = np.float32([[0, 0.1, 0.3], [9, 0, 9], [0, 9, 0], [0, 0.2, 0.5]])
    assert grain(rows) == pytest.approx(0.2)  # of 0.1, 0.2, 0.2, 0.3: rows 0 and 3
    assert grain(bar(1, 0)) == 0
    assert grain(np.ones((5, 1), np.float32)) == 0


def test_darkness_counts_dark_pixels_more():
    assert darkness(np.float32([1, 0.5])) == pytest.approx((1 + 0.125) / (1 + 0.25))
    assert darkness(np.zeros((3, 3), np.float32)) == 0


def ruled(rows=(), columns=(), side=300):
    """Ink of a thick stroke on noisy paper with lines of two pixels."""
    ink = np.abs(RANDOM.normal(0, 0.01, (side, side))).astype(np.float32)
    for row in rows:
        ink[row : row + 2] = 0.35
    for column in columns:
        ink[:, column : column + 2] = 0.35
    ink[80:220, 140:165] = 1
    return ink


@pytest.mark.parametrize(
    "lines",
    [
        {"rows": (30, 90, 150, 210, 270)},
        {"columns": (30, 90, 200, 270)},
        {"rows": (50, 110, 250), "columns": (50, 110, 250)},
    ],
)
def test_ruled_and_squared_paper(lines):
    ink = ruled(**lines)
    cleaned = without_lines(ink)
    stroke = np.zeros(ink.shape, bool)
    stroke[75:225, 135:170] = True
    assert (cleaned[~stroke] > 0.2).sum() < 0.03 * (ink[~stroke] > 0.2).sum()
    assert (cleaned[85:215, 145:160] == 1).mean() > 0.97
    assert cleaned.shape == ink.shape


def test_odd_sizes_keep_their_shape():
    ink = ruled(rows=(30, 90, 250), side=301)
    assert without_lines(ink).shape == (301, 301)


def test_one_line_may_be_a_stroke():
    ink = ruled(rows=(250,))
    assert np.array_equal(without_lines(ink), ink)


def test_drawings_and_thumbnails_have_no_lines():
    drawn = np.zeros((300, 300), np.float32)
    drawn[50:52] = drawn[200:202] = 1
    assert without_lines(drawn) is drawn
    small = ruled(rows=(20, 60, 100), side=300)[:112, :112]
    assert without_lines(small) is small
