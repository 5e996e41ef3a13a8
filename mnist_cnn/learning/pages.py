"""Made-up photographs, scans and drawings of handwriting, with the truth about where their ink is.

The ink finder learns from nothing else. Digits are the centre lines of MNIST's training digits and
of procedural ones, written with any pen on any paper in any light, and taken with any camera. All
lengths are pixels of a page of SIDE by SIDE.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from mnist_cnn.learning.skeletons import template

SIDE = 128  # px
FINE = 3  # strokes are drawn so many times as large, and averaged
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE].astype(np.float32)
TEMPLATES = 0.4  # share of the digits that are procedural
RULED = 0.12  # share of the digits that are written with a ruler
THINNEST = 1.3  # ink to be found is at least so wide, however thin the pen
FAINTEST = 0.12  # contrast of ink to paper: fainter ink is not asked for


@dataclass
class Page:
    """A page in the making.

    grey: (SIDE, SIDE) float32, brightness, 1 is white.
    ink: (SIDE, SIDE) float32 in [0, 1], the share of each pixel that the pen covered.
    """

    random: np.random.Generator
    ink: np.ndarray
    boxes: list[tuple[float, float, float, float]]  # of digits: left, top, right, bottom
    pen: float  # width
    grey: np.ndarray = field(default_factory=lambda: np.ones((SIDE, SIDE), np.float32))

    def often(self, probability: float) -> bool:
        """Whether something that happens with this probability happens."""
        return self.random.random() < probability


def page(seed: int, skeletons: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """One page, and the ink in it.

    Args:
        seed: decides everything.
        skeletons: centre lines of digits, as `skeletons.skeletons` returns them.

    Returns:
        (SIDE, SIDE) uint8 brightness, 255 is white; (SIDE, SIDE) uint8 ink, 255 is the pen's.
    """
    random = np.random.default_rng(seed)
    made = _write(random, skeletons)
    kinds: tuple[Callable[[Page], None], ...] = (_photograph, _scan, _draw_on_canvas)
    random.choice(np.array(kinds, object), p=[0.76, 0.12, 0.12])(made)
    if made.often(0.14):
        _shrink(made)
    if made.often(0.15):
        made.grey = 1 - made.grey
    if made.often(0.12):
        _frame(made)
    if made.often(0.6):
        _compress(made)
    return _bytes(made.grey), _bytes(made.ink * max(1, THINNEST / made.pen))


def _bytes(values):
    return np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)


def _uniform(random, low, high):
    return float(random.uniform(low, high))


def _log_uniform(random, low, high):
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


# What is written


def _write(random, skeletons):
    """A page with its ink alone: mostly one digit, large or small; a row or a sheet; nothing."""
    near = random.random() < 0.5  # as cut out around the digit
    size = _uniform(random, 60, 128) if near else _log_uniform(random, 16, 76)
    kind = random.choice(
        ["one", "row", "beside", "scrawl", "none"], p=[0.67, 0.12, 0.08, 0.05, 0.08]
    )
    room = max(0.0, (SIDE - size) / 2 + 1)
    middle = SIDE / 2 + random.uniform(-1, 1, 2) * room * min(1, _uniform(random, 0, 1.6))
    pen = max(
        0.5,
        size
        * _log_uniform(
            random, *random.choice([(0.005, 0.03), (0.02, 0.14), (0.1, 0.3)], p=[0.2, 0.65, 0.15])
        ),
    )
    places = [(middle, size)] if kind in ("one", "beside") else []
    if kind == "row":
        size = min(size, 58)
        step = size * _uniform(random, 0.85, 1.6)
        rows = 1 if random.random() < 0.6 else 4
        places = [
            (np.array([x, y]) + random.normal(0, 0.06 * size, 2), size * _uniform(random, 0.8, 1.2))
            for y in np.arange(rows) * step * 1.25 + _uniform(random, size / 2, SIDE - size / 2)
            for x in np.arange(_uniform(random, 0.4, 1) * size, SIDE, step)
        ]
        pen = min(pen, 0.16 * size)
    if kind == "beside":  # a neighbour, of which the edge of the picture leaves a part
        away = random.choice([-1, 1]) * np.array([_uniform(random, 0.8, 1.2) * size, 0])
        away = away if random.random() < 0.7 else away[::-1]
        places.append((middle + away, size))
    strokes = [_digit(random, skeletons) * (s / 2) + m for m, s in places]
    if kind == "scrawl":
        knots = np.cumsum(random.normal(0, size / 5, (int(random.integers(3, 9)), 2)), 0)
        curve = ndimage.zoom(knots - knots.mean(0) + middle, (8, 1), order=min(3, len(knots) - 1))
        strokes = [np.stack([curve[:-1], curve[1:]], 1)]
    boxes = [(*stroke.min((0, 1)), *stroke.max((0, 1))) for stroke in strokes]
    return Page(random, _ink(random, strokes, pen), boxes, pen)


def _digit(random, skeletons):
    """Segments (S, 2, 2) of a digit whose longer side runs from -1 to 1."""
    kind = random.random()
    if kind < RULED:
        return _move(random, template(int(random.integers(10)), random, ruled=True), steady=True)
    if kind < RULED + TEMPLATES:
        return _move(random, template(int(random.integers(10)), random))
    return _move(random, skeletons[random.integers(len(skeletons))])


def _move(random, segments, steady=False):
    """Segments turned, slanted, stretched and bent as another hand would have it."""
    angle = np.deg2rad(random.normal(0, 1 if steady else 6))
    slant = np.tan(np.deg2rad(random.normal(0, 1 if steady else 9)))
    stretch = np.exp(random.normal(0, 0.15))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = segments @ (turn @ np.array([[stretch, -slant], [0, 1 / stretch]])).T
    waves = random.uniform(1, 4, (2, 2))
    shift = np.sin(points @ waves.T + random.uniform(0, 6.3, 2))
    points = points + shift * random.uniform(0, 0.005 if steady else 0.07)
    points = points - (points.max((0, 1)) + points.min((0, 1))) / 2
    return points / max(np.abs(points).max(), 1e-6)


def _ink(random, strokes, pen):
    """How much of each pixel a pen of this width covers that follows the strokes."""
    sheet = Image.new("L", (FINE * SIDE, FINE * SIDE))
    draw = ImageDraw.Draw(sheet)
    pressure = _uniform(random, 0, 0.35)
    for segments in strokes:
        waves, phase = random.uniform(-0.12, 0.12, 2), _uniform(random, 0, 6.3)
        widths = pen * (1 + pressure * np.sin(segments[:, 0] @ waves + phase))
        for ((x, y), (u, v)), width in zip((FINE * segments).tolist(), FINE * widths):
            r = max(0.5, width / 2)
            draw.line((x, y, u, v), 255, max(1, round(2 * r)))
            if r > 1:
                draw.ellipse((x - r, y - r, x + r, y + r), 255)
                draw.ellipse((u - r, v - r, u + r, v + r), 255)
    return np.asarray(sheet.reduce(FINE), np.float32) / 255


# Paper


def _photograph(made):
    """Ink on paper, in some light, before a camera."""
    random = made.random
    contrast = _uniform(random, 0.3, 0.92) if made.often(0.75) else _uniform(random, FAINTEST, 0.35)
    contrast = min(0.95, max(contrast, FAINTEST / min(1, made.pen)))
    paper = np.ones((SIDE, SIDE), np.float32)
    if made.often(0.5):
        paper *= 1 - _uniform(random, 0, 0.08) * _cloud(random, int(random.integers(2, 20)))
    if made.often(0.3):
        paper *= 1 + random.normal(0, _uniform(random, 0, 0.03), paper.shape).astype(np.float32)
    if made.often(0.05):  # what is written on the back shines through
        paper *= 1 - 0.3 * contrast * _soft(
            np.roll(made.ink[:, ::-1], int(random.integers(SIDE)), 1), 1
        )
    if made.often(0.62):
        paper *= 1 - _lines(made) * min(0.95, contrast * _log_uniform(random, 0.15, 1.1))
    if made.often(0.03):
        paper *= 1 - _box(made) * contrast * _uniform(random, 0.3, 1)
    made.grey = paper * (1 - contrast * made.ink * _pen_texture(made))
    if made.often(0.25):
        _put_beside(made)
    made.grey = made.grey * _light(made)
    _expose(made, contrast)


def _pen_texture(made):
    """How dark the pen writes from place to place: pencils and dry markers leave gaps."""
    random = made.random
    texture = np.ones((SIDE, SIDE), np.float32)
    if made.often(0.3):
        texture -= _uniform(random, 0, 0.5) * random.random(texture.shape, np.float32)
    if made.often(0.3):
        texture -= _uniform(random, 0, 0.5) * _cloud(random, int(random.integers(4, 24)))
    return np.maximum(texture, 0.25)


def _lines(made):
    """Coverage by what is printed on the paper: rules, squares, dots, margins, one line."""
    random = made.random
    heights = [bottom - top for _, top, _, bottom in made.boxes] or [_uniform(random, 16, 116)]
    spacing = max(4.5, max(heights) * _log_uniform(random, 0.15, 2))
    width = min(_log_uniform(random, 0.4, 3.5), 0.3 * spacing)
    if made.often(0.2):  # as thick as the pen
        width = min(made.pen * _uniform(random, 0.6, 1.5), 0.3 * spacing)
    tilt, bend = np.deg2rad(random.normal(0, 4)), random.normal(0, 3, 2)
    across = (COLUMNS * np.cos(tilt) + ROWS * np.sin(tilt)) + bend[0] * (ROWS / SIDE - 0.5) ** 2 * 4
    down = (ROWS * np.cos(tilt) - COLUMNS * np.sin(tilt)) + bend[1] * (
        COLUMNS / SIDE - 0.5
    ) ** 2 * 4
    kind = random.choice(
        ["ruled", "squared", "upright", "dotted", "dots", "one", "foot", "margin"],
        p=[0.22, 0.33, 0.03, 0.08, 0.04, 0.09, 0.15, 0.06],
    )
    start = _uniform(random, 0, spacing)
    if kind == "foot" and made.boxes:  # written on the line
        *_, bottom = made.boxes[0]
        start = bottom + _uniform(random, -0.6, 1.2) * made.pen
        start += down[int(np.clip(bottom, 0, SIDE - 1)), SIDE // 2] - bottom
        spacing = 1000 if made.often(0.5) else spacing
    if kind == "one":
        start, spacing = _uniform(random, 0, SIDE), 1000
    rows = _rules(down, spacing, width, start)
    columns = _rules(across, spacing, width, _uniform(random, 0, spacing))
    if kind == "squared":
        lines = np.maximum(rows, columns * _uniform(random, 0.5, 1))
    elif kind == "upright":
        lines = columns
    elif kind == "dotted":
        period = max(3.0, width * _uniform(random, 2, 5))
        dashes = (across % period < period * _uniform(random, 0.3, 0.7)).astype(np.float32)
        lines = _soft(rows * dashes, 0.5)
    elif kind == "dots":
        lines = np.minimum(rows, columns)
    elif kind == "margin":
        lines = 0 * rows
    else:
        lines = rows
    if kind == "margin" or made.often(0.15):
        place = _uniform(random, 0, SIDE)
        if made.often(0.3):  # twisted of two threads
            twist = (
                np.sin(down * _log_uniform(random, 0.15, 1)) * width * _uniform(random, 0.5, 1.5)
            )
            thread = _rules(across - twist, 1000, 0.7 * width, place)
            lines = np.maximum(
                lines, np.maximum(thread, _rules(across + twist, 1000, 0.7 * width, place))
            )
        margin = _rules(
            across if made.often(0.8) else down, 1000, width * _uniform(random, 0.8, 2), place
        )
        if made.often(0.3):
            margin = np.maximum(margin, _rules(across, 1000, width, place + 3 * width + 2))
        lines = np.maximum(lines, margin * _uniform(random, 0.5, 1))
    if made.often(0.25):  # printed unevenly, or faded
        lines = lines * (1 - 0.8 * _cloud(random, int(random.integers(2, 8))))
    return lines.astype(np.float32)


def _rules(place, spacing, width, start):
    """Coverage by parallel lines; `place` is each pixel's place across them."""
    distance = np.abs((place - start + spacing / 2) % spacing - spacing / 2)
    return np.clip(width / 2 + 0.5 - distance, 0, min(1, width))


