"""Scores are checked against counts by hand and a published interval."""

import shutil
from math import comb

import numpy as np
import pytest
import torch

from mnist_cnn.dataset.digits import Digits, embedded_test_set
from mnist_cnn.judging import metrics, timing
from mnist_cnn.judging.metrics import (
    accuracy,
    accuracy_interval,
    evaluate,
    figures,
    load_metrics,
    markdown_table,
    mcnemar,
    misread,
    stored_metrics,
)
from mnist_cnn.judging.timing import hardware_name, milliseconds_per_digit
from mnist_cnn.judging.views import view_answers
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY
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
    result = evaluate(Planted(), digits)
    assert result["errors"] == [4, 17] and result["predicted"] == [9, 1]
    assert figures(result)["accuracy"] == accuracy(Planted(), digits) == pytest.approx(28 / 30)
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
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        digits = torch.zeros(2, 28, 28, dtype=torch.uint8)
        assert milliseconds_per_digit(MODELS["fc"].build().eval(), digits, repeats=10) > 0
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_time_per_digit_is_the_median_without_the_warm_up(monkeypatch):
    """By a clock that the answers move: 50 ms while it warms up, then 2 or 4."""
    clock, threads = [0.0], []
    durations = iter([0.05] * 2 + [0.002] * 10 + [0.004] * 8)

    def answer(model, digits):
        threads.append(torch.get_num_threads())
        assert digits.shape == (1, 28, 28)
        clock[0] += next(durations)
        return torch.zeros(1, 10)

    monkeypatch.setattr(timing, "logits", answer)
    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])
    digits = torch.zeros(3, 28, 28, dtype=torch.uint8)
    assert milliseconds_per_digit(None, digits, repeats=20) == pytest.approx(2)
    assert set(threads) == {1}


def test_hardware_is_named_with_its_threads():
    assert hardware_name("cpu", 1).endswith(", 1 thread")
    assert hardware_name("cpu", 2).endswith(", 2 threads")
    assert hardware_name("cpu").startswith(hardware_name("cpu", 1).partition(",")[0])


def test_the_table_holds_the_figures_of_each_network():
    row = {
        "title": "Net", "parameters": 12_345, "multiply_adds": 6_789_000,
        "milliseconds_per_digit": 0.16, "test": {"accuracy": 0.98765, "interval": [0.98, 0.995]},
    }  # fmt: skip
    assert markdown_table({"models": {"fc": row}}).split("\n")[2] == (
        "| Net | 12,345 | 6,789,000 | 0.2 ms | 98.77 % | 98.00 % to 99.50 % |"
    )


def test_evaluate_times_the_shipped_networks_into_their_file(tmp_path, monkeypatch, capsys):
    shutil.copy(DIRECTORY / "metrics.json", tmp_path / "metrics.json")
    monkeypatch.setattr(timing, "DIRECTORY", tmp_path)
    monkeypatch.setattr(metrics, "DIRECTORY", tmp_path)
    monkeypatch.setattr(timing, "milliseconds_per_digit", lambda model, digits: 7.25)
    timing.main([])
    before, after = stored_metrics(DIRECTORY), stored_metrics(tmp_path)
    for key, row in after["models"].items():
        assert row["milliseconds_per_digit"] == 7.25
        assert row["inference_hardware"] == hardware_name("cpu", 1)
        changed = ("milliseconds_per_digit", "inference_hardware")
        assert {n: v for n, v in row.items() if n not in changed} == {
            n: v for n, v in before["models"][key].items() if n not in changed
        }
    assert after["beside"] == before["beside"]
    assert capsys.readouterr().out == markdown_table(load_metrics(tmp_path)) + "\n"


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
