"""The ledger of a seed study: what trainings that differ in their seed alone came to.

ledger.json holds each run's count of misread test digits; accuracies, means, standard deviations
and intervals are computed from these whenever it is read. `python -m mnist_cnn ledger` prints the
table in docs/training.md.
"""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scipy.stats import t

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.stored import read
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, WeightsError


def load_ledger(directory: str | Path | None = None) -> dict[str, Any]:
    """ledger.json, checked, with the figures that follow from its counts.

    Args:
        directory: folder of the file; None is the shipped one.

    Returns:
        {"groups": [...], "beside": [...]} as schemas.Ledger has them, each group with
        "test_errors" as `summary` returns it, each run with "test_accuracy", and the interval
        where views of a digit were answered together; {} when there is no file.

    Raises:
        WeightsError: the file is not what train.py writes.
    """
    path = Path(directory or DIRECTORY) / "ledger.json"
    ledger = read(path, "Ledger", "Run `python train.py` to make it again.") or {}
    for group in ledger.get("groups", ()):
        group["test_errors"] = summary([run["errors"] for run in group["runs"]])
        for run in group["runs"]:
            run["test_accuracy"] = (run["test_images"] - run["errors"]) / run["test_images"]
    for row in ledger.get("beside", ()):
        if row["what"] == "tta":
            row["test_errors"]["interval"] = interval_of_mean(**row["test_errors"])
    return ledger


def spread(errors: Sequence[int]) -> dict[str, Any]:
    """{"mean", "sd", "count"} of some counts; the standard deviation of a single one is None."""
    sd = statistics.stdev(errors) if len(errors) > 1 else None
    return {"mean": statistics.mean(errors), "sd": sd, "count": len(errors)}


def interval_of_mean(mean: float, sd: float | None, count: int | None = None) -> list[float] | None:
    """95 % interval [low, high] of the mean of `count` values, by Student's t distribution.

    None where there is only one value, where it is not known how many there are, or where they are
    so few that the interval would reach below 0, the least that can be counted.
    """
    if sd is None or count is None or count < 2:
        return None
    half_width = float(t.ppf(0.975, count - 1)) * sd / count**0.5
    return None if half_width > mean else [mean - half_width, mean + half_width]


def summary(errors: Sequence[int]) -> dict[str, Any]:
    """{"mean", "sd", "count", "interval"} of some counts."""
    found = spread(errors)
    return found | {"interval": interval_of_mean(**found)}


def markdown_table(ledger: Mapping[str, Any]) -> str:
    """The table in docs/training.md of the runs on all training digits, from a loaded ledger."""
    misread = f"misread, of {DATASET.test:,}: mean"
    lines = [
        f"| network | recipe | seeds | {misread} | sd | 95 % interval of the mean |",
        "|---|---|---|---|---|---|",
    ]
    names = {"tta": "nine views of each digit together"}
    groups = [group for group in ledger["groups"] if group["training_images"] >= DATASET.learned]
    for row in [*groups, *ledger["beside"]]:
        errors = row["test_errors"]
        if not isinstance(errors, dict):
            errors = {"mean": errors, "sd": None, "interval": None}
        what = row.get("recipe") or names.get(row["what"], "all seeds together")
        seeds = len(row["runs"]) if "runs" in row else row.get("members", "")
        sd = "–" if errors["sd"] is None else f"{errors['sd']:.1f}"
        interval = errors["interval"]
        interval = "–" if interval is None else f"{interval[0]:.1f} to {interval[1]:.1f}"
        title = MODELS[row["model"]].title
        lines.append(f"| {title} | {what} | {seeds} | {errors['mean']:.1f} | {sd} | {interval} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Print what the trainings of the seed study came to."""
    CommandParser("ledger", main.__doc__).parse_args(arguments)
    with exit_on(WeightsError):
        print(markdown_table(load_ledger()))
