"""From any picture to the 28×28 digit that the networks see, as a table of named transforms.

A picture that does not come in MNIST's geometry is not an MNIST digit, and a network trained on
MNIST misreads it: the pipeline "mnist" makes it one, the notebook's pipelines show what happens
without.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageOps

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.unet import UNet
from mnist_cnn.reading.images import brightness, open_image, shrunk, upright
from mnist_cnn.reading.ink_finder import find_ink, shipped_ink_finder
from mnist_cnn.reading.normalise import centre_box, centre_mass, crop, fit_box, squeeze, thicken
from mnist_cnn.reading.strokes import digit_alone
from mnist_cnn.reading.trim import trim

WORKING_SIDE = 384  # px, longest side of the picture that the pipeline "mnist" works on


@dataclass(frozen=True, eq=False)
class Frame:
    """What one transform made of a picture."""

    id: str  # of the transform
    name: str  # words for people, as is `why`
    why: str
    image: np.ndarray  # (H, W), or (H, W, 3) as it came; float32 in [0, 1]
    whole: tuple[int, int] | None = None  # H and W, where `image` is a smaller copy of it

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what the transform made."""
        return (*(self.whole or self.image.shape[:2]), *self.image.shape[2:])

    def __post_init__(self):
        if self.image.dtype != np.float32 or self.image.ndim not in (2, 3):
            raise ValueError(f"{self.id}: {self.image.dtype} {self.image.shape}")


@dataclass(frozen=True)
class Transform:
    """A row of a pipeline: one function, and why it is there."""

    id: str
    name: str  # words for people, as is `why`: nothing may depend on them
    why: str
    apply: Callable  # of an image; of the ink finder, too, where the row says so
    without: Callable | None = None  # applied instead if it is left out; None: it cannot be
    finds_ink: bool = False  # whether `apply` takes the ink finder
    for_dark_ink: bool = False  # whether ink that is bright already goes without it


@dataclass(frozen=True)
class Pipeline:
    """A way from a picture to a digit."""

    id: str
    title: str  # words for people
    transforms: tuple[Transform, ...]  # the first takes a PIL image
    longest_side: int | None = None  # px, at which a picture is opened; None: as large as it is
    # Whether the detector may refuse pictures; a guarded pipeline has a frame "ink".
    guarded: bool = False


def preprocess(
    source,
    preprocessing: str = "mnist",
    ink_finder: UNet | None = None,
    bright_ink: bool = False,
) -> tuple[Frame, ...]:
    """The frames from a picture to the digit; the last image is (28, 28), in multiples of 1/255.

    Args:
        source: whatever images.open_image takes.
        preprocessing: id of a pipeline.
        ink_finder: of the weights that answer; None is the shipped one.
        bright_ink: whether `source` is known to be white on black, as MNIST's digits are. MNIST's
            own way sees that by itself; the notebook's inverts whatever is no digit of MNIST.

    Raises:
        ImageError: `source` is no picture.
    """
    pipeline = PIPELINES[preprocessing]
    rows = [row for row in pipeline.transforms if not (bright_ink and row.for_dark_ink)]
    return _run(rows, open_image(source, pipeline.longest_side), ink_finder)


def from_ink(ink: np.ndarray) -> tuple[Frame, ...]:
    """The frames that MNIST's own way makes of a picture's ink, from the frame "alone" on.

    Args:
        ink: (H, W) float32 in [0, 1], 0 is paper.
    """
    rows = PIPELINES["mnist"].transforms
    at = [row.id for row in rows].index("ink")
    return _run(rows[at + 1 :], ink)


def leave_out(
    frames: tuple[Frame, ...], transform: str, preprocessing: str = "mnist"
) -> tuple[Frame, ...]:
    """The frames as they would be without one transform; those before it are taken as they are.

    Args:
        frames: what `preprocess` returned.
        transform: id of a row that can be left out.
        preprocessing: id of the pipeline that made the frames.
    """
    rows = PIPELINES[preprocessing].transforms
    at = [row.id for row in rows].index(transform)
    without = rows[at].without
    if without is None:
        raise ValueError(f"{transform} cannot be left out of {preprocessing}")
    row = replace(rows[at], apply=without, finds_ink=False)
    instead = _run((row,), frames[at - 1].image)
    if np.array_equal(instead[0].image, frames[at].image):
        return frames[:at] + instead + frames[at + 1 :]  # nor does anything after it differ
    return frames[:at] + instead + _run(rows[at + 1 :], instead[0].image)


