"""Networks that the lesson does not have yet are explained as rightly as those that it has."""

import numpy as np
import pytest
import torch
from torch import nn

from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.explaining.activations import activations, layers, receptive_field
from mnist_cnn.explaining.arithmetic import arithmetic
from mnist_cnn.explaining.shifts import shift_map, shifted_logits
from mnist_cnn.networks.layers import own_layers
from mnist_cnn.networks.models import multiply_adds, parameter_count
from mnist_cnn.networks.operations import WeightedSum
from tests.explaining.shifting import moved
from tests.networks.lenet import LeNet5, networks, sequential

DIGITS = embedded_test_set().images[[3675, 18]].numpy()
NETWORKS = networks()


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_layers_add_up_to_the_network(network):
    rows = layers(network)
    assert sum(row.parameters for row in rows) == parameter_count(network)
    assert sum(row.multiply_adds for row in rows) == multiply_adds(network)
    outputs = activations(network, DIGITS[0])
    with torch.inference_mode():
        expected = network(to_batch(DIGITS[:1])).softmax(1)[0]
    assert outputs["probabilities"] == pytest.approx(expected.numpy(), abs=1e-6)


def test_lenets_layers():
    rows = {row.title: row for row in layers(LeNet5().eval())}
    assert {title: (row.shape, row.receptive_field) for title, row in rows.items()} == {
        "Input": ((1, 28, 28), 1),
        **dict.fromkeys(("Convolution 1", "Tanh 1"), ((6, 28, 28), 5)),
        "Average pooling 1": ((6, 14, 14), 6),
        **dict.fromkeys(("Convolution 2", "Tanh 2"), ((16, 10, 10), 14)),
        "Average pooling 2": ((16, 5, 5), 16),
        "Flatten": ((400,), None),
        **dict.fromkeys(("Dense 1", "Tanh 3"), ((120,), None)),
        **dict.fromkeys(("Dense 2", "Tanh 4"), ((84,), None)),
        **dict.fromkeys(("Dense 3", "Probabilities"), ((10,), None)),
    }
    # 5·5·1·6 + 6, 5·5·6·16 + 16, 400·120 + 120, 120·84 + 84, 84·10 + 10
    parameters = [row.parameters for row in rows.values() if row.parameters]
    assert parameters == [156, 2416, 48_120, 10_164, 850]
    assert rows["Convolution 1"].multiply_adds == 25 * 6 * 28 * 28
    assert rows["Convolution 2"].multiply_adds == 150 * 16 * 10 * 10


def test_no_receptive_field_is_larger_than_the_digit():
    wide = sequential(nn.Conv2d(1, 1, 15, padding=7), nn.Conv2d(1, 1, 15, padding=7))
    assert [row.receptive_field for row in layers(wide)][:3] == [1, 15, 28]


def units(shape, random):
    """The corners of a layer, where padding counts, and units within it."""
    ends = [(0, side - 1) for side in shape[1:]]
    corners = [(0, *place) for place in np.ndindex(*(2,) * len(ends))]
    corners = [(0, *(end[at] for end, at in zip(ends, place))) for _, *place in corners]
    return [*corners, *(tuple(int(random.integers(side)) for side in shape) for _ in range(6))]


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_arithmetic_gives_what_torch_gives(network):
    outputs, random = activations(network, DIGITS[0]), np.random.default_rng(1)
    for name, values in outputs.items():
        for unit in units(values.shape, random):
            for at, operation in arithmetic(network, DIGITS[0], name, *unit).items():
                expected = outputs[at][unit]
                assert operation.result == pytest.approx(expected, abs=1e-5), (at, unit)


def test_padding_shows_the_zeros_beyond_the_border():
    network, outputs = NETWORKS["lenet, 1998"], activations(NETWORKS["lenet, 1998"], DIGITS[0])
    corner = arithmetic(network, DIGITS[0], "features.0", 4, 0, 27)["features.0"]
    assert isinstance(corner, WeightedSum) and corner.inputs.shape == (1, 5, 5)
    assert not corner.inputs[0, :2].any() and not corner.inputs[0, :, 3:].any()
    assert np.array_equal(corner.inputs[0, 2:, :3], outputs["input"][0, :3, 25:])
    pools = NETWORKS["padded pools"]
    sizes = [
        arithmetic(pools, DIGITS[0], name, 0, 0, 0)[name].values.shape for name in ("1", "2", "3")
    ]
    assert sizes == [(2, 2), (3, 3), (1, 1)]  # cut, filled with zeros, cut


@pytest.mark.parametrize("name", NETWORKS)
def test_receptive_field_is_what_a_unit_notices(name):
    """784 digits with one pixel inked each, and weights that let every pixel count."""
    network, random = networks()[name], np.random.default_rng(3)
    x = torch.cat([torch.zeros(1, 784), torch.eye(784)]).view(-1, 1, 28, 28)
    with torch.inference_mode():
        for parameter in network.parameters():
            parameter.fill_(1 / max(parameter[0].numel(), 2))
        for layer_name, layer in own_layers(network).items():
            x = layer(x)
            for unit in units(x.shape[1:], random):
                notices = (x[1:, *unit] != x[0, *unit]).view(28, 28).numpy()
                top, bottom, left, right = receptive_field(network, layer_name, *unit)
                assert notices[top:bottom, left:right].all(), (layer_name, unit)
                assert notices.sum() == (bottom - top) * (right - left), (layer_name, unit)


@pytest.mark.parametrize("max_shift", [0, 3])
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_all_shifts_at_once_are_the_shifts_one_by_one(network, max_shift):
    at_once = shifted_logits(network, DIGITS, max_shift)
    steps = range(-max_shift, max_shift + 1)
    assert at_once.shape == (len(DIGITS), len(steps), len(steps), 10)
    for digit, answers in zip(DIGITS, at_once):
        copies = np.stack([moved(digit, down, right) for down in steps for right in steps])
        with torch.inference_mode():
            one_by_one = network(to_batch(copies))
        assert torch.allclose(answers.flatten(0, 1), one_by_one, atol=1e-5)


def test_a_shift_map_of_lenet():
    seen = shift_map({"lenet": NETWORKS["lenet, modern"]}, DIGITS[0], 2)["lenet"]
    assert seen.probability.shape == (5, 5) and min(seen.reach) >= 0 and max(seen.reach) <= 2
