"""Digits that we drew ourselves, in shapes that people use: no network has learned from them."""

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from PIL import Image, ImageDraw

SIDE, PEN = 280, 18  # px: the paper of the page, and the middle one of its pens
ZOOM = 4  # drawn so much larger, then averaged: as smooth as a browser draws

Stroke = tuple[tuple[float, float], ...]  # points (x, y) that the pen passes, in px


@dataclass(frozen=True)
class Drawing:
    """One digit, and the strokes that write it."""

    label: int
    strokes: tuple[Stroke, ...]


def _digit(label, *strokes):
    return Drawing(label, strokes)


def _oval(x, y, across, down, tilt=0.0):
    """An ellipse round (x, y), turned clockwise by `tilt` degrees."""
    turned = cos(radians(tilt)), sin(radians(tilt))
    ways = ((across * cos(angle), down * sin(angle)) for angle in map(radians, range(0, 361, 10)))
    return tuple(
        (x + right * turned[0] - low * turned[1], y + right * turned[1] + low * turned[0])
        for right, low in ways
    )


DRAWINGS = {
    "0-narrow": _digit(0, _oval(140, 140, 30, 100)),
    "0-slender": _digit(0, _oval(140, 140, 30, 100, -12)),
    "0-slashed": _digit(0, _oval(140, 140, 46, 96), ((180, 56), (100, 224))),
    "0-round": _digit(0, _oval(140, 140, 88, 92)),
    "1-flag": _digit(1, ((84, 118), (154, 42), (154, 240))),
    "1-long-flag": _digit(1, ((62, 154), (162, 39), (162, 246))),
    "1-foot": _digit(1, ((100, 100), (151, 42), (151, 238)), ((84, 238), (218, 238))),
    "1-leaning": _digit(1, ((104, 76), (150, 40), (188, 240)), ((100, 244), (266, 236))),
    "2-angular": _digit(2, ((67, 56), (207, 56), (73, 235), (218, 235))),
    "3-flat": _digit(3, ((78, 50), (202, 50), (134, 123), (190, 150), (196, 200), (150, 236),
                         (80, 228))),
    "3-angular": _digit(3, ((72, 46), (208, 46), (110, 134), (196, 134), (206, 200), (140, 246),
                            (70, 220))),
    "4-open": _digit(4, ((90, 42), (73, 154), (218, 146)), ((185, 56), (174, 252))),
    "4-closed": _digit(4, ((168, 252), (168, 39), (62, 174), (224, 174))),
    "5-apart": _digit(5, ((101, 73), (95, 134), (160, 122), (196, 170), (172, 226), (80, 230)),
                      ((118, 39), (218, 34))),
    "5-angular": _digit(5, ((204, 48), (96, 48), (92, 126), (180, 126), (190, 220), (84, 230))),
    "6-small": _digit(6, ((168, 28), (106, 207)), _oval(140, 213, 34, 31)),
    "6-large": _digit(6, ((150, 30), (70, 160)), _oval(150, 174, 80, 66)),
    "7-bar": _digit(7, ((70, 56), (210, 56), (126, 238)), ((101, 146), (202, 146))),
    "7-serif": _digit(7, ((67, 95), (73, 50), (213, 50), (140, 140), (123, 241))),
    "8-rings": _digit(8, _oval(140, 86, 46, 46), _oval(140, 190, 56, 54)),
    "8-small-head": _digit(8, _oval(140, 66, 30, 27), _oval(140, 174, 56, 74)),
    "8-leaning": _digit(8, _oval(160, 66, 28, 26), _oval(134, 172, 52, 76, 12)),
    "9-straight": _digit(9, _oval(140, 95, 56, 53), ((196, 90), (190, 252))),
    "9-angular": _digit(9, ((190, 60), (96, 56), (92, 124), (186, 128)), ((192, 48), (180, 250))),
}  # fmt: skip


def on_paper(drawing: Drawing) -> np.ndarray:
    """The drawing in black ink on white paper: (280, 280) uint8."""
    side, pen = ZOOM * SIDE, ZOOM * PEN
    large = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(large)
    for stroke in drawing.strokes:
        points = [(ZOOM * x, ZOOM * y) for x, y in stroke]
        draw.line(points, 0, pen, joint="curve")
        for x, y in (points[0], points[-1]):  # a round pen
            draw.circle((x, y), pen / 2, 0)
    return np.asarray(large.resize((SIDE, SIDE), Image.Resampling.BOX))
