"""How well people's own handwriting is read: pictures in, counts and figures out.

A folder of pictures has a manifest.csv with the columns path, label and writer_group, and, to
report sets apart, set. The pictures judge the networks; nothing is trained on them. The report and
the command line are in handwriting_report.py.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging import stored
from mnist_cnn.judging.calibration import calibration_gaps
from mnist_cnn.judging.metrics import accuracy_interval
from mnist_cnn.networks.weights import DIRECTORY, file_sha256, recorded_sha256s
from mnist_cnn.reading.detector import Weights, guard_path
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.ink_finder import ink_path
from mnist_cnn.reading.predict import Prediction, read
from mnist_cnn.reading.reasons import Reason

JUDGED = "mnist", "notebook"  # keys of PIPELINES
RESAMPLES = 2000  # of the bootstrap


@dataclass(frozen=True)
class Paper:
    """What a set of handwriting was written on, in words for people."""

    title: str
    what: str


# By the name of the set in a manifest; a set without a row is called by its name.
PAPERS = {
    "photo": Paper("Phone photos", "One digit, mostly on plain paper, with shadows and thin pens."),
    "class": Paper("A class's photos", "A whole class's digits on any paper, in any light."),
    "photo_grid": Paper("Squared paper", "One writer's digits on squared paper, in poor light."),
    "processed": Paper("Black and white", "Photographed, then made black and white by the writer."),
    "segcrop": Paper("Cut out of pages", "Pen on paper, cut out digit by digit: ragged edges."),
    "canvas": Paper("Drawings", "With mouse, finger or stylus, large and small, thick and thin."),
    "canvas28": Paper("28-pixel drawings", "Drawn in MNIST's own grid of 28×28 pixels."),
    "usps": Paper("Zip codes", "Scanned from letters: 16×16 pixels, filled from edge to edge."),
}

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
        with open(path, encoding="utf-8-sig", newline="") as file:
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

    Files that could not be read do not count.

    Returns:
        {"groups": one row for each set that a group of writers has pictures in: {"group": number,
        "set": name, "count": pictures, "right": answered rightly, "likeliest": whose `likeliest`
        digit is the true one, "refused": {reason: pictures}, "gaps": `calibration_gaps` of the
        likeliest digits}, "confusion": 10×11 counts, rows true, columns predicted, the last one
        unanswered}
    """
    pairs = [(s, p) for s, p in zip(samples, answers) if p is not None]
    numbers = {name: place for place, name in enumerate(sorted({s.group for s, _ in pairs}))}
    places: dict[tuple[str, str], list[tuple[Sample, Prediction]]] = {}
    confusion = np.zeros((DATASET.classes, DATASET.classes + 1), int)
    for sample, prediction in pairs:
        places.setdefault((sample.group, sample.set), []).append((sample, prediction))
        predicted = DATASET.classes if prediction.label is None else prediction.label
        confusion[sample.label, predicted] += 1
    groups = [
        {"group": numbers[group], "set": name, **_tally(places[group, name])}
        for group, name in sorted(places)
    ]
    return {"groups": groups, "confusion": confusion.tolist()} if pairs else None


def likeliest(prediction: Prediction) -> int | None:
    """The digit to which a model gives most, answered or not; None where it saw nothing."""
    return None if prediction.saw_nothing else prediction.ranking[0]


def _tally(pairs: Sequence[tuple[Sample, Prediction]]) -> dict[str, Any]:
    seen = [(s, p) for s, p in pairs if likeliest(p) is not None]
    confidences = torch.tensor([p.confidence for _, p in seen], dtype=torch.double)
    is_right = torch.tensor([likeliest(p) == s.label for s, p in seen], dtype=torch.bool)
    gaps = calibration_gaps(confidences, is_right)
    reasons = Counter(str(p.reason) for _, p in pairs if p.reason is not None)
    return {
        "count": len(pairs),
        "right": sum(p.label == s.label for s, p in pairs),
        "likeliest": int(is_right.sum()),
        "refused": dict(sorted(reasons.items())),
        "gaps": [round(gap, 6) for gap in gaps.tolist()],
    }


