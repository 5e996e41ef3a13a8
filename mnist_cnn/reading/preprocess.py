"""From any picture to the 28×28 digit that the networks were trained on, as named steps.

MNIST was made in four moves: cut to the ink, scale into a 20×20 box with the aspect ratio kept,
grey only from antialiasing, centre of mass to the middle of 28×28. A picture that skips one of
them is not an MNIST digit, and a network trained on MNIST misreads it.
Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.reading.images import brightness, open_image, upright

BOX = 20  # px, the longest side of the ink inside it
CENTRE = 14.0  # px, row and column of MNIST's mean centre of mass (measured: 13.996, 14.007)

WORKING_SIDE = 384  # px, the longest side that the image work is done at
GRAIN = 0.002  # of the longer side: how far the picture is smoothed before it is cut up
SMALLEST = 0.03  # of the longer side: what is smaller is a speck
FAINTEST = 0.06  # contrast of ink to paper below which there is no ink
LOW, HIGH = 0.4, 0.6  # of the pen's darkness: a stroke is all above LOW, above HIGH somewhere
LINE_LEVEL, LINE_THIN = 0.2, 0.02  # of the pen's darkness; of the picture's height
CUT_OUT = 8 * BOX  # px, the longest side of the digit once it is cut out
STROKE_LEVEL = 0.25  # ink of a pixel that counts as stroke
STROKE = 0.12  # of the longer side, as in MNIST (median 0.115): thinner strokes are widened to it
EIGHT = np.ones((3, 3))  # a pixel's neighbours, corners included


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of the film strip.

    image: (H, W) or, for what came in, (H, W, 3); float32 in [0, 1].
    """

    name: str
    why: str
    image: np.ndarray

    def __post_init__(self):
        if self.image.dtype != np.float32 or self.image.ndim not in (2, 3):
            raise ValueError(f"{self.name}: {self.image.dtype} {self.image.shape}")


@dataclass(frozen=True)
class Transform:
    """A row of a way of preprocessing: what to call it, why it is done, and the work."""

    name: str
    why: str
    apply: Callable
    without: Callable | None = None  # what is done where the step is left out; None: it cannot be


@dataclass(frozen=True)
class Way:
    """A way of preprocessing: how large to open the picture, and its steps in order."""

    title: str
    longest_side: int | None  # px; None opens every pixel
    steps: tuple[Transform, ...]  # the first one takes a PIL image


def preprocess(source, way="mnist", leave_out=None):
    """Every step from a picture to the digit that the networks see.

    Args:
        source: whatever images.open_image takes.
        way: a key of WAYS.
        leave_out: name of a step to leave out, to see what it is good for.

    Returns:
        Tuple of PreprocessStep; the image of the last one is (28, 28), in steps of 1/255.

    Raises:
        ImageError: `source` is no picture.
    """
    way = WAYS[way]
    value = open_image(source, way.longest_side)
    frames = []
    for step in way.steps:
        value = (step.without if step.name == leave_out else step.apply)(value)
        frames.append(Frame(step.name, step.why, _as_frame(value)))
    return tuple(frames)


def to_digit(steps):
    """The digit at the end of the steps: (28, 28) uint8, ink bright."""
    return np.rint(255 * steps[-1].image).astype(np.uint8)


def _as_frame(value):
    if isinstance(value, Image.Image):
        if value.mode == "RGBA":
            paper = Image.new("RGBA", value.size, "white")
            value = Image.alpha_composite(paper, value).convert("RGB")
        value = brightness(value) if value.mode[0] in "IF" else np.asarray(value, np.float32) / 255
    return np.asarray(value, np.float32)


# -- MNIST's own way ------------------------------------------------------------------------------


def _as_it_is(ink):
    return ink