def _box(made):
    """Coverage by a printed frame around what is written."""
    random = made.random
    if not made.boxes:
        return np.zeros((SIDE, SIDE), np.float32)
    edges = np.array(made.boxes)
    left, top = edges[:, :2].min(0) - made.pen - random.uniform(3, 25, 2)
    right, bottom = edges[:, 2:].max(0) + made.pen + random.uniform(3, 25, 2)
    outside = np.maximum.reduce([left - COLUMNS, COLUMNS - right, top - ROWS, ROWS - bottom])
    return np.clip(_uniform(random, 0.6, 2) / 2 + 0.5 - np.abs(outside), 0, 1)


def _put_beside(made):
    """A desk, the edge of the sheet or a finger at the side of the picture, where no ink is."""
    random = made.random
    if made.often(0.75):
        angle = random.choice(4) * np.pi / 2 + random.normal(0, 0.15)
        along = COLUMNS * np.cos(angle) + ROWS * np.sin(angle)
        distance = along - along.max() + _uniform(random, 1, 30)
    else:
        x, y = random.choice([-8, SIDE / 2, SIDE + 8], 2)
        reach = _uniform(random, 10, 40)
        distance = reach - np.hypot(COLUMNS - x, (ROWS - y) * _uniform(random, 0.4, 1))
    covered = np.clip(distance / _log_uniform(random, 0.7, 4) + 0.5, 0, 1).astype(np.float32)
    if (covered * made.ink).sum() > 0.02 * made.ink.sum():
        return
    thing = _uniform(random, 0, 1.1) * (1 - 0.4 * _cloud(random, int(random.integers(2, 30))))
    made.grey += covered * (thing - made.grey)
    made.ink = made.ink * (1 - covered)


