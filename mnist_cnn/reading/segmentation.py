"""Character segmentation: which of a page's ink is one digit each, in reading order.

Ink is (H, W) float32 in [0, 1], 0 is paper; lengths are pixels of it, or shares of the typical
height of the page's digits. Connected parts are put together where one digit was written in several
strokes, and cut where two digits touch; the detector says which of the ways looks like digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy import ndimage

from mnist_cnn.reading.ink import NEIGHBOURS

LEVEL = 0.4  # ink above which a pixel belongs to a part
SPECK = 0.12  # longer side of a part: what is smaller is dirt
LOWEST, HIGHEST = 0.45, 2.2  # height of a digit
WIDEST = 2.5  # width of a digit, or of several that touch
NEAR = 0.2  # between pieces of one digit, at most
WHOLE = 1.4  # height or width of a digit that is put together of pieces, at most
PIECE, STACKED = 0.75, 1.25  # heights of pieces one above the other, and of both, at most
BROAD = 0.95  # width of what may be two digits that touch
TALL = 1.6  # height of what may be one digit above another
FINEST = 0.15  # of the page's median ink per row: with less it is what is left of a printed line
GAIN = 1.0  # log-odds by which two pieces together must look more like a digit
SURE = 2.0  # log-odds of both halves of what is cut in two, at least
# Log-odds by which both look more like digits than a whole that looks like several, or like none.
GAIN_OF_SEVERAL, GAIN_OF_NONE = 6.0, 10.0
SHEARS = 0.0, -0.3, 0.3  # columns per row: a cut follows the slant of the writing
EDGE = 0.15  # of the width: no cut is nearer to a side
STEP = 0.04  # from one cut to the next: a right one may go along a stroke, two px off is wrong
CROSSED = 2  # strokes along a cut, at most: a slashed zero has three
CUTS = 4  # that are looked at closely
ROW = 0.4  # of the lower of two neighbours: so much of their heights overlaps in one row


@dataclass(frozen=True, eq=False)
class Segment:
    """Ink that may be one digit: (h, w) float32 without its neighbours', and where it stands."""

    ink: np.ndarray
    top: int
    left: int

    @property
    def bottom(self) -> int:
        return self.top + self.ink.shape[0]

    @property
    def right(self) -> int:
        return self.left + self.ink.shape[1]


@dataclass(frozen=True, eq=False)
class Candidate:
    """A segment, the digit that the networks would see, and what the detector says of it."""

    segment: Segment
    digit: np.ndarray  # (28, 28) uint8, ink bright
    score: float  # log-odds of being one digit
    several: bool  # whether it rather looks like several digits than like none
    touching: bool = False  # whether it is several that could not be cut for certain


class Assess(Protocol):
    """Makes the digits of segments, and scores them; a rough look is faster and less sure."""

    def __call__(self, segments: Sequence[Segment], roughly: bool = ...) -> list[Candidate]: ...


