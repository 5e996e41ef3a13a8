"""From brightness to ink: light evened out, the grain and the ruled lines of the paper removed.

Brightness is (H, W) float32 in [0, 1], 1 is white; ink is (H, W) float32 in [0, 1], 0 is paper.
"""

import numpy as np
from scipy import ndimage

from mnist_cnn.dataset.facts import DATASET

LARGE = 4 * DATASET.side  # px: a longer picture shows strokes in detail, a shorter is a thumbnail
FAINTEST = 0.06  # contrast of ink to paper below which there is no ink
FLAT = 0.005  # brightness: border pixels closer than this to the paper's are the same colour
LINE_LEVEL, LINE_THIN = 0.2, 0.02  # of the pen's darkness; of the picture's height
NEIGHBOURS = np.ones((3, 3))  # of a pixel, the diagonal ones included


def even_light(grey):
    """Ink of a picture of any polarity, without its light and shadow."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    if (np.abs(border - paper) < FLAT).mean() > 0.5:  # a drawing: the paper has one colour
        span = max(paper - grey.min(), grey.max() - paper, FAINTEST)
        return np.maximum((paper - grey) * np.sign((paper - grey).sum()), 0) / span
    return np.maximum(_darker_than_paper(grey if _is_dark_on_light(grey) else 1 - grey), 0)


def _is_dark_on_light(grey):
    """Whether what stands out from its surroundings is mostly darker than they are."""
    small = _shrink(grey, 32)
    stands_out = small - ndimage.median_filter(small, max(3, max(small.shape) // 2), mode="nearest")
    return (stands_out**3).sum() <= 0


def _shrink(grey, side):
    """The picture at most about `side` pixels long, averaged."""
    factor = max(1, round(max(grey.shape) / side))
    return ndimage.uniform_filter(grey, factor, mode="nearest")[::factor, ::factor]


def _darker_than_paper(grey):
    """How much darker each pixel is than the paper around it, as a share of the paper."""
    small = _shrink(grey, 96)
    reach = max(3, max(small.shape) // 3)
    # A closing fills whatever is dark and narrower than its reach: what remains is the paper.
    paper = ndimage.grey_closing(small, size=reach, mode="nearest")
    paper = np.maximum(ndimage.gaussian_filter(paper, reach / 6, mode="nearest"), 0.05)
    zoom = [full / part for full, part in zip(grey.shape, small.shape)]
    paper = ndimage.zoom(paper, zoom, order=1, mode="nearest", grid_mode=True)
    return 1 - grey / paper


def grain(ink):
    """Median difference of neighbouring pixels: 0 in drawings, the paper's and sensor's noise."""
    differences = np.abs(np.diff(ink[::3]))  # every third row is enough for a median
    return np.median(differences) if differences.size else 0.0


def darkness(ink):
    """How dark the pen writes: the mean ink, each pixel weighted by its square.

    Args:
        ink: array of any shape.
    """
    return (ink**3).sum() / max((ink**2).sum(), 1e-6)


def without_lines(ink):
    """Ink without the lines of ruled and squared paper, except where the pen crosses them."""
    if max(ink.shape) <= LARGE or not grain(ink):
        return ink
    half = ndimage.maximum_filter(ink, 2, mode="nearest", origin=-1)[::2, ::2]
    mask = (half > LINE_LEVEL * darkness(half)).astype(np.uint8)
    lines = _long_rows(mask) | _long_rows(mask.T).T
    if not lines.any():
        return ink
    lines = ndimage.maximum_filter(lines, 3).repeat(2, 0).repeat(2, 1)
    lines = np.pad(lines, [(0, max(0, a - b)) for a, b in zip(ink.shape, lines.shape)])
    return np.where(lines[: ink.shape[0], : ink.shape[1]], 0, ink)


def _long_rows(mask):
    """Mask of long thin rows that begin at the left or right border, if there are several."""
    height, width = mask.shape
    flat = ndimage.grey_opening(mask, (1, max(3, width // 14)))
    thin = flat & ~ndimage.grey_opening(mask, (max(3, round(LINE_THIN * height)), 1))
    labels, _ = ndimage.label(ndimage.grey_closing(thin, (3, max(3, width // 20))), NEIGHBOURS)
    lines = [
        number
        for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1)
        if (columns.start <= width // 50 or columns.stop >= width - width // 50)
        and columns.stop - columns.start > width // 10
        and rows.stop - rows.start < height // 12
    ]
    # Ruled paper has more than one line; a single one may be a stroke.
    return np.isin(labels, lines) & (thin > 0) if len(lines) > 1 else np.zeros_like(mask, bool)
