"""Pictures that are no single digit, from which the detector learns what to reject."""

from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIDE = 140  # px
FONTS = [
    Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
    for name in (
        *("DejaVuSans", "DejaVuSansMono", "DejaVuSans-Oblique", "STIXGeneralItalic"),
        *("DejaVuSerif-Italic", "DejaVuSansMono-Bold"),
    )
]
# Without the letters that a person would read as a digit, too.
LETTERS = "ABCEFHJKLMNPQRTUVWXYadefhkmnprtuvwxyΓΔΘΛΞΠΣΦΨΩβδεηλμξπσφψω&@#%+=*"


def picture(seed: int, digits: np.ndarray) -> Image.Image:
    """One grey picture, dark on light; the seed decides its kind and everything in it.

    Args:
        digits: (N, 28, 28) uint8, ink bright: overlaps and splices are made of them.
    """
    random = np.random.default_rng(seed)
    return KINDS[seed % len(KINDS)](random, digits)


def _paper():
    return Image.new("L", (SIDE, SIDE), 255)


def _letter(random, digits):
    page = _paper()
    font = ImageFont.truetype(str(random.choice(FONTS)), int(random.integers(70, 115)))
    middle = (SIDE / 2, SIDE / 2)
    ImageDraw.Draw(page).text(middle, random.choice(list(LETTERS)), 0, font, anchor="mm")
    return page.rotate(random.uniform(-12, 12), fillcolor=255)


def _scribble(random, digits):
    page = _paper()
    knots = random.uniform(12, SIDE - 12, (int(random.integers(5, 15)), 2))
    width = int(random.integers(3, 14))
    ImageDraw.Draw(page).line([tuple(knot) for knot in knots], 0, width, joint="curve")
    return page


def _overlap(random, digits):
    page = np.full((SIDE, SIDE), 255, np.uint8)
    for _ in range(int(random.integers(2, 4))):
        size = int(random.integers(50, 90)), int(random.integers(60, 100))
        digit = 255 - np.asarray(Image.fromarray(digits[random.integers(len(digits))]).resize(size))
        y, x = (random.integers(0, SIDE - length) for length in digit.shape)
        place = page[y : y + digit.shape[0], x : x + digit.shape[1]]
        np.minimum(place, digit, out=place)
    return Image.fromarray(page)


def _splice(random, digits):
    one, other = (digits[random.integers(len(digits))] for _ in range(2))
    spliced, cut = one.copy(), random.integers(12, 17)
    if random.random() < 0.5:
        spliced[cut:] = np.rot90(other)[cut:]
    else:
        spliced[:, cut:] = np.rot90(other)[:, cut:]
    return Image.fromarray(255 - spliced).resize((SIDE, SIDE))


def _texture(random, digits):
    y, x = np.mgrid[:SIDE, :SIDE]
    period, angle = random.integers(5, 40), random.uniform(0, 6)
    away = np.hypot(x - random.integers(SIDE), y - random.integers(SIDE))
    patterns = (
        random.integers(0, 256, (SIDE, SIDE)),
        255 * (np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period) > 0),
        255 * ((x // period + y // period) % 2),
        255 * (away % period > period / 2),
    )
    return Image.fromarray(np.uint8(patterns[random.integers(len(patterns))]))


KINDS = (_letter, _letter, _letter, _scribble, _scribble, _overlap, _splice, _texture)
