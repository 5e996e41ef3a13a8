"""Digits as centre lines, to be written anew with any pen: MNIST's own, and shapes it hardly has.

A skeleton is a float32 array (S, 2, 2): S segments, each a start and an end (x, y), y down; the
middle of its bounding box is 0, and the longer side of that box runs from -1 to 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import ceil, cos, radians, sin

import numpy as np
from scipy import interpolate, ndimage

ZOOM = 3  # skeleton pixels per pixel: the centre line of a thin stroke is found more closely
INK = 0.45  # from this share of full ink on, a zoomed pixel is ink
AT_ONCE = 256  # digits that are thinned together: they fit into the processor's cache
# (dy, dx) of a pixel's neighbours, clockwise from the one above it.
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))

STRETCH = (0.65, 1.3)  # of a template's width
SLANT = (-10.0, 25.0)  # degrees to the right
TURN = 6.0  # degrees, to either side
BEND = 0.07  # standard deviation of what moves nearby points alike
SHAKE = 0.025  # of what moves each point by itself
PIECES = 5  # segments of a curve between two of its points


def skeletons(digits: np.ndarray) -> list[np.ndarray]:
    """The centre lines of digits, as segments between neighbouring pixels of a thinned picture.

    Args:
        digits: (N, 28, 28) uint8, ink bright.

    Returns:
        N skeletons; one without segments where there is no ink, or a mere dot.
    """
    found = []
    for start in range(0, len(digits), AT_ONCE):
        found += _segments(thin(_zoomed(digits[start : start + AT_ONCE]) > INK))
    return [normalised(segments) for segments in found]


def thin(ink: np.ndarray) -> np.ndarray:
    """Strokes thinned to a width of one pixel: (N, H, W) bool, as `ink`.

    Source: Zhang and Suen 1984, "A Fast Parallel Algorithm for Thinning Digital Patterns".
    """
    ink = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    middle = ink[:, 1:-1, 1:-1]
    while True:
        before = middle.sum()
        for goes in _removable():
            middle &= ~goes[_neighbourhoods(ink)]
        if middle.sum() == before:
            return middle.copy()


def normalised(segments: np.ndarray) -> np.ndarray:
    """Segments (S, 2, 2) moved and scaled to what a skeleton is, as float32."""
    if not len(segments):
        return np.zeros((0, 2, 2), np.float32)
    low, high = segments.min((0, 1)), segments.max((0, 1))
    return ((segments - (low + high) / 2) * 2 / max(high - low)).astype(np.float32)


def _zoomed(digits):
    """(N, 28, 28) uint8 as (N, 84, 84) in [0, 1], linear between the pixels' middles."""
    identity = np.eye(digits.shape[1], dtype=np.float32)
    zoom = ndimage.zoom(identity, (ZOOM, 1), order=1, mode="grid-constant", grid_mode=True)
    return zoom @ (digits / np.float32(255)) @ zoom.T


def _neighbourhoods(ink):
    """Which of a pixel's eight neighbours are ink, as bits of a number; of all but the rim."""
    height, width = ink.shape[1] - 2, ink.shape[2] - 2
    codes = np.zeros((len(ink), height, width), np.uint8)
    for bit, (dy, dx) in enumerate(AROUND):
        codes |= ink[:, 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width].view(np.uint8) << bit
    return codes


@cache
def _removable():
    """For both halves of a round: (256,) bool, whether a pixel with these neighbours goes."""
    halves = np.zeros((2, 256), bool)
    for code in range(256):
        n = [code >> bit & 1 for bit in range(8)]
        starts = sum(n[i] < n[(i + 1) % 8] for i in range(8))  # of runs of ink round the pixel
        if 2 <= sum(n) <= 6 and starts == 1:
            above, right, below, left = n[::2]
            halves[0, code] = not (above and right and below) and not (right and below and left)
            halves[1, code] = not (above and right and left) and not (above and below and left)
    return halves


