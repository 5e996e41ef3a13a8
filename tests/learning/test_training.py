"""fit(): against a loop written out; what differs from epoch to epoch, and what is kept."""

import copy
from dataclasses import replace
from math import cos, pi

import pytest
import torch
import torch.nn.functional as F

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.learning import training
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.optimization import make_learner
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.records import Epoch, Run
from mnist_cnn.learning.training import fit, is_over, record, to_input, train_epoch
from mnist_cnn.networks.models import MODELS

# With and without a running mean, augmentation, dropout, batch normalisation, bfloat16.
ROWS = [("fc", "lesson"), ("fc", "default"), ("aug", "default")]


def short(key, name, **changes):
    changes = {"epochs": 2, "patience": 2, "batch_size": 32} | changes
    return replace(RECIPES[key][name], **changes)


def trained(key, recipe, digits, seed=3, validation=None, **settings):
    run = Run(key, recipe.as_dict(), seed, len(digits))
    settings = {"report": lambda _: None} | settings
    return fit(MODELS[key].build, digits, validation or digits, recipe, run, **settings)


def same(model, other):
    other = other.state_dict()
    return all(torch.equal(tensor, other[name]) for name, tensor in model.state_dict().items())


def normalised(images):
    return (images[:, None] / 255 - 0.1307) / 0.3081


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
        answers = model(normalised(digits.images[index]))
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


@pytest.fixture
def numbered():
    """Digits that say which they are: the first pixel is their number."""
    images = torch.randint(0, 256, (70, 28, 28), generator=torch.Generator().manual_seed(0))
    images[:, 0, 0] = torch.arange(70)
    return Digits(images.to(torch.uint8), torch.arange(70) % 10)


@pytest.fixture
def seen(monkeypatch, numbered):
    """A function that trains an epoch: which digits came in which order, and as what input."""

    def watch(recipe, seed, epoch):
        inputs = []

        def to_watched_input(batch, *rest):
            assert learner.model.training
            inputs.append((batch.images[:, 0, 0].tolist(), to_input(batch, *rest)))
            return inputs[-1][1]

        monkeypatch.setattr(training, "to_input", to_watched_input)
        learner = make_learner(MODELS["fc"].build().eval(), recipe, steps=100)
        train_epoch(learner, numbered, recipe, seed, epoch)
        order = [number for numbers, _ in inputs for number in numbers]
        return order, torch.cat([x for _, x in inputs])[torch.tensor(order).argsort()]

    return watch


def test_every_epoch_and_every_seed_has_its_own_order(seen):
    recipe = short("fc", "quick")
    order, again, next_epoch, other_seed = (
        seen(recipe, *place)[0] for place in ((3, 0), (3, 0), (3, 1), (4, 0))
    )
    assert order == again and len({*map(tuple, (order, next_epoch, other_seed))}) == 3
    for each in (order, next_epoch, other_seed):
        assert len(each) == len(set(each)) == 64  # no digit twice; the ragged batch is left out
    assert set(order) != set(next_epoch)


def test_every_epoch_has_its_own_augmentation(seen):
    recipe = short("fc", "quick", augmentation=Augmentation(shift=0.2), batch_size=70)
    one, again, other = (seen(recipe, 3, epoch)[1] for epoch in (0, 0, 1))
    assert torch.equal(one, again)
    assert ((one - other).abs().amax((1, 2, 3)) > 0.1).all()


def test_repeated_digits_come_as_often_as_the_recipe_says(seen):
    order, _ = seen(short("fc", "quick", batch_size=70, repeats=2), 3, 0)
    assert sorted(order) == sorted([*range(70), *range(70)])


def test_fewer_digits_than_a_batch_make_one_step(seen):
    assert sorted(seen(short("fc", "quick", batch_size=100), 3, 0)[0]) == list(range(70))


def test_only_what_the_recipe_says_is_augmented(numbered):
    spread = Augmentation(brightness=0.5, contrast=0.3)
    plain, varied = short("fc", "quick"), short("fc", "quick", augmentation=spread)
    x = to_input(numbered, plain, torch.Generator())
    torch.testing.assert_close(x, normalised(numbered.images))
    assert x.is_contiguous(memory_format=torch.channels_last)
    got = to_input(numbered, varied, torch.Generator().manual_seed(1))
    images = numbered.images.float() / 255
    wanted = spread(images, numbered.labels, torch.Generator().manual_seed(1))
    torch.testing.assert_close(got, normalised(255 * wanted))


