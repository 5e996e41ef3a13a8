"""Recipes are the rows they say they are, and survive their journey through JSON."""

import pytest

from mnist_cnn.learning.recipes import RECIPES, Recipe
from mnist_cnn.networks.models import MODELS


def test_lesson_recipe_is_the_notebooks():
    recipe = RECIPES["conv"]["lesson"]
    assert (recipe.learning_rate, recipe.batch_size) == (0.005, 64)
    assert (recipe.epochs, recipe.patience) == (100, 5)
    assert recipe.schedule == "constant"


def test_impossible_recipe_is_refused():
    with pytest.raises(ValueError, match="epochs"):
        Recipe(learning_rate=0.1, batch_size=1, epochs=0, patience=1)


@pytest.mark.parametrize("key", MODELS)
def test_every_network_has_the_recipes_that_are_named_everywhere(key):
    required = {"default", "lesson", "quick"} if MODELS[key].is_required else {"default"}
    assert required <= set(RECIPES[key])
