"""Pictures that are no single digit, which judge the detector and shaped nothing of it.

They were written before any was shown to a detector, and are kept as they are: neither the kinds
that it learns from (mnist_cnn.learning.non_digits) nor the tests' other pictures (non_digits.py)
share their fonts, shapes or ways. Printed in Source Sans, Fraktur, a mathematical and bold
italics; written along Bezier curves with a broad nib; shapes by inequalities; digits pushed
together until their ink meets; pages in perspective and in light from a lamp.
"""

import io
from functools import cache
from pathlib import Path

import gradio
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from mnist_cnn.dataset.digits import embedded_test_set

SIDE = 320
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE].astype(float)
X, Y = np.meshgrid(np.linspace(-1.5, 1.5, SIDE), np.linspace(1.5, -1.5, SIDE))  # y up
# Without the letters that a careful person, too, would read as a digit.
LETTERS = "ABCEFHJKLMNPQRTUVWXYadefhkmnprtuvwxy"
PUNCTUATION = '?!&@#%+=*<>:;[]€£~"«'
FONTS = [
    (gradio, "**/SourceSansPro-Regular*.woff2"),
    (matplotlib, "**/STIXGeneralBolIta.ttf"),
    (matplotlib, "**/DejaVuSerif-BoldItalic.ttf"),
    (gradio, "**/KaTeX_Fraktur-Regular*.woff2"),
    (matplotlib, "**/cmmi10.ttf"),
]
WITH_SIGNS = 3  # of them have every sign, the first ones
# Strokes of letters as hands join them: points of one smooth pull of the pen, parted by commas,
# each two figures, column and row from 0 to 9, from the top left.
HANDS = {
    "A like a tent with a loop": "08 21 40 52 68, 08 25 55 86",
    "A like a large a": "70 31 04 17 38 64 71, 72 75 88",
    "B in one pull": "08 04 00 41 62 33 24 65 67 38 08",
    "E in two bows": "80 30 02 34 54 24 05 18 58 87",
    "F with a wave": "01 30 60 90, 40 45 38 17, 14 64",
    "G with a beard": "81 40 04 17 48 75 74, 44 94",
    "H in one pull": "10 13 18, 15 44 73, 70 74 88",
    "K with a loop": "10 13 18, 81 34 24 35 57 88",
    "M in waves": "08 20 34 46 60 72 88",
    "N in waves": "08 10 32 56 78 80",
    "P with a flag": "20 24 18, 03 30 71 63 25",
    "R in one pull": "18 14 10 51 62 34 24 46 78",
    "T with a roof": "02 10 51 90, 50 54 38 18",
    "W rounded": "00 05 28 46 43 46 68 85 80",
    "X of two bows": "00 33 34 35 08, 80 53 54 55 88",
    "Y rounded": "00 03 34 62 70, 70 64 47 18",
    "d with a curl": "54 24 17 48 65 60 30 11",
    "e and its tail": "05 44 62 41 15 28 67 85",
    "f with two loops": "05 43 60 40 35 38 28 26 54",
    "h joined": "06 43 40 20 24 18, 18 34 54 58 78",
    "k joined": "10 14 18, 15 44 53 35 25 46 68 87",
    "m joined": "05 13 18, 18 34 44 48, 48 64 74 78 97",
    "n joined": "05 13 18, 18 34 54 58 77",
    "p joined": "03 11 18, 13 31 53 46 15",
    "r joined": "07 22 25 32 52 56 78",
    "t joined": "07 40 44 48 67, 13 73",
    "v joined": "03 12 48 72 84",
    "w joined": "03 12 28 44 58 73 84",
    "x joined": "03 22 45 68 87, 72 45 18",
    "ampersand": "88 54 22 40 52 35 07 28 57 75",
    "clef": "48 40 62 25 07 58 75 45 36 57",
    "mu": "08 02, 02 06 26 55, 52 56 77",
    "xi": "80 20 23 53 14 17 67 38",
    "pi": "03 22 82, 32 35 28, 62 65 78",
    "lambda with a curl": "00 20 45 68 87, 43 25 08",
    "cyrillic zhe": "00 23 44 25 08, 80 63 44 65 88, 40 48",
    "cyrillic ya": "78 75 70 31 33 64, 64 36 18",
    "cyrillic de": "08 17 77 88, 17 30 60 67",
}


