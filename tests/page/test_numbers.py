"""Figures in, words out."""

import pytest

from mnist_cnn.page.numbers import number, percent, shape, true_minus


@pytest.mark.parametrize(
    "value, digits, words",
    [
        (0.998, 1, "99.8 %"),
        (0.99949, 1, "99.9 %"),
        (0.9996, 1, "> 99.9 %"),
        (0.99999, 1, "> 99.9 %"),
        (0.99999, 2, "> 99.99 %"),
        (0.9999, 2, "99.99 %"),
        (0.996, 0, "> 99 %"),
        (1, 1, "100.0 %"),
        (1, 0, "100 %"),
        (0, 1, "0.0 %"),
        (0.0004, 1, "0.0 %"),
        (0.1234, 0, "12 %"),
    ],
)
def test_only_certainty_is_100_percent(value, digits, words):
    assert percent(value, digits) == words


def test_shape():
    assert (shape((64, 8, 8)), shape([10])) == ("64 × 8 × 8", "10")


def test_true_minus():
    assert (true_minus("-1.98"), true_minus("0.5")) == ("−1.98", "0.5")


@pytest.mark.parametrize(
    "value, form, sign, words",
    [
        (-1.984, ".3g", "", "−1.98"),
        (0.5, ".3g", "", "0.5"),
        (-1234, ".3g", "", "−1230"),
        (99_999, ".3g", "", "100000"),
        (0.00001234, ".3g", "", "0.0000123"),
        (-1e-17, ".3g", "", "0"),  # what a cancelled sum leaves
        (-0.0004, ".2f", "", "0.00"),
        (12, ".0f", "+", "+12"),
        (-12, ".0f", "+", "−12"),
        (0, ".0f", "+", "+0"),
    ],
)
def test_numbers_have_a_true_minus_and_no_negative_zero(value, form, sign, words):
    assert number(value, form, sign) == words