def _even_light(grey):
    """Ink in [0, 1], bright, on a dark and even ground; any polarity, light and shadow."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    if (np.abs(border - paper) < 0.005).mean() > 0.5:  # drawn, not photographed: one even ground
        span = max(paper - grey.min(), grey.max() - paper, FAINTEST)
        return np.maximum((paper - grey) * np.sign((paper - grey).sum()), 0) / span
    return np.maximum(_darker_than_paper(grey if _is_dark_on_light(grey) else 1 - grey), 0)


def _is_dark_on_light(grey):
    """Whether what stands out from its surroundings is mostly darker than they are."""
    small = _shrink(grey, 32)
    stands_out = small - ndimage.median_filter(small, max(3, max(small.shape) // 2), mode="nearest")
    return (stands_out**3).sum() <= 0


def _shrink(grey, side):
    """At most about `side` pixels long, by averaging."""
    factor = max(1, round(max(grey.shape) / side))
    return ndimage.uniform_filter(grey, factor, mode="nearest")[::factor, ::factor]


def _darker_than_paper(grey):
    """How much darker each pixel is than the paper around it, as a share of the paper."""
    small = _shrink(grey, 96)
    reach = max(3, max(small.shape) // 3)
    # A closing fills whatever is dark and narrower than its reach: what is left is the paper.
    paper = ndimage.grey_closing(small, size=reach, mode="nearest")
    paper = np.maximum(ndimage.gaussian_filter(paper, reach / 6, mode="nearest"), 0.05)
    zoom = [full / part for full, part in zip(grey.shape, small.shape)]
    paper = ndimage.zoom(paper, zoom, order=1, mode="nearest", grid_mode=True)
    return 1 - grey / paper


def _without_lines(ink):
    """Ink without the lines of ruled and squared paper, where they cross no stroke of the pen."""
    if max(ink.shape) <= 4 * DATASET.side or not _grain(ink):
        return ink
    half = ndimage.maximum_filter(ink, 2, mode="nearest", origin=-1)[::2, ::2]
    mask = (half > LINE_LEVEL * _darkness(half)).astype(np.uint8)
    lines = _long_rows(mask) | _long_rows(mask.T).T
    if not lines.any():
        return ink
    lines = ndimage.maximum_filter(lines, 3).repeat(2, 0).repeat(2, 1)
    lines = np.pad(lines, [(0, max(0, a - b)) for a, b in zip(ink.shape, lines.shape)])
    return np.where(lines[: ink.shape[0], : ink.shape[1]], 0, ink)


def _long_rows(mask):
    """Long thin rows that come in from the left or the right border, if there are several."""
    height, width = mask.shape
    flat = ndimage.grey_opening(mask, (1, max(3, width // 14)))
    thin = flat & ~ndimage.grey_opening(mask, (max(3, round(LINE_THIN * height)), 1))
    labels, _ = ndimage.label(ndimage.grey_closing(thin, (3, max(3, width // 20))), EIGHT)
    lines = [
        number
        for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1)
        if (columns.start <= width // 50 or columns.stop >= width - width // 50)
        and columns.stop - columns.start > width // 10
        and rows.stop - rows.start < height // 12
    ]
    # Paper has more than one line, a digit does not.
    return np.isin(labels, lines) & (thin > 0) if len(lines) > 1 else np.zeros_like(mask, bool)


def _darkness(ink):
    """How dark the pen writes: the mean ink, where dark pixels count for more than pale ones."""
    return (ink**3).sum() / max((ink**2).sum(), 1e-6)


def _ink_alone(ink):
    """The digit's strokes alone: paper's grain, specks, edges and neighbours put to zero."""
    strokes = _find_strokes(ink)
    if strokes is None:
        return np.zeros_like(ink)
    ink, labels, parts, dark = strokes
    mask = np.concatenate([[False], parts.belong_to_main()])[labels]
    # One pixel more keeps the soft edge of the strokes.
    alone = np.where(ndimage.maximum_filter(mask.view(np.uint8), 3), ink, 0)
    if (
        max(ink.shape) > 4 * DATASET.side
    ):  # grey inside a stroke is the pen's; MNIST's is on the edge only
        return np.clip(2 * alone / dark - LOW, 0, 1)
    return np.minimum(alone / np.percentile(ink[mask], 90), 1)


def _find_strokes(ink):
    """Where the pen wrote: smoothed ink, labels of its parts, the parts, the pen's darkness.

    None where there is no more ink than a speck or a shadow.
    """
    grain = _grain(ink)
    if max(ink.shape) > 4 * DATASET.side:  # grain would tear faint strokes to pieces
        ink = ndimage.gaussian_filter(ink, GRAIN * max(ink.shape))
    # First all that could be ink: its strongest part says how dark this pen writes.
    labels, count = ndimage.label(ink > max(FAINTEST, 10 * grain), EIGHT)
    if not count:
        return None
    dark = _darkness(ink[labels == _Parts(ink, labels, count, grain > 0).main + 1])
    # Then strokes: parts that are LOW of that darkness, and HIGH somewhere.
    labels, count = ndimage.label(ink > max(FAINTEST / 2, 4 * grain, LOW * dark), EIGHT)
    sure = np.bincount(labels[ink > HIGH * dark], minlength=count + 1)[1:] > 0
    parts = _Parts(ink, labels, count, grain > 0, sure)
    return (ink, labels, parts, dark) if parts.hold_a_digit(ink.shape) else None


def _grain(ink):
    """How much neighbouring pixels of the paper differ; 0 where it is drawn, not photographed."""
    steps = np.abs(np.diff(ink[::3]))  # a third of the rows tells as much
    return np.median(steps) if steps.size else 0.0


def shows_several(steps):
    """Whether a picture shows more than one digit, side by side; for MNIST's own way.

    Args:
        steps: what `preprocess` returned.
    """
    frames = {step.name: step.image for step in steps}
    strokes = _find_strokes(frames["Ruled lines"]) if "Ruled lines" in frames else None
    return strokes is not None and strokes[2].stand_side_by_side()


class _Parts:
    """Connected parts of a picture, and which of them is most likely the digit."""

    def __init__(self, ink, labels, count, has_edges, sure=True):
        height, width = ink.shape
        boxes = ndimage.find_objects(labels)
        self.top, self.bottom, self.left, self.right = np.array(
            [[box[0].start, box[0].stop, box[1].start, box[1].stop] for box in boxes]
        ).T
        # Squared, so that dark strokes outweigh wide shadows.
        inked = labels > 0
        self.mass = np.bincount(labels[inked], ink[inked] ** 2, count + 1)[1:] * sure
        # How many edges of a photo a part touches: a desk or a shadow does, a digit seldom.
        self.edges = has_edges * (
            (self.top == 0).astype(int) + (self.bottom == height)
            + (self.left == 0) + (self.right == width)
        )  # fmt: skip
        self.main = np.argmax(self.mass * np.choose(np.minimum(self.edges, 2), [1, 0.2, 0.02]))

    def hold_a_digit(self, shape):
        """Whether the main part is neither a speck nor a shadow along the picture's edges."""
        height, width = (self.bottom - self.top)[self.main], (self.right - self.left)[self.main]
        return max(height, width) >= SMALLEST * max(shape) and self.edges[self.main] < 3

    def stand_side_by_side(self):
        """Whether another part, about as tall and heavy, stands beside the main one."""
        heights = self.bottom - self.top
        gap = 0.08 * heights[self.main]  # less is a stroke that broke
        beside = self.left >= self.right[self.main] + gap
        beside |= self.right <= self.left[self.main] - gap
        tall = heights > 0.5 * heights[self.main]
        heavy = self.mass > 0.15 * self.mass[self.main]
        return bool((beside & tall & heavy & (self.edges <= self.edges[self.main])).any())

    def belong_to_main(self):
        """Which parts are pieces of the same digit as the main one."""
        top, bottom, left, right = (
            side[self.main] for side in (self.top, self.bottom, self.left, self.right)
        )
        reach = 0.3 * max(bottom - top, right - left)
        near = (self.top - bottom < reach) & (top - self.bottom < reach)
        near &= (self.left - right < reach) & (left - self.right < reach)
        heavy = self.mass > 0.02 * self.mass[self.main]
        belongs = near & heavy & (self.edges <= self.edges[self.main]) & (self.mass > 0)
        belongs[self.main] = True
        return belongs