def _light(made):
    """(SIDE, SIDE) how bright the light is: slopes, vignettes, shadows, folds, flashes."""
    random = made.random
    light = np.ones((SIDE, SIDE), np.float32)
    x, y = COLUMNS / SIDE - 0.5, ROWS / SIDE - 0.5
    if made.often(0.6):
        angle, amount = _uniform(random, 0, 6.3), _uniform(random, 0, 0.6)
        light *= 1 - amount * (np.cos(angle) * x + np.sin(angle) * y + 0.7) / 1.4
    if made.often(0.3):
        u, v = random.normal(0, 0.15, 2)
        light *= 1 - _uniform(random, 0, 0.85) * np.clip(2 * ((x - u) ** 2 + (y - v) ** 2), 0, 1)
    for _ in range(random.choice(3, p=[0.6, 0.3, 0.1])):
        light *= 1 - _uniform(random, 0.1, 0.6) * _shade(random, x, y)
    if made.often(0.12):  # a fold
        angle, place = _uniform(random, 0, 6.3), _uniform(random, -0.4, 0.4)
        along = (np.cos(angle) * x + np.sin(angle) * y - place) * SIDE
        light *= 1 + _uniform(random, -0.12, 0.12) * np.tanh(along / 2)
        light *= 1 + _uniform(random, -0.15, 0.1) * np.exp(-((along / _uniform(random, 1, 3)) ** 2))
    if made.often(0.08):
        u, v = random.uniform(-0.5, 0.5, 2)
        light *= 1 + _uniform(random, 0, 1) * np.exp(-((x - u) ** 2 + (y - v) ** 2) / 0.05)
    return light


