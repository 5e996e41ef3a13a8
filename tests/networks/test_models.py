"""The architectures are the lesson's, to the last weight and multiply-add; others can join them."""

import json
import shutil

import pytest
import torch

from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.models import MAIN, MODELS, ModelRow, multiply_adds, parameter_count
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    load_model,
    load_models,
    save_model,
    weights_path,
)
from tests.networks.lenet import LeNet5

COUNTS = {
    "fc": (407_050, 406_528),
    "conv": (596_330, 10_235_008),
    "aug": (596_330, 10_235_008),
}


@pytest.mark.parametrize("key", COUNTS)
def test_contract(key):
    model = MODELS[key].build().eval()
    assert (parameter_count(model), multiply_adds(model)) == COUNTS[key]
    with torch.no_grad():
        assert model(torch.zeros(3, 1, 28, 28)).shape == (3, 10)


def test_convnet_layers_shrink_as_the_lesson_says():
    model = MODELS["conv"].build().eval()
    shapes, x = [], torch.zeros(1, 1, 28, 28)
    for layer in model.features:
        x = layer(x)
        if isinstance(layer, torch.nn.Conv2d | torch.nn.MaxPool2d):
            shapes.append(tuple(x.shape[1:]))
    assert shapes == [
        (32, 26, 26),
        (32, 24, 24),
        (32, 12, 12),
        (64, 10, 10),
        (64, 8, 8),
        (64, 4, 4),
    ]
    head = parameter_count(model.classifier) / parameter_count(model)
    assert round(100 * head) == 89


def test_first_feature_map_by_hand():
    torch.manual_seed(0)
    model, x = MODELS["conv"].build().eval(), torch.rand(1, 1, 28, 28)
    conv = model.features[0]
    with torch.no_grad():
        by_hand = (x[0, 0, 4:7, 9:12] * conv.weight[5, 0]).sum() + conv.bias[5]
        assert conv(x)[0, 5, 4, 9].item() == pytest.approx(by_hand.item(), abs=1e-5)


def test_the_rows_are_the_lessons():
    assert MAIN == "aug" and MODELS["aug"].plain_twin == "conv"
    assert MODELS["aug"].architecture == MODELS["conv"].architecture == "ConvNet"
    assert len({row.marker for row in MODELS.values()}) == len(MODELS)
    assert [key for key, row in MODELS.items() if row.is_required] == list(COUNTS)


def luminance(colour):
    """Relative luminance of a CSS colour. Source: WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("key", MODELS)
def test_a_networks_name_can_be_read_in_its_colours(key):
    on_light, on_dark = map(luminance, MODELS[key].colours)
    assert 1.05 / (on_light + 0.05) >= 4.5
    assert (on_dark + 0.05) / (luminance("#10161f") + 0.05) >= 4.5


@pytest.fixture
def lenet(monkeypatch):
    """A fourth row of the table."""
    row = ModelRow("LeNet-5", ("#7a3e9d", "#c9a2e8"), "D", LeNet5)
    monkeypatch.setitem(MODELS, "lenet", row)
    return row


def test_an_untrained_row_is_left_out(lenet):
    assert list(load_models(DIRECTORY)) == ["fc", "conv", "aug"]


def test_a_trained_row_is_loaded_with_or_without_metrics(lenet, tmp_path):
    folder = shutil.copytree(DIRECTORY, tmp_path / "w")
    torch.manual_seed(2)
    network = lenet.build()
    save_model(weights_path(folder, "lenet"), "lenet", network)
    models = load_models(folder)
    assert list(models) == ["fc", "conv", "aug", "lenet"] and not models["lenet"].training
    for name, tensor in models["lenet"].state_dict().items():
        assert torch.equal(tensor, network.state_dict()[name])
    weights_path(folder, "lenet").unlink()
    metrics = load_metrics(folder)
    metrics["models"]["lenet"] = metrics["models"]["fc"]
    (folder / "metrics.json").write_text(json.dumps(metrics))
    with pytest.raises(WeightsError, match=r"lenet.safetensors is missing. Run `python train.py l"):
        load_models(folder)


@pytest.mark.parametrize("key", MODELS)
def test_what_the_lesson_requires_is_never_left_out(key, tmp_path):
    for other in MODELS:
        if other != key:
            shutil.copy(weights_path(DIRECTORY, other), weights_path(tmp_path, other))
    with pytest.raises(WeightsError, match=f"{key}.safetensors is missing"):
        load_models(tmp_path)


def test_weights_of_another_architecture_are_refused(lenet, tmp_path):
    path = tmp_path / "lenet.safetensors"
    save_model(path, "lenet", lenet.build(), architecture="ConvNet")
    with pytest.raises(WeightsError, match="architecture is 'ConvNet', not 'LeNet5'"):
        load_model(path, "lenet")
