"""The numbers and the result of a unit's arithmetic are the network's."""

import numpy as np
import pytest

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations
from mnist_cnn.explaining.arithmetic import arithmetic
from mnist_cnn.networks.layers import kind
from mnist_cnn.networks.models import MODELS, build_variant

DIGIT = embedded_test_set().images[3675].numpy()


@pytest.fixture(scope="module")
def networks(models):
    """The lesson's, and one that sees the pixels in another order."""
    return {**models, "shuffled": build_variant("SmallConvNet", shuffled=True).eval()}


@pytest.mark.parametrize("key", [*MODELS, "shuffled"])
def test_every_layer_random_units(networks, key):
    models = networks
    outputs, random = activations(models[key], DIGIT), np.random.default_rng(1)
    for name, values in outputs.items():
        for _ in range(12):
            unit = [int(random.integers(side)) for side in values.shape]
            operations = arithmetic(models[key], DIGIT, name, *unit)
            assert list(operations)[-1] == name
            for at, operation in operations.items():
                expected = outputs[at][tuple(unit)]
                assert operation.result == pytest.approx(expected, rel=1e-5, abs=1e-5), at


def test_a_shuffled_pixel_comes_from_one_place(networks):
    model = networks["shuffled"]
    outputs = activations(model, DIGIT)
    copy = arithmetic(model, DIGIT, "shuffle", 0, 9, 4)["shuffle"]
    assert outputs["input"][copy.source] == outputs["shuffle"][0, 9, 4] == copy.value
    region = kind(model.shuffle).reads(model.shuffle, ((0, 1), (9, 10), (4, 5)), (1, 28, 28))
    assert tuple(start for start, _ in region) == copy.source
    many = kind(model.shuffle).reads(model.shuffle, ((0, 1), (9, 12), (4, 5)), (1, 28, 28))
    assert many == ((0, 1), (0, 28), (0, 28))


def test_what_leads_up_to_a_unit(models):
    def chain(key, name):
        operations = arithmetic(models[key], DIGIT, name)
        return [(name, type(operation).__name__) for name, operation in operations.items()]

    convolution = [("features.3", "WeightedSum"), ("features.4", "Normalisation")]
    assert chain("conv", "features.4") == convolution
    assert chain("conv", "features.5") == [*convolution, ("features.5", "Activation")]
    assert chain("conv", "features.6") == [("features.6", "Maximum")]
    assert [name for name, _ in chain("conv", "classifier.4")] == [
        f"classifier.{place}" for place in (1, 2, 3, 4)
    ]
    assert chain("fc", "relu") == [("hidden", "WeightedSum"), ("relu", "Activation")]
    assert chain("fc", "input") == [("input", "Normalisation")]


def test_the_numbers_shown_are_the_networks(models):
    outputs = activations(models["aug"], DIGIT)
    convolution = arithmetic(models["aug"], DIGIT, "features.3", 5, 10, 12)["features.3"]
    assert np.array_equal(convolution.inputs, outputs["features.2"][:, 10:13, 12:15])
    weights = models["aug"].features[3].weight[5].detach()
    assert np.array_equal(convolution.weights, weights)
    contributions = (convolution.inputs * convolution.weights).sum((1, 2))
    assert convolution.contributions == pytest.approx(contributions) and len(contributions) == 32
    pooling = arithmetic(models["aug"], DIGIT, "features.6", 5, 3, 4)["features.6"]
    assert np.array_equal(pooling.values, outputs["features.5"][5, 6:8, 8:10])
    flat = arithmetic(models["aug"], DIGIT, "classifier.0", 37)["classifier.0"]
    assert flat.source == (2, 1, 1) and flat.value == outputs["features.13"][2, 1, 1]


def test_a_unit_that_does_not_exist_gets_one_sentence(models):
    with pytest.raises(RequestError, match="layer: 'pool' is none of input, flatten, hidden"):
        arithmetic(models["fc"], DIGIT, "pool")
    with pytest.raises(RequestError, match="channel: 512 came; send a whole number from 0 to 511"):
        arithmetic(models["fc"], DIGIT, "hidden", 512)
