"""Many trainings: what they came to, into the ledger, and which of them is shipped."""

import json
from contextlib import suppress
from pathlib import Path

import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.ledger import errors_of, load_ledger, summary
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    WeightsError,
    load_metrics,
    load_model,
    save_metrics,
    weights_path,
    write_atomically,
)
from mnist_cnn.reading.predict import logits

RUNS = "runs"
# Under which name the best run of a model and a recipe is shipped.
SHIPPED = {(key, "default"): key for key in MODELS} | {("fc", "augmented"): "fc-augmented"}
ORDER = [(key, name) for key, recipes in RECIPES.items() for name in recipes]


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
