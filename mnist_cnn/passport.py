"""The digit passport: what of a picture lies outside of what MNIST's digits are, and what mends it."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .predict import predict
from .preprocess import SIDE, WAYS, frames_by_name, preprocess, stroke_width, to_digit

INKED = 0.5  # a pixel of this much ink counts as ink


@dataclass(frozen=True)
class Trait:
    """A row of the passport: one measure, and where 98 of 100 MNIST digits lie.

    low, high: the 1st and 99th percentile over the 60,000 training digits;
    `python -m mnist_cnn.passport` measures them again.
    """

    name: str
    unit: str
    low: float
    high: float
    below: str  # what it is called when it is too little
    above: str
    step: str  # of MNIST's own way: the one that mends it; "" where none does


@dataclass(frozen=True)
class Measure:
    """A trait of one picture: as it came, and as the networks see it."""

    trait: Trait
    before: float
    after: float

    @property
    def defect(self):
        """What was wrong with the picture as it came; None where nothing was."""
        return self._name(self.before)

    @property
    def mended(self):
        """Whether what was wrong is right in the digit that the networks see."""
        return self.defect is not None and self._name(self.after) is None

    def _name(self, value):
        if value < self.trait.low:
            return self.trait.below
        return self.trait.above if value > self.trait.high else None


TRAITS = ()


def passport(steps):
    """Every trait of a picture before and after preprocessing.

    Args:
        steps: what preprocess.preprocess returned for MNIST's own way.

    Returns:
        Tuple of Measure, in the order of TRAITS; () where there is no ink.
    """
    before, after = measure_picture(steps), measure_digit(steps[-1].image)
    if not before or not after:
        return ()
    return tuple(Measure(trait, before[trait.name], after[trait.name]) for trait in TRAITS)


def measure_digit(digit):
    """Traits of a 28×28 digit that is light on dark: {name: value}; {} where it is blank.

    Args:
        digit: (28, 28) float32 in [0, 1].
    """
    return _measure(digit, digit, SIDE) | {"polarity": 1.0} if (digit > INKED).any() else {}


def measure_picture(steps):
    """Traits of a picture as it came, as if the whole of it were shown on 28×28 pixels."""
    frames = frames_by_name(steps)
    grey, alone = frames["Greyscale"], frames["Digit alone"]
    if not (alone > INKED).any():
        return {}
    ink = np.abs(grey - np.median(grey))
    light = grey[alone > INKED].mean() > grey[alone == 0].mean() if (alone == 0).any() else True
    return _measure(alone, ink, max(grey.shape)) | {"polarity": float(light)}


def _measure(shape, ink, side):
    """Measures in pixels of a 28×28 view of a picture whose longer side is `side`."""
    scale = SIDE / side
    mask = shape > INKED
    rows, columns = np.nonzero(mask)
    row, column = ndimage.center_of_mass(shape)
    height, width = shape.shape
    offset = np.hypot(row - (height - 1) / 2, column - (width - 1) / 2) * scale
    size = (max(np.ptp(rows), np.ptp(columns)) + 1) * scale
    down, across = rows - row, columns - column
    lean = np.degrees(np.arctan2(-(down * across).mean(), max((down**2).mean(), 1e-6)))
    return {
        "position": float(offset),
        "size": float(size),
        "slant": float(lean),
        "stroke width": float(stroke_width(shape) * scale),
        "ink": float(100 * mask.sum() * scale**2 / SIDE**2),
        "contrast": float(np.percentile(ink[mask], 90)),
    }


def steps_that_matter(source, models):
    """Which steps of MNIST's own way, left out, would change which network's answer.

    Args:
        source: whatever images.open_image takes.

    Returns:
        [(name of the step, {key: (answer with it, answer without it)}), ...], where a network
        answers otherwise; answers are labels or None.
    """
    whole = predict(models, to_digit(preprocess(source)))
    changes = []
    for step in WAYS["mnist"].steps:
        if step.without is None:
            continue
        left_out = predict(models, to_digit(preprocess(source, without=step.name)))
        changed = {
            key: (whole[key].label, left_out[key].label)
            for key in models
            if whole[key].label != left_out[key].label
        }
        if changed:
            changes.append((step.name, changed))
    return changes
