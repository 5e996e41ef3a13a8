"""What is no single digit is refused; digits are not."""

import shutil

import numpy as np
import pytest
import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks import weights
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import WeightsError
from mnist_cnn.reading.detector import THRESHOLD, Weights, load_detector
from mnist_cnn.reading.pipelines import preprocess, to_digit
from mnist_cnn.reading.predict import classify
from tests.reading import non_digits


@pytest.fixture(scope="module")
def detector(models):
    return load_detector(models["aug"])


def reason(detector, picture):
    steps = preprocess(picture)
    return "blank" if not steps[-1].image.any() else detector.rejection(steps, "mnist")


@pytest.mark.slow
def test_most_of_what_is_no_digit_is_refused(detector):
    refused = {
        kind: [reason(detector, picture) is not None for picture in non_digits.pictures(kind)]
        for kind in non_digits.KINDS
    }
    for kind, answers in refused.items():
        print(f"{kind}: {np.mean(answers):.1%} of {len(answers)} refused")
        assert np.mean(answers) >= 0.85, kind
    assert np.mean([answer for answers in refused.values() for answer in answers]) >= 0.95


def test_what_is_refused_is_named(detector, models):
    two = non_digits.pictures("two digits")[0]
    assert reason(detector, two) == "several"
    answer = classify(two, weights=Weights(models, detector))
    assert (answer.label, answer.reason) == (None, "several")
    assert reason(detector, non_digits.pictures("scribbles")[0]) == "no digit"
    assert reason(detector, non_digits.pictures("blanks")[1]) == "blank"


def test_test_digits_are_let_through(detector):
    score = detector.score(embedded_test_set().images[::4])
    assert (score > THRESHOLD).double().mean() > 0.99


def test_the_notebooks_way_is_let_through(detector):
    two = non_digits.pictures("two digits")[0]
    assert detector.rejection(preprocess(two, "notebook"), "notebook") is None


def test_a_drawn_digit_is_let_through(detector, seven):
    steps = preprocess(seven)
    assert detector.rejection(steps, "mnist") is None
    assert detector.score(to_digit(steps)[None]).shape == (1,)


def test_the_guard_of_another_network_is_refused(tmp_path, models):
    shutil.copytree(weights.DIRECTORY, tmp_path / "w")
    weights.save_model(tmp_path / "w" / "aug.safetensors", "aug", MODELS["aug"].build())
    with pytest.raises(WeightsError, match="belongs to another aug network"):
        load_detector(models["aug"], tmp_path / "w")
    (tmp_path / "w" / "guard.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"missing.*python train\.py guard"):
        load_detector(models["aug"], tmp_path / "w")


def test_a_guard_can_be_trained(models):
    from mnist_cnn.learning.detector_training import train_detector

    digits = embedded_test_set().images[:300]
    stripes = torch.zeros(100, 28, 28, dtype=torch.uint8)
    stripes[:, 4:24:4, 4:24] = 255
    detector = train_detector(models["aug"], digits, stripes)
    assert detector.score(digits).median() > 0 > detector.score(stripes).max()