@cache
def _font(index, size):
    package, pattern = FONTS[index]
    found = next(Path(package.__file__).parent.glob(pattern))
    return ImageFont.truetype(str(found), size)


def _print(random, text, fonts):
    """A text in one of so many first fonts, of some size and place, leaning a little."""
    page = Image.new("L", (SIDE, SIDE), 255)
    face = _font(int(random.integers(fonts)), int(random.integers(120, 240)))
    place = SIDE / 2 + random.uniform(-25, 25, 2)
    ImageDraw.Draw(page).text(tuple(place), text, int(random.integers(0, 90)), face, anchor="mm")
    lean = random.uniform(-0.2, 0.2)
    return page.transform(
        page.size, Image.Transform.AFFINE, (1, lean, -lean * SIDE / 2, 0, 1, 0), 2, fillcolor=255
    )


def printed_letters(random):
    """Every letter three times."""
    for letter in LETTERS:
        for _ in range(3):
            yield _print(random, letter, len(FONTS))


def printed_signs(random):
    """Every sign five times."""
    for sign in PUNCTUATION:
        for _ in range(5):
            yield _print(random, sign, WITH_SIGNS)


def _pull(words, random, wobble):
    """Points of one pull of the pen, from 0 to 1: a chain of quadratic Bezier curves."""
    knots = np.array([[int(figure) for figure in word] for word in words.split()], float) / 8
    knots = knots + random.normal(0, wobble, knots.shape)
    if len(knots) == 2:
        return knots
    middles = (knots[1:-1] + knots[2:]) / 2
    starts = np.vstack([knots[:1], middles[:-1]])
    ends = np.vstack([middles[:-1], knots[-1:]])
    t = np.linspace(0, 1, 24)[:, None, None]
    curve = (1 - t) ** 2 * starts + 2 * t * (1 - t) * knots[1:-1] + t**2 * ends
    return curve.transpose(1, 0, 2).reshape(-1, 2)