def _shade(random, x, y):
    """Where a shadow falls: that of a hand, a phone, an edge; soft or sharp."""
    angle, place = _uniform(random, 0, 6.3), _uniform(random, -0.4, 0.5)
    if random.random() < 0.6:
        depth = np.cos(angle) * x + np.sin(angle) * y - place
    else:
        u, v = random.uniform(-0.5, 0.5, 2)
        depth = _uniform(random, 0.15, 0.5) - np.hypot(x - u, (y - v) * _uniform(random, 0.4, 1))
    return 1 / (1 + np.exp(-np.clip(depth / _log_uniform(random, 0.01, 0.15), -30, 30)))


def _cloud(random, knots):
    """Smooth random values in [0, 1] with so many knots along a side."""
    small = Image.fromarray(random.random((knots, knots), np.float32))
    return np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC)).clip(0, 1)


def _soft(values, sigma):
    return ndimage.gaussian_filter(values, sigma, mode="nearest")


# What the camera, the scanner and the file make of it


def _expose(made, contrast):
    """Sharpness, exposure and noise of a camera; ink stays visible."""
    random = made.random
    if made.often(0.7):
        sigma = min(_log_uniform(random, 0.3, 2.5), 0.5 + made.pen / 3)
        made.grey = _soft(made.grey, sigma)
    made.grey = made.grey * _uniform(random, 0.45, 1.1)
    if made.often(0.3):
        made.grey = np.clip(made.grey, 0, 1) ** _uniform(random, 0.6, 1.6)
    if made.often(0.2):
        made.grey = made.grey * _uniform(random, 0.5, 1) + _uniform(random, 0, 0.4)
    # Noise as strong as the ink would hide it.
    sigma = min(
        _log_uniform(random, 0.003, 0.08),
        0.25 * min(1, made.pen) * contrast * float(np.median(made.grey)),
    )
    noise = random.normal(0, sigma, made.grey.shape).astype(np.float32)
    made.grey = np.clip(made.grey + (noise if made.often(0.6) else 2 * _soft(noise, 0.8)), 0, 1)


