"""The seed study: what runs of many seeds came to, as the values of ledger.json."""

from pathlib import Path

import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.ledger import spread
from mnist_cnn.judging.metrics import stored_metrics
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.networks.models import MAIN
from mnist_cnn.networks.weights import WeightsError, load_model, weights_path
from mnist_cnn.reading.predict import logits

Found = list[tuple[Path, dict]]  # folders of finished runs, with their rows of metrics.json
ORDER = [(key, name) for key, recipes in RECIPES.items() for name in recipes]


def finished_runs(directory: str | Path) -> Found:
    """(folder, row of metrics.json) of the finished runs below a directory, in a fixed order."""
    found = [
        (path.parent, row)
        for path in Path(directory).glob("*/metrics.json")
        for row in stored_metrics(path.parent)["models"].values()
        if (row["run"]["key"], row["run"]["recipe_name"]) in ORDER
    ]
    return sorted(found, key=lambda run: (*_kind(run[1])[1:], run[1]["run"]["seed"]))


def _kind(row):
    """What runs of different seeds share, in an order that suits a reader."""
    run = row["run"]
    name = run["key"], run["recipe_name"]
    return name, ORDER.index(name), -run["training_images"]


def make_ledger(found: Found) -> dict:
    """The ledger of what `finished_runs` found, as JSON-ready values.

    Raises:
        WeightsError: runs of one name were trained by different recipes.
    """
    kinds: dict[tuple, Found] = {}
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
    return {"groups": groups, "beside": _beside(whole_runs(found, MAIN, "default"))}


def _group(model, recipe, images, settings, runs):
    return {
        "model": model,
        "recipe": recipe,
        "training_images": images,
        "settings": settings,  # of the recipe, as Recipe.as_dict() has it
        "runs": sorted(runs, key=lambda run: run["seed"]),
    }


def with_earlier(ledger: dict, earlier: dict) -> dict:
    """A ledger with what an earlier one knows besides: other kinds of runs, and other seeds.

    Where a recipe has changed since, only the new runs count.
    """
    groups: dict[tuple, dict] = {}
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
    """Test errors of the main networks with test-time augmentation, and as an ensemble."""
    if not runs:
        return []
    test = embedded_test_set()
    answers = [
        logits(load_model(weights_path(folder, MAIN), MAIN)[0], test.images).softmax(1)
        for folder, _ in runs
    ]
    wrong = torch.stack(answers).mean(0).argmax(1) != test.labels
    views = {"what": "tta", "test_errors": spread([row["errors_over_views"] for _, row in runs])}
    ensemble = {"what": "ensemble", "members": len(runs), "test_errors": wrong.sum().item()}
    return [{"model": MAIN} | line for line in (views, ensemble)]


def _entry(row):
    names = ("validation_accuracy", "epochs", "training_seconds", "training_hardware")
    entry = {"seed": row["run"]["seed"]} | {name: row[name] for name in names}
    entry["errors"] = len(row["test"]["errors"])
    entry["test_images"] = sum(map(sum, row["test"]["confusion"]))
    for digits in ("training", "validation"):
        curve = [round(epoch[f"{digits}_accuracy"], 4) for epoch in row["history"]]
        entry[f"{digits}_curve"] = curve
    if "varied_test_accuracies" in row:
        entry["varied_test_accuracies"] = row["varied_test_accuracies"]
    return entry


def whole_runs(found: Found, key: str, recipe_name: str) -> Found:
    """Those of the finished runs that are of a model and a recipe, on all training digits."""
    return [
        (folder, row)
        for folder, row in found
        if _kind(row)[0] == (key, recipe_name)
        and row["run"]["training_images"] == row["available_images"]
    ]