def handwritten_letters(random):
    """Every hand's letter three times, with a broad nib."""
    for strokes in HANDS.values():
        for _ in range(3):
            size = random.uniform(100, 210, 2) * random.uniform(0.8, 1.2)
            size = np.clip(size, size.max() * 0.65, 240)
            wobble, slant = random.uniform(0, 0.03), random.uniform(-0.1, 0.35)
            nib = random.uniform(3, 22) * np.array([1, random.uniform(0.4, 1)])
            page = Image.new("L", (SIDE, SIDE), 255)
            pen = ImageDraw.Draw(page)
            for words in strokes.split(","):
                way = (_pull(words, random, wobble) - 0.5) @ np.array([[1, 0], [-slant, 1]])
                way = way * size + SIDE / 2
                fine = [
                    np.interp(np.arange(0, len(way) - 1, 0.1), range(len(way)), w) for w in way.T
                ]
                for x, y in zip(*fine):
                    pen.ellipse(
                        [x - nib[0] / 2, y - nib[1] / 2, x + nib[0] / 2, y + nib[1] / 2], 20
                    )
            yield page.resize((SIDE // 2, SIDE // 2), Image.Resampling.BOX)


def _heart(x, y):
    return (x**2 + y**2 - 1) ** 3 - x**2 * y**3


def _polygon(x, y, corners, turn=0.0):
    angles = 2 * np.pi * np.arange(corners) / corners + np.pi / 2 + turn
    return np.max([x * np.cos(a) + y * np.sin(a) for a in angles], 0) - 0.6


def _petals(x, y, count):
    return np.hypot(x, y) - 0.75 - 0.4 * np.cos(count * np.arctan2(y, x))


def _moon(x, y):
    return np.maximum(x**2 + y**2 - 1, 0.9 - np.hypot(x - 0.5, y))


def _cloud(x, y):
    puffs = [(-0.7, -0.2, 0.45), (-0.2, 0.25, 0.55), (0.5, 0.1, 0.5), (0.8, -0.25, 0.4)]
    round_ = np.min([np.hypot(x - a, y - b) - r for a, b, r in puffs], 0)
    return np.minimum(round_, np.maximum(np.abs(x) - 0.9, np.abs(y + 0.4) - 0.25))


def _bolt(x, y):
    upper = np.maximum(np.abs(2 * x + y - 0.3) - 0.5, np.abs(y - 0.5) - 0.6)
    lower = np.maximum(np.abs(2 * x + y + 0.3) - 0.4, np.abs(y + 0.5) - 0.6)
    return np.minimum(upper, lower)


def _fish(x, y):
    body = (x + 0.2) ** 2 / 0.8 + y**2 / 0.25 - 1
    return np.minimum(body, np.maximum(np.abs(y) - (x - 0.4), x - 1.2))


def _cross(x, y):
    return np.maximum(np.minimum(np.abs(x), np.abs(y)) - 0.25, np.maximum(abs(x), abs(y)) - 1)


def _arrow(x, y):
    head = np.maximum(np.abs(x) + y - 1, -y)
    return np.minimum(head, np.maximum(np.abs(x) - 0.3, np.abs(y + 0.5) - 0.5))


def _house(x, y):
    roof = np.maximum(np.abs(x) + y - 1.2, 0.2 - y)
    return np.minimum(roof, np.maximum(np.abs(x) - 0.8, np.abs(y + 0.4) - 0.6))


def _tree(x, y):
    crown = np.min([np.maximum(np.abs(x) * 1.3 + y - h, h - 0.7 - y) for h in (1.2, 0.8, 0.4)], 0)
    return np.minimum(crown, np.maximum(np.abs(x) - 0.15, np.abs(y + 0.7) - 0.5))


def _drop_leaf(x, y):
    return np.maximum(np.hypot(x - 0.6, y) - 1.1, np.hypot(x + 0.6, y) - 1.1)


def _lens(x, y):
    return np.maximum(np.hypot(x, y - 0.7) - 1.2, np.hypot(x, y + 0.7) - 1.2)


def _bow_tie(x, y):
    return np.maximum(np.abs(y) - np.abs(x), np.abs(x) - 1)


# Where a form is, is negative; each is drawn as a line and filled.
FORMS = {
    "heart": _heart,
    "triangle": lambda x, y: _polygon(x, y, 3),
    "square": lambda x, y: _polygon(x, y, 4, np.pi / 4),
    "diamond": lambda x, y: _polygon(x, y, 4),
    "pentagon": lambda x, y: _polygon(x, y, 5),
    "astroid": lambda x, y: np.abs(x) ** 0.66 + np.abs(y) ** 0.66 - 1,
    "flower": lambda x, y: _petals(x, y, 5),
    "clover": lambda x, y: _petals(x, y, 3),
    "moon": _moon,
    "cloud": _cloud,
    "bolt": _bolt,
    "fish": _fish,
    "cross": _cross,
    "arrow": _arrow,
    "house": _house,
    "tree": _tree,
    "lens": _lens,
    "bow tie": _bow_tie,
}


def _near(values, width):
    """Where a form's edge is no further away than this."""
    inside = values < 0
    away = ndimage.distance_transform_edt(inside) + ndimage.distance_transform_edt(~inside)
    return away < width / 2


def _face(random, width):
    """A smiley, glad or sad, with dots or bars for eyes, sometimes with ears or a nose."""
    sign = random.choice([-1, 1])
    ink = _near(np.hypot(X, Y) - 1, width)
    tall = random.uniform(0.08, 0.25)
    for side in (-0.35, 0.35):
        ink |= (X - side) ** 2 / 0.01 + (Y - 0.3) ** 2 / tall**2 < 1
    bow = Y + 0.35 + sign * 0.2 * (1 - (X / 0.5) ** 2)
    ink |= (np.abs(bow) < width * 1.5 / SIDE) & (np.abs(X) < 0.5)
    if random.random() < 0.3:
        ink |= np.hypot(X, Y) < 0.1
    if random.random() < 0.3:
        for side in (-0.85, 0.85):
            ink |= _near(np.hypot(X - side, Y - 0.85) - 0.35, width)
    return ink


def _rays(random, width):
    """A sun, a wheel or an asterisk."""
    count, angle = int(random.integers(5, 13)), np.arctan2(Y, X)
    away = np.hypot(X, Y)
    low, high = ((0.0, 1.0), (0.5, 1.1), (0.0, 0.8))[random.integers(3)]
    bent = (angle * count / (2 * np.pi) + random.random()) % 1 - 0.5
    rays = (np.abs(bent) * 2 * np.pi / count * away < width * 1.5 / SIDE) & (away > low)
    return (rays & (away < high)) | _near(away - (0.4 if low else 0.8), width)


def _bars(random, width):
    """A gate, a hash, a grid: some bars down, some across."""
    ink = np.zeros((SIDE, SIDE), bool)
    for values, count in ((X, random.integers(2, 5)), (Y, random.integers(2, 5))):
        for at in np.linspace(-0.7, 0.7, count):
            ink |= np.abs(values - at) < width * 1.5 / SIDE
    return ink & (np.maximum(np.abs(X), np.abs(Y)) < 1)


def _arcs(random, width):
    """Bows in each other, as of a rainbow or a radio signal."""
    away, half = np.hypot(X, Y + 0.6), random.uniform(0.5, 1.4)
    ink = np.zeros((SIDE, SIDE), bool)
    for reach in np.arange(0.5, 1.5, random.uniform(0.25, 0.45)):
        ink |= np.abs(away - reach) < width * 1.5 / SIDE
    return ink & (np.abs(np.arctan2(X, Y + 0.6)) < half)


def shapes(random):
    """Every form as a line and filled, thrice; faces, rays, bars and bows; bent and turned."""
    made = []
    for form in FORMS.values():
        for _ in range(3):
            values = form(X, Y)
            made += [_near(values, random.uniform(5, 24)), values < 0]
    for way in (_face, _rays, _bars, _arcs):
        made += [way(random, random.uniform(5, 18)) for _ in range(12)]
    for ink in made:
        yield _as_drawn(ink, random)


def _as_drawn(ink, random):
    """Ink on white, turned, stretched and bent a little."""
    turn, stretch = np.deg2rad(random.uniform(-12, 12)), np.exp(random.normal(0, 0.12))
    y, x = (ROWS - SIDE / 2) * stretch, (COLUMNS - SIDE / 2) / stretch
    waves, phases = random.uniform(0.01, 0.03, (2, 2)), random.uniform(0, 6.3, 2)
    down = (
        y * np.cos(turn) + x * np.sin(turn) + 4 * np.sin(waves[0] @ [[SIDE / 9], [1]] + phases[0])
    )
    right = x * np.cos(turn) - y * np.sin(turn) + 4 * np.sin(waves[1, 0] * y + phases[1])
    seen = ndimage.map_coordinates(
        ink.astype(float), [down + SIDE / 2, right + SIDE / 2], order=1, mode="nearest"
    )
    return Image.fromarray(np.uint8(255 - 255 * seen))


def scribbles(random, count=100):
    """Balls of wool, hatching, loops along a line, and signatures."""
    t = np.linspace(0, 1, 700)
    for index in range(count):
        turns = random.uniform(4, 12)
        if index % 4 == 0:  # a ball of wool
            reach = 0.3 + 0.7 * np.abs(np.sin(2 * np.pi * random.uniform(0.5, 2.5) * t + index))
            angle = 2 * np.pi * turns * t
            way = reach * np.array([np.cos(angle), np.sin(angle * random.uniform(0.9, 1.1))])
        elif index % 4 == 1:  # hatching
            saw = 2 * np.abs((turns * t) % 2 - 1) - 1
            way = np.array([2 * t - 1 + 0.3 * saw, saw * random.uniform(0.5, 1)])
        elif index % 4 == 2:  # loops along a line
            angle = 2 * np.pi * turns * t
            way = np.array([2 * t - 1 + 0.2 * np.cos(angle), 0.4 * np.sin(angle)])
        else:  # a signature: sines of random lengths
            way = np.array([2 * t - 1, 0 * t])
            for octave in range(2, 9):
                way += random.normal(0, 0.35, (2, 1)) * np.sin(
                    octave * np.pi * t * [[1], [1.3]] + random.uniform(0, 6.3, (2, 1))
                )
        way = way * random.uniform(80, 130) / np.abs(way).max() + SIDE / 2
        page = Image.new("L", (SIDE, SIDE), 255)
        width = int(random.integers(4, 14))
        ImageDraw.Draw(page).line([tuple(point) for point in way.T], 30, width, joint="curve")
        yield page


def _digit(random, height, besides=()):
    """A test digit's ink, so many pixels high, sharpened and slanted: (H, W) bool."""
    test = embedded_test_set()
    while int(test.labels[at := int(random.integers(len(test)))]) in besides:
        pass
    image = Image.fromarray(test.images[at].numpy())
    cut = image.crop(image.getbbox())
    large = cut.resize((max(4, round(cut.width * height / cut.height)), height), 3)
    ink = np.pad(np.asarray(large) > random.integers(60, 150), ((0, 0), (height // 4,) * 2))
    slant = random.uniform(-0.2, 0.2)
    matrix = np.array([[1, 0], [slant, 1]])
    return _cut(ndimage.affine_transform(ink.astype(float), matrix, [0, -slant * height / 2]) > 0.5)


def _cut(ink):
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _beside(left, right, gap, drop=0):
    """Two inks side by side; `gap` px between the nearest ink of a row, which may be 0."""
    height = max(len(left), len(right) + abs(drop)) + abs(drop)
    left, right = (
        np.pad(ink, ((top, height - len(ink) - top), (0, 0)))
        for ink, top in ((left, max(-drop, 0)), (right, max(drop, 0)))
    )
    both = left.any(1) & right.any(1)
    before = left.shape[1] - np.where(both, left.shape[1] - left[:, ::-1].argmax(1), 0)
    free = (before + right.argmax(1))[both].min() if both.any() else 0
    at = max(1, left.shape[1] + gap - int(free))
    page = np.zeros((height, at + right.shape[1]), bool)
    page[:, : left.shape[1]] |= left
    page[:, at:] |= right
    return _cut(page)


def _page_of(ink, random):
    """Ink in a soft grey on a white page, as large as fits, or smaller."""
    scale = random.uniform(0.5, 0.9) * SIDE / max(ink.shape)
    size = [max(1, round(scale * side)) for side in ink.shape[::-1]]
    large = Image.fromarray(np.uint8(255 - random.integers(140, 256) * ink)).resize(size, 2)
    page = Image.new("L", (SIDE, SIDE), 255)
    page.paste(large, tuple(int(random.integers(0, SIDE - side + 1)) for side in size))
    return page


def two_apart(random, count=100):
    """Two digits beside each other, of unlike size, with some room between."""
    for _ in range(count):
        one, other = (_digit(random, int(height)) for height in random.integers(75, 110, 2))
        yield _page_of(_beside(one, other, int(random.integers(4, 60)), 0), random)


def two_touching(random, count=100):
    """Two digits, pushed together until their ink meets."""
    for _ in range(count):
        one, other = (_digit(random, int(height)) for height in random.integers(80, 110, 2))
        drop = int(random.integers(-12, 13))
        yield _page_of(_beside(one, other, -int(random.integers(1, 7)), drop), random)


def three(random, count=100):
    """Three digits in a row, apart or touching."""
    for _ in range(count):
        gap = int(random.integers(-4, 30))
        one, other, last = (_digit(random, int(height)) for height in random.integers(80, 110, 3))
        yield _page_of(_beside(_beside(one, other, gap), last, gap), random)


def stacked_apart(random, count=100):
    """Two digits, one above the other, with some room between."""
    for _ in range(count):
        one, other = (_digit(random, int(height)) for height in random.integers(75, 110, 2))
        yield _page_of(_beside(one.T, other.T, int(random.integers(8, 50))).T, random)


def stacked_touching(random, count=100):
    """Two digits, one above the other, whose ink meets; not 0 or 1, which make an 8 or a 1."""
    for _ in range(count):
        heights = random.integers(80, 110, 2)
        one, other = (_digit(random, int(height), besides=(0, 1)) for height in heights)
        yield _page_of(_beside(one.T, other.T, -int(random.integers(1, 6))).T, random)


def _octaves(random, grain):
    """Noise of all sizes, as of stone: (SIDE, SIDE), from about -1 to 1."""
    total = np.zeros((SIDE, SIDE))
    for octave in range(5):
        noise = random.normal(size=(2 + (2**octave) * SIDE // grain,) * 2)
        total += ndimage.zoom(noise, SIDE / len(noise), order=1)[:SIDE, :SIDE] / 2**octave
    return total / np.abs(total).max()


def textures(random, count=60):
    """Wood, marble, halftone, gingham, knitting and leaves of grass."""
    for index in range(count):
        stone, period = _octaves(random, int(random.integers(60, 200))), random.uniform(12, 50)
        if index % 6 == 0:
            values = np.sin(np.hypot(X * 3, Y * 0.3 + 2) * 20 + 4 * stone)
        elif index % 6 == 1:
            values = np.abs(np.sin((X + Y) * 3 + 4 * stone)) * 2 - 1
        elif index % 6 == 2:
            dots = np.cos(2 * np.pi * COLUMNS / period) + np.cos(2 * np.pi * ROWS / period)
            values = np.where(dots > 1.2 * stone, 1.0, -1.0)
        elif index % 6 == 3:
            values = (COLUMNS % period < period / 2) * 1.0 + (ROWS % period < period / 2) - 1
        elif index % 6 == 4:
            shift = np.abs((COLUMNS / period) % 1 - 0.5) * period
            values = np.sin(2 * np.pi * (ROWS + shift) / period * 2)
        else:
            values = np.full((SIDE, SIDE), -0.8)
            for _ in range(60):
                x, lean = random.uniform(0, SIDE), random.uniform(-0.5, 0.5)
                values[np.abs(COLUMNS - x - lean * ROWS) < random.uniform(1, 4)] = random.uniform(
                    -1, 1
                )
        yield _photographed(0.55 + 0.35 * np.clip(values, -1, 1), random, calm=True)


def _lamp(random):
    """Brightness of a page under a lamp at some place and height: (SIDE, SIDE), at most 1."""
    x, y = random.uniform(-2, 2, 2)
    high = random.uniform(1, 4)
    light = high**3 / (high**2 + (X - x) ** 2 + (Y - y) ** 2) ** 1.5
    return light / light.max()


def _shadow(random):
    """The shadow of a hand or a phone, with a soft edge: 1 where there is none."""
    x, y, angle = *random.uniform(-1.3, 1.3, 2), random.uniform(0, np.pi)
    along = (X - x) * np.cos(angle) + (Y - y) * np.sin(angle)
    across = (Y - y) * np.cos(angle) - (X - x) * np.sin(angle)
    inside = np.maximum(np.abs(along) - random.uniform(0.3, 1), np.abs(across) - 0.4) < 0
    return 1 - random.uniform(0.1, 0.55) * ndimage.gaussian_filter(
        inside * 1.0, random.uniform(3, 40)
    )


def _photographed(brightness, random, calm=False):
    """A page of brightness from 0 to 1 as a phone saves it: light, colour, noise, JPEG."""
    if not calm:
        brightness = brightness * _lamp(random) ** random.uniform(0.2, 1)
        if random.random() < 0.5:
            brightness = brightness * _shadow(random)
    colour = brightness[..., None] * random.uniform(0.85, 1, 3) * random.uniform(0.55, 1)
    colour = ndimage.gaussian_filter(colour, (random.uniform(0.2, 1.5),) * 2 + (0,))
    colour = colour + random.normal(0, random.uniform(0.002, 0.02), colour.shape)
    file = io.BytesIO()
    picture = Image.fromarray(np.uint8(255 * np.clip(colour, 0, 1)))
    picture.save(file, "JPEG", quality=int(random.integers(45, 95)))
    return Image.open(file)


def _seen_from_the_side(page, random):
    """A page of brightness from 0 to 1, (2 SIDE, 2 SIDE), in perspective."""
    corners = np.array([[90, 90], [90, 550], [550, 550], [550, 90]], float)
    corners += random.normal(0, 45, (4, 2))
    image = Image.fromarray(np.uint8(255 * page))
    return (
        np.asarray(
            image.transform((SIDE, SIDE), Image.Transform.QUAD, corners.ravel().tolist(), 2), float
        )
        / 255
    )


def ruled_paper(random, count=100):
    """Ruled, squared, millimetre, isometric and music paper, with margins, nothing written."""
    y, x = np.mgrid[: 2 * SIDE, : 2 * SIDE].astype(float)
    for index in range(count):
        step, width = random.uniform(14, 90), random.uniform(1, 4)

        def lines(place, step=step, width=width):
            return np.abs((place + step / 3) % step - step / 2) < width / 2

        kind = index % 5
        ink = lines(y)
        if kind == 1:
            ink = ink | lines(x)
        elif kind == 2:
            ink = 0.5 * (lines(y, step / 5, 1) | lines(x, step / 5, 1)) + 0.5 * (ink | lines(x))
        elif kind == 3:
            ink = lines(y * 0.5 + x * 0.87) | lines(y * 0.5 - x * 0.87) | lines(y)
        elif kind == 4:
            ink = ink & (y % (6 * step) < 5 * step)
        if index % 3 == 0:
            ink = np.maximum(ink, np.abs(x - random.uniform(150, 480)) < width)
        page = random.uniform(0.85, 1) - random.uniform(0.08, 0.6) * ink
        yield _photographed(_seen_from_the_side(page, random), random)


def plain_paper(random, count=60):
    """Paper of any grain with a fold, a stain, dust, a corner, or nothing at all."""
    for index in range(count):
        page = 0.9 + random.uniform(0, 0.06) * _octaves(random, int(random.integers(4, 80)))
        if index % 5 == 1:  # folded
            angle, at = random.uniform(0, np.pi), random.uniform(-0.8, 0.8)
            away = X * np.cos(angle) + Y * np.sin(angle) - at
            page = page * (1 - 0.12 * np.exp(-np.abs(away) * 60)) * (1 - 0.08 * (away > 0))
        elif index % 5 == 2:  # stained
            rim = np.hypot(X - random.uniform(-1, 1), Y - random.uniform(-1, 1)) - 0.6
            page = page * (1 - 0.1 * (rim < 0) * np.exp(3 * np.minimum(rim, 0)))
        elif index % 5 == 3:  # dusty
            for _ in range(int(random.integers(1, 6))):
                row, column = random.integers(0, SIDE - 4, 2)
                page[row : row + random.integers(1, 4), column : column + random.integers(1, 4)] = (
                    0.3
                )
        elif index % 5 == 4:  # its corner, on a desk
            corner = (X - random.uniform(0.5, 1.2)) + random.uniform(-0.3, 0.3) * Y
            page = np.where(corner > 0, random.uniform(0.1, 0.6), page)
        yield _photographed(page, random)


def photos(random, count=60):
    """Photos without writing: lit balls and boxes, a window, out of focus lights, a keyboard."""
    for index in range(count):
        page = np.full((SIDE, SIDE), random.uniform(0.2, 0.9)) + 0.1 * _octaves(random, 80)
        for _ in range(int(random.integers(1, 6))):
            x, y, reach = *random.uniform(-1.3, 1.3, 2), random.uniform(0.2, 0.9)
            away = np.hypot(X - x, Y - y) / reach
            if index % 4 == 0:  # a ball
                lit = np.hypot(X - x + reach / 3, Y - y - reach / 3) / reach
                page = np.where(away < 1, random.uniform(0.5, 1) * (1 - 0.5 * lit), page)
            elif index % 4 == 1:  # a window or a box
                box = np.maximum(np.abs(X - x), np.abs(Y - y) * random.uniform(0.5, 2)) < reach
                page = np.where(box, random.uniform(0, 1) + 0.15 * X, page)
            elif index % 4 == 2:  # lights out of focus
                page = page + random.uniform(-0.3, 0.5) / (1 + np.exp(30 * (away - 0.6)))
        if index % 4 == 3:  # keys
            step = random.uniform(25, 70)
            keys = np.maximum(np.abs(COLUMNS % step - step / 2), np.abs(ROWS % step - step / 2))
            page = np.where(keys < 0.38 * step, 0.25, 0.6) + 0.05 * X
        yield _photographed(np.clip(page, 0.02, 1), random)


KINDS = {
    "printed letters": printed_letters,
    "handwritten letters": handwritten_letters,
    "printed signs": printed_signs,
    "shapes": shapes,
    "scribbles": scribbles,
    "two apart": two_apart,
    "two touching": two_touching,
    "three": three,
    "stacked apart": stacked_apart,
    "stacked touching": stacked_touching,
    "textures": textures,
    "ruled paper": ruled_paper,
    "plain paper": plain_paper,
    "photos": photos,
}


def pictures(kind):
    """All pictures of a kind, the same at every call."""
    return list(KINDS[kind](np.random.default_rng(20_260_000)))
