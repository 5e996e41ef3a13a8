"""Strokes as ink: drawn with any pen, and worn as paper and cameras wear them.

Ink is (SIDE, SIDE) float32 in [0, 1], 0 is paper.
"""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

SIDE = 144  # px
SIZE = 0.8, 0.92  # of the side: the longer side of what is drawn
WIDTH = 0.025, 0.2  # of the longer side of what is drawn: the pen
FINER = 2  # times as fine is what is drawn, for soft edges
SMALL = 6, 36  # px: the side of a picture of few pixels


def draw(skeleton: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The ink of a skeleton, (S, 2, 2) as in skeletons.py, drawn with some pen."""
    width = np.exp(random.uniform(*np.log(WIDTH)))
    length = FINER * SIDE * SIZE[1] / (1 + width)
    page = Image.new("L", (FINER * SIDE, FINER * SIDE))
    pen, reach = ImageDraw.Draw(page), length * width / 2
    for start, end in length / 2 * skeleton + FINER * SIDE / 2:
        pen.line([*start, *end], 255, max(1, round(2 * reach)))
        for x, y in (start, end):
            pen.ellipse([x - reach, y - reach, x + reach, y + reach], 255)
    return fitted(page, random)


def fitted(page: Image.Image, random: np.random.Generator) -> np.ndarray:
    """The ink of a grey page, on which ink is bright, cut out and scaled to some size in SIZE."""
    cut = page.crop(page.getbbox())
    scale = random.uniform(*SIZE) * SIDE / max(cut.size)
    width, height = (max(1, round(scale * side)) for side in cut.size)
    small = cut.resize((width, height), Image.Resampling.BILINEAR)
    ink, left, top = np.zeros((SIDE, SIDE), np.float32), (SIDE - width) // 2, (SIDE - height) // 2
    ink[top : top + height, left : left + width] = np.asarray(small, np.float32) / 255
    return ink


def wear(ink: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Ink as pens, paper and cameras leave it: ragged, cut, uneven, coarse; 4 in 10 as it is.

    Returns:
        (SIDE, SIDE), or (H, H) of a side in SMALL.
    """
    for spoil in (_ragged, _cut, _uneven, _small):
        if random.random() < 0.2:
            ink = spoil(ink, random)
    return ink


def _noise(shape, grain, random):
    """Smooth noise of mean 0 and standard deviation 1, in grains of so many pixels."""
    noise = ndimage.gaussian_filter(random.standard_normal(shape, np.float32), grain)
    return noise / noise.std()


def _ragged(ink, random):
    """Edges that fray, and strokes that break where they are thin."""
    soft = ndimage.gaussian_filter(ink, random.uniform(0.5, 2.2))
    soft = soft / max(soft.max(), 1e-6)  # a thin pen's stroke is as dark as before
    level = random.uniform(0.2, 0.45) + 0.12 * _noise(ink.shape, random.uniform(1, 4), random)
    # From 0.15 on paper stays paper.
    return np.clip(4 * (soft - np.maximum(level, 0.15)) + 0.5, 0, 1)


def _cut(ink, random):
    """One gap or two across a stroke."""
    y, x = np.indices(ink.shape)
    rows, columns = np.nonzero(ink > 0.5)
    for at in random.integers(0, max(len(rows), 1), random.integers(1, 3)):
        if len(rows):
            angle, down, right = random.uniform(0, np.pi), y - rows[at], x - columns[at]
            away = np.abs(down * np.cos(angle) + right * np.sin(angle))
            along = np.abs(right * np.cos(angle) - down * np.sin(angle))
            ink = np.where((away < random.uniform(0.5, 4)) & (along < SIDE / 8), 0, ink)
    return ink


def _small(ink, random):
    """As in a picture of few pixels, in which a thin stroke is grey."""
    side = round(np.exp(random.uniform(*np.log(SMALL))))
    page = Image.fromarray(ink.astype(np.float32))
    return np.array(page.resize((side, side), Image.Resampling.BOX))


def _uneven(ink, random):
    """Ink that flowed now more, now less."""
    flow = _noise(ink.shape, random.uniform(8, 30), random)
    return ink * np.clip(0.75 + 0.2 * flow, 0.3, 1)
