"""Pictures that are no single digit: what the networks must not put a number to.

Their ways and fonts are not those of mnist_cnn.learning.non_digits, from which the detector learns:
curves by their equations, the centre lines of letters warped and drawn with a brush, pens that
wander, pages under a slanted camera.
"""

from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage

from mnist_cnn.dataset.digits import embedded_test_set

# Without the letters that a careful person, too, would read as a digit.
LETTERS = "ABCEFHJKLMNPQRTUVWXYadefhkmnprtuvwxy"
PUNCTUATION = "?!&@#%+=*[]<>"
FONTS = ["cmss10", "cmti10", "cmr10", "cmtt10", "DejaVuSerif", "STIXGeneralBol"]
SIDE = 280


def font(name, size):
    """A font that matplotlib brings along."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{name}.ttf"), size)


def paper():
    return Image.new("L", (SIDE, SIDE), 255)


def _printed(random, text, size=200):
    picture = paper()
    face = font(str(random.choice(FONTS)), size)
    ImageDraw.Draw(picture).text((SIDE / 2, SIDE / 2), text, 0, face, anchor="mm")
    return picture


def letters(random):
    """Every letter in two fonts, upright or slanted a little."""
    for letter in LETTERS:
        for _ in range(2):
            size = int(random.integers(140, 220))
            yield _printed(random, letter, size).rotate(random.uniform(-10, 10), fillcolor=255)


def punctuation(random):
    """Signs in three fonts."""
    for sign in PUNCTUATION:
        for _ in range(3):
            yield _printed(random, sign).rotate(random.uniform(-10, 10), fillcolor=255)


@cache
def _centre_line(letter, name):
    """Where the strokes of a printed letter have their middle: (SIDE, SIDE) bool."""
    picture = paper()
    ImageDraw.Draw(picture).text((SIDE / 2, SIDE / 2), letter, 0, font(name, 200), anchor="mm")
    depth = ndimage.distance_transform_edt(np.asarray(picture) < 128)
    return (depth > 2) & (depth >= ndimage.maximum_filter(depth, 3) - 0.3)


def handwritten_letters(random):
    """Every letter twice: the middle of its strokes, warped, and drawn with a brush."""
    for letter in LETTERS:
        for name in ("cmss10", "cmtt10"):
            warp = [ndimage.gaussian_filter(random.normal(size=(SIDE, SIDE)), 35) for _ in "yx"]
            warp = [random.uniform(4, 9) * part / part.std() for part in warp]
            y, x = np.indices((SIDE, SIDE))
            slant = random.uniform(-0.3, 0.3) * (y - SIDE / 2)
            line = _centre_line(letter, name).astype(float)
            drawn = ndimage.map_coordinates(
                ndimage.maximum_filter(line, 5), [y + warp[0], x + warp[1] + slant], order=1
            )
            reach = ndimage.distance_transform_edt(drawn < 0.5)
            yield _as_picture(reach < random.uniform(2, 10))


def _as_picture(ink):
    """A picture of (SIDE, SIDE) ink from 0 to 1, dark on light, with soft edges."""
    return Image.fromarray(np.uint8(255 - 255 * ndimage.gaussian_filter(ink * 1.0, 1)))


def _polygon(corners, step=1, turn=-90):
    angles = np.deg2rad(turn) + 2 * np.pi * step * np.arange(corners + 1) / corners
    return np.stack([np.cos(angles), np.sin(angles)], 1)


T = np.linspace(0, 2 * np.pi, 200)
HEART = np.stack(
    [np.sin(T) ** 3, -(13 * np.cos(T) - 5 * np.cos(2 * T) - 2 * np.cos(3 * T)) / 16], 1
)
CIRCLE = np.stack([np.cos(T), np.sin(T)], 1)
MOUTH = 0.55 * CIRCLE[10:90]
BAR = np.array([[-1, 0], [1, 0]])
ARROW = [BAR, np.array([[0.4, -0.5], [1, 0], [0.4, 0.5]])]
SHAPES = {
    "heart": [HEART],
    "triangle": [_polygon(3)],
    "triangle on its tip": [_polygon(3, turn=90)],
    "square": [_polygon(4, turn=45)],
    "star": [_polygon(5, step=2)],
    "smiley": [CIRCLE, 0.08 * CIRCLE - (0.35, 0.3), 0.08 * CIRCLE - (-0.35, 0.3), MOUTH],
    "sad face": [CIRCLE, 0.1 * CIRCLE - (0.35, 0.3), 0.1 * CIRCLE - (-0.35, 0.3), (0, 0.7) - MOUTH],
    "plus": [BAR, BAR[:, ::-1]],
    "cross": [BAR + BAR[:, ::-1], BAR - BAR[:, ::-1]],
    "equals": [BAR - (0, 0.3), BAR - (0, -0.3)],
    "arrow to the right": ARROW,
    "arrow to the left": [-part for part in ARROW],
    "arrow up": [-part[:, ::-1] for part in ARROW],
    "arrow down": [part[:, ::-1] for part in ARROW],
    "spiral": [np.stack([T * np.cos(2.5 * T), T * np.sin(2.5 * T)], 1) / 6.3],
    "wave": [np.stack([T / np.pi - 1, 0.3 * np.sin(2 * T)], 1)],
    "lying eight": [np.stack([np.cos(T), 0.5 * np.sin(2 * T)], 1)],
    "rose": [np.stack([np.cos(2 * T) * np.cos(T), np.cos(2 * T) * np.sin(T)], 1)],
    "crossed circle": [CIRCLE, BAR, BAR[:, ::-1]],
    "house": [np.array([[-0.8, 1], [-0.8, -0.1], [0, -1], [0.8, -0.1], [0.8, 1], [-0.8, 1]])],
    "tick": [np.array([[-0.8, 0.1], [-0.3, 0.7], [0.8, -0.8]])],
    "Y": [np.array([[-0.6, -1], [0, 0], [0.6, -1]]), np.array([[0, 0], [0, 1]])],
}


def shapes(random, count=6):
    """Every shape with pens from thin to thick, outlined by an unsteady hand."""
    for lines in SHAPES.values():
        for _ in range(count):
            picture, size = paper(), random.uniform(70, 115)
            pen, width = ImageDraw.Draw(picture), int(random.uniform(0.06, 0.25) * size)
            bends, phase = random.uniform(-3, 3, (2, 2)), random.uniform(0, 6, 2)
            angle = np.deg2rad(random.uniform(-8, 8))
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            for line in lines:
                bent = (line + 0.05 * np.sin(line @ bends + phase)) @ turn * size + SIDE / 2
                pen.line([tuple(point) for point in bent], 0, width, joint="curve")
            yield picture.filter(ImageFilter.GaussianBlur(1))


def scribbles(random, count=60):
    """A pen that wanders to and fro, pulled back to the middle."""
    for _ in range(count):
        picture = paper()
        place, speed, way = np.zeros(2), random.normal(size=2), []
        for _ in range(int(random.integers(120, 400))):
            speed = 0.93 * speed - 0.02 * place + random.normal(0, 0.5, 2)
            place = place + speed
            way.append(place)
        way = np.array(way) - np.mean(way, 0)
        way = SIDE / 2 + way * 110 / np.abs(way).max()
        width = int(random.integers(6, 18))
        ImageDraw.Draw(picture).line([tuple(point) for point in way], 0, width, joint="curve")
        yield picture.filter(ImageFilter.GaussianBlur(1))


def _cut_digits(random, count):
    """The ink of so many test digits, cut out, each (H, W) uint8."""
    images = embedded_test_set().images.numpy()
    for index in random.integers(len(images), size=count):
        rows, columns = np.nonzero(images[index])
        yield images[index][rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _placed(parts, gap, axis):
    """Digits one after the other, their middles on one line, on a white picture."""
    across = max(part.shape[1 - axis] for part in parts)
    length = sum(part.shape[axis] + gap for part in parts) + 8
    ink = np.zeros((length, across + 8) if axis == 0 else (across + 8, length), np.uint8)
    at = 4
    for part in parts:
        side = 4 + (across - part.shape[1 - axis]) // 2
        place = ink[at:, side:] if axis == 0 else ink[side:, at:]
        place = place[: part.shape[0], : part.shape[1]]
        np.maximum(place, part, out=place)
        at += part.shape[axis] + gap
    scale = 240 / max(ink.shape)
    size = [round(scale * side) for side in ink.shape[::-1]]
    picture = paper()
    large = Image.fromarray(255 - ink).resize(size, Image.Resampling.BICUBIC)
    picture.paste(large, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return picture


def two_digits(random, count=60):
    """Two test digits side by side, apart by a gap."""
    for _ in range(count):
        yield _placed(list(_cut_digits(random, 2)), int(random.integers(4, 12)), axis=1)


def touching_digits(random, count=60):
    """Two test digits that touch."""
    for _ in range(count):
        yield _placed(list(_cut_digits(random, 2)), -int(random.integers(1, 3)), axis=1)


def three_digits(random, count=40):
    """Three test digits, apart or touching."""
    for _ in range(count):
        yield _placed(list(_cut_digits(random, 3)), int(random.integers(-1, 8)), axis=1)


def stacked_digits(random, count=60):
    """Two test digits, one above the other, apart or touching."""
    for _ in range(count):
        yield _placed(list(_cut_digits(random, 2)), int(random.integers(-1, 8)), axis=0)


def textures(random, count=40):
    """Grain, bricks, stripes and cloth."""
    y, x = np.mgrid[:SIDE, :SIDE]
    for index in range(count):
        period = int(random.integers(14, 60))
        row = y // period
        pattern = (
            128 + 60 * ndimage.gaussian_filter(random.normal(size=(SIDE, SIDE)), 2) / 0.14,
            255 * ((y % period > 3) & ((x + row % 2 * period) % (2 * period) > 3)),
            255 * (np.sin(2 * np.pi * x / period + random.uniform(0, 6)) > 0),
            128 + 60 * np.sin(x / period * 6) + 60 * np.sin(y / period * 6),
        )[index % 4]
        yield Image.fromarray(np.uint8(np.clip(pattern, 0, 255)))


def blanks(random, count=30):
    """Empty paper, with grain, shade, a speck or nothing."""
    ramp = np.linspace(0, 1, SIDE)[None, :]
    for index in range(count):
        level, noise = random.uniform(120, 250), random.uniform(0, 4)
        values = level - random.uniform(0, 60) * ramp + random.normal(0, noise + 0.01, (SIDE, SIDE))
        if index % 3 == 0:
            row, column = random.integers(10, SIDE - 10, 2)
            values[row : row + 3, column : column + 3] = 0
        yield Image.fromarray(np.uint8(np.clip(values, 0, 255)))


def empty_pages(random, count=60):
    """Ruled, squared and dotted paper without writing, seen from the side, in uneven light."""
    for index in range(count):
        page = Image.new("L", (500, 500), int(random.integers(170, 255)))
        pen, dark = ImageDraw.Draw(page), int(random.integers(60, 160))
        step = int(random.integers(24, 70))
        for at in range(step, 500, step):
            if index % 3 < 2:
                pen.line([0, at, 500, at], dark, int(random.integers(1, 4)))
            if index % 3 == 1:
                pen.line([at, 0, at, 500], dark, 2)
            if index % 3 == 2:
                for x in range(step, 500, step):
                    pen.ellipse([x, at, x + 3, at + 3], dark)
        corners = np.array([[60, 60], [60, 440], [440, 440], [440, 60]]) + random.normal(
            0, 25, (4, 2)
        )
        seen = page.transform((SIDE, SIDE), Image.Transform.QUAD, corners.ravel().tolist(), 2)
        yield _in_light(np.asarray(seen, float), random)


def photos(random, count=60):
    """Photos of a desk: soft shadows, edges of things, no writing."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    for _ in range(count):
        grey = np.full((SIDE, SIDE), random.uniform(60, 230))
        for _ in range(int(random.integers(1, 7))):
            angle, offset = random.uniform(0, 2 * np.pi), random.uniform(0.1, 0.9)
            edge = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + 0.5 - offset
            blend = 1 / (1 + np.exp(-edge / random.uniform(0.002, 0.1)))
            grey = grey + random.uniform(-90, 90) * blend
        yield _in_light(np.clip(grey, 5, 250), random)


def _in_light(grey, random):
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    light = 1 - random.uniform(0, 0.5) * ((x - random.random()) ** 2 + (y - random.random()) ** 2)
    noisy = grey * light + random.normal(0, random.uniform(0.5, 4), grey.shape)
    blurred = ndimage.gaussian_filter(noisy, random.uniform(0.3, 1.2))
    return Image.fromarray(np.uint8(np.clip(blurred, 0, 255)))


KINDS = {
    "letters": letters,
    "handwritten letters": handwritten_letters,
    "punctuation": punctuation,
    "shapes": shapes,
    "scribbles": scribbles,
    "two digits": two_digits,
    "touching digits": touching_digits,
    "three digits": three_digits,
    "stacked digits": stacked_digits,
    "textures": textures,
    "blanks": blanks,
    "empty pages": empty_pages,
    "photos": photos,
}


def pictures(kind, seed=0):
    """All pictures of a kind, the same at every call."""
    return list(KINDS[kind](np.random.default_rng(seed)))
