"""The networks of the lesson, as rows of one table: what to build and how to show it."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.layers import check_network


class FCNet(nn.Module):
    """Fully connected: every hidden unit looks at all 784 pixels.

    Maps (B, 1, 28, 28) normalised digits to (B, 10) logits.
    """

    def __init__(self, hidden=512):
        super().__init__()
        self.flatten = nn.Flatten()
        self.hidden = nn.Linear(DATASET.side * DATASET.side, hidden)
        self.relu = nn.ReLU()
        self.output = nn.Linear(hidden, DATASET.classes)

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
            nn.Linear(512, DATASET.classes),  # (B, 10)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def _conv_block(channels_in, channels_out):
    return nn.Conv2d(channels_in, channels_out, 3), nn.BatchNorm2d(channels_out), nn.ReLU()


@dataclass(frozen=True)
class ModelRow:
    """One network of the lesson: what the page calls it, what to build, how to show it.

    A row is all that a further network needs here, with a row of learning.recipes.RECIPES to be
    trained by. As long as it is not trained, the app leaves it out.
    """

    title: str
    network: type[nn.Module]  # built without arguments; a chain of the layers in layers.py
    colours: tuple[str, str]  # CSS, on the page's light and on its dark ground
    marker: str  # in charts, as matplotlib has it: colour alone does not tell networks apart
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
    "fc": ModelRow("Fully connected", FCNet, ("#b84700", "#ff9c5b"), "o", is_required=True),
    "conv": ModelRow("ConvNet", ConvNet, ("#0069a8", "#63b8f2"), "s", is_required=True),
    "aug": ModelRow(
        "ConvNet, augmented data",
        ConvNet,
        ("#00795a", "#3fcaa2"),
        "^",
        plain_twin="conv",
        is_main=True,
        is_required=True,
    ),
}
MAIN = next(key for key, row in MODELS.items() if row.is_main)


def parameter_count(model: nn.Module) -> int:
    """How many numbers training adjusts."""
    return sum(parameter.numel() for parameter in model.parameters())


def multiply_adds(model: nn.Module) -> int:
    """How many multiply-adds one digit costs in convolutions and dense layers."""
    device = next(model.parameters()).device
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 1, DATASET.side, DATASET.side, device=device))
    return counter.get_total_flops() // 2  # the counter counts a multiply-add as two
