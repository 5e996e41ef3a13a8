"""Train the lesson's networks on MNIST; `python train.py` writes weights/ and its metrics.json."""

import argparse
import os
import sys
from pathlib import Path

import torch

from mnist_cnn.dataset.digits import DataError
from mnist_cnn.judging.metrics import hardware_name
from mnist_cnn.learning.detector_training import make_detector
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.runs import Mnist, folder_of, reproduce, train, train_all
from mnist_cnn.learning.seed_study import RUNS, ship
from mnist_cnn.learning.training import TrainingError
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, WeightsError, load_model, weights_path
from mnist_cnn.sharing.golden import save_golden
from mnist_cnn.sharing.hub import HubError, check_name, check_tag, check_token, push, report_push

BESIDE = ("augmented", "notebook-leak")  # recipes for comparison only
RECIPE_NAMES = list(dict.fromkeys(name for recipes in RECIPES.values() for name in recipes))


def parse_arguments(arguments=None):
    """Checked settings of the command line; wrong ones end with one sentence and status 2."""

    def number(kind, low, high):
        def parse(text):
            try:
                value = kind(text)
            except ValueError:
                value = None
            if value is None or not low <= value <= high:
                what = "a whole number" if kind is int else "a number"
                raise argparse.ArgumentTypeError(f"{text!r} is not {what} from {low:g} to {high:g}")
            return value

        return parse

    def numbers(low):
        """Whole numbers from `low` on, with ranges: 0-4,7 is 0, 1, 2, 3, 4, 7."""

        def parse(text):
            try:
                ends = [[int(end) for end in part.split("-", 1)] for part in text.split(",")]
            except ValueError:
                ends = []
            if ends and all(low <= first <= last < min(first + 1000, 2**31) for first, *_, last in
                            (end * 2 for end in ends)):  # fmt: skip
                return sorted({each for end in ends for each in range(end[0], end[-1] + 1)})
            such = f"{low},{low + 3}-{low + 5}"
            raise argparse.ArgumentTypeError(
                f"{text!r} is no list of whole numbers from {low}, such as {such}"
            )

        return parse

    parser = argparse.ArgumentParser(prog="train.py", description=__doc__)
    # One sentence, without the usage that argparse puts before it.
    parser.error = lambda message: parser.exit(2, f"train.py: {message}\n")
    add = parser.add_argument
    add("models", nargs="*", metavar="model", help=f"{', '.join(MODELS)}, guard; default: all")
    add(
        "--recipe",
        choices=RECIPE_NAMES,
        default="default",
        help=f"{', '.join(RECIPE_NAMES)}; default: %(default)s",
    )
    add("--epochs", type=number(int, 1, 10_000), help="passes over the training digits, at most")
    add("--batch-size", type=number(int, 2, 50_000), help="digits per step")
    add("--learning-rate", type=number(float, 1e-6, 1), help="of Adam, at its highest")
    add("--patience", type=number(int, 1, 10_000), help="epochs without better validation")
    add("--seed", type=number(int, 0, 2**31 - 1), default=0, help="default: %(default)s")
    add("--seeds", type=numbers(0), help="many runs, 0-19 or 0,3,7; ships the best validated")
    add("--images", type=numbers(20), help="with --seeds: train on so few digits, 100,1000")
    add("--jobs", type=number(int, 1, 1000), help="runs side by side; default: one per core")
    add("--runs-dir", type=Path, default=RUNS, help="keeps many runs; default: %(default)s")
    add("--reproduce", type=Path, metavar="FILE", help="train again what trained FILE; compare")
    add("--device", choices=["auto", "cpu", "cuda"], default="auto", help="default: %(default)s")
    add("--data-dir", type=Path, default="data", help="holds MNIST/raw; default: %(default)s")
    add("--output-dir", type=Path, default=DIRECTORY, help="default: the weights/ beside train.py")
    add("--resume", action="store_true", help="go on after the last finished epoch")
    add("--push-to-hub", metavar="USER/REPO", help="then send the networks to the Hub")
    add("--private", action="store_true", help="only you are to see that repository")
    add("--tag", help="name for what is pushed")
    settings = parser.parse_args(arguments)

    if settings.push_to_hub:  # before the hours of training
        try:
            check_name(settings.push_to_hub)
            check_token()
            if settings.tag:
                check_tag(settings.tag)
        except HubError as error:
            parser.error(str(error))
    elif settings.private or settings.tag:
        parser.error("--private and --tag belong to --push-to-hub USER/REPO")
    known = [*MODELS, "guard"]
    unknown = [key for key in settings.models if key not in known]
    if unknown:
        parser.error(f"argument model: {unknown[0]!r} is none of {', '.join(known)}")
    lacking = [
        key for key in settings.models if key in MODELS and settings.recipe not in RECIPES[key]
    ]
    if lacking:
        names = ", ".join(RECIPES[lacking[0]])
        parser.error(f"argument --recipe: {lacking[0]} has no {settings.recipe}, but {names}")
    if settings.images and not settings.seeds:
        parser.error("--images belongs to --seeds")
    if settings.images and settings.recipe == "notebook-leak":
        parser.error("--images is not for notebook-leak, which trains on all there are")
    if settings.recipe in BESIDE and not settings.seeds and settings.output_dir == DIRECTORY:
        parser.error(f"{settings.recipe} is no network of the page: add --seeds or --output-dir")
    if settings.reproduce and (settings.models or settings.seeds or settings.push_to_hub):
        parser.error("--reproduce FILE goes with --data-dir and --device alone")
    settings.models = list(dict.fromkeys(settings.models)) or [
        key for key in known if settings.recipe in RECIPES.get(key, RECIPES["aug"])
    ]
    if "aug" in settings.models and "guard" not in settings.models:
        settings.models.append("guard")  # it belongs to one aug network
    if settings.output_dir.exists() and not settings.output_dir.is_dir():
        parser.error(f"argument --output-dir: {settings.output_dir} is a file, not a folder")
    if settings.device == "auto":
        settings.device = "cuda" if torch.cuda.is_available() else "cpu"
    elif settings.device == "cuda" and not torch.cuda.is_available():
        parser.error("argument --device: cuda is not available here; use cpu or auto")
    settings.jobs = settings.jobs or (1 if settings.device == "cuda" else os.cpu_count())
    return settings


