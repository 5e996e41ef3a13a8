"""How well people's own handwriting is read: `python -m mnist_cnn handwriting FOLDER`.

The folder holds pictures and a manifest.csv with the columns path, label and writer_group, and, to
report sets apart, set. The pictures judge the networks; nothing here trains on them.
"""

import argparse
import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from tqdm import tqdm

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.weights import WeightsError, load_metrics, load_models
from mnist_cnn.reading.detector import load_detector
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit
from mnist_cnn.reading.predict import predict

RESAMPLES = 2000  # of the bootstrap


class ManifestError(Exception):
    """The folder cannot be judged; the message says what its manifest lacks."""


@dataclass(frozen=True)
class Sample:
    """One row of the manifest."""

    path: Path
    label: int  # 0..9
    group: str  # whose hand
    set: str


def read_manifest(folder):
    """The samples that a folder's manifest.csv lists.

    Raises:
        ManifestError: no manifest, a column missing, or a label that is no digit.
    """
    path = Path(folder) / "manifest.csv"
    try:
        with open(path, newline="") as file:
            return [
                Sample(path.parent / row["path"], int(row["label"]), row["writer_group"],
                       row.get("set") or "all")
                for row in csv.DictReader(file)
            ]  # fmt: skip
    except (OSError, KeyError, ValueError, UnicodeDecodeError) as error:
        raise ManifestError(
            f"{path} is missing or damaged ({error}); it needs path, label, writer_group"
        ) from error


def evaluate(samples, models, detector, way):
    """Every model's answers to every sample, preprocessed in one way.

    Returns:
        {"answers": {key: [Prediction or None, ...]}, "broken": [(path, why), ...]}; None stands for
        a file that could not be read.
    """
    answers, broken = {key: [] for key in models}, []
    for sample in tqdm(samples, desc=way, unit="picture", leave=False):
        try:
            steps = preprocess(sample.path, way)
        except ImageError as error:
            broken.append((sample.path, str(error)))
            predictions = dict.fromkeys(models)
        else:
            predictions = predict(models, to_digit(steps), way, detector.rejection(steps, way))
        for key, prediction in predictions.items():
            answers[key].append(prediction)
    return {"answers": answers, "broken": broken}


def summarise(samples, predictions):
    """Figures of one model: shares of right answers, unanswered counted as wrong.

    Returns:
        {"sets": {name: {"accuracy", "count"}}, "group_mean", "interval": 95 % bootstrap of the
        group mean, by group, "unanswered": share, "answered_accuracy", "confusion": 10×11 counts,
        rows true, columns read, the last one unanswered}
    """
    read = [(s, p) for s, p in zip(samples, predictions) if p is not None]
    if not read:
        return None
    right = np.array([p.label == s.label for s, p in read])
    answered = np.array([p.label is not None for _, p in read])
    sets, groups = (np.array([getattr(s, name) for s, _ in read]) for name in ("set", "group"))
    means = np.array([right[groups == group].mean() for group in np.unique(groups)])
    random = np.random.default_rng(0)
    resampled = random.choice(means, (RESAMPLES, len(means))).mean(1)
    confusion = np.zeros((DATASET.classes, DATASET.classes + 1), int)
    for sample, prediction in read:
        confusion[
            sample.label, DATASET.classes if prediction.label is None else prediction.label
        ] += 1
    return {
        "sets": {
            str(name): {
                "accuracy": right[sets == name].mean().item(),
                "count": (sets == name).sum().item(),
            }
            for name in np.unique(sets)
        },
        "group_mean": means.mean().item(),
        "interval": np.percentile(resampled, [2.5, 97.5]).tolist(),
        "unanswered": 1 - answered.mean().item(),
        "answered_accuracy": right[answered].mean().item() if answered.any() else None,
        "confusion": confusion.tolist(),
    }


def contact_sheet(samples, predictions, way, columns=8, side=96):
    """What was misread, as one picture: each file beside the digit that the network saw."""
    wrong = [(s, p) for s, p in zip(samples, predictions) if p is not None and p.label != s.label]
    rows = -(-max(1, len(wrong)) // columns)
    sheet = Image.new("RGB", (columns * (2 * side + 8), rows * (side + 20)), "#777")
    draw = ImageDraw.Draw(sheet)
    for place, (sample, prediction) in enumerate(wrong):
        x, y = place % columns * (2 * side + 8), place // columns * (side + 20)
        steps = preprocess(sample.path, way)
        for offset, step in ((0, steps[0]), (side, steps[-1])):
            picture = Image.fromarray(np.uint8(255 * step.image))
            scale = side / max(picture.size)
            size = tuple(max(1, round(scale * length)) for length in picture.size)
            kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
            sheet.paste(picture.resize(size, kind), (x + offset, y + 18))
        said = prediction.reason if prediction.label is None else prediction.label
        draw.text((x + 2, y + 3), f"{sample.path.name}: {sample.label}, read {said}", "white")
    return sheet


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="pictures with a manifest.csv: path, label, writer_group")
    parser.add_argument("--weights", help="folder of the networks; default: the shipped ones")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--errors", metavar="PNG", help="draw what aug misread, MNIST's own way")
    settings = parser.parse_args(arguments)
    try:
        samples, models = read_manifest(settings.folder), load_models(settings.weights)
        detector = load_detector(models["aug"], settings.weights)
    except (ManifestError, WeightsError) as error:
        sys.exit(f"evaluate_handwriting: {error}")

    report = {}
    for way in ("mnist", "notebook"):
        result = evaluate(samples, models, detector, way)
        report[way] = {
            key: summarise(samples, answers) for key, answers in result["answers"].items()
        }
        if way == "mnist":
            for path, why in result["broken"]:
                print(f"{path.name}: {why}", file=sys.stderr)
            if settings.errors:
                contact_sheet(samples, result["answers"]["aug"], way).save(settings.errors)
    if settings.json:
        rows = load_metrics(settings.weights)["models"]
        facts = {
            "weights": {key: row["sha256"] for key, row in rows.items()},
            "pictures": len(samples),
            "broken": len(result["broken"]),
        }
        print(json.dumps(facts | report))
    else:
        print_report(report, len(samples), len(result["broken"]))


def print_report(report, pictures, broken):
    """The figures as people read them."""
    print(f"{pictures} pictures, {broken} of them broken")
    for way, models in report.items():
        print(f"\n{PIPELINES[way].title}")
        for key, row in models.items():
            if row is None:
                print(f"  {key:4}  no picture could be read")
                continue
            sets = "  ".join(
                f"{name} {100 * s['accuracy']:.1f} %" for name, s in row["sets"].items()
            )
            low, high = row["interval"]
            print(
                f"  {key:4}  {sets}  groups {100 * row['group_mean']:.1f} % "
                f"({100 * low:.1f} to {100 * high:.1f})  unanswered {100 * row['unanswered']:.1f} %"
                f"  right where answered {100 * (row['answered_accuracy'] or 0):.1f} %"
            )
    if report["mnist"]["aug"]:
        print("\naug, MNIST's own way: rows true 0-9, columns read 0-9, last one unanswered")
        for label, counts in enumerate(report["mnist"]["aug"]["confusion"]):
            print(f"  {label}  " + " ".join(f"{count:4}" for count in counts))
