"""Every layer of the table is torch's; what the table does not know is refused in a sentence."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from mnist_cnn.networks.layers import (
    LAYER_KINDS,
    LayerError,
    chain,
    check_network,
    kind,
    window,
)
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.operations import (
    Activation,
    Normalisation,
    Probability,
    WeightedSum,
)
from mnist_cnn.page.texts import inside as inside_texts
from tests.networks.lenet import LeNet5, networks, sequential


@pytest.mark.parametrize("name", networks())
def test_what_the_table_knows_is_accepted(name):
    network = networks()[name]
    for is_training in (True, False):
        network.train(is_training)
        before = {key: value.clone() for key, value in network.state_dict().items()}
        check_network(network)
        assert network.training == is_training
        after = network.state_dict()
        assert all(torch.equal(value, after[key]) for key, value in before.items())


class Functional(nn.Module):
    """A network whose forward does more than its layers say."""

    def __init__(self):
        super().__init__()
        self.flatten, self.hidden, self.output = nn.Flatten(), nn.Linear(784, 8), nn.Linear(8, 10)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(self.flatten(x))))


class Disordered(nn.Module):
    """A network whose layers were made in another order than they are used."""

    def __init__(self):
        super().__init__()
        self.tanh, self.flatten, self.output = nn.Tanh(), nn.Flatten(), nn.Linear(784, 10)

    def forward(self, x):
        return self.tanh(self.output(self.flatten(x)))


class Shared(nn.Module):
    """A network that uses one layer twice."""

    def __init__(self):
        super().__init__()
        self.flatten, self.hidden = nn.Flatten(), nn.Linear(784, 784)
        self.output = nn.Linear(784, 10)

    def forward(self, x):
        return self.output(self.hidden(self.hidden(self.flatten(x))))


REFUSED = {
    "another class": (lambda: sequential(nn.GELU()), "layer 0: GELU is none of Conv2d, "),
    "softmax": (lambda: nn.Sequential(sequential(), nn.Softmax(1)), "layer 1: Softmax is none of"),
    "groups": (lambda: sequential(nn.Conv2d(1, 4, 1), nn.Conv2d(4, 4, 3, groups=2)),
               "layer 1: groups is 2; only 1 can be explained"),
    "dilation": (lambda: sequential(nn.Conv2d(1, 4, 3, dilation=2)), r"dilation is \(2, 2\); only"),
    "padding mode": (lambda: sequential(nn.Conv2d(1, 4, 3, padding=1, padding_mode="reflect")),
                     "padding_mode is 'reflect'; only 'zeros'"),
    "no square": (lambda: sequential(nn.Conv2d(1, 4, (3, 5))), r"kernel_size is \(3, 5\);"),
    "uneven stride": (lambda: sequential(nn.MaxPool2d(2, (2, 1))), r"stride is \(2, 1\); rows"),
    "uneven padding": (lambda: sequential(nn.Conv2d(1, 4, 3, padding=(1, 0))),
                       r"padding is \(1, 0\)"),
    "even same": (lambda: nn.Sequential(nn.Conv2d(1, 4, 4, padding="same")), "an even side of 4"),
    "wide padding": (lambda: sequential(nn.Conv2d(1, 4, 3, padding=3)), "the most is 2"),
    "ceil": (lambda: sequential(nn.MaxPool2d(3, ceil_mode=True)), "ceil_mode is True; only False"),
    "ceil of means": (lambda: sequential(nn.AvgPool2d(3, ceil_mode=True)), "ceil_mode is True"),
    "dilated pool": (lambda: sequential(nn.MaxPool2d(2, dilation=2)), "dilation is 2; only 1"),
    "divisor": (lambda: sequential(nn.AvgPool2d(2, divisor_override=3)), "divisor_override is 3"),
    "no statistics": (lambda: sequential(nn.BatchNorm2d(1, track_running_stats=False)),
                      "track_running_stats is False"),
    "no weights": (lambda: sequential(nn.BatchNorm2d(1, affine=False)), "affine is False"),
    "flatten": (lambda: nn.Sequential(nn.Flatten(2), nn.Flatten(), nn.Linear(784, 10)),
                "layer 0: start_dim is 2; only 1"),
    "not flat": (lambda: nn.Sequential(nn.Linear(28, 9), nn.Flatten(), nn.Linear(252, 10)),
                 "layer 0 is dense and reads maps; put Flatten before it"),
    "eleven": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 11)), r"gives \(11,\), not 10"),
    "no fit": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(783, 10)),
               "layer 1 does not fit the one before it"),
    "functional": (Functional, "Functional: its forward does something else than its layers"),
    "order": (Disordered, "Disordered: its forward does something else"),
    "shared": (Shared, "Shared: its forward does something else"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_table_does_not_know_is_refused(case):
    make, said = REFUSED[case]
    network = make().train()
    with pytest.raises(LayerError, match=said) as caught:
        check_network(network)
    assert "\n" not in str(caught.value) and str(caught.value).startswith(type(network).__name__)
    assert network.training


def test_a_row_of_the_table_of_networks_is_checked_when_it_is_built(monkeypatch):
    row = MODELS["conv"]
    monkeypatch.setitem(MODELS, "conv", type(row)("F", row.colours, row.marker, Functional))
    assert MODELS["conv"].architecture == "Functional"
    with pytest.raises(LayerError, match="Functional"):
        MODELS["conv"].build()


def test_the_chain_has_two_ends_and_the_networks_layers_between_them():
    names = list(chain(LeNet5()))
    features = [f"features.{place}" for place in range(6)]
    classifier = [f"classifier.{place}" for place in range(6)]
    assert names == ["input", *features, *classifier, "probabilities"]
    assert [kind(module).title for module in chain(LeNet5()).values()] == [
        "Input", "Convolution", "Tanh", "Average pooling", "Convolution", "Tanh",
        "Average pooling", "Flatten", "Dense", "Tanh", "Dense", "Tanh", "Dense", "Probabilities",
    ]  # fmt: skip


def test_windows():
    assert window(nn.Conv2d(1, 1, 5, stride=2, padding=1)) == (5, 2, 1)
    assert window(nn.Conv2d(1, 1, 5, padding="same")) == (5, 1, 2)
    assert window(nn.Conv2d(1, 1, 4, padding="valid")) == (4, 1, 0)
    assert window(nn.MaxPool2d(2)) == (2, 2, 0)
    assert window(nn.AvgPool2d((3, 3), 1, padding=1)) == (3, 1, 1)


def test_the_page_has_words_for_every_kind():
    names = {module.__name__ for module in LAYER_KINDS}
    assert names | {"Input", "Softmax"} == set(inside_texts.KINDS)


def test_operations_by_hand():
    assert Normalisation(3, 1, 3, 1, 10, 7).result == 10 * (3 - 1) / 2 + 7
    summed = WeightedSum(np.array([[[1.0, 2]], [[3, 4]]]), np.array([[[5.0, 6]], [[7, 8]]]), 100)
    assert summed.contributions.tolist() == [17, 53] and summed.result == 170
    assert WeightedSum(np.array([1.0, 2]), np.array([3.0, 4]), 0.5).contributions.tolist() == [3, 8]
    values = {"ReLU": (0, 2), "LeakyReLU": (-0.2, 2), "Tanh": (math.tanh(-2), math.tanh(2)),
              "Sigmoid": (1 / (1 + math.e**2), 1 / (1 + math.e**-2))}  # fmt: skip
    for function, expected in values.items():
        results = [Activation(function, value, 0.1).result for value in (-2, 2)]
        assert results == pytest.approx(expected, abs=1e-12)
    assert Activation("Sigmoid", -1e4).result == 0 and Activation("Sigmoid", 1e4).result == 1
    logits = np.array([0.0, math.log(2), 1000, 1000 + math.log(3)])
    assert Probability(logits, 3).result == pytest.approx(0.75)
    assert Probability(logits[:2], 0).result == pytest.approx(1 / 3)
