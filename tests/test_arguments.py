"""Requests are checked at their limits, and what came is named."""

import numpy as np
import pytest

from mnist_cnn.arguments import (
    RequestError,
    check_choice,
    check_index,
    check_pixels,
    check_unit,
)

DIGIT = np.arange(28 * 28).reshape(28, 28) % 256


def test_choices():
    assert check_choice("model", "fc", ("fc", "conv")) is None
    for value in ("f", "", None, 3, ["fc"]):
        with pytest.raises(RequestError, match=r"model: .* is none of fc, conv"):
            check_choice("model", value, ("fc", "conv"))


@pytest.mark.parametrize("index", [0, 9, 9.0, 3.0])
def test_whole_numbers_in_the_range_are_taken(index):
    assert check_index(index, 10) == index and type(check_index(index, 10)) is int


@pytest.mark.parametrize("index", [-1, 10, 1.5, float("nan"), float("inf"), None, "3", [3]])
def test_other_indices_are_named(index):
    with pytest.raises(RequestError, match=r"index: .* came; send a whole number from 0 to 9"):
        check_index(index, 10)


def test_units_of_a_map_and_of_a_list():
    assert check_unit((4, 5, 7), 3, 4.0, 6) == (3, 4, 6)
    assert check_unit((512,), 511, 0, 0) == (511, 0, 0)


@pytest.mark.parametrize(
    "shape, unit, said",
    [
        ((4, 5, 7), (4, 0, 0), "channel: 4 came; send a whole number from 0 to 3"),
        ((4, 5, 7), (0, 5, 0), "row: 5 came; send a whole number from 0 to 4"),
        ((4, 5, 7), (0, 0, 7), "column: 7 came; send a whole number from 0 to 6"),
        ((512,), (0, 1, 0), "row: 1 came; send a whole number from 0 to 0"),
        ((512,), (0, 0, 1), "column: 1 came"),
        ((512,), (512, 0, 0), "channel: 512 came"),
    ],
)
def test_units_that_a_layer_lacks_are_named(shape, unit, said):
    with pytest.raises(RequestError, match=said):
        check_unit(shape, *unit)


def test_pixels_are_taken_as_they_are():
    assert check_pixels(DIGIT.tolist()).tolist() == DIGIT.tolist()
    assert check_pixels(DIGIT).dtype == np.uint8


def test_fractions_of_a_grey_are_rounded():
    pixels = np.zeros((28, 28))
    pixels[0, :4] = 0.4, 0.6, 254.6, 255
    assert check_pixels(pixels)[0, :4].tolist() == [0, 1, 255, 255]


def test_pixels_up_to_1_are_shares_of_full_ink():
    pixels = np.zeros((28, 28))
    pixels[0, :3] = 0.25, 0.5, 0.999
    assert check_pixels(pixels)[0, :3].tolist() == [64, 128, 255]
    assert check_pixels(np.eye(28, dtype=int).tolist()).tolist() == (255 * np.eye(28)).tolist()
    assert check_pixels(np.eye(28) + np.eye(28)).max() == 2
    assert not check_pixels(np.zeros((28, 28))).any()


@pytest.mark.parametrize(
    "pixels, said",
    [
        ([[1, 2], [3, 4]], r"shape \(2, 2\) came"),
        ([[1, 2], [3]], "no table of numbers"),
        ("drawing", "no table of numbers"),
        (None, "no table of numbers"),
        ([[256] * 28] * 28, "outside 0 to 255"),
        ([[-1] * 28] * 28, "outside 0 to 255"),
        ([[float("nan")] * 28] * 28, "outside 0 to 255"),
    ],
)
def test_wrong_pixels_are_named(pixels, said):
    with pytest.raises(RequestError, match=said):
        check_pixels(pixels)
