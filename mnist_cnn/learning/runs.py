"""Runs: a network trained by a recipe with a seed, judged once, and kept in a folder of its own."""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import torch

from mnist_cnn.dataset.digits import Digits, Splits
from mnist_cnn.judging.metrics import stored_metrics
from mnist_cnn.learning.recipes import RECIPES, recipe_from
from mnist_cnn.learning.records import Run
from mnist_cnn.learning.results import save_results
from mnist_cnn.learning.training import fit
from mnist_cnn.learning.written import written_digits
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import WeightsError, load_model, weights_path


def plan(
    splits: Splits, key: str, recipe_name: str, seed: int, images: int | None = None, **changes
) -> Run:
    """The Run of a model by a recipe of the table.

    Args:
        images: how many training digits; None means all, and a number adapts the recipe.
        changes: fields of the recipe.
    """
    recipe = RECIPES[key][recipe_name]
    if images is not None:
        recipe = recipe.for_few(images)
    recipe = replace(recipe, **changes)
    count = min(images or len(splits.training), len(splits.training))
    if recipe.leak:
        count = len(splits.training) + len(splits.validation)
    return Run(key, recipe.as_dict(), seed, count, recipe_name)


def digits_of(run: Run, splits: Splits) -> Digits:
    """The training digits of a run, and those that are written for it."""
    if run.recipe["leak"]:
        return _joined(splits.training, splits.validation)
    digits = splits.training[torch.arange(run.training_images)]
    written = round(recipe_from(run.recipe).written * len(digits))
    if not written:
        return digits
    return _joined(digits, written_digits(written, run.seed).to(digits.images.device))


def _joined(*parts):
    return Digits(*(torch.cat(values) for values in zip(*(vars(part).values() for part in parts))))


def train(
    run: Run,
    splits: Splits,
    folder: Path,
    resume: bool = False,
    report: Callable[[object], None] = print,
) -> None:
    """Train one run into a folder: weights, and its row of metrics.json.

    Args:
        splits: on the device to train on.
        folder: holds the checkpoint meanwhile.
        resume: go on from a checkpoint, and leave alone what is finished.
        report: called with each epoch, and with the result.
    """
    path = weights_path(folder, run.key)
    checkpoint = path.with_suffix(".checkpoint.safetensors")
    if resume and not checkpoint.exists() and is_finished(run, folder):
        report(f"{path} is of this very run already")
        return
    recipe, digits, build = recipe_from(run.recipe), digits_of(run, splits), MODELS[run.key].build
    model, history = fit(build, digits, splits.validation, recipe, run, checkpoint, resume, report)
    save_results(run, model, history, splits, folder, report)
    checkpoint.unlink(missing_ok=True)


def is_finished(run: Run, folder: Path) -> bool:
    """Whether a folder holds the weights and the row of this very run."""
    try:
        _, header = load_model(weights_path(folder, run.key), run.key)
        row = stored_metrics(folder)["models"].get(run.key, {})
    except WeightsError:
        return False
    return header.get("run") == row.get("run") == asdict(run)


def folder_of(run: Run, directory: str | Path) -> Path:
    """Where a run is kept among others."""
    name = f"{run.key}-{run.recipe_name}-{run.training_images}-seed{run.seed}"
    return Path(directory) / name