def _scan(made):
    """A photograph in two tones or few, by a threshold of the author's; ragged where it is near."""
    random = made.random
    share = _uniform(random, 0.25, 0.75)
    edge = _soft(made.ink, _uniform(random, 0.2, 1)) + _uniform(random, 0, 0.5) * (
        _cloud(random, int(random.integers(8, 64))) - 0.5
    ) * (made.ink > 0.02)
    made.ink = np.clip((edge - share) * _log_uniform(random, 2, 50) + 0.5, 0, 1)
    made.grey = 1 - made.ink * _uniform(random, 0.5, 1)
    if made.often(0.25):
        lines = _lines(made)
        made.grey = np.minimum(made.grey, 1 - (lines > 0.4) * _uniform(random, 0.2, 1))
    if made.often(0.3):
        specks = random.random(made.grey.shape) < _log_uniform(random, 0.0005, 0.01)
        made.grey = np.where(specks, random.choice([0, 1]), made.grey)
    if made.often(0.3):
        made.grey = _soft(made.grey, _uniform(random, 0.3, 1))


def _draw_on_canvas(made):
    """One even colour on another, as drawing programs make it; maybe a figure with axes."""
    random = made.random
    paper, ink = 1.0, 0.0
    if made.often(0.6):
        paper, ink = random.uniform(0, 1, 2)
        if abs(paper - ink) < FAINTEST:
            ink = paper - 0.3 if paper > 0.5 else paper + 0.3
    made.grey = np.full((SIDE, SIDE), paper, np.float32)
    if made.often(0.12):
        made.grey += _lines(made) * (ink - paper) * _uniform(random, 0.1, 0.5)
    if made.often(0.08):
        made.grey += _box(made) * (_uniform(random, 0, 1) - paper)
    if made.often(0.1):
        made.grey += _uniform(random, 0, 0.2) * (_cloud(random, 2) - 0.5)
    made.grey += made.ink * (ink - made.grey)


def _shrink(made):
    """A picture of few pixels, enlarged again."""
    random = made.random
    # So that strokes are not less than about a pixel wide.
    side = int(
        np.clip(_uniform(random, 14, 56), SIDE / (2.2 * made.pen) if made.pen > 1 else 64, 96)
    )
    kind = random.choice(
        [Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC]
    )

    def resampled(values, kind):
        small = Image.fromarray(values.astype(np.float32)).resize(
            (side, side), Image.Resampling.BOX
        )
        return np.asarray(small.resize((SIDE, SIDE), kind))

    made.grey = resampled(made.grey, Image.Resampling(kind))
    ink = resampled(made.ink, Image.Resampling.BILINEAR)
    made.ink = np.clip(ink / max(float(ink.max()), 0.3), 0, 1)


def _frame(made):
    """A rim, a letterbox or a margin of one colour, which hides what lies under it."""
    random = made.random
    # Where the ink ends: a frame leaves it alone.
    rows, columns = (np.flatnonzero(made.ink.max(axis) > 0.1) for axis in (1, 0))
    if not len(rows):
        return
    free = np.array([rows[0], SIDE - 1 - rows[-1], columns[0], SIDE - 1 - columns[-1]])
    wide = np.minimum(free, random.integers(0, 40) if made.often(0.5) else random.integers(1, 4))
    wide = wide * (np.ones(4, int) if made.often(0.5) else np.repeat(random.integers(0, 2, 2), 2))
    outside = (wide[0] > ROWS) | (SIDE - wide[1] <= ROWS)
    outside |= (wide[2] > COLUMNS) | (SIDE - wide[3] <= COLUMNS)
    colour = random.choice([0.0, 1.0, _uniform(random, 0, 1)])
    made.grey = np.where(outside, np.float32(colour), made.grey)
    made.ink = np.where(outside, 0, made.ink)


def _compress(made):
    """What JPEG makes of it."""
    file = io.BytesIO()
    quality = int(made.random.integers(25, 95))
    Image.fromarray(_bytes(made.grey)).save(file, "JPEG", quality=quality)
    made.grey = np.asarray(Image.open(file), np.float32) / 255
