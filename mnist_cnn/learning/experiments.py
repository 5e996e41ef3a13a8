"""Experiments: small trainings with settings of one's own, by the same fit() as all networks.

python -m mnist_cnn train [--network small] [--digits 1000] [--seed 0] ... [--output FILE]

The room "Train it yourself" runs the same function: equal settings give equal weights.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch

from mnist_cnn.arguments import RequestError
from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.digits import embedded_splits
from mnist_cnn.learning.recipes import NOTEBOOK_AUGMENTATION, Recipe
from mnist_cnn.learning.records import Run
from mnist_cnn.learning.training import Observer, fit
from mnist_cnn.networks.models import build_variant
from mnist_cnn.networks.variants import Variant
from mnist_cnn.networks.weights import write_atomically

NETWORKS = {"fc": "FCNet", "small": "SmallConvNet", "conv": "ConvNet"}  # key: architecture
# Few digits are seen more often: {training digits: (epochs, how often each digit occurs in one)}.
AMOUNTS = {100: (10, 4), 300: (10, 2), 1_000: (10, 1), 3_000: (5, 1), 10_000: (2, 1)}
RANGES = {  # of the numbers, both ends included
    "learning_rate": (0.0001, 1.0),
    "batch_size": (4, 512),
    "dropout": (0.0, 0.9),
    "seed": (0, 2**31 - 1),
}


class Stopped(Exception):
    """An observer ends the training; the network stays as it is."""

    def __init__(self, model: torch.nn.Module):
        super().__init__("stopped")
        self.model = model


@dataclass(frozen=True)
class Experiment:
    """What is trained, and how."""

    network: str = "small"  # key of NETWORKS
    digits: int = 1_000  # key of AMOUNTS
    learning_rate: float = 0.01  # the highest of the cycle
    batch_size: int = 32  # digits per step; a tenth of them where they are few
    dropout: float = 0.0  # share of a dense layer's inputs that is left out in each step
    batch_norm: bool = True
    augmentation: bool = False  # the notebook's
    shuffled: bool = False  # pixels, in one other order for all digits
    seed: int = 0

    def __post_init__(self):
        for name, choices in (("network", NETWORKS), ("digits", AMOUNTS)):
            if getattr(self, name) not in choices:
                came, known = str(getattr(self, name))[:40], ", ".join(map(str, choices))
                raise RequestError(f"{name}: {came} came; send one of {known}")
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not isinstance(value, int | float) or not low <= value <= high:
                raise RequestError(f"{name}: {value!s:.40} came; send a number, {low} to {high}")
        for name in ("batch_size", "seed"):
            if not isinstance(getattr(self, name), int):
                raise RequestError(f"{name}: {getattr(self, name)} came; send a whole number")

    @property
    def architecture(self) -> str:
        """Key of ARCHITECTURES."""
        return NETWORKS[self.network]

    @property
    def settings(self) -> dict[str, bool]:
        """Of the architecture: the part that its weights depend on."""
        return {"batch_norm": self.batch_norm, "shuffled": self.shuffled}

    @property
    def recipe(self) -> Recipe:
        """How it is trained."""
        epochs, repeats = AMOUNTS[self.digits]
        return Recipe(
            learning_rate=self.learning_rate,
            batch_size=min(self.batch_size, self.digits // 10),
            epochs=epochs,
            patience=epochs,
            repeats=repeats,
            schedule="one-cycle",
            weight_decay=0.05,
            dropout=self.dropout,
            augmentation=NOTEBOOK_AUGMENTATION if self.augmentation else None,
        )

    def build(self) -> torch.nn.Module:
        """The untrained network; dropout is the recipe's affair alone."""
        own: dict[str, Any] = {"dropout": 0.0} if self.network == "conv" else {}
        return build_variant(self.architecture, **self.settings, **own)

    def command(self) -> str:
        """The command that trains the same network."""
        words = [
            f"--{field.name.replace('_', '-')}{'' if value is True else f' {value}'}"
            for field in fields(self)
            if (value := getattr(self, field.name)) != field.default and value is not False
        ]
        norm = [] if self.batch_norm else ["--no-batch-norm"]
        return " ".join(["python -m mnist_cnn train", *words, *norm])


def train(
    experiment: Experiment,
    report: Callable[[object], None] = print,
    observe: Observer | None = None,
    device: str = "cpu",
) -> Variant:
    """Run an experiment.

    Args:
        report: called with each finished Epoch.
        observe: as fit's; where it raises Stopped, the network is what it is by then.

    Returns:
        The network of the epoch with the best validation accuracy.
    """
    splits = embedded_splits()
    training = splits.training[: experiment.digits].to(device)
    validation, recipe = splits.validation.to(device), experiment.recipe
    run = Run(experiment.network, recipe.as_dict(), experiment.seed, experiment.digits)
    try:
        model, _ = fit(
            experiment.build, training, validation, recipe, run, report=report, observe=observe
        )
    except Stopped as stopped:
        model = stopped.model.eval()
    facts: dict[str, Any] = {"experiment": asdict(experiment)}
    return Variant(model.cpu(), experiment.architecture, experiment.settings, facts)


def steps_of(experiment: Experiment) -> int:
    """How many training steps an experiment takes."""
    recipe = experiment.recipe
    return recipe.epochs * (experiment.digits * recipe.repeats // recipe.batch_size)


def main(words: Sequence[str] | None = None) -> None:
    """`train`: run an experiment, keep its network."""
    parser = CommandParser("train", __doc__.splitlines()[0])
    for field in fields(Experiment):
        name = f"--{field.name.replace('_', '-')}"
        if field.type in (bool, "bool"):
            off = field.default is True
            action = "store_false" if off else "store_true"
            option = name.replace("--", "--no-", 1) if off else name
            parser.add_argument(option, dest=field.name, action=action)
        else:
            parser.add_argument(name, type=type(field.default), default=field.default)
    parser.add_argument("--output", type=Path, help="safetensors file for the network")
    settings = vars(parser.parse_args(words))
    output = settings.pop("output")
    with exit_on(RequestError, OSError):
        torch.set_num_threads(1)  # as in the room: the last bits of a sum depend on it
        variant = train(Experiment(**settings))
        if output:
            write_atomically(output, variant.file)
        print(f"sha256 {variant.sha256}{f', in {output}' if output else ''}")
