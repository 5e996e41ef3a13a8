"""What is no single digit is refused; digits are not."""

import shutil

import numpy as np
import pytest
import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks import weights
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import WeightsError
from mnist_cnn.reading.detector import (
    OutlierDetector,
    Weights,
    load_detector,
    load_weights,
)
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
    assert (score > -2.3).double().mean() > 0.99


def test_the_notebooks_way_is_let_through(detector):
    two = non_digits.pictures("two digits")[0]
    assert detector.rejection(preprocess(two, "notebook"), "notebook") is None


def test_a_drawn_digit_is_let_through(detector, seven):
    steps = preprocess(seven)
    assert detector.rejection(steps, "mnist") is None
    assert detector.score(to_digit(steps)[None]).shape == (1,)


@pytest.mark.parametrize(
    "score, several, preprocessing, reason",
    [
        (-2.2, False, "mnist", None),
        (-2.31, False, "mnist", "no digit"),
        (5.0, True, "mnist", "several"),
        (-9.0, True, "mnist", "several"),
        (-9.0, False, "notebook", None),
        (-9.0, True, "notebook-contrast", None),
    ],
)
def test_reasons_and_their_precedence(models, seven, score, several, preprocessing, reason):
    detector = OutlierDetector(models["aug"]).eval()
    with torch.no_grad():  # the same score for every digit
        detector.probe.weight.zero_()
        detector.probe.bias.fill_(score)
    picture = non_digits.pictures("two digits")[0] if several else seven
    assert detector.rejection(preprocess(picture, preprocessing), preprocessing) == reason


def test_score_is_linear_in_feature_maps_and_dense_layer(models, detector):
    digits = embedded_test_set().images[:5]
    x = (digits[:, None] / 255 - 0.1307) / 0.3081
    network = models["aug"]
    with torch.inference_mode():
        maps = network.features(x).flatten(1)
        dense = network.classifier[3](network.classifier[2](network.classifier[1](maps)))
        features = torch.cat([maps, dense], 1)
        expected = features @ detector.probe.weight[0] + detector.probe.bias
    assert torch.allclose(detector.see(digits), features, atol=1e-4)
    assert torch.allclose(detector.score(digits.numpy()), expected, atol=1e-3)


def test_a_damaged_detector_is_refused(tmp_path, models):
    shutil.copytree(weights.DIRECTORY, tmp_path / "w")
    path = tmp_path / "w" / "guard.safetensors"
    tensors, header = weights.load_tensors(path)
    weights.save_tensors(path, {"weight": tensors["weight"]}, header)
    with pytest.raises(WeightsError, match=r"does not fit.*python train\.py guard"):
        load_detector(models["aug"], tmp_path / "w")


def test_weights_of_a_folder_belong_together(tmp_path):
    shutil.copytree(weights.DIRECTORY, tmp_path / "w")
    loaded = load_weights(tmp_path / "w")
    assert list(loaded.models) == list(MODELS) and not loaded.detector.training
    digit = embedded_test_set().images[:1]
    expected = load_weights().detector.score(digit)
    assert torch.equal(loaded.detector.score(digit), expected)
    (tmp_path / "w" / "guard.safetensors").unlink()
    with pytest.raises(WeightsError, match="missing"):
        load_weights(tmp_path / "w")


def test_the_detector_of_another_network_is_refused(tmp_path, models):
    shutil.copytree(weights.DIRECTORY, tmp_path / "w")
    weights.save_model(tmp_path / "w" / "aug.safetensors", "aug", MODELS["aug"].build())
    with pytest.raises(WeightsError, match="belongs to another aug network"):
        load_detector(models["aug"], tmp_path / "w")
    (tmp_path / "w" / "guard.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"missing.*python train\.py guard"):
        load_detector(models["aug"], tmp_path / "w")


def test_a_detector_can_be_trained(models):
    from mnist_cnn.learning.detector_training import train_detector

    digits = embedded_test_set().images[:300]
    stripes = torch.zeros(100, 28, 28, dtype=torch.uint8)
    stripes[:, 4:24:4, 4:24] = 255
    detector = train_detector(models["aug"], digits, stripes)
    assert detector.score(digits).median() > 0 > detector.score(stripes).max()
