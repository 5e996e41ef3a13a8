"""fit() step by step: against a loop written out."""

import copy
from dataclasses import replace
from math import cos, pi

import pytest
import torch
import torch.nn.functional as F

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.learning.optimization import add_dropout, make_learner
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.records import Run
from mnist_cnn.learning.training import fit, train_epoch
from mnist_cnn.networks.models import MODELS

# With and without a running mean, augmentation, dropout, batch normalisation, bfloat16.
ROWS = [("fc", "lesson"), ("fc", "default"), ("aug", "default")]


@pytest.fixture(scope="module")
def digits():
    return embedded_test_set()[torch.arange(70)]


def short(key, name, **changes):
    changes = {"epochs": 2, "patience": 2, "batch_size": 32} | changes
    return replace(RECIPES[key][name], **changes)


def trained(key, recipe, digits, seed=3, **settings):
    run = Run(key, recipe.as_dict(), seed, len(digits))
    return fit(MODELS[key].build, digits, digits, recipe, run, report=lambda _: None, **settings)


def same(model, other):
    other = other.state_dict()
    return all(torch.equal(tensor, other[name]) for name, tensor in model.state_dict().items())


def test_an_epoch_is_what_a_loop_written_out_does(digits):
    recipe = short("fc", "default", label_smoothing=0.1, bfloat16=False, dropout=0.0)
    learner = make_learner(MODELS["fc"].build(), recipe, steps=4)
    model, mean = copy.deepcopy(learner.model), copy.deepcopy(learner.model)
    loss, accuracy = train_epoch(learner, digits, recipe, seed=5, epoch=0)
    order = torch.randperm(70, generator=torch.Generator().manual_seed(5 * 1_000_003))
    decayed = {
        "params": [model.hidden.weight, model.output.weight],
        "weight_decay": recipe.weight_decay,
    }
    other = {"params": [model.hidden.bias, model.output.bias], "weight_decay": 0}
    optimizer = torch.optim.AdamW([decayed, other], betas=(0.9, 0.99), foreach=False)
    losses, right = [], 0
    for number in range(2):
        index = order[32 * number : 32 * number + 32]
        for group in optimizer.param_groups:  # from a tenth, at 0 of 0.8 steps, to the full rate
            group["lr"] = (0.1, 1 - 0.999 * (1 - cos(pi * 0.2 / 3.2)) / 2)[number] * 0.003
        answers = model((digits.images[index][:, None] / 255 - 0.1307) / 0.3081)
        optimizer.zero_grad()
        losses.append(F.cross_entropy(answers, digits.labels[index], label_smoothing=0.1))
        losses[-1].backward()
        right += (answers.argmax(1) == digits.labels[index]).sum().item()
        optimizer.step()
        weight = 1 - (1 + number) / (10 + number)
        with torch.no_grad():
            for old, new in zip(mean.parameters(), model.parameters()):
                old += weight * (new - old)
    for one, written in ((learner.model, model), (learner.judged, mean)):
        for got, wanted in zip(one.parameters(), written.parameters()):
            torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-6)
    assert loss == pytest.approx(sum(losses).item() / 2) and accuracy == pytest.approx(right / 64)


@pytest.mark.parametrize("key, name", ROWS)
def test_the_same_seed_gives_the_same_weights_bit_for_bit(digits, key, name):
    recipe = short(key, name)
    model, history = trained(key, recipe, digits)
    again, history_again = trained(key, recipe, digits)
    assert same(model, again) and not same(model, trained(key, recipe, digits, seed=4)[0])
    assert [epoch.loss for epoch in history] == [epoch.loss for epoch in history_again]


def test_dropout_silences_in_training_only(digits):
    class Ones(torch.nn.Linear):
        """Hands on the sum of what it gets."""

        def forward(self, x):
            return x.sum(1, keepdim=True)

    layer = Ones(1000, 1)
    add_dropout(layer, 0.2)
    x = torch.ones(1, 1000)
    silenced = 1000 - 0.8 * layer(x).item()  # what is left is louder, so that the sum stays
    assert 120 < silenced < 280
    assert layer.eval()(x).item() == 1000
