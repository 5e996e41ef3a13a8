"""What many runs came to: mean and spread over their seeds, and the one that is shipped.

python -m mnist_cnn.ledger   # print the README's table
"""

import json
import statistics
from contextlib import suppress
from pathlib import Path

import torch
from scipy.stats import t

from .data import embedded_test_set
from .models import MODELS
from .predict import logits
from .weights import (
    DIRECTORY,
    WeightsError,
    load_metrics,
    load_model,
    save_metrics,
    weights_path,
    write_atomically,
)

RUNS = "runs"
TRAINING, ALL = 50_000, 60_000  # digits of MNIST without and with those of validation
# Under which name the best run of a model and a recipe is shipped.
SHIPPED = {(key, "default"): key for key in MODELS} | {("fc", "augmented"): "fc-augmented"}
ORDER = [(key, name) for key, row in MODELS.items() for name in row.recipes]


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
_MODEL, _OF_TEST_DIGITS = _one_of(*MODELS), _between(0, 10_000)
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
    "training_images": _between(1, 60_000, int),
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


def finished_runs(directory):
    """(folder, row of metrics.json) of the finished runs below a directory, in a fixed order."""
    found = [
        (path.parent, row)
        for path in Path(directory).glob("*/metrics.json")
        for row in load_metrics(path.parent)["models"].values()
        if (row["run"]["key"], row["run"]["recipe_name"]) in ORDER
    ]
    return sorted(found, key=lambda run: (*_kind(run[1])[1:], run[1]["run"]["seed"]))


def _kind(row):
    """What runs of different seeds share, in an order that suits a reader."""
    run = row["run"]
    name = run["key"], run["recipe_name"]
    return name, ORDER.index(name), -run["training_images"]


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


def make_ledger(found):
    """The ledger of what `finished_runs` found, as JSON-ready values.

    Raises:
        WeightsError: runs of one name were trained by different recipes.
    """
    kinds = {}
    for folder, row in found:
        runs = kinds.setdefault(_kind(row), [])
        runs.append((folder, row))
        if row["run"]["recipe"] != runs[0][1]["run"]["recipe"]:
            raise WeightsError(
                f"{runs[0][0]} and {folder} were trained by different recipes",
                "Delete one, or train it again.",
            )
    groups = [
        _group(key, recipe, -images, runs[0][1]["run"]["recipe"], [_entry(row) for _, row in runs])
        for ((key, recipe), _, images), runs in kinds.items()
    ]
    return {"groups": groups, "beside": _beside(shipped_kind(found, "aug"))}


def _group(model, recipe, images, settings, runs):
    return {
        "model": model,
        "recipe": recipe,
        "training_images": images,
        "settings": settings,  # of the recipe, as Recipe.as_dict() has it
        "test_errors": summary([errors_of(run) for run in runs]),
        "runs": sorted(runs, key=lambda run: run["seed"]),
    }


def errors_of(run):
    """How many of 10,000 test digits a run of the ledger misreads."""
    return round(10_000 * (1 - run["test_accuracy"]))


def with_earlier(ledger, earlier):
    """A ledger, and what an earlier one knows besides: other kinds of runs, and other seeds.

    Where a recipe has changed since, only the new runs count.
    """
    groups = {}
    for group in [*earlier.get("groups", ()), *ledger["groups"]]:
        kind = group["model"], group["recipe"], group["training_images"]
        settings, before = group.get("settings"), groups.get(kind, {})
        runs = before["runs"] if before and before.get("settings") == settings else []
        runs = {run["seed"]: run for run in [*runs, *group["runs"]]}
        groups[kind] = _group(*kind, settings, list(runs.values()))
    known = [group for group in groups.values() if (group["model"], group["recipe"]) in ORDER]

    def place(group):
        return ORDER.index((group["model"], group["recipe"])), -group["training_images"]

    beside = ledger["beside"] or earlier.get("beside", [])
    return {"groups": sorted(known, key=place), "beside": beside}


def _beside(runs):
    """What the augmented networks reach when more is asked of them than one look by one of them."""
    if not runs:
        return []
    test = embedded_test_set()
    answers = [
        logits(load_model(weights_path(folder, "aug"), "aug")[0], test.images).softmax(1)
        for folder, _ in runs
    ]
    wrong = torch.stack(answers).mean(0).argmax(1) != test.labels
    views = {"what": "tta", "test_errors": summary([row["errors_over_views"] for _, row in runs])}
    ensemble = {"what": "ensemble", "members": len(runs), "test_errors": wrong.sum().item()}
    return [{"model": "aug"} | line for line in (views, ensemble)]


def _entry(row):
    names = ("validation_accuracy", "epochs", "training_seconds", "training_hardware")
    entry = {"seed": row["run"]["seed"]} | {name: row[name] for name in names}
    entry["test_accuracy"] = row["test"]["accuracy"]
    for digits in ("training", "validation"):
        curve = [round(epoch[f"{digits}_accuracy"], 4) for epoch in row["history"]]
        entry[f"{digits}_curve"] = curve
    if "varied_test_accuracies" in row:
        entry["varied_test_accuracies"] = row["varied_test_accuracies"]
    return entry


def shipped_kind(found, name):
    """Those of the finished runs that may be shipped under a name: of its recipe, on all digits."""
    return [
        (folder, row)
        for folder, row in found
        if SHIPPED.get(_kind(row)[0]) == name
        and row["run"]["training_images"] == row["available_images"]
    ]


def ship(directory, output):
    """Write the ledger of the runs in a directory, and of each kind the run that validated best.

    Args:
        directory: what runs.train_all filled.
        output: gets ledger.json, metrics.json and the weights of the lesson's networks. What its
            ledger says of other runs stays.

    Returns:
        {name: seed that was shipped}

    Raises:
        WeightsError: there is no finished run, or `make_ledger` raises it.
    """
    found, seeds = finished_runs(directory), {}
    if not found:
        repair = "Run `python train.py --seeds 0-4`."
        raise WeightsError(f"{directory} holds no finished run", repair)
    ledger, earlier = make_ledger(found), {}
    with suppress(WeightsError):  # a damaged one is made anew
        earlier = load_ledger(output)
    ledger = with_earlier(ledger, earlier)
    Path(output).mkdir(parents=True, exist_ok=True)
    for name in SHIPPED.values():
        runs = shipped_kind(found, name)
        if runs:
            folder, row = max(runs, key=lambda run: run[1]["validation_accuracy"])
            seeds[name] = row["run"]["seed"]
            if name in MODELS:
                content = weights_path(folder, name).read_bytes()
                write_atomically(weights_path(output, name), content)
            else:
                row = row | {"title": f"{row['title']}, augmented data"}
            save_metrics(output, name, row)
    text = json.dumps(ledger) + "\n"
    write_atomically(Path(output) / "ledger.json", text.encode())
    return seeds


def markdown_table(ledger):
    """The README's table of what the runs on all digits came to."""
    lines = [
        "| network | recipe | seeds | misread, of 10,000: mean | sd | 95 % interval of the mean |",
        "|---|---|---|---|---|---|",
    ]
    names = {"tta": "nine views of each digit together"}
    groups = [group for group in ledger["groups"] if group["training_images"] >= TRAINING]
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


if __name__ == "__main__":
    print(markdown_table(load_ledger()))
