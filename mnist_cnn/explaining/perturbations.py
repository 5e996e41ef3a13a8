"""Perturbations of a digit: shift, rotation, scale, stroke width, blur, noise, contrast."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.dataset.facts import DATASET

MAX_SHIFT = 8  # px to each side, on the page and in the stored averages
SHIFT_LIMIT = 12  # px, the largest request: beyond it hardly any ink is left in the picture


@dataclass(frozen=True)
class Perturbation:
    """One way to change digits, and the strengths at which it is measured."""

    title: str
    unit: str
    strengths: tuple[float, ...]  # rising, evenly spaced; 0 changes nothing
    increment: float  # of the page's slider
    apply: Callable[[np.ndarray, float], np.ndarray]  # of (N, 28, 28) float32 in [0, 1], strength


def shifted(digits: np.ndarray, down: float, right: float) -> np.ndarray:
    """(N, 28, 28) digits shifted by whole pixels; black comes in at the border."""
    return ndimage.shift(digits, (0, round(down), round(right)), order=0)


def _warped(digits, matrix):
    """Digits whose every pixel is read from where the 2×2 `matrix` maps it, about the middle."""
    middle = np.full(2, (DATASET.side - 1) / 2)
    whole = np.eye(3)
    whole[1:, 1:] = matrix
    return ndimage.affine_transform(digits, whole, (0, *(middle - matrix @ middle)), order=1)


def _rotated(digits, degrees):
    """Clockwise."""
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return _warped(digits, np.array([[cos, -sin], [sin, cos]]))


def _scaled(digits, percent):
    return _warped(digits, np.eye(2) / (1 + percent / 100))


def _thickened(digits, pixels):
    filtered = ndimage.grey_dilation if pixels > 0 else ndimage.grey_erosion
    # A 3×3 window moves both edges of a stroke by a pixel; a fraction of it is blended in.
    rounds = abs(pixels) / 2
    while rounds > 0:
        digits = digits + min(1, rounds) * (filtered(digits, (1, 3, 3)) - digits)
        rounds -= 1
    return digits


def _noisy(digits, percent):
    """With Gaussian noise, its standard deviation in per cent of white; always the same grain."""
    grain = np.random.default_rng(0).standard_normal(digits.shape, np.float32)
    return np.clip(digits + percent / 100 * grain, 0, 1)


def _blurred(digits, sigma):
    return ndimage.gaussian_filter(digits, (0, sigma, sigma))


def _faded(digits, percent):
    """Blended with mid-grey, as in a photograph of grey paper without preprocessing."""
    return digits + percent / 100 * (0.5 - digits)


def _span(low, high, increment):
    count = round((high - low) / increment) + 1
    return tuple(round(low + increment * place, 2) for place in range(count))


_SHIFTS = _span(-MAX_SHIFT, MAX_SHIFT, 1)
# In the order in which they are applied: first the shape, then the place, then the pixels.
PERTURBATIONS = {
    "rotation": Perturbation("Turn right", "°", _span(-60, 60, 10), 2, _rotated),
    "scale": Perturbation("Make larger", "%", _span(-50, 50, 10), 2, _scaled),
    "stroke": Perturbation("Thicken", "px", _span(-1.5, 3, 0.5), 0.1, _thickened),
    "down": Perturbation("Move down", "px", _SHIFTS, 1, lambda digits, n: shifted(digits, n, 0)),
    "right": Perturbation("Move right", "px", _SHIFTS, 1, lambda digits, n: shifted(digits, 0, n)),
    "blur": Perturbation("Blur", "px", _span(0, 3, 0.5), 0.1, _blurred),
    "noise": Perturbation("Add noise", "%", _span(0, 80, 10), 2, _noisy),
    "contrast": Perturbation("Take contrast away", "%", _span(0, 90, 10), 2, _faded),
}
CURVES = tuple(
    key for key in PERTURBATIONS if key not in ("down", "right")
)  # shifts have their map


def perturb(digit: np.ndarray, strengths: Mapping[str, float]) -> np.ndarray:
    """A digit after several perturbations, applied in the order of PERTURBATIONS.

    Args:
        digit: (28, 28) uint8 or float in [0, 1].
        strengths: {key of PERTURBATIONS: strength}; a missing one is 0.

    Returns:
        (28, 28) float32 in [0, 1].
    """
    digits = to_unit(digit).numpy()[None]
    for key, row in PERTURBATIONS.items():
        if abs(strengths.get(key, 0)) > 0:  # NaN, which JSON may hold, compares as false
            digits = row.apply(digits, strengths[key])
    return digits[0]
