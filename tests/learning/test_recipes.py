"""Recipes are the rows they say they are, and survive their journey through JSON."""

import json
from dataclasses import asdict, fields, replace

import pytest

from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.recipes import NEW, NOTEBOOK_AUGMENTATION, RECIPES, Recipe, recipe_from
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, load_tensors, weights_path

REQUIRED = [key for key, row in MODELS.items() if row.is_required]
ALL = [recipe for recipes in RECIPES.values() for recipe in recipes.values()]


def test_lesson_recipe_is_the_notebooks():
    for key in REQUIRED:
        recipe = RECIPES[key]["lesson"]
        assert (recipe.learning_rate, recipe.batch_size) == (0.005, 64)
        assert (recipe.epochs, recipe.patience) == (100, 5)
        assert recipe.schedule == "constant" and recipe.ema_decay == recipe.dropout == 0
    spread = RECIPES["aug"]["lesson"].augmentation
    assert spread == NOTEBOOK_AUGMENTATION
    assert asdict(spread) == asdict(Augmentation()) | {
        "rotation": 10, "shift": 0.1, "scale": 0.05, "brightness": 0.1, "contrast": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize("key", MODELS)
def test_every_network_has_the_recipes_that_are_named_everywhere(key):
    required = {"default", "lesson", "quick"} if MODELS[key].is_required else {"default"}
    assert required <= set(RECIPES[key])


def test_only_aug_is_augmented_where_networks_are_compared():
    for name in ("default", "lesson", "quick"):
        assert [RECIPES[key][name].augmentation is None for key in REQUIRED] == [True, True, False]


def test_a_cycle_is_never_cut_short_by_patience():
    for recipe in ALL:
        assert recipe.schedule == "constant" or recipe.patience == recipe.epochs


def test_the_leak_is_one_field_of_one_recipe():
    assert [recipe.leak for recipe in ALL].count(True) == 1
    leaking, lesson = RECIPES["aug"]["notebook-leak"], RECIPES["aug"]["lesson"]
    assert asdict(leaking) | {"leak": False} == asdict(lesson)


@pytest.mark.parametrize("field", ["learning_rate", "batch_size", "epochs", "patience"])
def test_an_impossible_recipe_is_refused(field):
    values = {"learning_rate": 0.1, "batch_size": 1, "epochs": 1, "patience": 1}
    with pytest.raises(ValueError, match=f"{field} is 0; it must be above 0"):
        Recipe(**values | {field: 0})


@pytest.mark.parametrize("recipe", ALL)
def test_recipes_survive_json(recipe):
    assert recipe_from(json.loads(json.dumps(recipe.as_dict()))) == recipe


def test_files_keep_the_names_that_they_were_written_with():
    values = replace(RECIPES["aug"]["default"], written=0.1).as_dict()
    assert values["averaging"] == 0.998
    assert (values["augmentation"]["flag"], values["augmentation"]["graded"]) == (0.3, True)
    assert len(values) == len(fields(Recipe))
    assert len({*values["augmentation"], *NEW}) == len(fields(Augmentation)) + 1
    assert not {"ema_decay", "serif", "per_sample_strength"} & {*values, *values["augmentation"]}


def test_fields_that_old_files_lack_are_stored_only_where_they_count():
    lesson = RECIPES["aug"]["lesson"].as_dict()
    assert "written" not in lesson and "damage" not in lesson["augmentation"]
    recipe = Recipe(0.1, 9, 9, 9, written=0.5, augmentation=Augmentation(damage=0.1))
    values = recipe.as_dict()
    assert (values["written"], values["augmentation"]["damage"]) == (0.5, 0.1)
    assert recipe_from(json.loads(json.dumps(values))) == recipe
    assert recipe_from(Recipe(0.1, 9, 9, 9).as_dict()) == Recipe(0.1, 9, 9, 9)


@pytest.mark.parametrize("key", REQUIRED)
def test_the_shipped_networks_were_trained_by_recipes_of_the_table(key):
    header = load_tensors(weights_path(DIRECTORY, key))[1]
    run = header["run"]
    assert recipe_from(run["recipe"]) == RECIPES[key][run["recipe_name"]]
    assert RECIPES[key][run["recipe_name"]].as_dict() == run["recipe"]


def test_values_of_no_recipe_are_refused():
    for values in ({}, {"augmentation": None, "speed": 9}, {"augmentation": {"speed": 9}}):
        with pytest.raises((KeyError, TypeError)):
            recipe_from(values)


def test_few_digits_get_small_batches_and_enough_steps():
    assert RECIPES["conv"]["default"].for_few(100).batch_size == 10
    assert RECIPES["conv"]["default"].for_few(15).batch_size == 2
    # 12 epochs of 100 digits in tens are 120 steps: nine times as many are 1,080.
    assert RECIPES["conv"]["default"].for_few(100).repeats == 9
    for recipes in RECIPES.values():
        recipe = recipes["default"]
        for count in (100, 1000, 10_000):
            few = recipe.for_few(count)
            assert few.batch_size <= count / 10 and few.epochs == recipe.epochs
            assert few.epochs * (count * few.repeats // few.batch_size) >= 990
        assert recipe.for_few(50_000) == recipe
