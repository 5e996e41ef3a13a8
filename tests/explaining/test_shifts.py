"""Answers to shifted and changed digits: all at once against one by one."""

import numpy as np
import pytest
import torch

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.explaining.perturbations import CURVES, PERTURBATIONS, perturb
from mnist_cnn.explaining.shifts import curves, shift_map, shifted_logits
from mnist_cnn.networks.models import MODELS
from mnist_cnn.reading.predict import predict
from tests.explaining.shifting import moved

DIGITS = embedded_test_set().images[3675:3678]
UNIT = DIGITS.numpy() / np.float32(255)


@pytest.mark.parametrize("key", MODELS)
@pytest.mark.parametrize("max_shift", [0, 3, 12])
def test_all_shifts_at_once_are_the_shifts_one_by_one(models, key, max_shift):
    at_once = shifted_logits(models[key], DIGITS, max_shift).softmax(3)
    steps = range(-max_shift, max_shift + 1)
    assert at_once.shape == (len(DIGITS), len(steps), len(steps), 10)
    for digit, answers in zip(UNIT, at_once):
        rows = np.stack([moved(digit, down, right) for down in steps for right in steps])
        with torch.inference_mode():
            one_by_one = models[key](to_batch(rows)).softmax(1)
        assert (answers.flatten(0, 1) - one_by_one).abs().max() < 1e-5


def test_untrained_networks_too():
    torch.manual_seed(0)
    for row in MODELS.values():
        model = row.build().eval()
        for layer in model.modules():
            if isinstance(layer, torch.nn.BatchNorm2d | torch.nn.BatchNorm1d):
                layer.running_mean.normal_()
                layer.running_var.uniform_(0.5, 2)
        down_left = shifted_logits(model, DIGITS, 2)[:, 4, 0]
        with torch.inference_mode():
            plain = model(to_batch(np.stack([moved(digit, 2, -2) for digit in UNIT])))
        assert torch.allclose(down_left, plain, atol=1e-5)


def test_the_maps_middle_is_the_plain_prediction(models):
    digit = DIGITS[0].numpy()
    for key, plain in predict(models, digit).items():
        seen = shift_map({key: models[key]}, digit)[key]
        assert seen.probability.shape == seen.labels.shape == (17, 17)
        assert seen.label == plain.label == seen.labels[8, 8]
        assert seen.probability[8, 8] == pytest.approx(plain.confidence, abs=1e-5)
        farther = shift_map(models, digit, 12.0)[key]
        assert np.allclose(farther.probability[4:-4, 4:-4], seen.probability, atol=1e-5)


@pytest.mark.parametrize("max_shift", [-1, 13, 2.5, "8", None, float("nan"), [8]])
def test_a_shift_that_cannot_be_gets_a_sentence(models, max_shift):
    with pytest.raises(
        RequestError, match=r"^max_shift: .* came; send a whole number from 0 to 12"
    ):
        shift_map(models, DIGITS[0], max_shift)


def test_curves_are_plain_predictions_of_changed_digits(models):
    digit = DIGITS[1].numpy()
    plain = predict(models, digit)
    found = curves(models, digit)
    assert tuple(found) == CURVES and "down" not in found
    for name, rows in found.items():
        strengths = PERTURBATIONS[name].strengths
        assert list(rows) == list(models)
        for key, probabilities in rows.items():
            top = plain[key].ranking[0]
            assert probabilities.shape == (len(strengths),)
            assert probabilities[strengths.index(0)] == pytest.approx(
                plain[key].confidence, abs=1e-5
            )
            last = perturb(digit, {name: strengths[-1]})
            with torch.inference_mode():
                expected = models[key](to_batch(last[None])).softmax(1)[0, top].item()
            assert probabilities[-1] == pytest.approx(expected, abs=1e-5)