def figures(counts: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from counts as `count` returns them.

    Returns:
        {"sets": {name: `shares` of its pictures}, "all": `shares` of all pictures, "group_mean":
        mean over the groups of writers of what is read, "interval": [low, high] of it}
    """
    rows = counts["groups"]
    means = [_share(group, "right") for group in _split(rows, "group").values()]
    return {
        "sets": {name: shares(of_set) for name, of_set in _split(rows, "set").items()},
        "all": shares(rows),
        "group_mean": np.mean(means).item(),
        "interval": group_interval(means),
    }


def shares(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Shares of the pictures that some rows of "groups" count.

    Returns:
        {"count": pictures, "groups": of writers, "read": share answered rightly, a refusal being
        none, "likeliest": share whose likeliest digit is right, "read_interval" and
        "likeliest_interval": [low, high], "refused": share, "reasons": {reason: pictures},
        "right_but_refused": pictures, "answered_accuracy": of the answered pictures,
        "calibration_error": of the likeliest digits, blank pictures left out; each of the last two
        is None if there are none}
    """
    reasons: Counter[str] = sum((Counter(row["refused"]) for row in rows), Counter())
    pictures, refused = _sum(rows, "count"), reasons.total()
    answered, seen = pictures - refused, pictures - reasons[Reason.BLANK]
    gaps = np.sum([row["gaps"] for row in rows], 0)
    return {
        "count": pictures,
        "groups": len(_split(rows, "group")),
        "read": _share(rows, "right"),
        "read_interval": share_interval(rows, "right"),
        "likeliest": _share(rows, "likeliest"),
        "likeliest_interval": share_interval(rows, "likeliest"),
        "refused": refused / pictures,
        "reasons": dict(reasons),
        "right_but_refused": _sum(rows, "likeliest") - _sum(rows, "right"),
        "answered_accuracy": _sum(rows, "right") / answered if answered else None,
        "calibration_error": np.abs(gaps).sum().item() / seen if seen else None,
    }


def share_interval(rows: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """95 % interval [low, high] of a share of pictures, "right" or "likeliest".

    Wilson's takes pictures for independent; a percentile bootstrap over the groups of writers tells
    how much hands differ, but is too narrow where groups are few or are all read alike. So the
    interval goes as far as either. Of a single group it is Wilson's.
    """
    groups = _split(rows, "group").values()
    hits, counts = (np.array([_sum(group, key) for group in groups]) for key in (name, "count"))
    low, high = accuracy_interval(hits.sum().item(), counts.sum().item())
    drawn = np.random.default_rng(0).integers(len(hits), size=(RESAMPLES, len(hits)))
    resampled = hits[drawn].sum(1) / counts[drawn].sum(1)
    least, most = np.percentile(resampled, [2.5, 97.5]).tolist()
    return [min(low, least), max(high, most)]


def group_interval(means: Sequence[float]) -> list[float]:
    """95 % interval [low, high] of the mean of the groups' accuracies: a percentile bootstrap.

    Groups are drawn, not pictures: pictures by the same hand are not independent.
    Source: Efron 1979, "Bootstrap Methods: Another Look at the Jackknife".
    """
    random = np.random.default_rng(0)
    resampled = random.choice(means, (RESAMPLES, len(means))).mean(1)
    return np.percentile(resampled, [2.5, 97.5]).tolist()


def _split(rows: Iterable[Mapping[str, Any]], name: str) -> dict[Any, list[Mapping[str, Any]]]:
    """The rows that share a set or a group, in order."""
    found: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return dict(sorted(found.items()))


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)


def _share(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    return _sum(rows, name) / _sum(rows, "count")


def judged_sha256s(directory: str | Path) -> dict[str, str | None]:
    """{name: sha256} of all networks that have a part in reading: a folder's, its guard, its ink.

    Raises:
        WeightsError: metrics.json is damaged.
    """
    paths = [guard_path(directory), ink_path(directory)]
    others = {path.stem: file_sha256(path) for path in paths if path.exists()}
    return recorded_sha256s(directory) | others


def load_handwriting(directory: str | Path | None = None) -> dict[str, Any]:
    """handwriting.json, checked, with the figures that follow from its counts.

    Args:
        directory: folder of the file and the networks; None is the shipped one.

    Returns:
        {"weights": {key: sha256}, "pictures", "broken", "mnist" and "notebook": {key: counts and
        `figures`, or None}}; {} when there is no file, one that is of other networks, guard or
        ink finder than the folder's, or one of an older form without all of these counts.

    Raises:
        WeightsError: the file is not what the command writes.
    """
    directory = Path(directory or DIRECTORY)
    repair = "Run `python -m mnist_cnn handwriting FOLDER --json` to make it again."
    found = stored.read(directory / "handwriting.json", "Handwriting", repair)
    if found is None or found["weights"] != judged_sha256s(directory):
        return {}
    rows = [row for pipeline in JUDGED for row in found[pipeline].values() if row]
    groups = [row.get("groups") for row in rows]
    if not all(groups) or any(group.get("gaps") is None for row in groups for group in row):
        return {}
    for row in rows:
        row |= figures(row)
    return found
