"""What a step does: rates, decay, running mean and dropout, against numbers worked out by hand."""

from dataclasses import replace
from math import cos, pi

import pytest
import torch

from mnist_cnn.learning.optimization import (
    add_dropout,
    make_ema,
    make_learner,
    make_optimizer,
    make_schedule,
)
from mnist_cnn.learning.recipes import RECIPES, Recipe
from mnist_cnn.networks.models import MODELS

CYCLE = Recipe(learning_rate=0.01, batch_size=8, epochs=1, patience=1, schedule="one-cycle")


def rates_of(recipe, steps, skipped=0):
    """The learning rate that each step is taken at."""
    learner = make_learner(torch.nn.Linear(1, 1), recipe, steps)
    if skipped:
        learner.skip_to(skipped)
    rates = []
    for _ in range(steps - skipped):
        rates.append(learner.optimizer.param_groups[0]["lr"].item())
        learner.step(learner.model(torch.ones(1, 1)).sum())
    return rates


def test_one_cycle_rises_over_a_fifth_of_the_steps_and_falls_to_a_thousandth():
    rates = rates_of(CYCLE, 10)
    # From a tenth to the full rate in 2 steps, then down in 8, the last of which is not taken.
    assert rates[:3] == pytest.approx([0.001, 0.0055, 0.01])
    assert rates[6] == pytest.approx((0.01 + 0.00001) / 2)
    assert rates[9] == pytest.approx(0.00001 + 0.00999 * (1 + cos(pi * 7 / 8)) / 2)
    for steps in (1, 3, 7, 40):
        wanted = []
        for step in range(steps):
            done = step / steps
            start, end, part = (1, 0.1, done / 0.2) if done < 0.2 else (1, 0.001, (1 - done) / 0.8)
            wanted.append(0.01 * (end + (start - end) * (1 - cos(pi * part)) / 2))
        assert rates_of(CYCLE, steps) == pytest.approx(wanted, rel=1e-5)


def test_the_rate_is_constant_where_the_recipe_says_so():
    assert rates_of(replace(CYCLE, schedule="constant"), 5) == pytest.approx([0.01] * 5)


@pytest.mark.parametrize("schedule", ["one-cycle", "constant"])
@pytest.mark.parametrize("skipped", [1, 2, 7])
def test_a_resumed_training_goes_on_at_the_rate_that_was_next(schedule, skipped):
    recipe = replace(CYCLE, schedule=schedule)
    assert rates_of(recipe, 10, skipped) == rates_of(recipe, 10)[skipped:]


@pytest.mark.parametrize("key", MODELS)
def test_weights_decay_and_biases_do_not(key):
    model = MODELS[key].build()
    recipe = replace(RECIPES[key]["default"], weight_decay=0.5, learning_rate=0.1)
    optimizer = make_optimizer(model, recipe)
    before = {name: tensor.detach().clone() for name, tensor in model.named_parameters()}
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for name, tensor in model.named_parameters():
        is_matrix = name.endswith("weight") and tensor.ndim > 1  # a normalisation's scale is none
        torch.testing.assert_close(tensor.detach(), before[name] * (0.95 if is_matrix else 1))


def test_adam_has_the_recipes_memory():
    optimizer = make_optimizer(torch.nn.Linear(2, 2), replace(CYCLE, beta2=0.99))
    assert all(group["betas"] == (0.9, 0.99) for group in optimizer.param_groups)


def test_the_running_mean_starts_at_the_model_and_forgets_it_soon():
    class Counter(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(3))
            self.register_buffer("spread", torch.zeros(2))
            self.register_buffer("batches", torch.tensor(0))

    model = Counter()
    ema = make_ema(model, 0.25)
    # What stays of the mean is 1/10, then 2/11, 3/12 and, 4/13 being more than 0.25, 0.25.
    mean = 0.0
    for step, (weight, stays) in enumerate(zip((1, 0, 4, 8), (1 / 10, 2 / 11, 3 / 12, 0.25)), 1):
        with torch.no_grad():
            model.weight.fill_(weight)
            model.spread.fill_(10 * weight)
            model.batches.fill_(step)
        ema.update_parameters(model)
        mean = stays * mean + (1 - stays) * weight
        assert ema.module.weight.tolist() == pytest.approx([mean] * 3)
        assert ema.module.spread.tolist() == pytest.approx([10 * mean] * 2)
        assert ema.module.batches.item() == step
    assert model.weight.tolist() == [8, 8, 8]


def test_judged_is_the_mean_where_there_is_one():
    with_mean, without = (
        make_learner(torch.nn.Linear(1, 1), replace(CYCLE, ema_decay=decay), 4)
        for decay in (0.9, 0.0)
    )
    assert without.ema is None and without.judged is without.model
    assert with_mean.judged is with_mean.ema.module is not with_mean.model
    for learner in (with_mean, without):
        learner.step(learner.model(torch.ones(1, 1)).sum())
    # The first step goes 9/10 of the way: 0.001 is the rate, and Adam's first step is the rate.
    gap = with_mean.judged.weight - with_mean.model.weight
    assert gap.item() == pytest.approx(0.0001, rel=1e-3)


def test_a_step_forgets_the_gradient_of_the_one_before():
    learner = make_learner(torch.nn.Linear(1, 1), CYCLE, 10)
    for _ in range(3):
        learner.step(learner.model(torch.ones(1, 1)).sum())
    assert learner.model.weight.grad.item() == 1


def test_dropout_drops_inputs_in_training_only():
    class Same(torch.nn.Linear):
        """Hands on what it gets."""

        def forward(self, x):
            return x

    torch.manual_seed(0)
    layer = Same(1000, 1)
    add_dropout(layer, 0.2)
    x = torch.ones(1, 1000)
    values, counts = layer(x).unique(return_counts=True)
    assert values.tolist() == [0, 1.25]  # what is left is louder, so that the mean stays
    assert 150 < counts[0] < 250
    assert torch.equal(layer.eval()(x), x)


def test_a_schedule_writes_into_both_groups():
    optimizer = make_optimizer(torch.nn.Linear(1, 1), CYCLE)
    make_schedule(optimizer, CYCLE, 10)
    assert [group["lr"].item() for group in optimizer.param_groups] == pytest.approx([0.001] * 2)
