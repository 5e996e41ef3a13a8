"""From the strokes of one digit to MNIST's geometry, each step a function of ink to ink.

Ink is (H, W) float32 in [0, 1], 0 is paper. MNIST was made in four moves: cut to the ink, scaled
into a 20×20 box with the aspect ratio kept, grey only from antialiasing, and the centre of mass
moved to the middle of 28×28.
Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
"""

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_cnn.dataset.facts import DATASET

BOX = DATASET.box  # px, longer side of a digit's bounding box in MNIST
CENTRE = DATASET.centre  # px, row and column of the centre of mass
CUT_OUT = 8 * BOX  # px, longer side of the cropped digit: enough to measure its strokes
STROKE_LEVEL = 0.25  # ink above which a pixel belongs to a stroke
STROKE = 0.12  # of the longer side; MNIST's median is 0.115: thinner strokes are widened to it
FAINTEST_PEAK = 0.3  # ink after scaling: a digit whose darkest pixel is paler stays paler


def crop(ink):
    """The bounding box of the ink, at most CUT_OUT px long; the whole picture if there is none."""
    rows, columns = np.flatnonzero(ink.max(1) > 0), np.flatnonzero(ink.max(0) > 0)
    if not len(rows):
        return ink
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _resize(ink, CUT_OUT, Image.Resampling.BOX) if max(ink.shape) > CUT_OUT else ink


def stroke_width(ink):
    """The median width of the strokes in pixels; 0 without ink.

    Twice the distance from the strokes' centre lines to the paper.
    """
    # A small digit's strokes are few pixels wide: enlarge it to measure fractions of a pixel.
    finer = 8 if max(ink.shape) < 4 * DATASET.side else 1
    if finer > 1:
        ink = ndimage.zoom(ink, finer, order=1, grid_mode=True, mode="nearest")
    mask = ink > STROKE_LEVEL
    if not mask.any():
        return 0.0
    mask = mask[ndimage.find_objects(mask.view(np.uint8))[0]]  # all else is paper
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))
    ridge = depth[(depth == ndimage.maximum_filter(depth, 3)) & (depth > 0)]
    return (2 * np.median(ridge) - 1) / finer


def thicken(ink):
    """The ink with strokes at least as wide as MNIST's.

    Wide enough strokes, and digits too small to tell, come back unchanged.
    """
    longest = max(ink.shape)
    if longest < 2 * BOX or not 0 < (width := stroke_width(ink)) < STROKE * longest:
        return ink
    reach = (STROKE * longest - width) / 2
    mask = np.pad(ink > STROKE_LEVEL, int(np.ceil(reach)) + 1)
    return np.clip(reach + 1 - ndimage.distance_transform_edt(~mask), 0, 1).astype(np.float32)


def fit_box(ink):
    """The ink scaled so that its longer side is BOX px, aspect ratio kept, darkest pixel 1."""
    if not ink.any():
        return np.zeros((BOX, BOX), np.float32)
    small = _resize(ink, BOX, Image.Resampling.BILINEAR)
    return np.minimum(small / max(small.max(), FAINTEST_PEAK), 1)


def squeeze(ink):
    """The whole picture on 28×28, whatever its aspect ratio: instead of `fit_box`."""
    return _resized(ink, (DATASET.side, DATASET.side), Image.Resampling.BILINEAR)


def centre_mass(ink):
    """(28, 28) multiples of 1/255: centre of mass at CENTRE, moved by whole pixels as in MNIST."""
    return _place(ink, ndimage.center_of_mass(ink) if ink.any() else (0, 0))


def centre_box(ink):
    """(28, 28) multiples of 1/255: the picture in the middle: instead of `centre_mass`."""
    return _place(ink, [(side - 1) / 2 for side in ink.shape])


def _place(ink, centre):
    """Ink on 28×28 with its pixel `centre` (row, column) as near to CENTRE as the border allows."""
    digit = np.zeros((DATASET.side, DATASET.side), np.float32)
    top, left = (
        int(np.clip(round(CENTRE - middle), 0, DATASET.side - side))
        for middle, side in zip(centre, ink.shape)
    )
    digit[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return np.rint(255 * digit) / np.float32(255)


def _resize(ink, longest_side, resampling):
    """Ink scaled so that its longer side has `longest_side` px, aspect ratio kept."""
    scale = longest_side / max(ink.shape)
    height, width = (max(1, round(scale * side)) for side in ink.shape)
    return _resized(ink, (width, height), resampling)


def _resized(ink, size, resampling):
    image = Image.fromarray(ink.astype(np.float32)).resize(size, resampling)
    return np.clip(np.asarray(image), 0, 1)