def connected_parts(ink: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Labels of the ink's connected parts, (H, W), 0 is paper; and the parts' boxes.

    The boxes are (N, 4): top, left, bottom, right.
    """
    labels, _ = ndimage.label(ink > level, NEIGHBOURS)
    boxes = [
        (rows.start, columns.start, rows.stop, columns.stop)
        for rows, columns in ndimage.find_objects(labels)
    ]
    return labels, np.array(boxes, int).reshape(-1, 4)


def typical_height(boxes: np.ndarray) -> float:
    """The median height of parts, each counted by its height; 0 without any."""
    heights = np.sort(boxes[:, 2] - boxes[:, 0])
    if not len(heights):
        return 0.0
    return float(heights[np.searchsorted(np.cumsum(heights), heights.sum() / 2)])


def find_digits(ink: np.ndarray, assess: Assess, most: int) -> list[Candidate]:
    """What looks like a digit by its size and place; whether it is one, its score says.

    Args:
        assess: see Assess.
        most: segments that are looked at; where there are more, none is.

    Raises:
        ValueError: more than `most`.
    """
    labels, boxes = connected_parts(ink)
    height = typical_height(boxes)
    if not height:
        return []
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    fits = (heights <= HIGHEST * height) & (widths <= WIDEST * height)
    fits &= np.maximum(heights, widths) >= SPECK * height
    if fits.sum() > most:
        raise ValueError(f"{fits.sum()} parts")
    parts = [
        part(ink, labels, number + 1, boxes[number]) for number in np.flatnonzero(fits).tolist()
    ]
    segments = _with_small_pieces(parts, height)
    candidates = _joined(assess(segments), assess, height)
    inked = np.array([(it.segment.ink > LEVEL).sum(1).mean() for it in candidates])
    tall = np.array([_height(it.segment) >= LOWEST * height for it in candidates])
    fits = tall & (inked >= FINEST * np.median(inked[tall])) if tall.any() else tall
    return _cut([candidates[place] for place in np.flatnonzero(fits)], assess, height)


def _height(segment):
    return segment.bottom - segment.top


def _width(segment):
    return segment.right - segment.left


def part(ink: np.ndarray, labels: np.ndarray, number: int, box: np.ndarray) -> Segment:
    """One connected part with the soft edge of its strokes."""
    top, left = max(0, box[0] - 1), max(0, box[1] - 1)
    around = slice(top, box[2] + 1), slice(left, box[3] + 1)
    own = ndimage.maximum_filter((labels[around] == number).view(np.uint8), 3)
    return Segment(np.where(own, ink[around], 0), int(top), int(left))


def join(segments: Sequence[Segment]) -> Segment:
    """One segment of the ink of several."""
    top, left = min(it.top for it in segments), min(it.left for it in segments)
    bottom, right = max(it.bottom for it in segments), max(it.right for it in segments)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for it in segments:
        place = ink[it.top - top : it.bottom - top, it.left - left : it.right - left]
        np.maximum(place, it.ink, out=place)
    return Segment(ink, top, left)


def _distances(one, others):
    """How far the boxes of others are from that of one, in x or in y; 0 where they overlap."""
    edges = np.array([(it.top, it.left, it.bottom, it.right) for it in others]).reshape(-1, 4)
    down = np.maximum(edges[:, 0] - one.bottom, one.top - edges[:, 2])
    across = np.maximum(edges[:, 1] - one.right, one.left - edges[:, 3])
    return np.maximum(np.maximum(down, across), 0)


def _fits_one(one, other, height):
    """Whether two segments together are not too large to be one digit."""
    tall = max(one.bottom, other.bottom) - min(one.top, other.top)
    wide = max(one.right, other.right) - min(one.left, other.left)
    return tall <= max(WHOLE * height, 1.15 * max(_height(one), _height(other))) and (
        wide <= max(WHOLE * height, 1.15 * max(_width(one), _width(other)))
    )


def _with_small_pieces(parts, height):
    """The parts as segments: what is too low for a digit is put to the nearest that is not."""
    large = [it for it in parts if _height(it) >= LOWEST * height]
    groups, alone = [[it] for it in large], []
    for piece in (it for it in parts if _height(it) < LOWEST * height):
        distances = _distances(piece, large) if large else np.array([np.inf])
        nearest = int(np.argmin(distances))
        if distances[nearest] <= NEAR * height and _fits_one(piece, large[nearest], height):
            groups[nearest].append(piece)
        else:
            alone.append(piece)
    return [join(group) if len(group) > 1 else group[0] for group in groups] + alone


def _joined(candidates, assess, height):
    """The candidates, put together in pairs where the whole looks more like a digit."""
    pairs = []
    for place, one in enumerate(candidates):
        rest = candidates[place + 1 :]
        near = _distances(one.segment, [it.segment for it in rest]) <= NEAR / 2 * height
        pairs += [
            (place, place + 1 + other)
            for other in np.flatnonzero(near)
            if _fits_one(one.segment, rest[other].segment, height)
        ]
    wholes = assess([join([candidates[i].segment, candidates[j].segment]) for i, j in pairs])
    taken, joined = set(), []
    for whole, (i, j) in sorted(zip(wholes, pairs), key=lambda row: -row[0].score):
        gain = whole.score - min(candidates[i].score, candidates[j].score)
        wins = gain > GAIN or _are_stacked(candidates[i].segment, candidates[j].segment, height)
        if wins and whole.score > 0 and not {i, j} & taken:
            taken |= {i, j}
            joined.append(whole)
    return joined + [it for place, it in enumerate(candidates) if place not in taken]


def _are_stacked(one, other, height):
    """Whether two low segments stand one above the other, within the height of one digit."""
    tall = max(one.bottom, other.bottom) - min(one.top, other.top)
    return (
        tall <= STACKED * height
        and max(_height(one), _height(other)) < PIECE * height
        and min(one.right, other.right) > max(one.left, other.left)
    )


def _cut(candidates, assess, height):
    """The candidates; those that are no digit are cut in two if both halves look like one."""
    suspects = [it for it in candidates if it.score < 0]
    halves = [_likeliest(_halves(it.segment, height), assess) for it in suspects]
    assessed = iter(assess([half for ways in halves for way in ways for half in way]))
    found = [it for it in candidates if it.score >= 0]
    for whole, ways in zip(suspects, halves):
        pairs = [(next(assessed), next(assessed)) for _ in ways]
        best = max(pairs, key=_worse, default=None)
        gain = GAIN_OF_SEVERAL if whole.several else GAIN_OF_NONE
        if best and _worse(best) > max(SURE, whole.score + gain):
            found += best
        else:
            is_large = _is_large(whole.segment, height)
            found.append(replace(whole, touching=is_large and whole.several))
    return found


def _likeliest(ways, assess):
    """The CUTS pairs of halves that look most like two digits at a rough look."""
    looks = iter(assess([half for way in ways for half in way], roughly=True))
    scores = [_worse((next(looks), next(looks))) for _ in ways]
    return [ways[place] for place in np.argsort(scores)[::-1][:CUTS]]


def _worse(pair):
    """The lower of the scores of two halves."""
    return min(it.score for it in pair)


def _is_large(segment, height):
    """Whether a segment is as wide as two digits, or as high."""
    wide, high = _width(segment), _height(segment)
    return (wide > BROAD * height and wide > BROAD * high) or high > TALL * height


def _halves(segment, height):
    """Pairs of segments into which one may be cut."""
    ways = list(_halves_across(segment, height, SHEARS))
    if _height(segment) > TALL * height:
        turned = Segment(segment.ink.T, segment.left, segment.top)
        for pair in _halves_across(turned, height, (0.0,)):
            ways.append(tuple(Segment(it.ink.T, it.left, it.top) for it in pair))
    return ways


def _halves_across(segment, height, shears):
    tall, wide = segment.ink.shape
    for middle in np.arange(EDGE * wide, (1 - EDGE) * wide, max(1, STEP * height)):
        for shear in shears:
            cut = middle + shear * (np.arange(tall) - tall / 2)  # where it goes through each row
            if _crossed(segment.ink, cut) > CROSSED:
                continue
            left = np.arange(wide) < cut[:, None]
            pair = [_tight(np.where(side, segment.ink, 0), segment) for side in (left, ~left)]
            if all(it is not None and _height(it) >= LOWEST * height for it in pair):
                yield tuple(pair)


def _crossed(ink, cut):
    """How many strokes a cut goes through."""
    columns = np.rint(cut).astype(int)[:, None]
    within = (columns >= 0) & (columns < ink.shape[1])
    inked = within & (np.take_along_axis(ink, columns.clip(0, ink.shape[1] - 1), 1) > LEVEL)
    return (np.diff(inked[:, 0].astype(int), prepend=0) == 1).sum()


def _tight(ink, segment):
    """The segment of a part of another's ink; None where there is none."""
    rows, columns = (np.flatnonzero((ink > LEVEL).any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    top, left = max(0, rows[0] - 1), max(0, columns[0] - 1)
    own = ink[top : rows[-1] + 2, left : columns[-1] + 2]
    return Segment(own, segment.top + int(top), segment.left + int(left))


def rows_of(segments: Sequence[Segment]) -> list[list[int]]:
    """The places of segments in reading order: rows from up to down, each from left to right.

    A row goes on with the next segment to the right that stands at the same height as its last, so
    that it may climb or fall.
    """
    rows: list[list[int]] = []
    for place in sorted(range(len(segments)), key=lambda place: segments[place].left):
        fitting = [row for row in rows if _in_one_row(segments[row[-1]], segments[place])]
        if fitting:
            min(fitting, key=lambda row: _offset(segments[row[-1]], segments[place])).append(place)
        else:
            rows.append([place])
    return sorted(
        rows, key=lambda row: np.mean([segments[it].top + segments[it].bottom for it in row])
    )


def _in_one_row(one, other):
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > ROW * min(_height(one), _height(other))


def _offset(one, other):
    return abs(one.top + one.bottom - other.top - other.bottom)
