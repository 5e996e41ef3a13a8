"""`python -m mnist_cnn handwriting FOLDER`: how well a folder of handwriting is read, in print."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.judging.handwriting import (
    JUDGED,
    Answers,
    ManifestError,
    Sample,
    answer_all,
    count,
    figures,
    judged_sha256s,
    read_manifest,
)
from mnist_cnn.networks.models import MAIN
from mnist_cnn.networks.weights import DIRECTORY, WeightsError
from mnist_cnn.reading.detector import load_weights
from mnist_cnn.reading.pipelines import PIPELINES, preprocess


def contact_sheet(
    samples: Sequence[Sample], answers: Answers, pipeline: str, columns: int = 8, side: int = 96
) -> Image.Image:
    """What was misread, as one picture: each file beside the digit that the network saw."""
    wrong = [(s, p) for s, p in zip(samples, answers) if p is not None and p.label != s.label]
    rows = -(-max(1, len(wrong)) // columns)
    sheet = Image.new("RGB", (columns * (2 * side + 8), rows * (side + 20)), "#777")
    draw = ImageDraw.Draw(sheet)
    for place, (sample, prediction) in enumerate(wrong):
        x, y = place % columns * (2 * side + 8), place // columns * (side + 20)
        frames = preprocess(sample.path, pipeline)
        for offset, frame in ((0, frames[0]), (side, frames[-1])):
            picture = Image.fromarray((255 * frame.image).astype(np.uint8))
            scale = side / max(picture.size)
            width, height = (max(1, round(scale * length)) for length in picture.size)
            kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
            sheet.paste(picture.resize((width, height), kind), (x + offset, y + 18))
        said = prediction.reason if prediction.label is None else prediction.label
        draw.text((x + 2, y + 3), f"{sample.path.name}: {sample.label}, read {said}", "white")
    return sheet


def report_text(report: Mapping[str, Any]) -> str:
    """All figures as text, from counts as handwriting.json has them."""
    lines = [f"{report['pictures']} pictures, {report['broken']} of them broken"]
    for pipeline in JUDGED:
        for key, counts in report[pipeline].items():
            lines += ["", f"{key}, {PIPELINES[pipeline].title}", *_figure_lines(counts)]
    if report["mnist"][MAIN]:
        lines += ["", f"{MAIN}, MNIST's own way: rows true 0-9, columns read 0-9, last unanswered"]
        for label, row in enumerate(report["mnist"][MAIN]["confusion"]):
            lines.append(f"  {label}  " + " ".join(f"{number:4}" for number in row))
    return "\n".join(lines)


def _figure_lines(counts: Mapping[str, Any] | None) -> list[str]:
    """A line per set, one of all pictures, and the mean over groups of writers."""
    if counts is None:
        return ["  no picture could be read"]
    found = figures(counts)
    rows = {**found["sets"], "all": found["all"]}
    mean = _with_interval(found["group_mean"], found["interval"])
    return [
        f"  {'set':12}{'pictures':>9}{'read, % (95 % interval)':>26}"
        f"{'likeliest digit right':>26}{'refused':>9}{'right of answered':>19}{'calibration':>13}",
        *(
            f"  {name:12}{row['count']:9}{_with_interval(row['read'], row['read_interval']):>26}"
            f"{_with_interval(row['likeliest'], row['likeliest_interval']):>26}"
            f"{_percent(row['refused']):>9}{_percent(row['answered_accuracy']):>19}"
            f"{_decimals(row['calibration_error']):>13}"
            for name, row in rows.items()
        ),
        f"  mean over {found['all']['groups']} groups: {mean}",
    ]


def _with_interval(share: float, interval: Sequence[float]) -> str:
    return f"{_percent(share)} ({' to '.join(map(_percent, interval))})"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _decimals(error: float | None) -> str:
    return "–" if error is None else f"{error:.4f}"


def main(arguments: list[str] | None = None) -> None:
    """Measure how well a folder of people's own handwriting is read."""
    parser = CommandParser("handwriting", main.__doc__)
    parser.add_argument("folder", help="pictures with a manifest.csv: path, label, writer_group")
    parser.add_argument(
        "--weights", type=Path, default=DIRECTORY, help="of the networks; default: shipped"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the counts: what handwriting.json holds"
    )
    parser.add_argument("--errors", metavar="PNG", help="draw what aug misread, MNIST's own way")
    settings = parser.parse_args(arguments)
    with exit_on(ManifestError, WeightsError, OSError):
        samples, weights = read_manifest(settings.folder), load_weights(settings.weights)
        report: dict[str, Any] = {
            "weights": judged_sha256s(settings.weights),
            "pictures": len(samples),
        }
        for pipeline in JUDGED:
            answers, broken = answer_all(samples, weights, pipeline)
            report |= {
                "broken": len(broken),  # the same ones by every pipeline
                pipeline: {key: count(samples, given) for key, given in answers.items()},
            }
            if pipeline == "mnist":
                for path, why in broken:
                    print(f"{path.name}: {why}", file=sys.stderr)
                if settings.errors:
                    contact_sheet(samples, answers[MAIN], pipeline).save(settings.errors)
        print(json.dumps(report) if settings.json else report_text(report))
