"""Scores are checked against counts by hand and a published interval."""

from math import comb

import numpy as np
import pytest
import torch

from mnist_cnn.dataset.digits import Digits, embedded_test_set
from mnist_cnn.judging.metrics import (
    accuracy,
    accuracy_interval,
    mcnemar,
    milliseconds_per_digit,
    misread,
    score,
    view_answers,
)
from mnist_cnn.networks.models import MODELS
from mnist_cnn.reading.predict import logits


class Planted(torch.nn.Module):
    """Answers with the value of the first pixel, whatever else is there."""

    def __init__(self):
        super().__init__()
        self.anchor = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        answer = torch.round((x[:, 0, 0, 0] * 0.3081 + 0.1307) * 255).long()
        return torch.nn.functional.one_hot(answer, 10).float() + self.anchor


def test_score_counts_what_was_planted():
    labels = torch.arange(10).repeat(3)
    answers = labels.clone()
    answers[[4, 17]] = torch.tensor([9, 1])  # a 4 read as 9, a 7 read as 1
    images = torch.zeros(30, 28, 28, dtype=torch.uint8)
    images[:, 0, 0] = answers.to(torch.uint8)
    digits = Digits(images, labels)
    result = score(Planted(), digits)
    assert result["errors"] == [4, 17] and result["predicted"] == [9, 1]
    assert result["accuracy"] == accuracy(Planted(), digits) == pytest.approx(28 / 30)
    confusion = np.array(result["confusion"])
    assert confusion[4, 9] == 1 and confusion[7, 1] == 1 and np.trace(confusion) == 28


def test_wilson_interval_by_its_formula():
    correct, total, z = 9960, 10_000, 1.959964
    p = correct / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * np.sqrt(p * (1 - p) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    assert accuracy_interval(correct, total) == pytest.approx(
        [middle - half, middle + half], abs=1e-6
    )


def test_time_per_digit_leaves_the_threads_as_they_were():
    threads = torch.get_num_threads()
    digits = torch.zeros(2, 28, 28, dtype=torch.uint8)
    assert milliseconds_per_digit(MODELS["fc"].build().eval(), digits, repeats=10) > 0
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize("only, only_other", [(2, 8), (8, 2), (5, 5), (0, 6), (0, 0)])
def test_mcnemar_counts_tosses_of_a_coin(only, only_other):
    both = [900, 901]
    errors = [*both, *range(only)]
    other = [*both, *range(100, 100 + only_other)]
    tosses = only + only_other
    extreme = [k for k in range(tosses + 1) if abs(2 * k - tosses) >= abs(only - only_other)]
    by_hand = sum(comb(tosses, k) for k in extreme) / 2**tosses
    assert mcnemar(errors, other) == (only, only_other, pytest.approx(by_hand))


def test_misread_joins_the_models_errors():
    rows = {
        "fc": {"test": {"errors": [3, 7], "predicted": [9, 1]}},
        "conv": {"test": {"errors": [3, 5], "predicted": [4, 0]}},
    }
    assert misread(rows) == {3: {"fc": 9, "conv": 4}, 5: {"conv": 0}, 7: {"fc": 1}}
    assert list(misread(rows)) == [3, 5, 7]


def test_views_agree_with_the_plain_answer_where_nothing_moves(models):
    digits = torch.zeros(3, 28, 28, dtype=torch.uint8)
    found = view_answers(models["aug"], digits)
    torch.testing.assert_close(found, logits(models["aug"], digits).softmax(1))
    test = embedded_test_set()[torch.arange(500)]
    right = (view_answers(models["aug"], test.images).argmax(1) == test.labels).float().mean()
    assert right > 0.98