def runs_of(settings, mnist, seeds):
    """What the command line asks to train."""
    changes = {
        name: getattr(settings, name)
        for name in ("epochs", "batch_size", "learning_rate", "patience")
        if getattr(settings, name) is not None
    }
    runs = {}
    for key in settings.models:
        for images in settings.images or [None]:
            for seed in seeds:
                if key != "guard":
                    run = mnist.plan(key, settings.recipe, seed, images, **changes)
                    runs[folder_of(run, "")] = run
    return list(runs.values())


def train_one_by_one(settings):
    """One run of each model, straight into the output directory; returns the models."""
    mnist = Mnist.load(settings.data_dir, settings.device)
    for run in runs_of(settings, mnist, [settings.seed]):
        title, hardware = MODELS[run.key].title, hardware_name(settings.device)
        print(f"{run.key}: {title}, recipe {run.recipe_name}, on {hardware}")
        train(run, mnist, settings.output_dir, settings.resume)
    return settings.models


def train_many(settings):
    """All seeds, side by side, each into a folder of its own; then the best ones are shipped.

    Returns:
        What of it the rest depends on: the guard, which belongs to one aug.
    """
    runs = runs_of(settings, Mnist.load(settings.data_dir, "cpu"), settings.seeds)
    train_all(runs, settings.data_dir, settings.device, settings.runs_dir, settings.jobs)
    shipped = ship(settings.runs_dir, settings.output_dir)
    for name, seed in shipped.items():
        print(f"{name}: shipped is seed {seed}, the best on validation digits")
    return ["guard"] if "aug" in shipped else []


def finish(settings, models):
    """What hangs on the networks that were trained: guard, golden pairs, the Hub."""
    directory = settings.output_dir
    if "guard" in models:
        print("guard: what is no digit is refused")
        network, _ = load_model(weights_path(directory, "aug"), "aug")
        augmentation = RECIPES["aug"]["default"].augmentation
        training = Mnist.load(settings.data_dir, "cpu").training
        make_detector(network, training, augmentation, directory)
    if all(weights_path(directory, key).exists() for key in [*MODELS, "guard"]):
        save_golden(directory)
    if settings.push_to_hub:
        commit = push(settings.push_to_hub, directory, settings.private, settings.tag)
        report_push(settings.push_to_hub, commit)


def main():
    settings = parse_arguments()
    try:
        if settings.reproduce:
            sys.exit(not reproduce(settings.reproduce, settings.data_dir, settings.device))
        finish(settings, (train_many if settings.seeds else train_one_by_one)(settings))
    except (DataError, HubError, TrainingError, WeightsError, OSError) as error:
        sys.exit(f"train.py: {error}")
    except KeyboardInterrupt:
        again = "the same command" if settings.seeds else "`--resume` with the same settings"
        sys.exit(f"train.py: stopped; {again} goes on")


if __name__ == "__main__":
    main()
