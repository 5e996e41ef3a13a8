"""The three networks of the lesson, as rows of one table: what to build and how to train it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from math import ceil, cos, pi

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from .augment import Augmentation
from .preprocess import SIDE

CLASSES = 10


class FCNet(nn.Module):
    """Fully connected: every hidden unit looks at all 784 pixels.

    Maps (B, 1, 28, 28) normalised digits to (B, 10) logits.
    """

    def __init__(self, hidden=512):
        super().__init__()
        self.flatten = nn.Flatten()
        self.hidden = nn.Linear(SIDE * SIDE, hidden)
        self.relu = nn.ReLU()
        self.output = nn.Linear(hidden, CLASSES)

    def forward(self, x):
        x = self.flatten(x)  # (B, 784)
        x = self.relu(self.hidden(x))  # (B, 512)
        return self.output(x)  # (B, 10)


class ConvNet(nn.Module):
    """Convolutional: four layers of 3×3 filters slide over the digit, then two dense layers decide.

    Maps (B, 1, 28, 28) normalised digits to (B, 10) logits.
    """

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *_conv_block(1, 32),  # (B, 32, 26, 26)
            *_conv_block(32, 32),  # (B, 32, 24, 24)
            nn.MaxPool2d(2),  # (B, 32, 12, 12)
            *_conv_block(32, 64),  # (B, 64, 10, 10)
            *_conv_block(64, 64),  # (B, 64, 8, 8)
            nn.MaxPool2d(2),  # (B, 64, 4, 4)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 1024)
            nn.Linear(64 * 4 * 4, 512),
            nn.BatchNorm1d(512),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(512, CLASSES),  # (B, 10)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def _conv_block(channels_in, channels_out):
    return nn.Conv2d(channels_in, channels_out, 3), nn.BatchNorm2d(channels_out), nn.ReLU()


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. Two recipes that are equal give the same weights."""

    learning_rate: float  # of Adam, the highest where the schedule moves it
    batch_size: int  # digits per step
    epochs: int  # passes over the training digits, at most
    patience: int  # epochs without a better validation accuracy before training stops
    repeats: int = 1  # how often each training digit comes in one pass
    schedule: str = "constant"  # of the learning rate: "constant" or "one-cycle"
    weight_decay: float = 0.0  # per unit of learning rate, on weight matrices only
    beta2: float = 0.999  # Adam's memory of squared gradients
    averaging: float = 0.0  # memory, per step, of the running mean of weights that is kept; 0: none
    dropout: float = 0.0  # share of every dense layer's inputs that is silenced, step by step
    label_smoothing: float = 0.0  # share of the target that goes to all ten digits alike
    bfloat16: bool = False  # multiply in bfloat16 where the hardware does; weights stay float32
    augmentation: Augmentation | None = None  # of the training digits only
    leak: bool = False  # the notebook's mistake: trains on the validation digits too

    def __post_init__(self):
        for name in ("learning_rate", "batch_size", "epochs", "patience"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0")

    def rate_at(self, progress):
        """Learning rate when `progress` in [0, 1] of the training is done.

        One cycle: a tenth to the full rate over the first fifth, then a cosine down to a
        thousandth. Source: Smith and Topin 2017, "Super-Convergence", arXiv 1708.07120.
        """
        if self.schedule == "constant":
            return self.learning_rate
        warm_up, start, end = 0.2, self.learning_rate / 10, self.learning_rate / 1000
        if progress < warm_up:
            return _cosine(start, self.learning_rate, progress / warm_up)
        return _cosine(self.learning_rate, end, (progress - warm_up) / (1 - warm_up))

    def for_few(self, count):
        """The recipe for a small number of training digits.

        Batches of at most a tenth of them, and at least 1,000 steps.
        """
        batch_size = min(self.batch_size, max(2, count // 10))
        repeats = max(1, ceil(1000 * batch_size / (self.epochs * count)))
        return replace(self, batch_size=batch_size, repeats=repeats)

    def as_dict(self):
        """The recipe as JSON-ready values, nested dataclasses included."""
        return asdict(self)


def recipe_from(values):
    """The Recipe of which `values` are the `as_dict()`."""
    augmentation = values["augmentation"]
    return Recipe(**values | {"augmentation": augmentation and Augmentation(**augmentation)})


def _cosine(start, end, fraction):
    return end + (start - end) * (1 + cos(pi * fraction)) / 2


@dataclass(frozen=True)
class ModelRow:
    """One network of the lesson: what the page calls it, what to build, how to train it."""

    title: str
    build: Callable[[], nn.Module]
    recipes: dict[str, Recipe]  # name of the recipe -> recipe

    @property
    def architecture(self):
        """The name that the weights carry: which class fits them."""
        return self.build().__class__.__name__


# The notebook's recipe, its own numbers; what was wrong with it is mended in training.py.
LESSON = Recipe(learning_rate=0.005, batch_size=64, epochs=100, patience=5, bfloat16=True)
# Patience equals the epochs: a cosine that is cut short never reaches its best, low rates.
DEFAULT = Recipe(
    learning_rate=0.005,
    batch_size=256,
    epochs=24,
    patience=24,
    schedule="one-cycle",
    weight_decay=0.05,
    beta2=0.99,
    averaging=0.998,
    label_smoothing=0.1,
    bfloat16=True,
)
NOTEBOOK_AUGMENTATION = Augmentation(
    rotation=10, shift=0.1, scale=0.05, brightness=0.1, contrast=0.1
)
# Chosen on validation digits and on handwriting that is kept for development: strokes of other
# pens, other slants and shapes, and what MNIST has few of: ones with a flag, angular digits.
HANDWRITING_AUGMENTATION = Augmentation(
    rotation=12.5,
    shift=0.1,
    scale=0.125,
    stretch=0.15,
    slant=15,
    elastic=0.8,
    square=1.0,
    flag=0.3,
    stroke=1.0,
    blur=0.3,
    brightness=0.1,
    contrast=0.1,
    graded=True,
)
# A fully connected network forgives no shift: less of it, and more bending.
FC_AUGMENTATION = Augmentation(rotation=10, shift=0.04, scale=0.1, slant=8, elastic=0.9)


def _cycle(recipe, epochs, **changes):
    return replace(recipe, epochs=epochs, patience=epochs, **changes)


FC_CYCLE = replace(DEFAULT, learning_rate=0.003)
AUG_LESSON = replace(LESSON, augmentation=NOTEBOOK_AUGMENTATION)

MODELS = {
    "fc": ModelRow(
        "Fully connected",
        FCNet,
        {
            "default": _cycle(FC_CYCLE, 40, dropout=0.2, label_smoothing=0.05),
            "augmented": _cycle(
                FC_CYCLE,
                120,
                learning_rate=0.002,
                label_smoothing=0.0,
                augmentation=FC_AUGMENTATION,
            ),
            "quick": _cycle(FC_CYCLE, 3),
            "lesson": LESSON,
        },
    ),
    "conv": ModelRow(
        "ConvNet",
        ConvNet,
        {"default": _cycle(DEFAULT, 12), "quick": _cycle(DEFAULT, 3), "lesson": LESSON},
    ),
    "aug": ModelRow(
        "ConvNet, augmented data",
        ConvNet,
        {
            "default": _cycle(DEFAULT, 20, augmentation=HANDWRITING_AUGMENTATION),
            "quick": _cycle(DEFAULT, 2, augmentation=NOTEBOOK_AUGMENTATION),
            "lesson": AUG_LESSON,
            "notebook-leak": replace(AUG_LESSON, leak=True),
        },
    ),
}


def parameter_count(model):
    """How many numbers training adjusts."""
    return sum(parameter.numel() for parameter in model.parameters())


def multiply_adds(model):
    """How many multiply-adds one digit costs in convolutions and dense layers."""
    device = next(model.parameters()).device
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 1, SIDE, SIDE, device=device))
    return counter.get_total_flops() // 2  # the counter counts a multiply-add as two
