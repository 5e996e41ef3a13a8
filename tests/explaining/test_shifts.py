"""Answers to shifted and perturbed digits: all at once against one by one."""

import numpy as np
import pytest
import torch

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.explaining.perturbations import CURVES, PERTURBATIONS, perturb
from mnist_cnn.explaining.shifts import (
    SHIFTS,
    ShiftMap,
    curves,
    own_probability,
    perturbed_logits,
    shift_map,
    shifted_logits,
)
from mnist_cnn.networks.models import ARCHITECTURES, MODELS, build_variant
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
    own = (
        build_variant(name, shuffled, batch_norm=norm)
        for name in ARCHITECTURES
        for shuffled, norm in ((True, False), (False, True))
    )
    for model in (*(row.build() for row in MODELS.values()), *own):
        model.eval()
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


def test_curves_are_plain_predictions_of_perturbed_digits(models):
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


def test_reach_is_counted_straight_from_the_middle():
    labels = np.array([
        [7, 7, 7, 7, 7, 7, 7],
        [7, 7, 7, 1, 7, 7, 7],  # up: 1, though it is a 7 again farther up
        [7, 1, 7, 7, 1, 7, 7],
        [1, 7, 7, 7, 7, 7, 7],  # left: 2; right: 3, to the end
        [7, 1, 7, 4, 1, 7, 7],  # down: 0
        [7, 7, 7, 7, 7, 7, 7],
        [7, 7, 7, 7, 7, 7, 7],
    ])  # fmt: skip
    assert ShiftMap(7, np.zeros((7, 7)), labels).reach == [1, 0, 2, 3]
    assert ShiftMap(7, np.zeros((7, 7)), labels.T).reach == [2, 3, 1, 0]
    assert ShiftMap(7, np.zeros((1, 1)), np.array([[7]])).reach == [0, 0, 0, 0]


def test_a_map_is_of_the_answer_in_its_middle(models):
    digit = DIGITS[0].numpy()
    seen = shift_map({"fc": models["fc"]}, digit, 5)["fc"]
    for down, right in ((-5, 2), (4, -3)):
        answers = models["fc"](to_batch(moved(UNIT[0], down, right)[None])).softmax(1)[0]
        at = 5 + down, 5 + right
        assert seen.probability[at] == pytest.approx(answers[seen.label].item(), abs=1e-5)
        assert seen.labels[at] == answers.argmax()


def test_probability_of_the_answer_to_the_original():
    """Of three shifts the middle one is the original; of stroke widths, the fourth."""
    logits = torch.log(torch.tensor([[[0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]]]))
    assert own_probability(logits, SHIFTS)[0].tolist() == pytest.approx([0.2, 0.6, 0.1])
    assert PERTURBATIONS["blur"].strengths[0] == 0
    assert own_probability(logits, "blur")[0].tolist() == pytest.approx([0.7, 0.3, 0.1])


def test_logits_of_perturbed_digits_are_in_the_order_of_the_strengths(models):
    found = perturbed_logits(models["fc"], DIGITS, "stroke")
    assert found.shape == (3, 10, 10)
    for place, pixels in ((0, -1.5), (5, 1), (9, 3)):
        digits = np.stack([perturb(digit, {"stroke": pixels}) for digit in DIGITS])
        with torch.inference_mode():
            expected = models["fc"](to_batch(digits))
        assert torch.allclose(found[:, place], expected, atol=1e-4)
