"""What is no single digit is refused; digits are not."""

import shutil

import numpy as np
import pytest
import torch

from mnist_cnn import weights
from mnist_cnn.data import embedded_test_set
from mnist_cnn.guard import LEAST_LIKENESS, load_guard
from mnist_cnn.models import MODELS
from mnist_cnn.predict import classify
from mnist_cnn.preprocess import preprocess, to_digit
from mnist_cnn.weights import WeightsError

from . import non_digits


@pytest.fixture(scope="module")
def guard(models):
    return load_guard(models["aug"])


def reason(guard, picture):
    steps = preprocess(picture)
    return "blank" if not steps[-1].image.any() else guard.objection(steps)


@pytest.mark.slow
def test_most_of_what_is_no_digit_is_refused(guard):
    refused = {
        kind: [reason(guard, picture) is not None for picture in non_digits.pictures(kind)]
        for kind in non_digits.KINDS
    }
    for kind, answers in refused.items():
        print(f"{kind}: {np.mean(answers):.1%} of {len(answers)} refused")
        assert np.mean(answers) >= 0.85, kind
    assert np.mean([answer for answers in refused.values() for answer in answers]) >= 0.95


def test_what_is_refused_is_named(guard, models):
    two = non_digits.pictures("two digits")[0]
    assert reason(guard, two) == "several"
    answer = classify(two, models=models, guard=guard)
    assert (answer.label, answer.reason) == (None, "several")
    assert reason(guard, non_digits.pictures("scribbles")[0]) == "no digit"
    assert reason(guard, non_digits.pictures("blanks")[1]) == "blank"


def test_test_digits_are_let_through(guard):
    likeness = guard.likeness(embedded_test_set().images)
    assert (likeness > LEAST_LIKENESS).double().mean() > 0.99


def test_the_notebooks_way_is_let_through(guard):
    two = non_digits.pictures("two digits")[0]
    assert guard.objection(preprocess(two, "notebook")) is None


def test_a_drawn_digit_is_let_through(guard, seven):
    steps = preprocess(seven)
    assert guard.objection(steps) is None
    assert guard.likeness(to_digit(steps)[None]).shape == (1,)


def test_the_guard_of_another_network_is_refused(tmp_path, models):
    shutil.copytree(weights.DIRECTORY, tmp_path / "w")
    weights.save_model(tmp_path / "w" / "aug.safetensors", "aug", MODELS["aug"].build())
    with pytest.raises(WeightsError, match="belongs to another aug network"):
        load_guard(models["aug"], tmp_path / "w")
    (tmp_path / "w" / "guard.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"missing.*python train\.py guard"):
        load_guard(models["aug"], tmp_path / "w")


def test_a_guard_can_be_trained(models):
    from mnist_cnn.guard import train_guard

    digits = embedded_test_set().images[:300]
    stripes = torch.zeros(100, 28, 28, dtype=torch.uint8)
    stripes[:, 4:24:4, 4:24] = 255
    guard = train_guard(models["aug"], digits, stripes)
    assert guard.likeness(digits).median() > 0 > guard.likeness(stripes).max()
