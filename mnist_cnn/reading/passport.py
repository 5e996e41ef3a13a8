"""The digit passport: how a picture differs from MNIST's digits, and which transform mends it."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from scipy import ndimage
from torch import nn
from tqdm import tqdm

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.reading.normalise import BOX, stroke_width
from mnist_cnn.reading.pipelines import (
    PIPELINES,
    Frame,
    Transform,
    images_by_id,
    leave_out,
    to_digit,
)
from mnist_cnn.reading.predict import predict_all

INKED = 0.5  # ink above which a pixel counts as inked
_TRANSFORMS = {row.id: row for row in PIPELINES["mnist"].transforms}


@dataclass(frozen=True)
class Trait:
    """A row of the passport: one measure, and its range in MNIST.

    low, high: the 1st and 99th percentile of MNIST's training digits, which `python -m mnist_cnn
    passport data` measures again; where the two coincide, with room for rounding.
    """

    id: str
    name: str  # words for people, as are unit, below and above
    unit: str
    low: float
    high: float
    below: str  # the defect of a picture that measures less than `low`
    above: str
    mended_by: Transform | Frame | None  # None: nothing does


@dataclass(frozen=True)
class Measure:
    """A trait of one picture: as it came, and as the networks see it."""

    trait: Trait
    before: float
    after: float

    @property
    def defect(self) -> str | None:
        """What was wrong with the picture as it came; None where nothing was."""
        return self._defect(self.before)

    @property
    def mended(self) -> bool:
        """Whether there was a defect that the digit no longer has."""
        return self.defect is not None and self._defect(self.after) is None

    def _defect(self, value):
        if value < self.trait.low:
            return self.trait.below
        return self.trait.above if value > self.trait.high else None


TRAITS: tuple[Trait, ...] = (
    Trait("position", "position", "px off the centre", 0, 1.32,
          "", "off centre", _TRANSFORMS["centred"]),
    Trait("size", "size", "px of 28", 19, 20, "too small", "too large", _TRANSFORMS["scaled"]),
    Trait("slant", "slant", "° to the right", -28, 38.1, "leaning left", "leaning right", None),
    Trait("stroke-width", "stroke width", "px of 20", 1.87, 5.38,
          "too thin", "too thick", _TRANSFORMS["thickened"]),
    Trait("stray-ink", "stray ink", "% of the digit", 0, 1,
          "", "other ink about", _TRANSFORMS["alone"]),
    Trait("contrast", "contrast", "%", 80.7, 100, "too faint", "", _TRANSFORMS["alone"]),
    Trait("polarity", "polarity", "1 light ink, -1 dark", 0, 1,
          "dark ink on light paper", "", _TRANSFORMS["ink"]),
)  # fmt: skip


# Where the networks' digit came by another pipeline: {id of a trait: id of what mends it there}.
MENDED_ELSEWHERE = {"polarity": "inverted", "contrast": "contrast"}


def passport(
    frames: tuple[Frame, ...], seen: tuple[Frame, ...] | None = None
) -> tuple[Measure, ...]:
    """Every trait of a picture before and after preprocessing, in the order of TRAITS.

    () where there is no ink.

    Args:
        frames: what pipelines.preprocess returned for the pipeline "mnist".
        seen: what it returned for the pipeline that made the networks' digit, if that is another.
    """
    traits, before = TRAITS, measure_picture(frames)
    if seen is None:
        after = measure_digit(frames[-1].image)
    else:
        after = _measure_elsewhere(frames, seen[-1].image)
        mends = {frame.id: frame for frame in seen}
        by = {trait.id: mends.get(MENDED_ELSEWHERE.get(trait.id, "")) for trait in TRAITS}
        traits = tuple(replace(trait, mended_by=by[trait.id]) for trait in TRAITS)
    if not before or not after:
        return ()
    return tuple(Measure(trait, before[trait.id], after[trait.id]) for trait in traits)


def measure_digit(digit: np.ndarray) -> dict[str, float]:
    """Traits of a digit that is light on dark: {id: value}; {} where it is blank.

    Args:
        digit: (28, 28) float32 in [0, 1].
    """
    return _measure(digit, digit, digit) if (digit > INKED).any() else {}


def measure_picture(frames: tuple[Frame, ...]) -> dict[str, float]:
    """Traits of a picture as it came, as if the whole of it were shown on 28×28 pixels."""
    images = images_by_id(frames)
    if not (images["alone"] > INKED).any():
        return {}
    ink = images["ink"]  # larger than the picture where that is tiny
    zoom = [of_ink / side for of_ink, side in zip(ink.shape, images["trimmed"].shape)]
    grey = ndimage.zoom(images["trimmed"], zoom, order=1, mode="nearest", grid_mode=True)
    return _measure(grey, ink, images["alone"])


def _measure_elsewhere(frames, digit):
    """Traits of a digit into which the whole picture was squeezed: its ink lies where it lay."""
    whole = images_by_id(leave_out(frames, "trimmed"))
    ink, alone = (_squeezed(whole[name], digit.shape) for name in ("ink", "alone"))
    return _measure(digit, ink, alone / alone.max()) if alone.any() else {}


def _squeezed(ink, shape):
    return np.asarray(Image.fromarray(ink).resize(shape[::-1], Image.Resampling.BOX))


def _measure(grey, ink, alone):
    """Traits of a picture from its brightness, its ink, and the ink of the digit; all (H, W)."""
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
        "stroke-width": float(BOX * stroke_width(alone) / length),
        "stray-ink": float(100 * stray.sum() / mask.sum()),
        "contrast": float(100 * abs(contrast)),
        "polarity": float(np.sign(contrast)),
    }


def transforms_that_matter(
    frames: tuple[Frame, ...], models: dict[str, nn.Module]
) -> list[tuple[Transform, dict]]:
    """The transforms that change some network's answer when they are left out.

    Args:
        frames: what pipelines.preprocess returned for the pipeline "mnist".
        models: {key: module in eval mode}; the detector is not asked.

    Returns:
        [(transform, {key: (answer with it, answer without it)}), ...], of the networks whose
        answers differ; an answer is a label or None.
    """
    digit = to_digit(frames)
    others = [
        (row, to_digit(leave_out(frames, row.id)))
        for row in PIPELINES["mnist"].transforms
        if row.without is not None
    ]
    others = [(row, other) for row, other in others if not np.array_equal(other, digit)]
    digits = np.stack([digit, *(other for _, other in others)])
    whole, *left_out = predict_all(models, digits)
    changes = []
    for (row, _), answers in zip(others, left_out):
        changed = {
            key: (whole[key].label, answers[key].label)
            for key in models
            if whole[key].label != answers[key].label
        }
        if changed:
            changes.append((row, changed))
    return changes


def measure_mnist(images: np.ndarray) -> dict[str, np.ndarray]:
    """The 1st and 99th percentile of every trait: {id: (low, high)}.

    Args:
        images: (N, 28, 28) uint8.
    """
    rows = [
        measure_digit(image / np.float32(255)) for image in tqdm(np.asarray(images), disable=None)
    ]
    return {name: np.percentile([row[name] for row in rows], [1, 99]) for name in rows[0]}


def main(arguments: list[str] | None = None) -> None:
    """Measure MNIST's training digits anew and print where they lie."""
    from mnist_cnn.dataset.digits import DataError, load_digits

    parser = CommandParser("passport", main.__doc__)
    parser.add_argument("folder", nargs="?", default="data", help="of MNIST; default: data")
    folder = parser.parse_args(arguments).folder
    with exit_on(DataError, OSError):
        images = load_digits(folder, train=True).images.numpy()
        for name, (low, high) in measure_mnist(images).items():
            print(f"{name:14} {low:6.2f} to {high:6.2f}")
