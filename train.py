"""Train the lesson's networks on MNIST; `python train.py` writes weights/ and its metrics.json."""

import sys
from importlib.util import find_spec

from mnist_cnn.dataset.digits import DataError, Splits
from mnist_cnn.judging.timing import hardware_name
from mnist_cnn.learning import command_line
from mnist_cnn.learning.detector_training import make_detector
from mnist_cnn.learning.ink_training import make_ink_finder
from mnist_cnn.learning.parallel import train_all
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.records import TrainingError
from mnist_cnn.learning.reproduction import reproduce
from mnist_cnn.learning.runs import folder_of, plan, train
from mnist_cnn.learning.shipping import ship
from mnist_cnn.networks.layers import LayerError
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.networks.weights import WeightsError, weights_path
from mnist_cnn.reading.ink_finder import INK
from mnist_cnn.sharing.client import check_name, check_tag, check_token
from mnist_cnn.sharing.commands import push_and_report
from mnist_cnn.sharing.failures import HubError
from mnist_cnn.sharing.golden import save_golden


def push_problem(settings):
    """Why nothing could be pushed; None where nothing is to be pushed, or nothing is wrong."""
    try:
        if settings.push_to_hub:
            check_name(settings.push_to_hub)
            check_token()
            if settings.tag:
                check_tag(settings.tag)
            if not find_spec("pydantic"):  # checks what is pushed; training does without it
                raise HubError("--push-to-hub needs pydantic: run `pip install pydantic`")
    except HubError as error:
        return str(error)


def runs_of(settings, splits, seeds):
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
                if key in MODELS:
                    run = plan(splits, key, settings.recipe, seed, images, **changes)
                    runs[folder_of(run, "")] = run
    return list(runs.values())


def train_one_by_one(settings):
    """One run of each model, straight into the output directory."""
    splits = Splits.load(settings.data_dir, settings.device)
    for run in runs_of(settings, splits, [settings.seed]):
        title, hardware = MODELS[run.key].title, hardware_name(settings.device)
        print(f"{run.key}: {title}, recipe {run.recipe_name}, on {hardware}")
        train(run, splits, settings.output_dir, settings.resume)


def train_many(settings):
    """All seeds, side by side, each into a folder of its own; then the best ones are shipped."""
    runs = runs_of(settings, Splits.load(settings.data_dir, "cpu"), settings.seeds)
    where = settings.data_dir, settings.device, settings.runs_dir
    rank, ranks = command_line.rank(), command_line.ranks()
    if ranks > 1:  # under torchrun; nobody waits for anybody, so nothing hangs
        train_all(runs[rank::ranks], *where, settings.jobs, beside=command_line.ranks_here())
        print(f"share {rank + 1} of {ranks} is done; `python train.py`, same options, ships all")
        sys.exit()
    train_all(runs, *where, settings.jobs)
    shipped = ship(settings.runs_dir, settings.output_dir)
    for name, seed in shipped.items():
        print(f"{name}: shipped is seed {seed}, the best on validation digits")


def finish(settings):
    """What is left to make: ink finder, detector, golden pairs, what goes to the Hub."""
    directory = settings.output_dir
    if INK in settings.models:
        print("ink: learns from made-up pages where the ink of a picture is")
        digits = Splits.load(settings.data_dir, "cpu").training.images
        asked = {name: getattr(settings, name) for name in ("seed", "device", "epochs", "resume")}
        make_ink_finder(digits, directory, **asked)
    if "guard" in settings.models:
        print("guard: rejects what is no digit")
        augmentation = RECIPES[MAIN]["default"].augmentation
        make_detector(Splits.load(settings.data_dir, settings.device), augmentation, directory)
    required = [key for key, row in MODELS.items() if row.is_required]
    if all(weights_path(directory, key).exists() for key in [*required, "guard"]):
        save_golden(directory)
    if settings.push_to_hub:
        push_and_report(settings.push_to_hub, directory, settings.private, settings.tag)


def main():
    settings = command_line.parse(None, __doc__, push_problem)
    try:
        if settings.reproduce:
            sys.exit(not reproduce(settings.reproduce, settings.data_dir, settings.device))
        (train_many if settings.seeds else train_one_by_one)(settings)
        finish(settings)
    except (DataError, HubError, LayerError, TrainingError, WeightsError, OSError) as error:
        sys.exit(f"train.py: {error}")
    except KeyboardInterrupt:
        again = "the same command" if settings.seeds else "`--resume` with the same settings"
        sys.exit(f"train.py: stopped; {again} goes on")


if __name__ == "__main__":
    main()