def _crop(ink):
    """The digit's bounding box, at most CUT_OUT px long: eight times what the networks see."""
    rows, columns = np.flatnonzero(ink.max(1) > 0), np.flatnonzero(ink.max(0) > 0)
    if not len(rows):
        return ink
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _resize(ink, CUT_OUT, Image.Resampling.BOX) if max(ink.shape) > CUT_OUT else ink


def _resize(ink, longest_side, resampling):
    """The longer side at so many pixels, the aspect ratio kept."""
    scale = longest_side / max(ink.shape)
    height, width = (max(1, round(scale * side)) for side in ink.shape)
    image = Image.fromarray(ink.astype(np.float32)).resize((width, height), resampling)
    return np.clip(np.asarray(image), 0, 1)


def stroke_width(ink):
    """The strokes' median width in pixels; 0 where there is no ink."""
    finer = 8 if max(ink.shape) < 4 * DATASET.side else 1  # few pixels wide: measured between them
    if finer > 1:
        ink = ndimage.zoom(ink, finer, order=1, grid_mode=True, mode="nearest")
    mask = ink > STROKE_LEVEL
    if not mask.any():
        return 0.0
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))
    ridge = depth[(depth == ndimage.maximum_filter(depth, 3)) & (depth > 0)]
    return (2 * np.median(ridge) - 1) / finer


