"""How well people's own handwriting is read: pictures in, counts and figures out.

A folder of pictures has a manifest.csv with the columns path, label and writer_group, and, to
report sets apart, set. The pictures judge the networks; nothing is trained on them. The report and
the command line are in handwriting_report.py.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging import stored
from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.reading.detector import Weights
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.predict import Prediction, read

JUDGED = "mnist", "notebook"  # keys of PIPELINES
RESAMPLES = 2000  # of the bootstrap

Answers = Sequence[Prediction | None]  # one per picture; None where the file could not be read


class ManifestError(Exception):
    """The folder cannot be judged; the message says what its manifest lacks."""


@dataclass(frozen=True)
class Sample:
    """One row of the manifest."""

    path: Path
    label: int  # 0..9
    group: str  # of writers: pictures of one group are by the same few hands
    set: str


def read_manifest(folder: str | Path) -> list[Sample]:
    """The samples that a folder's manifest.csv lists.

    Raises:
        ManifestError: no manifest, a column missing, or a label that is no digit.
    """
    path = Path(folder) / "manifest.csv"
    try:
        with open(path, newline="") as file:
            samples = [
                Sample(path.parent / row["path"], int(row["label"]), row["writer_group"],
                       row.get("set") or "all")
                for row in csv.DictReader(file)
            ]  # fmt: skip
        if not all(0 <= sample.label < DATASET.classes for sample in samples):
            raise ValueError(f"a label outside 0 to {DATASET.classes - 1}")
        return samples
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ManifestError(
            f"{path} is missing or damaged ({error}); it needs path, label, writer_group"
        ) from error


def answer_all(
    samples: Sequence[Sample], weights: Weights, pipeline: str
) -> tuple[dict[str, list[Prediction | None]], list[tuple[Path, str]]]:
    """Every model's answers to every sample, preprocessed by one pipeline.

    Returns:
        ({key: [Prediction, or None where the file could not be read]}, [(path, why), ...] of the
        files that could not be read)
    """
    answers: dict[str, list[Prediction | None]] = {key: [] for key in weights.models}
    broken = []
    for sample in tqdm(samples, desc=pipeline, unit="picture", leave=False, disable=None):
        try:
            predictions = read(sample.path, weights, pipeline).predictions
        except ImageError as error:
            broken.append((sample.path, str(error)))
            predictions = {}
        for key in answers:
            answers[key].append(predictions.get(key))
    return answers, broken


def count(samples: Sequence[Sample], answers: Answers) -> dict[str, Any] | None:
    """Counts of one model's answers, as handwriting.json holds them; None if nothing was read.

    An unanswered picture counts as wrong. Files that could not be read do not count.

    Returns:
        {"groups": [{"group": number, "set": name, "right", "count"}], one for each set that a group
        of writers has pictures in, "confusion": 10×11 counts, rows true, columns predicted, the
        last one unanswered}
    """
    pairs = [(s, p) for s, p in zip(samples, answers) if p is not None]
    numbers = {name: place for place, name in enumerate(sorted({s.group for s, _ in pairs}))}
    groups: dict[tuple[str, str], dict[str, Any]] = {
        place: {"group": numbers[place[0]], "set": place[1], "right": 0, "count": 0}
        for place in sorted({(s.group, s.set) for s, _ in pairs})
    }
    confusion = np.zeros((DATASET.classes, DATASET.classes + 1), int)
    for sample, prediction in pairs:
        groups[sample.group, sample.set]["count"] += 1
        groups[sample.group, sample.set]["right"] += prediction.label == sample.label
        predicted = DATASET.classes if prediction.label is None else prediction.label
        confusion[sample.label, predicted] += 1
    return {"groups": list(groups.values()), "confusion": confusion.tolist()} if pairs else None


def figures(counts: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from counts as `count` returns them: shares of correct answers.

    Returns:
        {"sets": {name: {"accuracy", "count"}}, "group_mean": mean of the groups' accuracies,
        "interval": [low, high] of it, "unanswered": share, "answered_accuracy": of the answered
        pictures, None if there are none}
    """
    means = list(_shares(counts["groups"], "group").values())
    confusion = np.array(counts["confusion"])
    unanswered, answered = confusion[:, -1].sum().item(), confusion[:, :-1].sum().item()
    sizes = _sums(counts["groups"], "set")
    return {
        "sets": {
            name: {"accuracy": share, "count": sizes[name][1]}
            for name, share in _shares(counts["groups"], "set").items()
        },
        "group_mean": np.mean(means).item(),
        "interval": group_interval(means),
        "unanswered": unanswered / (unanswered + answered),
        "answered_accuracy": np.trace(confusion).item() / answered if answered else None,
    }


def group_interval(means: Sequence[float]) -> list[float]:
    """95 % interval [low, high] of the mean of the groups' accuracies: a percentile bootstrap.

    Groups are drawn, not pictures: pictures by the same hand are not independent.
    Source: Efron 1979, "Bootstrap Methods: Another Look at the Jackknife".
    """
    random = np.random.default_rng(0)
    resampled = random.choice(means, (RESAMPLES, len(means))).mean(1)
    return np.percentile(resampled, [2.5, 97.5]).tolist()


def _sums(groups: Sequence[Mapping[str, Any]], name: str) -> dict[Any, tuple[int, int]]:
    """(right, count) of what shares a set or a group, in order."""
    found = {
        value: [row for row in groups if row[name] == value]
        for value in sorted({row[name] for row in groups})
    }
    return {
        value: (sum(row["right"] for row in rows), sum(row["count"] for row in rows))
        for value, rows in found.items()
    }


def _shares(groups: Sequence[Mapping[str, Any]], name: str) -> dict[Any, float]:
    return {value: right / count for value, (right, count) in _sums(groups, name).items()}


def load_handwriting(directory: str | Path | None = None) -> dict[str, Any]:
    """handwriting.json, checked, with the figures that follow from its counts.

    Args:
        directory: folder of the file; None is the shipped one.

    Returns:
        {"weights": {key: sha256}, "pictures", "broken", "mnist" and "notebook": {key: counts and
        `figures`, or None}}; {} when there is no file, or one of the older form without counts.

    Raises:
        WeightsError: the file is not what the command writes.
    """
    path = Path(directory or DIRECTORY) / "handwriting.json"
    repair = "Run `python -m mnist_cnn handwriting FOLDER --json` to make it again."
    found = stored.read(path, "Handwriting", repair)
    if found is None:
        return {}
    rows = [row for pipeline in JUDGED for row in found[pipeline].values() if row]
    if not all(row.get("groups") for row in rows):
        return {}
    for row in rows:
        row |= figures(row)
    return found
