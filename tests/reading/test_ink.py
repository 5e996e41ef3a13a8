"""On even paper, ink is what differs from it, whatever the polarity."""

import numpy as np
import pytest

from mnist_cnn.reading.ink import darkness, drawn_ink, is_dotted, is_drawing


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
    found = drawn_ink(bar(paper, ink))
    assert np.allclose(found[20:80, 45:55], 1) and found.sum() == pytest.approx(600)


def test_ink_paler_than_the_darkest_is_less_than_1():
    grey = bar(0.9, 0.1)
    grey[20:80, 60:65] = 0.5
    assert drawn_ink(grey)[50, 62] == pytest.approx(0.5)


def test_what_differs_less_than_6_hundredths_stays_pale():
    assert drawn_ink(bar(0.5, 0.47)).max() == pytest.approx(0.03 / 0.06, abs=1e-3)


def test_other_polarity_is_no_ink():
    grey = bar(0.5, 0.1)
    grey[5:8, 5:8] = 1  # a highlight beside dark ink
    assert not drawn_ink(grey)[:15].any()


def test_darkness_counts_dark_pixels_more():
    assert darkness(np.float32([1, 0.5])) == pytest.approx((1 + 0.125) / (1 + 0.25))
    assert darkness(np.zeros((3, 3), np.float32)) == 0


def test_a_drawing_has_one_colour_of_paper():
    assert is_drawing(bar(1, 0)) and is_drawing(bar(0.3, 0.9)) and is_drawing(bar(0.5, 0.5))
    digit = np.zeros((28, 28), np.float32)
    digit[:, 8:18] = 0.7  # touches two edges
    assert is_drawing(digit)
    wide = np.ones((100, 100), np.float32)
    wide[:, 20:85] = np.linspace(0.2, 0.6, 65)  # two thirds of the pixels differ from the next
    assert is_drawing(wide)


@pytest.mark.parametrize("side", [8, 20])
def test_paper_of_a_tiny_picture_is_what_most_of_its_border_is_near_to(side):
    dark = np.full((side, side), 0.3, np.float32)  # soft strokes from border to border
    dark[2:-2, 2:-2] = 1
    dark[0, :4] = 0, 0.01, 0.02, 0.03
    for grey in (dark, 1 - dark):
        assert is_drawing(grey)
        assert np.allclose(drawn_ink(grey), dark)
    assert not is_drawing(np.random.default_rng(0).random((21, 21), np.float32))


def dithered(grey):
    """Black and white by chance, as dark as the original on the whole."""
    return np.float32(np.random.default_rng(2).random(grey.shape) < grey)


def test_dots_are_greys_and_strokes_are_not():
    page = dithered(bar(0.75, 0.2, 200))
    assert is_dotted(page) and not is_drawing(page)
    assert not is_dotted(photo(bar(0.75, 0.2))) and not is_dotted(bar(1, 0))
    narrow = np.ones((100, 100), np.float32)
    narrow[20:80, 30:70:8] = 0  # ten changes along a hundred pixels
    assert not is_dotted(narrow) and is_drawing(narrow)


def test_a_photo_is_no_drawing():
    assert not is_drawing(photo(bar(0.8, 0.2)))
    shaded = bar(0.8, 0.2) * np.linspace(0.5, 1, 100, dtype=np.float32)[:, None]
    assert not is_drawing(shaded)  # neighbours are alike, the border is not
    coarse = photo(bar(0.8, 0.2, 25)).repeat(4, 0).repeat(4, 1)  # enlarged: neighbours are equal
    assert not is_drawing(coarse)
    framed = photo(bar(0.8, 0.2))
    framed[:3] = framed[-3:] = framed[:, :3] = framed[:, -3:] = 1
    assert not is_drawing(framed)  # the border is of one colour, the neighbours are not
