"""Activations, layers and receptive fields are those of the network itself."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations, layers, receptive_field
from mnist_cnn.networks.models import MODELS, multiply_adds, parameter_count
from mnist_cnn.reading.predict import predict

DIGIT = embedded_test_set().images[3675].numpy()


def leaves(model):
    return {name: leaf for name, leaf in model.named_modules() if not list(leaf.children())}


@pytest.mark.parametrize("key", MODELS)
def test_layers_add_up_to_the_network(key):
    model = MODELS[key].build().eval()
    rows = layers(model)
    assert sum(row.parameters for row in rows) == parameter_count(model)
    assert sum(row.multiply_adds for row in rows) == multiply_adds(model)
    assert [row.name for row in rows] == ["input", *leaves(model), "probabilities"]
    assert len({row.title for row in rows}) == len(rows)


def test_layers_of_the_convnet_shrink_and_see_more():
    rows = {row.title: row for row in layers(MODELS["conv"].build().eval())}
    assert {title: (row.shape, row.receptive_field) for title, row in rows.items()} == {
        "Input": ((1, 28, 28), 1),
        **dict.fromkeys(("Convolution 1", "Batch norm 1", "ReLU 1"), ((32, 26, 26), 3)),
        **dict.fromkeys(("Convolution 2", "Batch norm 2", "ReLU 2"), ((32, 24, 24), 5)),
        "Max pooling 1": ((32, 12, 12), 6),
        **dict.fromkeys(("Convolution 3", "Batch norm 3", "ReLU 3"), ((64, 10, 10), 10)),
        **dict.fromkeys(("Convolution 4", "Batch norm 4", "ReLU 4"), ((64, 8, 8), 14)),
        "Max pooling 2": ((64, 4, 4), 16),
        "Flatten": ((1024,), None),
        **dict.fromkeys(("Dense 1", "Batch norm 5", "ReLU 5", "Dropout"), ((512,), None)),
        **dict.fromkeys(("Dense 2", "Probabilities"), ((10,), None)),
    }
    assert (rows["Convolution 2"].parameters, rows["Batch norm 2"].parameters) == (9248, 64)
    assert rows["Convolution 2"].multiply_adds == 9 * 32 * 32 * 24 * 24


def test_layers_of_the_fully_connected_network():
    rows = layers(MODELS["fc"].build().eval())
    titles = ["Input", "Flatten", "Dense 1", "ReLU", "Dense 2", "Probabilities"]
    assert [row.title for row in rows] == titles
    assert [row.parameters for row in rows] == [0, 0, 401_920, 0, 5_130, 0]


@pytest.mark.parametrize("key", MODELS)
@pytest.mark.parametrize("digit", [DIGIT, DIGIT / np.float32(255)], ids=["uint8", "float"])
def test_activations_are_what_hooks_hear(models, key, digit):
    heard = {}
    hooks = [
        module.register_forward_hook(
            lambda _, inputs, output, name=name: heard.update({name: output[0]})
        )
        for name, module in leaves(models[key]).items()
    ]
    answer = predict({key: models[key]}, DIGIT)[key].probabilities
    for hook in hooks:
        hook.remove()
    outputs = activations(models[key], digit)
    assert list(outputs) == ["input", *heard, "probabilities"]
    for name, values in heard.items():
        np.testing.assert_allclose(outputs[name], values, atol=1e-5)
    assert outputs["probabilities"] == pytest.approx(answer, abs=1e-6)
    assert {name: values.shape for name, values in outputs.items()} == {
        row.name: row.shape for row in layers(models[key])
    }
    assert all(values.dtype == np.float32 for values in outputs.values())


def test_first_block_by_hand(models):
    weights = models["conv"].state_dict()
    x = torch.tensor((DIGIT / 255 - 0.1307) / 0.3081, dtype=torch.float32)[None, None]
    maps = F.conv2d(x, weights["features.0.weight"], weights["features.0.bias"])
    mean, variance, weight, bias = (
        weights[f"features.1.{name}"][:, None, None]
        for name in ("running_mean", "running_var", "weight", "bias")
    )
    scaled = (maps - mean) / torch.sqrt(variance + 1e-5) * weight + bias
    outputs = activations(models["conv"], DIGIT)
    for name, by_hand in {
        "input": x,
        "features.0": maps,
        "features.1": scaled,
        "features.2": scaled.clamp(min=0),
    }.items():
        np.testing.assert_allclose(outputs[name], by_hand[0], atol=1e-5)


def test_receptive_field_is_what_can_change_a_unit():
    """A network of ones, and 784 digits with one pixel inked each: who notices which pixel?"""
    model = MODELS["conv"].build().eval()
    for name, weights in model.named_parameters():
        torch.nn.init.constant_(weights, 1.0 if name.endswith("weight") else 0.0)
    x, random = torch.eye(784).reshape(784, 1, 28, 28), np.random.default_rng(0)
    with torch.no_grad():
        for name, layer in leaves(model).items():
            x = layer(x)
            for _ in range(5):
                unit = [random.integers(side) for side in x.shape[1:]]
                notices = (x[:, *unit] > 0).reshape(28, 28).numpy()
                top, bottom, left, right = receptive_field(model, name, *map(int, unit))
                assert notices[top:bottom, left:right].all(), name
                assert notices.sum() == (bottom - top) * (right - left), name
    assert receptive_field(model, "input", 0, 7, 9) == (7, 8, 9, 10)
    assert receptive_field(model, "probabilities", 3) == (0, 28, 0, 28)
    fully_connected = MODELS["fc"].build().eval()
    assert receptive_field(fully_connected, "flatten", 29) == (1, 2, 1, 2)
    assert receptive_field(fully_connected, "hidden", 29) == (0, 28, 0, 28)


@pytest.mark.parametrize(
    "place, said",
    [
        (("features.99",), "layer: 'features.99' is none of input, features.0, features.1"),
        ((None,), "layer: 'None' is none of"),
        (("features.0", 32), "channel: 32 came; send a whole number from 0 to 31"),
        (("features.0", 0, 26), "row: 26 came; send a whole number from 0 to 25"),
        (("features.0", 0, 0, -1), "column: -1 came"),
        (("features.0", 0, 0, 0.5), "column: 0.5 came"),
        (("features.0", None), "channel: None came"),
        (("features.0", float("nan")), "channel: nan came"),
        (("features.0", float("inf")), "channel: inf came"),
        (("classifier.1", 0, 1), "row: 1 came; send a whole number from 0 to 0"),
    ],
)
def test_a_unit_that_does_not_exist_gets_one_sentence(models, place, said):
    with pytest.raises(RequestError) as caught:
        receptive_field(models["conv"], *place)
    assert said in str(caught.value)
