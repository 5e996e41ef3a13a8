"""Temperature and calibration error, on logits made by hand."""

import copy
import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.judging.calibration import calibrate, calibration_error


class Readout(torch.nn.Module):
    """Logits that the first ten pixels spell out: 25.5 grey levels are one, and a bias is added."""

    def __init__(self, bias=0.0):
        super().__init__()
        self.hidden = torch.nn.Linear(2, 2)
        self.last = torch.nn.Linear(10, 10)
        with torch.no_grad():
            self.last.weight.copy_(10 * torch.eye(10))
            self.last.bias.copy_(bias * torch.arange(10.0))

    def forward(self, x):
        return self.last(x[:, 0, 0, :10] * 0.3081 + 0.1307)


def digits_with(logits, labels):
    """Digits that Readout answers with these logits, in 0..10."""
    images = torch.zeros(len(labels), 28, 28, dtype=torch.uint8)
    images[:, 0, :10] = (torch.as_tensor(logits) * 25.5).round().to(torch.uint8)
    return Digits(images, torch.as_tensor(labels))


def sure_of_three(right, of):
    """`of` digits answered 3 with one logit of 6 among zeros; `right` of them are threes."""
    logits = torch.zeros(of, 10)
    logits[:, 3] = 6
    return digits_with(logits, [3] * right + [5] * (of - right))


@pytest.mark.parametrize("right", [60, 95])
def test_the_temperature_makes_confidence_what_it_should_be(right):
    # With one kind of digit, the best confidence is the share read correctly:
    # exp(6 / T) / (exp(6 / T) + 9) = p, so T = 6 / ln(9 p / (1 - p)).
    digits, model, p = sure_of_three(right, 100), Readout(), right / 100
    expected = 6 / math.log(9 * p / (1 - p))
    assert calibrate(model, digits) == pytest.approx(expected, rel=1e-3)
    with torch.no_grad():
        sure = model((digits.images[:1, None] / 255 - 0.1307) / 0.3081).softmax(1)[0, 3]
    assert sure.item() == pytest.approx(p, abs=1e-3)
    assert calibration_error(model, digits) == pytest.approx(0, abs=1e-3)
    assert calibrate(model, digits) == pytest.approx(1, rel=1e-3)  # it is done already


def test_weights_and_bias_of_the_last_layer_alone_are_scaled_and_no_answer_changes():
    random = np.random.default_rng(0)
    logits = random.integers(0, 11, (300, 10)).astype(float)
    labels = random.integers(0, 10, 300)
    digits, model = digits_with(logits, labels), Readout(bias=0.3)
    before = copy.deepcopy(model)
    biased = np.round(logits * 25.5) / 25.5 + 0.3 * np.arange(10)

    def loss(log_temperature):
        scaled = biased / math.exp(log_temperature)
        return (logsumexp(scaled, axis=1) - scaled[range(300), labels]).mean()

    expected = math.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x)
    temperature = calibrate(model, digits)
    assert temperature == pytest.approx(expected, rel=1e-3) and temperature > 1.5
    torch.testing.assert_close(model.last.weight * temperature, before.last.weight)
    torch.testing.assert_close(model.last.bias * temperature, before.last.bias)
    torch.testing.assert_close(model.hidden.weight, before.hidden.weight)
    x = (digits.images[:, None] / 255 - 0.1307) / 0.3081
    assert torch.equal(model(x).argmax(1), before(x).argmax(1))


def test_calibration_error_is_the_mean_gap_of_the_bins():
    sure = math.exp(6) / (math.exp(6) + 9)  # 0.978, in the last bin of 15
    torn = math.exp(6) / (2 * math.exp(6) + 8)  # 0.495, in the eighth
    logits = torch.zeros(10, 10)
    logits[:, 3] = 6
    logits[6:, 5] = 5.96  # 3 stays ahead
    labels = [3] * 5 + [7] + [3] + [7] * 3  # 5 of 6 sure ones, 1 of 4 torn ones
    torn = math.exp(6) / (math.exp(6) + math.exp(152 / 25.5) + 8)
    expected = 0.6 * abs(5 / 6 - sure) + 0.4 * abs(1 / 4 - torn)
    found = calibration_error(Readout(), digits_with(logits, labels))
    assert found == pytest.approx(expected, abs=1e-4)


def test_bins_that_err_in_opposite_ways_do_not_cancel():
    logits = torch.zeros(2, 10)
    logits[0, 3], logits[1, 3] = 10, 1
    # Sure and wrong; unsure (e / (e + 9) = 0.232) and right.
    found = calibration_error(Readout(), digits_with(logits, [5, 3]))
    sure, unsure = (
        math.exp(10) / (math.exp(10) + 9),
        math.exp(26 / 25.5) / (math.exp(26 / 25.5) + 9),
    )
    assert found == pytest.approx((sure + 1 - unsure) / 2, abs=1e-4)
