"""Whether a network's confidence is to be believed: temperature scaling, and what error is left."""

from math import exp

import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from torch import Tensor, nn

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.reading.predict import logits

BINS = 15  # of confidence: (0, 1/15], (1/15, 2/15], ...


def calibrate(model: nn.Module, digits: Digits) -> float:
    """Scale the model's logits so that its probabilities are as often right as they say.

    All logits are divided by one number, the temperature: no answer changes, only its confidence.
    It is the one with the least cross-entropy on `digits`. The last layer's weights and bias are
    divided by it, so that whoever loads the model gets calibrated logits.
    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv 1706.04599.

    Args:
        model: its last nn.Linear is changed in place.
        digits: digits that the model was not trained on.

    Returns:
        The temperature, between exp(-3) and exp(3).
    """
    # On the CPU: Apple's GPUs know no float64.
    answers, labels = logits(model, digits.images).cpu().double(), digits.labels.cpu()

    def loss(log_temperature: float) -> float:
        return F.cross_entropy(answers / exp(log_temperature), labels).item()

    temperature = exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x)
    *_, last = (layer for layer in model.modules() if isinstance(layer, nn.Linear))
    with torch.no_grad():
        last.weight.div_(temperature)
        last.bias.div_(temperature)
    return temperature


def calibration_error(model: nn.Module, digits: Digits, bins: int = BINS) -> float:
    """Expected calibration error in [0, 1]: the mean gap between confidence and accuracy.

    Source: Guo et al. 2017. Each bin of confidence counts by the digits in it.
    """
    probabilities = logits(model, digits.images).cpu().double().softmax(1)
    confidence, predicted = probabilities.max(1)
    gaps = calibration_gaps(confidence, predicted == digits.labels.cpu(), bins)
    return gaps.abs().sum().item() / len(confidence)


def calibration_gaps(confidence: Tensor, is_right: Tensor, bins: int = BINS) -> Tensor:
    """(bins,) float64: for each bin of confidence, the sum of accuracy minus confidence.

    Those of several sets of answers add up to those of all; the expected calibration error is the
    sum of their absolute values over the number of answers.

    Args:
        confidence: (N,) float64 probabilities of the likeliest digits.
        is_right: (N,) bool, whether these digits are the true ones.
    """
    place = (confidence * bins).ceil().long().clamp(1, bins) - 1
    gaps = torch.zeros(bins, dtype=torch.double, device=place.device)
    return gaps.index_add_(0, place, is_right.double() - confidence)