def _run(transforms, value, ink_finder=None):
    frames = []
    for row in transforms:
        if row.finds_ink:
            value = row.apply(value, ink_finder or shipped_ink_finder())
        else:
            value = row.apply(value)
        frames.append(_frame(row, value))
    return tuple(frames)


def images_by_id(frames: tuple[Frame, ...]) -> dict[str, np.ndarray]:
    """{id of the transform: image}."""
    return {frame.id: frame.image for frame in frames}


def to_digit(frames: tuple[Frame, ...]) -> np.ndarray:
    """The digit that the networks see: (28, 28) uint8, ink bright."""
    return np.rint(255 * frames[-1].image).astype(np.uint8)


def _frame(row, value):
    """What a transform made: of a picture a copy of at most WORKING_SIDE px; clear is white."""
    whole = None
    if isinstance(value, Image.Image):
        whole = value.height, value.width
        value = shrunk(value, WORKING_SIDE)
        if value.mode == "RGBA":
            paper = Image.new("RGBA", value.size, "white")
            value = Image.alpha_composite(paper, value).convert("RGB")
        value = brightness(value) if value.mode[0] in "IF" else np.asarray(value, np.float32) / 255
    return Frame(row.id, row.name, row.why, np.asarray(value, np.float32), whole)


def _same(value):
    return value


def _stretch_contrast(image, percentile=20):
    """What is darker than a fifth of the pixels becomes black, the brightest pixel white."""
    pixels = np.asarray(image, np.float32)
    pixels = np.clip(pixels - np.percentile(pixels, percentile), 0, 255)
    return np.rint(255 * pixels / max(pixels.max(), 1)) / np.float32(255)


_MNIST = Pipeline(
    "mnist",
    "MNIST's own way",
    (
        Transform(
            "original",
            "Original",
            "The picture as it came, turned the right way up.",
            lambda image: upright(image, WORKING_SIDE),
        ),
        Transform(
            "grey",
            "Greyscale",
            "Only brightness counts; transparent parts count as paper.",
            brightness,
        ),
        Transform(
            "trimmed",
            "Trimmed",
            "A margin or frame of one colour goes, if the picture has one.",
            trim,
            _same,
        ),
        Transform(
            "ink",
            "Ink",
            "On uniform paper it is whatever differs; elsewhere a small network finds it.",
            find_ink,
            lambda grey: 1 - grey,
            finds_ink=True,
        ),
        Transform("alone", "Digit alone", "Specks and neighbours go.", digit_alone, _same),
        Transform("cropped", "Cut out", "Where the digit was no longer matters.", crop, _same),
        Transform(
            "thickened",
            "Stroke width",
            "A stroke too thin for MNIST is made wider.",
            thicken,
            _same,
        ),
        Transform(
            "scaled",
            "Scaled",
            "The longer side becomes 20 pixels; the shape stays.",
            fit_box,
            squeeze,
        ),
        Transform(
            "centred",
            "Centred",
            "The ink's centre of mass moves to the middle of 28×28.",
            centre_mass,
            centre_box,
        ),
    ),
    WORKING_SIDE,
    guarded=True,
)
_NOTEBOOK = Pipeline(
    "notebook",
    "The notebook's way",
    (
        Transform("original", "Original", "The file as it came.", _same),
        Transform(
            "grey",
            "Greyscale",
            "One number per pixel, not three.",
            lambda image: image.convert("L"),
        ),
        Transform(
            "resized",
            "Resized",
            "All of the picture squeezed into 28×28, whatever its shape.",
            lambda image: image.resize((DATASET.side, DATASET.side), Image.Resampling.BICUBIC),
        ),
        Transform(
            "inverted",
            "Inverted",
            "Ink becomes bright, because MNIST's is.",
            ImageOps.invert,
            for_dark_ink=True,
        ),
    ),
)
_NOTEBOOK_CONTRAST = Pipeline(
    "notebook-contrast",
    "The notebook's way, with contrast",
    (
        *_NOTEBOOK.transforms,
        Transform(
            "contrast",
            "Contrast",
            "The palest fifth of the pixels is taken for paper.",
            _stretch_contrast,
        ),
    ),
)
PIPELINES = {row.id: row for row in (_MNIST, _NOTEBOOK, _NOTEBOOK_CONTRAST)}