def _segments(thinned):
    """A list of (S, 2, 2): from each pixel of a skeleton to its neighbours, of every digit."""
    number = np.cumsum(thinned).reshape(thinned.shape) - 1  # of each skeleton pixel
    digit, y, x = np.nonzero(thinned)
    places = np.stack([x, y], 1).astype(float)
    here, right = thinned[:, :, :-1], thinned[:, :, 1:]
    square = here[:, :-1], right[:, :-1], here[:, 1:], right[:, 1:]  # of 2×2: rows one by one
    corners = number[:, :-1, :-1], number[:, :-1, 1:], number[:, 1:, :-1], number[:, 1:, 1:]
    joins = (
        (here & right, number[:, :, :-1], number[:, :, 1:]),
        (thinned[:, :-1] & thinned[:, 1:], number[:, :-1], number[:, 1:]),
        # A diagonal only where no third pixel leads round the corner.
        (square[0] & square[3] & ~square[1] & ~square[2], corners[0], corners[3]),
        (square[1] & square[2] & ~square[0] & ~square[3], corners[1], corners[2]),
    )
    ends = np.concatenate([np.stack([a[yes], b[yes]], 1) for yes, a, b in joins])  # (S, 2)
    segments = _smoothed(places, ends)[ends]  # (S, 2, 2)
    order = np.argsort(digit[ends[:, 0]], kind="stable")
    counts = np.bincount(digit[ends[:, 0]], minlength=len(thinned))
    return np.split(segments[order], np.cumsum(counts)[:-1])


def _smoothed(places, ends):
    """Places (P, 2) without the stairs of the pixels: moved to the mean of both neighbours."""
    both = np.concatenate([ends, ends[:, ::-1]])
    degree = np.bincount(both[:, 0], minlength=len(places))
    on_the_way = (degree == 2)[:, None]  # ends and forks stay
    for _ in range(2):
        near = [np.bincount(both[:, 0], places[both[:, 1], axis], len(places)) for axis in (0, 1)]
        mean = (places + np.stack(near, 1)) / (1 + degree[:, None])
        places = np.where(on_the_way, mean, places)
    return places


@dataclass(frozen=True)
class _Stroke:
    """Points (x, y) that a pen passes, in straight lines or in one curve."""

    points: tuple[tuple[float, float], ...]
    is_curved: bool = False


def _line(*points):
    return _Stroke(points)


def _curve(*points):
    return _Stroke(points, is_curved=True)


def _arc(x, y, across, down, start, end):
    """Part of an ellipse round (x, y), between two angles: degrees, clockwise from the right."""
    angles = np.radians(np.linspace(start, end, ceil(abs(end - start) / 30) + 1))
    return _curve(*((x + across * cos(angle), y + down * sin(angle)) for angle in angles))


