"""Drawings: the ink of pictures whose paper is all of one colour.

Brightness is (H, W) float32 in [0, 1], 1 is white; ink is (H, W) float32 in [0, 1], 0 is paper.
"""

import numpy as np

from mnist_cnn.dataset.facts import DATASET

LARGE = 4 * DATASET.side  # px: a longer picture shows strokes in detail, a shorter is a thumbnail
FAINTEST = 0.06  # contrast of ink to paper below which there is no ink
FLAT = 0.005  # brightness: pixels closer than this to the paper's have the same colour
TINY = DATASET.box  # px: a picture so small has no room for light and shade
DOTTED = 0.3  # of neighbours differ in a dithered picture; in drawings at most 0.2
NEIGHBOURS = np.ones((3, 3))  # of a pixel, the diagonal ones included


def is_drawing(grey):
    """Whether the paper has one colour.

    What has nearly the paper's colour has just that, and many pixels the next's; this tells a
    drawing, be it ragged, from a photo with a rim that `trim` left.
    """
    if max(grey.shape) <= TINY:
        return True
    away = np.abs(grey - _paper(grey))
    even = (away < FLAT).sum() > 0.75 * (away < 10 * FLAT).sum()
    changes = np.diff(grey[::3])  # of every third row: enough for a share
    return bool(even and np.count_nonzero(changes) <= 0.75 * changes.size) and not is_dotted(grey)


def is_dotted(grey):
    """Whether greys are made of dots, as in dithered scans: neighbours differ all over."""
    steps = np.abs(np.diff(grey[::3]))
    return bool((steps > 0.1 * np.ptp(grey)).sum() > DOTTED * steps.size)


def drawn_ink(grey):
    """Ink of a drawing of any polarity: how far each pixel is from the paper's colour."""
    paper = _paper(grey)
    span = max(paper - grey.min(), grey.max() - paper, FAINTEST)
    return np.maximum((paper - grey) * np.sign((paper - grey).sum()), 0) / span


def _paper(grey):
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if max(grey.shape) > TINY:
        return np.median(border)
    # Strokes touch the border, and most of it may be grey: paper is the nearer extreme.
    low, high = grey.min(), grey.max()
    return low if 2 * border.mean() < low + high else high


def darkness(ink):
    """How dark the pen writes: the mean ink, each pixel weighted by its square.

    Args:
        ink: array of any shape.
    """
    return (ink**3).sum() / max((ink**2).sum(), 1e-6)
