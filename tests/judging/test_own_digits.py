"""Figures of one's own test set are those of MNIST's, and the size they ask for suffices."""

import numpy as np
import pytest

import mnist_cnn
from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.metrics import accuracy_interval, load_metrics, mcnemar
from mnist_cnn.judging.own_digits import digits_needed, judge
from mnist_cnn.networks.models import MODELS


def test_own_digits_get_the_figures_of_the_stored_test():
    test, rows = embedded_test_set()[:600], load_metrics()["models"]
    found = mnist_cnn.evaluate(test.images.numpy(), test.labels.tolist())
    assert found["count"] == 600 and list(found["models"]) == list(MODELS)
    for key, row in found["models"].items():
        stored = rows[key]["test"]["errors"]
        assert row["errors"] == [index for index in stored if index < 600]
        assert row["interval"] == accuracy_interval(600 - len(row["errors"]), 600)
    for pair in found["pairs"]:
        one, other = (found["models"][key]["errors"] for key in pair["models"])
        assert (*pair["only"], pair["p"]) == mcnemar(one, other)


def test_figures_by_hand():
    labels = [0, 1, 2, 3, 3]
    found = judge({"fc": [0, 1, 2, 8, 8], "aug": [0, 1, 2, 3, 8]}, labels)
    assert found["models"]["fc"]["errors"] == [3, 4] and found["models"]["aug"]["errors"] == [4]
    assert found["models"]["fc"]["confusion"][3][8] == 2
    assert found["models"]["aug"]["accuracy"] == 0.8
    (pair,) = found["pairs"]
    assert pair["models"] == ["fc", "aug"] and pair["only"] == [1, 0] and pair["p"] == 1


@pytest.mark.parametrize("only, only_other, count", [(12, 4, 100), (3, 1, 30), (5, 0, 200)])
def test_the_size_asked_for_tells_two_networks_apart_four_times_in_five(only, only_other, count):
    needed = digits_needed(only, only_other, count)
    random, tries = np.random.default_rng(0), 2000
    shares = [only / count, only_other / count, 1 - (only + only_other) / count]
    splits = random.multinomial(needed, shares, tries)[:, :2]
    p = {tuple(pair): mcnemar(range(pair[0]), range(-pair[1], 0))[2] for pair in splits.tolist()}
    found = np.mean([p[tuple(pair)] <= 0.05 for pair in splits.tolist()])
    assert 0.7 < found < 0.86  # the exact test is a little stricter than the formula's


def test_the_size_by_hand():
    # (1.960 · √0.25 + 0.842 · √(0.25 − 0.15²))² / 0.15² = 84.8; unequal shares take fewer digits
    # than equal ones would, 87.2.
    assert digits_needed(20, 5, 100) == 85


def test_no_size_tells_apart_what_misreads_equally_many():
    assert digits_needed(0, 0, 30) is digits_needed(2, 2, 30) is None


DIGITS = np.zeros((2, 28, 28), np.uint8)
BAD = {
    "no digit": (DIGITS[:0], [], "labels: 0 came for 0 digits"),
    "floats": (DIGITS / 255, [1, 2], "digits: float64 of shape"),
    "one picture": (DIGITS[0], [1, 2], "digits: uint8 of shape \\(28, 28\\) came"),
    "a label less": (DIGITS, [1], "labels: 1 came for 2 digits"),
    "ten": (DIGITS, [1, 10], "labels: '10' came at place 1; send digits, 0 to 9"),
    "a word": (DIGITS, [1, "two"], "labels: 'two' came at place 1"),
    "true": (DIGITS, [True, 1], "labels: 'True' came at place 0"),
    "a string": (DIGITS, "12", "labels: '12' came; send a list"),
    "None": (DIGITS, None, "labels: 'None' came; send a list"),
}


@pytest.mark.parametrize("digits, labels, sentence", BAD.values(), ids=BAD)
def test_what_is_no_test_set_is_refused_in_one_sentence(digits, labels, sentence):
    with pytest.raises(RequestError, match=sentence):
        mnist_cnn.evaluate(digits, labels)