CROSSBAR = _line((-0.25, 0.0), (0.5, -0.02))
STEM = _line((0.0, -1.0), (0.0, 1.0))
FOOT = _line((-0.45, 1.0), (0.45, 1.0))
BELLY = _curve((-0.42, -0.1), (0.0, -0.3), (0.45, -0.05), (0.5, 0.5), (0.1, 0.97), (-0.55, 0.8))
BOWL = _curve((-0.05, -0.2), (0.35, -0.05), (0.5, 0.4), (0.2, 0.95), (-0.55, 0.8))
HEAD = _arc(0.0, -0.5, 0.45, 0.5, -10, -375)  # of a 9
SMALL_HEAD = _arc(0.1, -0.72, 0.3, 0.28, -10, -375)
# What people write. Each row is one way to write a digit: its strokes, y down, about 2 high.
TEMPLATES = {
    0: (
        (_arc(0.0, 0.0, 0.65, 1.0, -95, 265),),
        (_arc(0.0, 0.0, 0.65, 1.0, -60, 280),),  # not quite closed
        (_curve((0.15, -0.75), (-0.2, -0.98), (-0.6, -0.3), (-0.5, 0.6), (0.0, 1.0), (0.5, 0.6),
                (0.6, -0.3), (0.25, -0.95), (-0.15, -0.8)),),
        (_line((-0.45, -1.0), (0.45, -1.0), (0.45, 1.0), (-0.45, 1.0), (-0.45, -1.0)),),
        (_line((0.0, -1.0), (0.5, -0.5), (0.5, 0.5), (0.0, 1.0), (-0.5, 0.5), (-0.5, -0.5),
               (0.0, -1.0)),),
        (_line((-0.3, -1.0), (0.3, -1.0), (0.6, -0.6), (0.6, 0.6), (0.3, 1.0), (-0.3, 1.0),
               (-0.6, 0.6), (-0.6, -0.6), (-0.3, -1.0)),),
    ),
    1: (
        (STEM,),
        (_line((-0.35, -0.65), (0.0, -1.0), (0.0, 1.0)),),
        (_line((-0.7, -0.1), (0.0, -1.0), (0.0, 1.0)),),  # a long flag
        (_line((-0.75, 0.35), (0.1, -1.0), (0.2, 1.0)),),  # a longer one: like a Λ
        (_line((-0.4, -0.6), (0.0, -1.0), (0.0, 1.0)), FOOT),
        (_line((-0.65, -0.25), (0.0, -1.0), (0.0, 1.0)), FOOT),
        (STEM, FOOT),
        (_curve((-0.5, -0.5), (-0.2, -0.65), (0.0, -1.0)), STEM),
    ),
    2: (
        (_curve((-0.55, -0.6), (-0.2, -0.97), (0.35, -0.88), (0.45, -0.45), (0.1, 0.2),
                (-0.6, 1.0)), _line((-0.6, 1.0), (0.65, 1.0))),
        # Looped at the bottom.
        (_curve((-0.5, -0.6), (-0.1, -1.0), (0.45, -0.7), (0.3, -0.1), (-0.2, 0.7), (-0.5, 0.95),
                (-0.62, 0.75), (-0.4, 0.6), (0.0, 0.8), (0.35, 0.97), (0.7, 0.8)),),
        # Hooked at the top.
        (_curve((-0.25, -0.5), (-0.5, -0.55), (-0.45, -0.85), (0.0, -1.0), (0.45, -0.75),
                (0.35, -0.2), (-0.1, 0.4), (-0.6, 1.0)), _line((-0.6, 1.0), (0.65, 0.95))),
        # A swan: its base is a wave.
        (_curve((-0.5, -0.65), (-0.1, -1.0), (0.4, -0.65), (0.1, 0.1), (-0.6, 0.95)),
         _curve((-0.6, 0.95), (-0.2, 0.7), (0.25, 0.95), (0.7, 0.7))),
        (_line((-0.5, -1.0), (0.5, -1.0), (0.5, 0.0), (-0.5, 0.0), (-0.5, 1.0), (0.5, 1.0)),),
        (_line((-0.5, -0.6), (0.0, -1.0), (0.5, -0.6), (-0.55, 1.0), (0.6, 1.0)),),
        (_line((-0.5, -0.75), (-0.3, -1.0), (0.45, -1.0), (0.45, -0.3), (-0.5, 1.0),
               (0.55, 1.0)),),
        # Its head is a ring, round or long.
        (_arc(0.1, -0.6, 0.38, 0.4, 60, 420), _curve((0.29, -0.25), (0.0, 0.3), (-0.6, 1.0)),
         _line((-0.6, 1.0), (0.65, 0.95))),
        (_arc(0.25, -0.45, 0.3, 0.55, 75, 435),
         _line((0.33, 0.08), (-0.5, 1.0), (0.45, 0.95))),
    ),
    3: (
        (_curve((-0.5, -0.75), (0.0, -1.0), (0.42, -0.65), (0.2, -0.2), (-0.1, -0.08)),
         _curve((-0.1, -0.08), (0.35, 0.05), (0.5, 0.5), (0.1, 0.97), (-0.55, 0.75))),
        (_line((-0.5, -1.0), (0.5, -1.0), (-0.05, -0.2)), BOWL),  # flat-topped
        (_curve((-0.45, -0.8), (0.0, -1.0), (0.4, -0.65), (0.1, -0.2), (-0.2, -0.1), (-0.1, 0.05),
                (0.15, -0.05), (0.5, 0.3), (0.35, 0.85), (-0.1, 1.0), (-0.5, 0.75)),),
        (_line((-0.5, -1.0), (0.5, -1.0), (0.5, 1.0), (-0.5, 1.0)), _line((-0.4, 0.0), (0.5, 0.0))),
        (_line((-0.5, -1.0), (0.45, -0.65), (-0.15, -0.05), (0.5, 0.45), (-0.5, 1.0)),),
    ),
    4: (
        (_line((-0.3, -1.0), (-0.6, 0.2), (0.6, 0.15)), _line((0.25, -0.5), (0.2, 1.0))),
        (_line((-0.5, -0.9), (-0.5, 0.1), (0.6, 0.1)), _line((0.3, -1.0), (0.3, 1.0))),
        (_line((-0.5, -1.0), (-0.5, 0.0), (0.5, 0.0)), _line((0.5, -1.0), (0.5, 1.0))),
        (_curve((-0.4, -0.9), (-0.55, -0.3), (-0.35, 0.0), (0.4, -0.1)),
         _line((0.45, -0.9), (0.35, 1.0))),
        (_line((0.6, 0.35), (-0.6, 0.35), (0.25, -1.0), (0.25, 1.0)),),  # closed
        (_line((0.2, -1.0), (-0.6, 0.3), (0.6, 0.3)), _line((0.2, -1.0), (0.2, 1.0))),
        (_line((0.2, -1.0), (-0.6, 0.3), (0.6, 0.3)), _line((0.2, -1.0), (0.2, 1.0)),
         _line((-0.2, 1.0), (0.6, 1.0))),
        (_line((-0.1, -1.0), (-0.5, 0.05), (0.4, -0.05), (0.3, 1.0)),),  # in one stroke
        (_line((0.15, -1.0), (-0.55, 0.5)), _curve((-0.55, 0.5), (0.0, 0.45), (0.45, 0.4),
               (0.35, 0.1), (0.18, 0.3), (0.15, 1.0))),  # the same with a loop
    ),
    5: (
        (_line((0.45, -1.0), (-0.35, -1.0), (-0.42, -0.1)), BELLY),
        (_line((-0.38, -0.85), (-0.42, -0.1)), BELLY, _line((-0.15, -0.98), (0.6, -1.05))),
        (_line((0.5, -1.0), (-0.5, -1.0), (-0.5, 0.0), (0.5, 0.0), (0.5, 1.0), (-0.5, 1.0)),),
        (_line((0.45, -1.0), (-0.4, -1.0), (-0.45, -0.1), (0.2, -0.25), (0.5, 0.3), (0.1, 1.0),
               (-0.55, 0.9)),),
        (_curve((0.5, -0.95), (-0.1, -0.97), (-0.4, -0.6), (-0.1, -0.25), (0.4, 0.1), (0.4, 0.75),
                (0.0, 1.0), (-0.5, 0.85)),),
    ),
    6: (
        (_line((0.35, -1.0), (-0.41, 0.13)), _arc(0.0, 0.45, 0.5, 0.55, 215, -150)),
        (_curve((0.4, -0.95), (-0.1, -0.75), (-0.5, 0.0), (-0.45, 0.75), (0.05, 1.0), (0.5, 0.6),
                (0.3, 0.1), (-0.1, 0.1), (-0.5, 0.45)),),
        (_curve((0.5, -0.7), (0.35, -0.97), (-0.1, -0.85), (-0.5, -0.1), (-0.45, 0.7), (0.05, 1.0),
                (0.5, 0.6), (0.25, 0.1), (-0.15, 0.2), (-0.25, 0.5)),),  # curly
        (_line((0.5, -1.0), (-0.5, -1.0), (-0.5, 1.0), (0.5, 1.0), (0.5, 0.0), (-0.5, 0.0)),),
        (_line((0.3, -1.0), (-0.5, 0.2), (-0.45, 0.8), (0.0, 1.0), (0.5, 0.6), (0.1, 0.15),
               (-0.5, 0.35)),),
    ),
    7: (
        (_line((-0.55, -1.0), (0.55, -1.0), (-0.1, 1.0)),),
        (_line((-0.55, -1.0), (0.55, -1.0), (-0.1, 1.0)), CROSSBAR),
        (_line((-0.55, -0.65), (-0.5, -1.0), (0.55, -1.0), (-0.1, 1.0)),),  # a serif
        (_line((-0.55, -0.65), (-0.5, -1.0), (0.55, -1.0), (-0.1, 1.0)), CROSSBAR),
        (_curve((-0.55, -0.75), (-0.45, -1.0), (0.0, -0.88), (0.55, -1.0)),
         _curve((0.55, -1.0), (0.15, -0.2), (-0.05, 1.0))),
        (_line((-0.5, -1.0), (0.5, -1.0), (0.5, 1.0)),),
    ),
    8: (
        (_curve((0.4, -0.75), (0.0, -1.0), (-0.42, -0.65), (0.0, -0.1), (0.5, 0.45), (0.0, 1.0),
                (-0.5, 0.5), (0.0, -0.1), (0.42, -0.7)),),  # an S, closed
        (_curve((0.45, -0.85), (0.0, -1.0), (-0.42, -0.6), (0.0, -0.1), (0.5, 0.45), (0.0, 1.0),
                (-0.5, 0.5), (-0.05, -0.05), (0.35, -0.6)),),  # not quite closed
        (_line((-0.4, -0.9), (0.45, -0.95)), _curve((0.45, -0.95), (0.0, 0.0), (-0.45, 0.6),
               (0.0, 1.0), (0.42, 0.6), (0.0, -0.1), (-0.45, -0.7))),  # its top is a line
        (_arc(0.0, -0.52, 0.4, 0.48, 80, 440), _arc(0.0, 0.48, 0.55, 0.52, -90, 270)),
        (_arc(0.0, -0.68, 0.28, 0.32, 80, 440), _arc(0.0, 0.32, 0.62, 0.68, -90, 270)),
        (_arc(0.0, -0.58, 0.4, 0.42, 80, 430), _arc(0.05, 0.5, 0.5, 0.5, -100, 240)),  # apart
        (_line((-0.5, -1.0), (0.5, -1.0), (0.5, 1.0), (-0.5, 1.0), (-0.5, -1.0)),
         _line((-0.5, 0.0), (0.5, 0.0))),
        (_line((0.0, -1.0), (0.4, -0.55), (-0.5, 0.5), (0.0, 1.0), (0.5, 0.5), (-0.4, -0.55),
               (0.0, -1.0)),),
    ),
    9: (
        (HEAD, _line((0.45, -0.6), (0.42, 1.0))),
        (HEAD, _line((0.45, -0.55), (0.0, 1.0))),
        (HEAD, _curve((0.45, -0.6), (0.45, 0.3), (0.2, 0.93), (-0.4, 0.85))),  # hooked
        (SMALL_HEAD, _curve((0.39, -0.79), (0.5, -0.2), (0.4, 0.5), (-0.1, 1.0))),
        (SMALL_HEAD, _curve((0.39, -0.79), (0.5, 0.0), (0.2, 0.8), (-0.3, 1.0), (-0.7, 0.7))),
        (SMALL_HEAD, _line((0.39, -0.79), (0.3, 1.0))),
        (_line((0.5, 0.0), (-0.5, 0.0), (-0.5, -1.0), (0.5, -1.0), (0.5, 1.0), (-0.5, 1.0)),),
        (_line((0.5, 0.0), (-0.5, 0.0), (-0.5, -1.0), (0.5, -1.0), (0.5, 1.0)),),
        (_line((0.45, -0.6), (0.0, -1.0), (-0.45, -0.55), (0.0, -0.1), (0.45, -0.6), (0.35, 1.0)),),
    ),
}  # fmt: skip


