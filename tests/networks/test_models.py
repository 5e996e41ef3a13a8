"""The architectures are the lesson's, to the last weight and multiply-add."""

import pytest
import torch

from mnist_cnn.learning.recipes import RECIPES, Recipe
from mnist_cnn.networks.models import MODELS, multiply_adds, parameter_count

COUNTS = {
    "fc": (407_050, 406_528),
    "conv": (596_330, 10_235_008),
    "aug": (596_330, 10_235_008),
}


@pytest.mark.parametrize("key", MODELS)
def test_contract(key):
    model = MODELS[key].build().eval()
    assert (parameter_count(model), multiply_adds(model)) == COUNTS[key]
    with torch.no_grad():
        assert model(torch.zeros(3, 1, 28, 28)).shape == (3, 10)
    assert {"default", "lesson", "quick"} <= set(RECIPES[key])


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


def test_lesson_recipe_is_the_notebooks():
    recipe = RECIPES["conv"]["lesson"]
    assert (recipe.learning_rate, recipe.batch_size) == (0.005, 64)
    assert (recipe.epochs, recipe.patience) == (100, 5)
    assert recipe.rate_at(0) == recipe.rate_at(0.9) == 0.005


def test_one_cycle_rises_and_falls():
    recipe = RECIPES["conv"]["default"]
    rates = [recipe.rate_at(step / 100) for step in range(101)]
    peak = rates.index(max(rates))
    assert rates[peak] == pytest.approx(recipe.learning_rate) and peak == 20
    assert rates[:21] == sorted(rates[:21]) and rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[-1] == pytest.approx(recipe.learning_rate / 1000)


def test_impossible_recipe_is_refused():
    with pytest.raises(ValueError, match="epochs"):
        Recipe(learning_rate=0.1, batch_size=1, epochs=0, patience=1)