@pytest.mark.parametrize("key, name", ROWS)
def test_the_same_seed_gives_the_same_weights_bit_for_bit(digits, key, name):
    recipe = short(key, name)
    torch.manual_seed(99)
    model, history = trained(key, recipe, digits)
    torch.manual_seed(100)
    again, history_again = trained(key, recipe, digits)
    assert same(model, again) and not same(model, trained(key, recipe, digits, seed=4)[0])
    assert [epoch.loss for epoch in history] == [epoch.loss for epoch in history_again]
    assert not model.training
    x = normalised(digits.images)
    assert torch.equal(model(x), model(x))
    assert all(tensor.is_contiguous() for tensor in model.state_dict().values())


def test_validation_is_of_the_plain_digits_that_were_given(digits, splits):
    recipe = short("aug", "default", augmentation=Augmentation(shift=0.5, rotation=90), epochs=4)
    said = []
    model, history = trained(
        "aug", replace(recipe, patience=4), digits, validation=splits.validation, report=said.append
    )
    with torch.no_grad():
        answers = model(normalised(splits.validation.images)).argmax(1)
    share = (answers == splits.validation.labels).double().mean().item()
    assert share == max(epoch.validation_accuracy for epoch in history)
    assert said == history and [epoch.epoch for epoch in history] == [1, 2, 3, 4]


def test_the_weights_of_the_first_best_epoch_are_kept(digits, monkeypatch):
    recipe = short("fc", "default", epochs=5, patience=5)
    scripted, weights = iter([0.5, 0.9, 0.9, 0.2, 0.8]), []

    def accuracy(model, _):
        assert not model.training
        weights.append(copy.deepcopy(model))
        return next(scripted)

    monkeypatch.setattr(training, "accuracy", accuracy)
    model, history = trained("fc", recipe, digits)
    assert same(model, weights[1]) and not same(model, weights[2])
    assert [epoch.patience for epoch in history] == [0, 0, 1, 2, 3]


def test_training_stops_when_patience_has_run_out(digits, monkeypatch):
    scripted = iter([0.5, 0.9, 0.9, 0.2, 0.95])
    monkeypatch.setattr(training, "accuracy", lambda *_: next(scripted))
    _, history = trained("fc", short("fc", "lesson", epochs=5, patience=2), digits)
    assert [epoch.validation_accuracy for epoch in history] == [0.5, 0.9, 0.9, 0.2]


@pytest.mark.parametrize(
    "accuracies, best, patience",
    [([0.5], True, 0), ([0.5, 0.6], True, 0), ([0.5, 0.5], False, 1), ([0.6, 0.5, 0.4], False, 2),
     ([0.5, 0.4, 0.5], False, 2), ([0.5, 0.4, 0.6], True, 0)],
)  # fmt: skip
def test_best_is_only_what_is_better_than_all_before(accuracies, best, patience):
    history = []
    for accuracy in accuracies:
        is_best = record(history, 1.0, 0.3, accuracy, 2.0)
    assert is_best is best
    assert history[-1] == Epoch(len(accuracies), 1.0, 0.3, accuracies[-1], patience, 2.0)


@pytest.mark.parametrize(
    "epochs, patience, over",
    [(0, 0, False), (9, 4, False), (9, 5, True), (9, 6, True), (10, 0, True)],
)
def test_a_run_is_over_after_its_epochs_or_its_patience(epochs, patience, over):
    recipe = short("fc", "lesson", epochs=10, patience=5)
    history = [Epoch(number + 1, 1.0, 0.5, 0.5, 0, 1.0) for number in range(epochs)]
    if history:
        history[-1] = replace(history[-1], patience=patience)
    assert is_over(history, recipe) is over


def test_a_seed_decides_the_untrained_weights_too(digits):
    def start(seed):
        built = []

        def build():
            built.append(MODELS["fc"].build())
            return copy.deepcopy(built[0])

        recipe = short("fc", "quick", epochs=1)
        fit(
            build,
            digits,
            digits,
            recipe,
            Run("fc", recipe.as_dict(), seed, 70),
            report=lambda _: None,
        )
        return built[0]

    assert same(start(3), start(3)) and not same(start(3), start(4))


def test_dropout_is_the_recipes(digits):
    some, none = (
        trained("fc", short("fc", "lesson", epochs=1, dropout=rate), digits)[0]
        for rate in (0.5, 0.0)
    )
    assert not same(some, none)
