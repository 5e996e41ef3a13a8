"""Pictures that are no single digit: what the networks must not put a number to."""

import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mnist_cnn.dataset.digits import embedded_test_set

# Without the letters that a careful person, too, would read as a digit.
LETTERS = "ABCDEFGHJKMNPRTUVWXYadefhkmnrtuvwxy"
FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "STIXGeneral.ttf", "cmr10.ttf"]
SIDE = 280


def fonts():
    """Paths of fonts that matplotlib brings along."""
    folder = font_manager.get_data_path() if hasattr(font_manager, "get_data_path") else None
    paths = {path.split("/")[-1]: path for path in font_manager.findSystemFonts(folder)}
    found = {f.fname.split("/")[-1]: f.fname for f in font_manager.fontManager.ttflist}
    return [(found | paths)[name] for name in FONTS]


def paper():
    return Image.new("L", (SIDE, SIDE), 255)


def letters(random):
    """Every letter in some font, upright or slanted a little."""
    for letter in LETTERS:
        for path in random.choice(fonts(), 2, replace=False):
            picture = paper()
            font = ImageFont.truetype(str(path), int(random.integers(140, 220)))
            ImageDraw.Draw(picture).text((SIDE / 2, SIDE / 2), letter, 0, font, anchor="mm")
            yield picture.rotate(random.uniform(-10, 10), fillcolor=255)


def scribbles(random, count=60):
    """Long random curves, to and fro."""
    for _ in range(count):
        picture, draw_on = paper(), None
        draw_on = ImageDraw.Draw(picture)
        knots = random.uniform(30, SIDE - 30, (int(random.integers(9, 22)), 2))
        width = int(random.integers(8, 24))
        draw_on.line([tuple(knot) for knot in knots], 0, width, joint="curve")
        yield picture.filter(ImageFilter.GaussianBlur(1))


def two_digits(random, count=60):
    """Two test digits side by side, apart by a gap."""
    images = embedded_test_set().images.numpy()
    for _ in range(count):
        picture = paper()
        for x in (10, 145):
            digit = 255 - images[random.integers(len(images))]
            picture.paste(
                Image.fromarray(digit).resize((125, 125)), (x, int(random.integers(60, 90)))
            )
        yield picture


def textures(random, count=30):
    """Noise, stripes and checks."""
    y, x = np.mgrid[:SIDE, :SIDE]
    for index in range(count):
        period = random.integers(12, 60)
        pattern = (
            random.integers(0, 256, (SIDE, SIDE)),
            255 * (np.sin(2 * np.pi * x / period + random.uniform(0, 6)) > 0),
            255 * ((x // period + y // period) % 2),
        )[index % 3]
        yield Image.fromarray(np.uint8(pattern))


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


KINDS = {
    "letters": letters,
    "scribbles": scribbles,
    "two digits": two_digits,
    "textures": textures,
    "blanks": blanks,
}


def pictures(kind, seed=0):
    """All pictures of a kind, the same at every call."""
    return list(KINDS[kind](np.random.default_rng(seed)))
