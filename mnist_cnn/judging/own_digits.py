"""A test set of one's own: the figures of MNIST's, of digits that people labelled."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from torch import nn

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.metrics import count, figures, mcnemar
from mnist_cnn.networks import weights as files
from mnist_cnn.reading.detector import Weights
from mnist_cnn.reading.predict import load_once, logits

LEVEL, POWER = 0.05, 0.8  # of McNemar's test: false alarms, and differences that it finds


def evaluate(
    digits: np.ndarray, labels: Sequence[int], weights: Weights | None = None
) -> dict[str, Any]:
    """How well each network reads digits of one's own.

    The likeliest digit counts, as on MNIST's test set: nothing is refused.

    Args:
        digits: (N, 28, 28) uint8, ink bright, as pipelines.to_digit returns them.
        labels: (N,) true digits, 0..9.
        weights: the networks; None is the shipped ones.

    Returns:
        As `judge`.

    Raises:
        RequestError: no digit, another shape, not as many labels, or a label that is no digit.
    """
    digits = np.asarray(digits)
    side = DATASET.side
    if digits.ndim != 3 or digits.shape[1:] != (side, side) or digits.dtype != np.uint8:
        came = f"{digits.dtype} of shape {digits.shape}"
        raise RequestError(f"digits: {came} came; send uint8 of shape (N, {side}, {side})")
    check_labels(labels, len(digits))
    return judge(answer_all((weights or load_once(files.DIRECTORY)).models, digits), labels)


def answer_all(models: Mapping[str, nn.Module], digits: np.ndarray) -> dict[str, list[int]]:
    """The likeliest digit of each of (N, 28, 28) uint8 digits: {key of a network: N digits}."""
    return {key: logits(model, digits).argmax(1).tolist() for key, model in models.items()}


def check_labels(labels, count: int) -> None:
    """Raise RequestError unless these are true digits, 0..9, of `count` digits, at least one."""
    if not isinstance(labels, Sequence | np.ndarray) or isinstance(labels, str):
        raise RequestError(f"labels: {str(labels)[:40]!r} came; send a list of digits, 0 to 9")
    if not count or len(labels) != count:
        raise RequestError(f"labels: {len(labels)} came for {count} digits; send one for each")
    for place, label in enumerate(labels):
        if isinstance(label, bool) or label not in range(DATASET.classes):
            came = f"{str(label)[:40]!r} came at place {place}"
            raise RequestError(f"labels: {came}; send digits, 0 to 9")


def judge(answers: Mapping[str, Sequence[int]], labels: Sequence[int]) -> dict[str, Any]:
    """The figures of networks that answered the same digits.

    Args:
        answers: {key of a network: (N,) digits, 0..9}.
        labels: (N,) true digits, 0..9; at least one.

    Returns:
        {"count": N, "models": {key: {"errors", "predicted", "confusion", "accuracy", "interval"}},
        as metrics.evaluate and metrics.figures have them, "pairs": [{"models": [key, other],
        "only": [digits that only the first misreads, that only the other misreads], "p": as
        metrics.mcnemar, "needed": as `digits_needed`}, ...] of every two networks}
    """
    true = torch.tensor([int(label) for label in labels])
    rows = {}
    for key, predicted in answers.items():
        counts = count(torch.tensor([int(digit) for digit in predicted]), true)
        rows[key] = {**counts, **figures(counts)}
    pairs = [
        compare(rows[key]["errors"], rows[other]["errors"], len(true)) | {"models": [key, other]}
        for key, other in combinations(rows, 2)
    ]
    return {"count": len(true), "models": rows, "pairs": pairs}


def compare(errors: Sequence[int], other_errors: Sequence[int], count: int) -> dict[str, Any]:
    """Whether two ways of answering the same `count` digits differ: "only", "p" and "needed"."""
    only, only_other, p = mcnemar(errors, other_errors)
    return {
        "only": [only, only_other],
        "p": p,
        "needed": digits_needed(only, only_other, count),
    }


def digits_needed(only: int, only_other: int, count: int) -> int | None:
    """How many digits it would take to tell two networks apart, if they go on differing like this.

    Of test sets of that size, four in five would have McNemar's test say so, at the level 0.05.
    Source: Connor 1987, "Sample size for testing differences in proportions for the paired-sample
    design".

    Args:
        only, only_other: digits that only the first, and only the other, misreads.
        count: digits that both answered.

    Returns:
        The whole size, the digits at hand included; None where both misread equally many.
    """
    if only == only_other:
        return None
    differ, gap = (only + only_other) / count, abs(only - only_other) / count
    level, power = NormalDist().inv_cdf(1 - LEVEL / 2), NormalDist().inv_cdf(POWER)
    root = level * math.sqrt(differ) + power * math.sqrt(differ - gap**2)
    return math.ceil((root / gap) ** 2)
