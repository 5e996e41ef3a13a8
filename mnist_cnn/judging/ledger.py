"""What many runs came to: mean and spread over their seeds, and the one that is shipped.

python -m mnist_cnn ledger   # print the table in docs/training.md
"""

import json
import statistics
from pathlib import Path

from scipy.stats import t

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
)


def load_ledger(directory=None):
    """ledger.json, what many trainings came to, as LEDGER describes it; {} when there is no file.

    Raises:
        WeightsError: the file is not the JSON that train.py writes.
    """
    path = Path(directory or DIRECTORY) / "ledger.json"
    try:
        ledger = json.loads(path.read_text())
        if not _is(ledger, LEDGER):
            raise TypeError
        return ledger
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, RecursionError) as error:
        repair = "Run `python train.py` to make it again."
        raise WeightsError(f"{path} is damaged", repair) from error


def _is(value, kind):
    """Whether a value of a JSON file is of a kind.

    Args:
        kind: a test of the value; {name: kind} of a dict, which may hold more; [kind] of all that a
            list holds, 1 to 10,000; (kind, ...) of which one will do.
    """
    if isinstance(kind, dict):
        return isinstance(value, dict) and all(_is(value.get(name), kind[name]) for name in kind)
    if isinstance(kind, list):
        return (
            isinstance(value, list)
            and 1 <= len(value) <= 10_000  # a stranger's page is drawn in finite time, too
            and all(_is(one, *kind) for one in value)
        )
    if isinstance(kind, tuple):
        return any(_is(value, one) for one in kind)
    return kind(value)


def _between(low, high, numbers=int | float):
    """The test whether a value is a number from low to high."""
    return lambda value: isinstance(value, numbers) and low <= value <= high


def _one_of(*values):
    return lambda value: value in values


_NONE, _COUNT, _SHARE = _one_of(None), _between(0, 2**32, int), _between(0, 1)
_MODEL, _OF_TEST_DIGITS = _one_of(*MODELS), _between(0, DATASET.test)
_ERRORS = {  # over the seeds; one seed has no sd and no interval
    "mean": _OF_TEST_DIGITS,
    "sd": (_NONE, _OF_TEST_DIGITS),
    "interval": (_NONE, lambda value: _is(value, [_between(-1e6, 1e6)]) and len(value) == 2),
}
_RUN = {
    "seed": _COUNT,
    "validation_accuracy": _SHARE,
    "test_accuracy": _SHARE,
    "training_curve": [_SHARE],  # per epoch
    "validation_curve": [_SHARE],
    "varied_test_accuracies": (_NONE, [_SHARE]),  # of test digits that were varied as in training
}
_GROUP = {
    "model": _MODEL,
    "recipe": lambda value: isinstance(value, str),
    "training_images": _between(1, DATASET.training, int),
    "test_errors": _ERRORS,
    "runs": [_RUN],
}
_TTA = {"model": _MODEL, "what": _one_of("tta"), "test_errors": _ERRORS}
_ENSEMBLE = {
    "model": _MODEL,
    "what": _one_of("ensemble"),
    "members": _COUNT,
    "test_errors": _OF_TEST_DIGITS,
}
LEDGER = {"groups": [_GROUP], "beside": (_one_of([]), [(_TTA, _ENSEMBLE)])}


def summary(errors):
    """Mean of some counts, their standard deviation, and the 95 % interval of the mean.

    Returns:
        {"mean", "sd", "interval": [low, high]}; sd and interval are None where one count is all.
    """
    mean, sd, interval = statistics.mean(errors), None, None
    if len(errors) > 1:
        sd = statistics.stdev(errors)
        reach = t.ppf(0.975, len(errors) - 1) * sd / len(errors) ** 0.5
        interval = [max(0, mean - reach), mean + reach]  # few seeds reach far, but not below none
    return {"mean": mean, "sd": sd, "interval": interval}


def errors_of(run):
    """How many of 10,000 test digits a run of the ledger misreads."""
    return round(DATASET.test * (1 - run["test_accuracy"]))


def markdown_table(ledger):
    """The table in docs/training.md of what the runs on all digits came to."""
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


def main(arguments=None):
    print(markdown_table(load_ledger()))
