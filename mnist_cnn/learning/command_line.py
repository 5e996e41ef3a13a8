"""What `python train.py` may be asked for: its options, and which of them do not go together."""

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.reading.ink_finder import INK

KNOWN = [*MODELS, INK, "guard"]  # what can be trained
RECIPE_NAMES = list(dict.fromkeys(name for recipes in RECIPES.values() for name in recipes))
GPUS = {"cuda": torch.cuda, "mps": torch.backends.mps}  # NVIDIA's and Apple's, in torch's words
BESIDE = ("augmented", "notebook-leak")  # recipes for comparison only


def number(kind: type, low: float, high: float) -> Callable[[str], float]:
    """A parser of numbers of a kind, int or float, from low to high."""

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


def numbers(low: int) -> Callable[[str], list[int]]:
    """A parser of whole numbers from `low` on, with ranges: 0-4,7 is 0, 1, 2, 3, 4, 7."""

    def parse(text):
        try:
            ends = [[int(end) for end in part.split("-", 1)] for part in text.split(",")]
        except ValueError:
            ends = []
        ranges = [(end[0], end[-1]) for end in ends]
        if ranges and all(
            low <= first <= last < min(first + 1000, 2**31) for first, last in ranges
        ):
            return sorted({each for first, last in ranges for each in range(first, last + 1)})
        raise argparse.ArgumentTypeError(
            f"{text!r} is no list of whole numbers from {low}, such as {low},{low + 3}-{low + 5}"
        )

    return parse


def add_options(add: Callable[..., object]) -> None:
    """Describe every option to `add`, which is argparse's add_argument."""
    default = "default: %(default)s"
    add("models", nargs="*", metavar="model", help=f"{', '.join(KNOWN)}; default: all but {INK}")
    add(
        "--recipe",
        choices=RECIPE_NAMES,
        default="default",
        help=f"{', '.join(RECIPE_NAMES)}; {default}",
    )
    add("--epochs", type=number(int, 1, 10_000), help="passes over the training digits, at most")
    add("--batch-size", type=number(int, 2, DATASET.learned), help="digits per step")
    add("--learning-rate", type=number(float, 1e-6, 1), help="of Adam, at its highest")
    add("--patience", type=number(int, 1, 10_000), help="epochs without better validation")
    add("--seed", type=number(int, 0, 2**31 - 1), default=0, help=default)
    add("--seeds", type=numbers(0), help="many runs, 0-19 or 0,3,7; ships the best validated")
    add("--images", type=numbers(20), help="with --seeds: train on so few digits, 100,1000")
    add("--jobs", type=number(int, 1, 1000), help="runs side by side; default: one per core")
    add("--runs-dir", type=Path, default="runs", help=f"keeps many runs; {default}")
    add("--reproduce", type=Path, metavar="FILE", help="train again what trained FILE; compare")
    add("--device", choices=["auto", "cpu", *GPUS], default="auto", help=default)
    folder = f"{DATASET.torchvision}/raw"
    add("--data-dir", type=Path, default="data", help=f"holds {folder}; {default}")
    add("--output-dir", type=Path, default=DIRECTORY, help="default: the weights/ beside train.py")
    add("--resume", action="store_true", help="go on after the last finished epoch")
    add("--push-to-hub", metavar="USER/REPO", help="then send the networks to the Hub")
    add("--private", action="store_true", help="only you are to see that repository")
    add("--tag", help="name for what is pushed")


def parse(
    arguments: list[str] | None,
    description: str | None,
    check_push: Callable[[argparse.Namespace], str | None],
) -> argparse.Namespace:
    """Checked settings of the command line; wrong ones end with one sentence and status 2.

    Args:
        arguments: None takes those of the process.
        description: what --help says first.
        check_push: says what is wrong with pushing, before the hours of training; None if nothing.
    """
    parser = argparse.ArgumentParser(prog="train.py", description=description)
    # One sentence, without the usage that argparse puts before it.
    parser.error = lambda message: parser.exit(2, f"train.py: {message}\n")  # type: ignore
    add_options(parser.add_argument)
    settings = parser.parse_args(arguments)
    if problem := check_push(settings) or next(problems(settings), None):
        parser.error(problem)
    return completed(settings)


def problems(settings: argparse.Namespace) -> Iterator[str]:
    """What in the settings does not exist here, or does not go together: sentences."""
    asked, recipe, given = settings.models, settings.recipe, settings
    if not given.push_to_hub and (given.private or given.tag):
        yield "--private and --tag belong to --push-to-hub USER/REPO"
    for key in asked:
        if key not in KNOWN:
            yield f"argument model: {key!r} is none of {', '.join(KNOWN)}"
        elif key in MODELS and key not in RECIPES:
            yield f"argument model: {key} has no recipe yet; give it a row of RECIPES"
        elif key in MODELS and recipe not in RECIPES[key]:
            yield f"argument --recipe: {key} has no {recipe}, but {', '.join(RECIPES[key])}"
    for name in ("seeds", "batch_size", "learning_rate", "patience"):
        if INK in asked and getattr(given, name) is not None:
            yield f"--{name.replace('_', '-')} is not for {INK}"
    if given.images and not given.seeds:
        yield "--images belongs to --seeds"
    if given.images and recipe == "notebook-leak":
        yield "--images is not for notebook-leak, which trains on all there are"
    if recipe in BESIDE and not given.seeds and given.output_dir == DIRECTORY:
        yield f"{recipe} is no network of the page: add --seeds or --output-dir"
    if given.reproduce and (asked or given.seeds or given.push_to_hub):
        yield "--reproduce FILE goes with --data-dir and --device alone"
    if given.output_dir.exists() and not given.output_dir.is_dir():
        yield f"argument --output-dir: {given.output_dir} is a file, not a folder"
    if given.device in GPUS and not GPUS[given.device].is_available():
        yield f"argument --device: {given.device} is not available here; use cpu or auto"
    if ranks() > 1 and not given.seeds:
        yield "torchrun divides seeds among processes: add --seeds 0-19, or run `python train.py`"


def completed(settings: argparse.Namespace) -> argparse.Namespace:
    """The settings, with what was left open decided: models, device, jobs.

    Under torchrun, each process of a machine gets a GPU of its own, or its share of the cores.
    """
    settings.models = list(dict.fromkeys(settings.models)) or [
        key for key in (*MODELS, "guard") if settings.recipe in RECIPES.get(key, ("default",))
    ]
    if settings.device == "auto":
        settings.device = next((name for name in GPUS if GPUS[name].is_available()), "cpu")
    cores = max(1, (os.cpu_count() or 1) // ranks_here())
    settings.jobs = settings.jobs or (1 if settings.device in GPUS else cores)
    if settings.device == "cuda" and ranks() > 1:
        settings.device = f"cuda:{_environment('LOCAL_RANK', 0) % torch.cuda.device_count()}"
    return settings


def ranks() -> int:
    """How many processes torchrun started for this very command; 1 without it."""
    return _environment("WORLD_SIZE", 1)


def ranks_here() -> int:
    """How many of them are on this machine."""
    return _environment("LOCAL_WORLD_SIZE", 1)


def rank() -> int:
    """Which of them this one is, from 0."""
    return _environment("RANK", 0)


def _environment(name, default):
    return int(os.environ.get(name, default))