def template(digit: int, random: np.random.Generator, ruled: bool = False) -> np.ndarray:
    """A skeleton of a digit as people write it and MNIST hardly has it; plain ones among them.

    Args:
        digit: 0 to 9.
        random: chooses the shape, and moves its points.
        ruled: of straight lines alone, upright, as with a ruler.
    """
    ways = [way for way in TEMPLATES[digit] if not ruled or not any(s.is_curved for s in way)]
    strokes, hand = ways[random.integers(len(ways))], 0.1 if ruled else 1.0
    width, slant = random.uniform(*STRETCH), np.tan(radians(hand * random.uniform(*SLANT)))
    angle = radians(hand * random.uniform(-TURN, TURN))
    turn = np.array([[cos(angle), sin(angle)], [-sin(angle), cos(angle)]])
    shape = turn @ [[width, -slant], [0.0, 1.0]]
    bent, segments = bending(random), []
    for stroke in strokes:
        points = np.array(stroke.points)
        shake = random.normal(0, SHAKE, points.shape)
        points = (points + hand * (bent(points) + shake)) @ shape.T
        drawn = curved(points) if stroke.is_curved else points
        segments.append(np.stack([drawn[:-1], drawn[1:]], 1))
    return normalised(np.concatenate(segments))


def bending(random: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """How far points (P, 2), about from -1 to 1, are moved by one hand's waves: (P, 2).

    The waves run across the whole digit and move what is near alike: what was joined stays so.
    """
    waves, phases = random.uniform(-2.5, 2.5, (2, 2)), random.uniform(0, 2 * np.pi, 2)
    return lambda points: BEND * np.sqrt(2) * np.sin(points @ waves + phases)


def curved(points: np.ndarray) -> np.ndarray:
    """A smooth curve through points (P, 2), as PIECES times as many points."""
    way = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    spline = interpolate.CubicSpline(way, points)
    return spline(np.interp(np.arange(0, len(points) - 1 + 1e-9, 1 / PIECES), range(len(way)), way))