def _thicken(ink):
    """Strokes too thin for MNIST made as wide as MNIST's; others as they are."""
    height = max(ink.shape)
    if height < 2 * BOX or not 0 < (width := stroke_width(ink)) < STROKE * height:
        return ink
    reach = (STROKE * height - width) / 2
    mask = np.pad(ink > STROKE_LEVEL, int(np.ceil(reach)) + 1)
    return np.clip(reach + 1 - ndimage.distance_transform_edt(~mask), 0, 1).astype(np.float32)


def _fit_box(ink):
    """The longer side at 20 px, the aspect ratio kept, grey where a pixel is only partly ink."""
    if not ink.any():
        return np.zeros((BOX, BOX), np.float32)
    small = _resize(ink, BOX, Image.Resampling.BILINEAR)
    return np.minimum(small / max(small.max(), 0.3), 1)


def _stretch(ink):
    """The whole picture on 28×28, whatever its shape."""
    image = Image.fromarray(ink.astype(np.float32)).resize(
        (DATASET.side, DATASET.side), Image.Resampling.BILINEAR
    )
    return np.clip(np.asarray(image), 0, 1)


def _in_the_middle(ink):
    """The box in the middle of 28×28, wherever its ink lies."""
    return _centre(ink, [(side - 1) / 2 for side in ink.shape])


def _centre(ink, centre=None):
    """Centre of mass to MNIST's, by whole pixels as MNIST did, on 28×28."""
    digit = np.zeros((DATASET.side, DATASET.side), np.float32)
    if ink.any():
        height, width = ink.shape
        row, column = ndimage.center_of_mass(ink) if centre is None else centre
        top = int(np.clip(round(CENTRE - row), 0, DATASET.side - height))
        left = int(np.clip(round(CENTRE - column), 0, DATASET.side - width))
        digit[top : top + height, left : left + width] = ink
    return np.rint(255 * digit) / np.float32(255)


# -- The notebook's way, bit for bit --------------------------------------------------------------


def _stretch_contrast(image, percentile=20):
    """The older notebook's step: what is darker than a fifth of the pixels is paper."""
    pixels = np.asarray(image, np.float32)
    pixels = np.clip(pixels - np.percentile(pixels, percentile), 0, 255)
    return np.rint(255 * pixels / max(pixels.max(), 1)) / np.float32(255)


_NOTEBOOK_TRANSFORMS = (
    Transform("Original", "The file as it came.", lambda image: image),
    Transform("Greyscale", "One number per pixel, not three.", lambda image: image.convert("L")),
    Transform(
        "Resized",
        "All of the picture squeezed into 28×28, whatever its shape.",
        lambda image: image.resize((DATASET.side, DATASET.side), Image.Resampling.BICUBIC),
    ),
    Transform("Inverted", "Ink becomes bright, because MNIST's is.", ImageOps.invert),
)

WAYS = {
    "mnist": Way(
        "MNIST's own way",
        WORKING_SIDE,
        (
            Transform(
                "Original",
                "The picture as it came, turned the right way up.",
                lambda image: upright(image, WORKING_SIDE),
            ),
            Transform(
                "Greyscale", "Brightness is all that counts; what is clear is paper.", brightness
            ),
            Transform(
                "Ink",
                "Light and shadow are evened out, and ink becomes bright.",
                _even_light,
                lambda grey: 1 - grey,
            ),
            Transform("Ruled lines", "The lines of the paper go.", _without_lines, _as_it_is),
            Transform("Digit alone", "Specks, edges and neighbours go.", _ink_alone, _as_it_is),
            Transform("Cut out", "Where the digit lay no longer matters.", _crop, _as_it_is),
            Transform(
                "Stroke width", "A stroke too thin for MNIST is made wider.", _thicken, _as_it_is
            ),
            Transform(
                "Scaled", "The longer side becomes 20 pixels; the shape stays.", _fit_box, _stretch
            ),
            Transform(
                "Centred",
                "The ink's centre of mass moves to the middle of 28×28.",
                _centre,
                _in_the_middle,
            ),
        ),
    ),
    "notebook": Way("The notebook's way", None, _NOTEBOOK_TRANSFORMS),
    "notebook-contrast": Way(
        "The notebook's way, with contrast",
        None,
        (
            *_NOTEBOOK_TRANSFORMS,
            Transform(
                "Contrast", "The palest fifth of the pixels is taken for paper.", _stretch_contrast
            ),
        ),
    ),
}
