"""The networks of the lesson, as rows of one table: what to build and how to show it."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.layers import Shuffle, check_network


class FCNet(nn.Module):
    """Fully connected: every hidden unit looks at all 784 pixels.

    Maps (B, 1, 28, 28) normalised digits to (B, 10) logits.
    """

    def __init__(self, hidden=512, batch_norm=False):
        super().__init__()
        self.flatten = nn.Flatten()
        self.hidden = nn.Linear(DATASET.side * DATASET.side, hidden)
        if batch_norm:
            self.norm = nn.BatchNorm1d(hidden)
        self.relu = nn.ReLU()
        self.output = nn.Linear(hidden, DATASET.classes)

    def forward(self, x):
        x = self.hidden(self.flatten(x))  # (B, 512)
        if hasattr(self, "norm"):
            x = self.norm(x)
        return self.output(self.relu(x))  # (B, 10)


class ConvNet(nn.Module):
    """Convolutional: four layers of 3×3 filters slide over the digit, then two dense layers decide.

    Maps (B, 1, 28, 28) normalised digits to (B, 10) logits.
    """

    def __init__(self, batch_norm=True, dropout=0.2):
        super().__init__()
        self.features = nn.Sequential(
            *_conv_block(1, 32, batch_norm),  # (B, 32, 26, 26)
            *_conv_block(32, 32, batch_norm),  # (B, 32, 24, 24)
            nn.MaxPool2d(2),  # (B, 32, 12, 12)
            *_conv_block(32, 64, batch_norm),  # (B, 64, 10, 10)
            *_conv_block(64, 64, batch_norm),  # (B, 64, 8, 8)
            nn.MaxPool2d(2),  # (B, 64, 4, 4)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 1024)
            nn.Linear(64 * 4 * 4, 512),
            *([nn.BatchNorm1d(512)] if batch_norm else []),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(512, DATASET.classes),  # (B, 10)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


class SmallConvNet(nn.Module):
    """The same idea with 5,306 parameters: it learns within seconds, on any computer.

    Maps (B, 1, 28, 28) normalised digits to (B, 10) logits.
    """

    def __init__(self, batch_norm=True):
        super().__init__()
        self.features = nn.Sequential(
            *_conv_block(1, 8, batch_norm),  # (B, 8, 26, 26)
            nn.MaxPool2d(2),  # (B, 8, 13, 13)
            *_conv_block(8, 16, batch_norm),  # (B, 16, 11, 11)
            nn.MaxPool2d(2),  # (B, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 400)
            nn.Linear(16 * 5 * 5, DATASET.classes),  # (B, 10)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def _conv_block(channels_in, channels_out, batch_norm):
    norm = [nn.BatchNorm2d(channels_out)] if batch_norm else []
    return nn.Conv2d(channels_in, channels_out, 3), *norm, nn.ReLU()


ARCHITECTURES: dict[str, type[nn.Module]] = {
    network.__name__: network for network in (FCNet, ConvNet, SmallConvNet)
}


def build_variant(architecture: str, shuffled: bool = False, **settings: Any) -> nn.Module:
    """A new network in training mode, of an architecture with settings of its own.

    Args:
        architecture: key of ARCHITECTURES.
        shuffled: whether it sees all digits with their pixels in one other order.
        settings: arguments of the class, such as batch_norm.
    """
    network: nn.Module = ARCHITECTURES[architecture](**settings)
    if shuffled:
        network = nn.Sequential(OrderedDict(shuffle=Shuffle(), network=network))
    check_network(network)
    return network


@dataclass(frozen=True)
class Look:
    """How the page shows a network."""

    title: str
    colours: tuple[str, str]  # CSS, on the page's light and on its dark ground
    marker: str  # in charts, as matplotlib has it: colour alone does not tell networks apart


@dataclass(frozen=True)
class ModelRow(Look):
    """One network of the lesson: what the page calls it, what to build, how to show it.

    A row is all that a further network needs here, with a row of learning.recipes.RECIPES to be
    trained by. As long as it is not trained, the app leaves it out.
    """

    network: type[nn.Module]  # built without arguments; a chain of the layers in layers.py
    plain_twin: str | None = None  # key of the same network, trained on digits without variation
    is_main: bool = False  # gives the page's large answer
    is_required: bool = False  # the lesson speaks of it: no set of weights without it

    def build(self) -> nn.Module:
        """A new network in training mode.

        Raises:
            LayerError: it has layers that cannot be explained.
        """
        network = self.network()
        check_network(network)
        return network

    @property
    def architecture(self) -> str:
        """The name that the weights carry: which class fits them."""
        return self.network.__name__


# Colours of Okabe and Ito's palette, which colour-blind people can tell apart, made darker or
# lighter until they can be read as text.
MODELS = {
    "fc": ModelRow("Fully connected", ("#b84700", "#ff9c5b"), "o", FCNet, is_required=True),
    "conv": ModelRow("ConvNet", ("#0069a8", "#63b8f2"), "s", ConvNet, is_required=True),
    "aug": ModelRow(
        "ConvNet, augmented data",
        ("#00795a", "#3fcaa2"),
        "^",
        ConvNet,
        plain_twin="conv",
        is_main=True,
        is_required=True,
    ),
}
MAIN = next(key for key, row in MODELS.items() if row.is_main)
OWN = "own"  # a network that the learner trained, beside those of MODELS
LOOKS: dict[str, Look] = {**MODELS, OWN: Look("Yours", ("#9b3f86", "#e08fce"), "d")}


def parameter_count(model: nn.Module) -> int:
    """How many numbers training adjusts."""
    return sum(parameter.numel() for parameter in model.parameters())


def multiply_adds(model: nn.Module) -> int:
    """How many multiply-adds one digit costs in convolutions and dense layers."""
    device = next(model.parameters()).device
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 1, DATASET.side, DATASET.side, device=device))
    return counter.get_total_flops() // 2  # the counter counts a multiply-add as two
