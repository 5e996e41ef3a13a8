"""Segmentation: which of a picture's ink is the digit, and whether there are several digits.

Ink is (H, W) float32 in [0, 1], 0 is paper. Connected parts of it are kept or dropped as a whole.
"""

import numpy as np
from scipy import ndimage

from mnist_cnn.reading.ink import FAINTEST, LARGE, NEIGHBOURS, darkness

GAP = 0.015  # of the longer side: between pieces of one stroke
SMALLEST = 0.03  # of the longer side: a smaller part is a speck
REACH = 0.3  # of the longer side of the digit's main part: its other pieces are nearer
BAR = 0.35  # width of a part to its length: what is narrower is a stroke of a digit, or a 1
# Of the pen's darkness: a stroke is above LOW everywhere, above HIGH somewhere.
LOW, HIGH = 0.4, 0.6


def digit_alone(ink):
    """The ink of the digit's strokes; specks, edges, shadows and neighbours are set to zero."""
    alone = np.zeros_like(ink)
    box = _inked(ink)
    strokes = _find_strokes(ink[box], max(ink.shape))
    if strokes is not None:
        alone[box] = _kept(ink[box], *strokes, max(ink.shape) > LARGE)
    return alone


def _kept(ink, labels, parts, dark, is_large):
    """The ink of the parts that belong to the digit."""
    mask = np.concatenate([[False], parts.belong_to_main()])[labels]
    # One pixel more keeps the soft edge of the strokes.
    alone = np.where(ndimage.maximum_filter(mask.view(np.uint8), 3), ink, 0)
    if is_large:  # grey inside a stroke comes from the pen: make it full ink
        return np.clip(2 * alone / dark - LOW, 0, 1)
    return np.minimum(alone / np.percentile(ink[mask], 90), 1)


def is_paper(ink):
    """Whether there is no ink at all, not even a speck's."""
    return not (ink > FAINTEST).any()


def show_several(ink):
    """Whether there is more than one digit, side by side or one far above the other."""
    strokes = _find_strokes(ink[_inked(ink)], max(ink.shape))
    return strokes is not None and strokes[1].are_several()


def _inked(ink):
    """The box, slices of rows and columns, outside of which all is paper: half of most drawings."""
    inked = ink > FAINTEST / 2
    return tuple(
        slice(max(0, places[0] - 1), places[-1] + 2) if len(places) else slice(0, 0)
        for places in (np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0)))
    )


def _find_strokes(ink, longest):
    """Labels of the ink's parts, the _Parts, and the pen's darkness; None: there are but specks.

    Args:
        ink: of the picture, or of the box that `_inked` found in it.
        longest: side of the whole picture in px.
    """
    # First everything that could be ink: its strongest part tells how dark this pen writes.
    labels, count = _label(ink > FAINTEST, longest)
    if not count:
        return None
    dark = darkness(ink[labels == _Parts(ink, labels, count).main + 1])
    # Then the strokes: parts above LOW of that darkness which exceed HIGH somewhere.
    labels, count = _label(ink > max(FAINTEST / 2, LOW * dark), longest)
    sure = np.bincount(labels[ink > HIGH * dark], minlength=count + 1)[1:] > 0
    parts = _Parts(ink, labels, count, sure)
    return (labels, parts, dark) if parts.hold_a_digit(longest) else None


def _label(mask, longest):
    """Which connected part each pixel of a mask belongs to, 0 for none, and how many there are.

    Pieces of a ragged stroke are one part.
    """
    gap = round(GAP * longest)
    labels, count = ndimage.label(ndimage.maximum_filter(mask, 1 + gap), NEIGHBOURS)
    return labels * mask, count


class _Parts:
    """The connected parts of a picture, and which of them is most likely the digit.

    top, bottom, left, right, mass: arrays with one value per part.

    Args:
        ink: (H, W).
        labels: (H, W) int, 0 is paper, 1..count the parts.
        sure: (count,) bool, which parts count at all.
    """

    def __init__(self, ink, labels, count, sure=True):
        boxes = ndimage.find_objects(labels)
        self.top, self.bottom, self.left, self.right = np.array(
            [[box[0].start, box[0].stop, box[1].start, box[1].stop] for box in boxes]
        ).T
        # Squared, so that dark strokes outweigh pale ones.
        inked = labels > 0
        self.mass = np.bincount(labels[inked], ink[inked] ** 2, count + 1)[1:] * sure
        self.main = np.argmax(self.mass)

    def hold_a_digit(self, longest):
        """Whether the main part is no speck, in a picture whose longer side is `longest` px."""
        height, width = (self.bottom - self.top)[self.main], (self.right - self.left)[self.main]
        return max(height, width) >= SMALLEST * longest

    def are_several(self):
        """Whether another part, about as tall and heavy, stands apart from the main one."""
        heights = self.bottom - self.top
        gap = 0.08 * heights[self.main]  # a smaller gap is a break in a stroke
        apart = self.left >= self.right[self.main] + gap
        apart |= self.right <= self.left[self.main] - gap
        # What is nearer above or below, or but a bar, may be a piece of the same digit.
        far = self.top >= self.bottom[self.main] + self._reach()
        far |= self.bottom <= self.top[self.main] - self._reach()
        sides = np.sort([heights, self.right - self.left], 0)
        is_bar = sides[0] < BAR * sides[1]
        apart |= far & ~is_bar & ~is_bar[self.main]
        tall = heights > 0.5 * heights[self.main]
        heavy = self.mass > 0.15 * self.mass[self.main]
        return bool((apart & tall & heavy).any())

    def _reach(self):
        """How far from the main part its pieces are, at most."""
        height, width = (self.bottom - self.top)[self.main], (self.right - self.left)[self.main]
        return REACH * max(height, width)

    def belong_to_main(self):
        """(count,) bool: which parts are pieces of the same digit as the main one."""
        top, bottom, left, right = (
            side[self.main] for side in (self.top, self.bottom, self.left, self.right)
        )
        reach = self._reach()
        near = (self.top - bottom < reach) & (top - self.bottom < reach)
        near &= (self.left - right < reach) & (left - self.right < reach)
        heavy = self.mass > 0.02 * self.mass[self.main]
        belongs = near & heavy & (self.mass > 0)
        belongs[self.main] = True
        return belongs
