"""The digit passport: where a picture lies outside of MNIST's digits, and which step mends it."""

from dataclasses import dataclass

import numpy as np
from huggingface_hub.utils import tqdm
from scipy import ndimage

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.reading.predict import predict
from mnist_cnn.reading.preprocess import BOX, WAYS, preprocess, stroke_width, to_digit

INKED = 0.5  # a pixel of this much ink counts as ink


@dataclass(frozen=True)
class Trait:
    """A row of the passport: one measure, and where 98 of 100 MNIST digits lie.

    low, high: between the 1st and 99th percentile of MNIST's training digits, which
    `python -m mnist_cnn passport data` measures again; where these coincide, what rounding needs.
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


TRAITS = (
    Trait("position", "px off the centre", 0, 1.32, "", "off centre", "Centred"),
    Trait("size", "px of 28", 19, 20, "too small", "too large", "Scaled"),
    Trait("slant", "° to the right", -28, 38.1, "leaning left", "leaning right", ""),
    Trait("stroke width", "px of 20", 1.87, 5.38, "too thin", "too thick", "Stroke width"),
    Trait("stray ink", "% of the digit", 0, 1, "", "other ink about", "Digit alone"),
    Trait("contrast", "%", 80.7, 100, "too faint", "", "Digit alone"),
    Trait("polarity", "1 light ink, -1 dark", 0, 1, "dark ink on light paper", "", "Ink"),
)


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
    return _measure(digit, digit, digit) if (digit > INKED).any() else {}


def measure_picture(steps):
    """Traits of a picture as it came, as if the whole of it were shown on 28×28 pixels."""
    frames = {step.name: step.image for step in steps}
    if not (frames["Digit alone"] > INKED).any():
        return {}
    return _measure(frames["Greyscale"], frames["Ink"], frames["Digit alone"])


def _measure(grey, ink, alone):
    """Measures of a picture, its ink, and that part of the ink that is the digit; all (H, W)."""
    mask = alone > INKED
    rows, columns = np.nonzero(mask)
    row, column = ndimage.center_of_mass(alone)
    height, width = alone.shape
    pixel = DATASET.side / max(height, width)  # of the 28×28 view
    length = max(np.ptp(rows), np.ptp(columns)) + 1
    down, across = rows - row, columns - column
    paper = np.median(grey[alone == 0]) if (alone == 0).any() else 0.0
    contrast = np.median(grey[mask]) - paper
    stray = np.where(ndimage.binary_dilation(alone > 0, iterations=2), 0, ink > INKED * ink.max())
    return {
        "position": float(np.hypot(row - (height - 1) / 2, column - (width - 1) / 2) * pixel),
        "size": float(length * pixel),
        "slant": float(np.degrees(np.arctan2(-(down * across).sum(), (down**2).sum() + 1e-6))),
        "stroke width": float(BOX * stroke_width(alone) / length),
        "stray ink": float(100 * stray.sum() / mask.sum()),
        "contrast": float(100 * abs(contrast)),
        "polarity": float(np.sign(contrast)),
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
        left_out = predict(models, to_digit(preprocess(source, leave_out=step.name)))
        changed = {
            key: (whole[key].label, left_out[key].label)
            for key in models
            if whole[key].label != left_out[key].label
        }
        if changed:
            changes.append((step.name, changed))
    return changes


def measure_mnist(images):
    """The 1st and 99th percentile of every trait: {name: (low, high)}.

    Args:
        images: (N, 28, 28) uint8.
    """
    rows = [measure_digit(image / np.float32(255)) for image in tqdm(np.asarray(images))]
    return {name: np.percentile([row[name] for row in rows], [1, 99]) for name in rows[0]}


def main(arguments=None):
    from mnist_cnn.dataset.digits import load_mnist

    images = load_mnist((arguments or ["data"])[0], train=True).images
    for name, (low, high) in measure_mnist(images).items():
        print(f"{name:14} {low:6.2f} to {high:6.2f}")
