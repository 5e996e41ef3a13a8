"""fit() step by step: against a loop written out, and as a GPU would replay it."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from mnist_cnn.dataset.digits import embedded_test_set, to_batch, to_unit
from mnist_cnn.learning import training
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.stacked import Stack, fit_stacked
from mnist_cnn.learning.training import Run, Step, add_dropout, fit, make_optimizer, rehearse
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


def new_step(key, recipe, digits, seed=5):
    model = MODELS[key].build()
    kept = MODELS[key].build() if recipe.averaging else model
    optimizer = make_optimizer(model, recipe)
    return Step(model, kept, optimizer, digits, recipe, [seed])


def same(model, other):
    other = other.state_dict()
    return all(torch.equal(tensor, other[name]) for name, tensor in model.state_dict().items())


def test_a_step_is_what_a_loop_written_out_does(digits):
    recipe = short("fc", "default", label_smoothing=0.1, bfloat16=False, dropout=0.0)
    step = new_step("fc", recipe, digits)
    step.begin_epoch(0)
    order = torch.randperm(70, generator=torch.Generator().manual_seed(5 * 1_000_003))
    model, mean = MODELS["fc"].build(), MODELS["fc"].build()
    model.load_state_dict(step.model.state_dict())
    mean.load_state_dict(step.kept.state_dict())
    decayed = {
        "params": [model.hidden.weight, model.output.weight],
        "weight_decay": recipe.weight_decay,
    }
    other = {"params": [model.hidden.bias, model.output.bias], "weight_decay": 0}
    optimizer = torch.optim.AdamW([decayed, other], betas=(0.9, 0.99), foreach=False)
    for number in range(2):
        index = order[32 * number : 32 * number + 32]
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate_at(number / 4)
        answers = model(to_batch(to_unit(digits.images[index])))
        optimizer.zero_grad()
        F.cross_entropy(answers, digits.labels[index], label_smoothing=0.1).backward()
        optimizer.step()
        share = 1 - (1 + number) / (10 + number)
        with torch.no_grad():
            for old, new in zip(mean.parameters(), model.parameters()):
                old += share * (new - old)
        step()
    for one, written in ((step.model, model), (step.kept, mean)):
        for got, wanted in zip(one.parameters(), written.parameters()):
            torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("key, name", ROWS)
def test_the_same_seed_gives_the_same_weights_bit_for_bit(digits, key, name):
    recipe = short(key, name)
    model, history = trained(key, recipe, digits)
    again, history_again = trained(key, recipe, digits)
    assert same(model, again) and not same(model, trained(key, recipe, digits, seed=4)[0])
    assert [epoch.loss for epoch in history] == [epoch.loss for epoch in history_again]


def test_a_run_shorter_than_the_rehearsal_can_be_recorded(digits):
    step = new_step("fc", short("fc", "default", epochs=1, batch_size=70), digits)
    before = [tensor.clone() for tensor in step.model.state_dict().values()]
    rehearse(step)
    assert all(map(torch.equal, before, step.model.state_dict().values()))


@pytest.mark.parametrize("key, name", ROWS)
def test_recorded_steps_train_what_eager_ones_do(digits, key, name, monkeypatch, tmp_path):
    def as_on_a_gpu(step):
        """All that `repeatable` does there but the record."""
        rehearse(step)
        step.optimizer.zero_grad(set_to_none=True)
        return step

    recipe = short(key, name)
    eager, _ = trained(key, recipe, digits)
    monkeypatch.setattr(training, "repeatable", as_on_a_gpu)
    recorded, _ = trained(key, recipe, digits)
    assert same(eager, recorded)

    class Killed(Exception):
        pass

    def kill(_):
        raise Killed

    checkpoint = tmp_path / "checkpoint.safetensors"
    run = Run(key, recipe.as_dict(), 3, len(digits))
    settings = (MODELS[key].build, digits, digits, recipe, run, checkpoint)
    with pytest.raises(Killed):
        fit(*settings, report=kill)
    assert same(eager, fit(*settings, resume=True, report=lambda _: None)[0])


@pytest.mark.parametrize("key, name", ROWS)
def test_a_step_can_be_replayed(digits, key, name):
    """What a replay reads and writes stays where it is, and nothing waits for a value."""
    step = new_step(key, short(key, name), digits)
    rehearse(step)

    def places():
        moments = step.optimizer.state_dict()["state"].values()
        groups = step.optimizer.param_groups
        own = [value for value in vars(step).values() if isinstance(value, torch.Tensor)]
        own += step.orders
        states = (step.model.state_dict(), step.kept.state_dict(), *moments)
        tensors = [*own, *(t for state in states for t in state.values())]
        return [tensor.data_ptr() for tensor in [*tensors, *(group["lr"] for group in groups)]]

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, arguments=(), settings=None):
            name = function.overloadpacket.__name__
            assert name not in {"_local_scalar_dense", "nonzero", "masked_select"}, name
            return function(*arguments, **(settings or {}))

    before = places()
    step.begin_epoch(1)
    with Watch():
        step()
    step()
    assert places() == before and step.count.item() == 2 + step.per_epoch


def test_networks_trained_in_one_go_are_those_trained_alone(digits):
    plain = short("fc", "default", bfloat16=False, dropout=0.0)
    augmented = replace(plain, augmentation=RECIPES["aug"]["default"].augmentation)
    seeds = [3, 7]
    for recipe in (plain, augmented):
        together = fit_stacked(
            MODELS["fc"].build, digits, digits, recipe, seeds, report=lambda _: None
        )
        for seed, (model, history) in zip(seeds, together):
            alone, history_alone = trained("fc", recipe, digits, seed)
            for name, tensor in alone.state_dict().items():
                torch.testing.assert_close(model.state_dict()[name], tensor, rtol=1e-3, atol=1e-4)
            for one, other in zip(history, history_alone, strict=True):
                assert one.loss == pytest.approx(other.loss, abs=1e-4)
                assert one.validation_accuracy == pytest.approx(other.validation_accuracy, abs=0.02)


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

    stack = fit_stacked(
        MODELS["fc"].build, digits, digits, short("fc", "default"), [1, 2], report=lambda _: None
    )
    for model, _ in stack:
        x = to_batch(digits.images)
        assert torch.equal(model(x), model(x))


def test_networks_with_buffers_cannot_be_stacked(digits):
    with pytest.raises(ValueError, match="ConvNet has buffers"):
        Stack([MODELS["conv"].build()])
