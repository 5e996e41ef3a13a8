"""The three networks of the lesson, as rows of one table: what to build and how to train it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from math import cos, pi

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
    schedule: str = "constant"  # of the learning rate: "constant" or "one-cycle"
    weight_decay: float = 0.0  # per unit of learning rate, on weight matrices only
    beta2: float = 0.999  # Adam's memory of squared gradients
    averaging: float = 0.0  # memory, per step, of the running mean of weights that is kept; 0: none
    bfloat16: bool = False  # multiply in bfloat16 where the hardware does; weights stay float32
    augmentation: Augmentation | None = None  # of the training digits only

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

    def as_dict(self):
        """The recipe as JSON-ready values, nested dataclasses included."""
        return asdict(self)


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
LESSON = Recipe(learning_rate=0.005, batch_size=64, epochs=100, patience=5)
# Patience equals the epochs: a cosine that is cut short never reaches its best, low rates.
DEFAULT = Recipe(
    learning_rate=0.005,
    batch_size=256,
    epochs=24,
    patience=24,
    schedule="one-cycle",
    weight_decay=0.015,
    beta2=0.99,
    averaging=0.998,
    bfloat16=True,
)
NOTEBOOK_AUGMENTATION = Augmentation(
    rotation=10, shift=0.1, scale=0.05, brightness=0.1, contrast=0.1
)
# Chosen on validation digits and on handwriting that is kept for development: strokes of other
# pens, other slants and shapes, and what MNIST has few of: ones with a flag, angular digits.
HANDWRITING_AUGMENTATION = Augmentation(
    rotation=10,
    shift=0.08,
    scale=0.1,
    stretch=0.12,
    slant=12,
    elastic=0.5,
    square=1.0,
    flag=0.3,
    stroke=1.0,
    blur=0.3,
    brightness=0.1,
    contrast=0.1,
)

MODELS = {
    "fc": ModelRow(
        "Fully connected",
        FCNet,
        {"lesson": LESSON, "default": replace(DEFAULT, learning_rate=0.003)},
    ),
    "conv": ModelRow("ConvNet", ConvNet, {"lesson": LESSON, "default": DEFAULT}),
    "aug": ModelRow(
        "ConvNet, augmented data",
        ConvNet,
        {
            "lesson": replace(LESSON, augmentation=NOTEBOOK_AUGMENTATION),
            "default": replace(DEFAULT, augmentation=HANDWRITING_AUGMENTATION),
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
