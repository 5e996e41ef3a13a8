"""How good a network is on test digits: what it misread, and the figures that follow from it.

metrics.json holds the counts; accuracy and interval are computed from them whenever it is read.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from scipy.stats import binomtest
from torch import Tensor, nn

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.stored import read
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, WeightsError, read_json, write_atomically
from mnist_cnn.reading.predict import logits

TIME = "milliseconds_per_digit"
REPAIR = "Run `python train.py` to make it again."


def accuracy_interval(correct: int, total: int) -> list[float]:
    """95 % confidence interval [low, high] of the accuracy correct / total, by Wilson's formula."""
    interval = binomtest(correct, total).proportion_ci(0.95, method="wilson")
    return [float(interval.low), float(interval.high)]


def accuracy(model: nn.Module, digits: Digits) -> float:
    """Share of the digits that the model reads correctly."""
    right = logits(model, digits.images).argmax(1) == digits.labels
    return right.cpu().double().mean().item()


def evaluate(model: nn.Module, digits: Digits) -> dict[str, Any]:
    """Counts of a model's answers to digits, as metrics.json holds them.

    Returns:
        {"errors": indices of the misread digits, in order, "predicted": the answers at these
        indices, "confusion": 10×10 counts, rows true, columns predicted}
    """
    return count(logits(model, digits.images).argmax(1).cpu(), digits.labels.cpu())


def count(predicted: Tensor, labels: Tensor) -> dict[str, Any]:
    """As `evaluate`, of (N,) answers to digits whose (N,) labels are known, each 0..9."""
    wrong = (predicted != labels).nonzero().flatten()
    confusion = torch.bincount(labels * DATASET.classes + predicted, minlength=DATASET.classes**2)
    return {
        "errors": wrong.tolist(),
        "predicted": predicted[wrong].tolist(),
        "confusion": confusion.view(DATASET.classes, DATASET.classes).tolist(),
    }


def figures(counts: Mapping[str, Any]) -> dict[str, Any]:
    """{"accuracy", "interval": [low, high]}, from counts as `evaluate` returns them."""
    total = sum(map(sum, counts["confusion"]))
    correct = total - len(counts["errors"])
    return {"accuracy": correct / total, "interval": accuracy_interval(correct, total)}


def misread(rows: Mapping[str, Mapping[str, Any]]) -> dict[int, dict[str, int]]:
    """Which test digits were misread by which models.

    Args:
        rows: {key: row of metrics.json}.

    Returns:
        {index: {key: the wrong answer}} in the order of the indices.
    """
    answers: dict[int, dict[str, int]] = {}
    for key, row in rows.items():
        for index, predicted in zip(row["test"]["errors"], row["test"]["predicted"]):
            answers.setdefault(index, {})[key] = predicted
    return dict(sorted(answers.items()))


def mcnemar(errors: Iterable[int], other_errors: Iterable[int]) -> tuple[int, int, float]:
    """Whether two models that answered the same digits differ by more than chance.

    Only the digits that one reads correctly and the other does not tell them apart. If both were
    equally good, each of these would fall to either model with probability 1/2.
    Source: McNemar 1947, in its exact, two-sided form.

    Args:
        errors, other_errors: indices that the first and the second model misread.

    Returns:
        (digits that only the first misreads, digits that only the second misreads, p): p is the
        probability of a split at least as uneven if both were equally good.
    """
    first, second = set(errors), set(other_errors)
    only, only_other = len(first - second), len(second - first)
    differ = only + only_other
    return only, only_other, binomtest(only, differ).pvalue if differ else 1.0


def load_metrics(directory: str | Path | None = None) -> dict[str, Any]:
    """metrics.json, checked, with the figures that follow from its counts.

    Args:
        directory: folder of the file; None is the shipped one.

    Returns:
        {"models": {key: row}, "beside": {name: row}} as schemas.Metrics has them, each row's "test"
        with `figures` beside the counts, and each time per digit the shortest of those measured
        for the same arithmetic on the same hardware: what else differs is the machine's other
        work. {"models": {}} when there is no file.

    Raises:
        WeightsError: the file is not what train.py writes.
    """
    metrics = read(_path(directory), "Metrics", REPAIR) or {"models": {}}
    every = [row for rows in metrics.values() for row in rows.values()]
    times: dict[tuple, float] = {}
    for row in every:
        row["test"] |= figures(row["test"])
        times[_work(row)] = min(row[TIME], times.get(_work(row), row[TIME]))
    for row in every:
        row[TIME] = times[_work(row)]
    return metrics


def _work(row):
    """What a digit costs, and on what: networks that agree in it take the same time."""
    return row["multiply_adds"], row["inference_hardware"]


def stored_metrics(directory: str | Path | None = None) -> dict[str, Any]:
    """metrics.json of our own making as it stands, for training; like `load_metrics` otherwise.

    Raises:
        WeightsError: the file is no JSON with rows.
    """
    path = _path(directory)
    metrics = read_json(path)
    if metrics is None:
        return {"models": {}}
    try:
        if not all(isinstance(row, dict) for row in metrics["models"].values()):
            raise TypeError
        return metrics
    except (KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"{path} is damaged", REPAIR) from error


def save_metrics(directory: str | Path, key: str, row: Mapping[str, Any]) -> None:
    """Put one network's row into metrics.json; the other rows stay.

    A key that is none of the lesson's networks goes to "beside".
    """
    metrics = stored_metrics(directory)
    part = "models" if key in MODELS else "beside"
    rows = metrics.get(part, {}) | {key: row}
    order = [*MODELS, *(other for other in rows if other not in MODELS)]
    metrics[part] = {key: rows[key] for key in order if key in rows}
    text = json.dumps(metrics, indent=1, ensure_ascii=False) + "\n"
    write_atomically(_path(directory), text.encode())


def _path(directory: str | Path | None) -> Path:
    return Path(directory or DIRECTORY) / "metrics.json"


def markdown_table(metrics: Mapping[str, Any]) -> str:
    """The table in docs/training.md of the networks, from what `load_metrics` returned."""
    lines = [
        "| network | parameters | multiply-adds | time per digit | test accuracy | 95 % interval |",
        "|---|---|---|---|---|---|",
    ]
    for row in metrics["models"].values():
        low, high = row["test"]["interval"]
        line = (
            f"| {row['title']} | {row['parameters']:,} | {row['multiply_adds']:,} "
            f"| {row['milliseconds_per_digit']:.1f} ms | {row['test']['accuracy']:.2%} "
            f"| {low:.2%} to {high:.2%} |"
        )
        lines.append(line.replace("%", " %"))
    return "\n".join(lines)
