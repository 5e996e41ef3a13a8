"""What is no single digit, from which the detector learns what to reject, as a table of kinds.

Most kinds are ink, as the pipeline finds it in a clean drawing; some are whole pictures, of which
the pipeline is to find the ink.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.learning.pen import SIDE, draw, fitted, wear
from mnist_cnn.learning.signs import LETTERS, OUTLINES, SHAPES, SQUARES, jumble, sign
from mnist_cnn.learning.skeletons import curved, normalised, template
from mnist_cnn.reading.pipelines import from_ink, images_by_id, preprocess, to_digit

KEPT = 0.8  # share of the ink: where the pipeline keeps less, a digit may be what is left
FONTS = [
    Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
    for name in (
        *("DejaVuSans", "DejaVuSansMono", "DejaVuSans-Oblique", "DejaVuSans-Bold"),
        *("DejaVuSerif-Italic", "DejaVuSansMono-Bold", "STIXGeneral", "STIXGeneralItalic"),
    )
]
# Without the letters and signs that a person would read as a digit, too.
PRINTED = "ABCEFHJKLMNPQRTUVWXYadefhkmnprtuvwxyΓΔΠΣΦΨΩηκμπφψωГДЖИЙКПФШЩЪЫЮЯджийкмнптфшщъыюя"
FOREIGN = "աթժխմյնպջռտփֆთლოფშწჰქאבהחמעצקשתبتثجسشصضعغفقكيⵣⵥⵎⵅⵞⵟ"  # of the first font
PUNCTUATION = '?!¡&@#%+=*~§¶€£¥[]{}<>:;…"÷×±≠≈√∈∀∪∩⊂⊥∇¿«»†‡¤'
SYMBOLS = "♥♡★☆☺☹♪♫♣♠♦⚓✂✈☂☁☎✓✔✗✘✕✚✝✡✳❄❀☘⌂⚑☾⚡←↑→↓↔↕↖↗↘↙⇐⇑⇒⇓⇔↩↪↵↯↰↱↲↳↺↻●□△▽◁▷◇◆■▲▼◎⊕⊗☯☮♀♂♿☠⚙⌘∞❤✿"
# Of a 0 or a 1 and another on top of each other, people write an 8, a 6, a 9 and a longer 1; but
# with so many pixels between them, they are two.
STACKED, CLEAR = range(2, 10), 3
INKED = 100  # of 255: grey that counts as a stroke
WIDE = 400  # px: three digits side by side are narrower
# Digits that are none when they are turned by a quarter, and those that are none in a mirror.
TURNED, MIRRORED = (2, 3, 4, 5, 6, 7, 9), (3, 4, 6, 7, 9)


@dataclass(frozen=True)
class Kind:
    """One kind of what is no single digit."""

    name: str
    # (random, digits) to ink (SIDE, SIDE), or to a grey PIL image, dark on light.
    make: Callable
    share: float  # of all that are made, relative to the other kinds
    several: bool = False  # more than one digit, all of them digits


def non_digit(seed: int, digits: Digits) -> tuple[np.ndarray, Kind] | None:
    """What the pipeline makes of one non-digit; the seed decides its kind and everything in it.

    Args:
        digits: rows, stacks and overlaps are made of them.

    Returns:
        (28, 28) uint8, ink bright, and its kind; None where the pipeline leaves nothing, or so
        little that it could be a digit.
    """
    random = np.random.default_rng(seed)
    shares = np.array([kind.share for kind in KINDS])
    kind = KINDS[random.choice(len(KINDS), p=shares / shares.sum())]
    made = kind.make(random, digits)
    if isinstance(made, Image.Image):
        digit = to_digit(preprocess(made))
        return (digit, kind) if digit.any() else None
    ink = wear(made, random)
    frames = from_ink(ink)
    kept = images_by_id(frames)["alone"] > 0
    is_whole = kept.any() and ink[kept].sum() >= KEPT * ink.sum()
    return (to_digit(frames), kind) if is_whole else None


def _printed(letters, fonts):
    def make(random, digits):
        page = Image.new("L", (2 * SIDE, 2 * SIDE))
        font = ImageFont.truetype(str(random.choice(fonts)), SIDE)
        ImageDraw.Draw(page).text((SIDE, SIDE), random.choice(letters), 255, font, anchor="mm")
        return fitted(page.rotate(random.uniform(-10, 10), Image.Resampling.BILINEAR), random)

    return make


def _drawn(signs):
    def make(random, digits):
        return draw(sign(random.choice(list(signs)), random), random)

    return make


def _filled(random, digits):
    """The area of an outline."""
    outline = sign(random.choice(list(OUTLINES)), random)[:, 0]
    page = Image.new("L", (2 * SIDE, 2 * SIDE))
    ImageDraw.Draw(page).polygon([tuple(point) for point in SIDE * (0.9 * outline + 1)], 255)
    return fitted(page, random)


def _jumbled(random, digits):
    return draw(jumble(random), random)


def _word(random, digits):
    """Two letters close together, by one pen."""
    left, right = (sign(random.choice(list(LETTERS)), random) for _ in range(2))
    apart = left[..., 0].max() - right[..., 0].min() + random.uniform(-0.2, 0.2)
    return draw(normalised(np.concatenate([left, right + np.array([apart, 0])])), random)


def _scribble(random, digits):
    knots = random.uniform(-1, 1, (int(random.integers(6, 16)), 2))
    return _line(curved(knots) if random.random() < 0.5 else knots, random)


def _line(points, random):
    return draw(normalised(np.stack([points[:-1], points[1:]], 1)), random)


def _one(random, digits, labels=range(10)):
    """One digit of these labels cut out, (H, W) uint8: between 40 and 60 px high."""
    while int(digits.labels[at := random.integers(len(digits))]) not in labels:
        pass
    ink = Image.fromarray(digits.images[at].numpy())
    cut = ink.crop(ink.getbbox())
    scale = random.uniform(40, 60) / cut.height
    size = max(2, round(scale * cut.width)), round(scale * cut.height)
    return np.asarray(cut.resize(size, Image.Resampling.BILINEAR))


def _row(random, digits):
    """Two or three digits side by side, which nearly touch or do."""
    page = _one(random, digits)
    for _ in range(random.choice([1, 2], p=[0.75, 0.25])):
        page = _beside(page, _one(random, digits), random.integers(-5, 10), random)
    return fitted(Image.fromarray(page), random)


def _stack(random, digits):
    """Two digits one above the other, apart or touching."""
    gap = random.integers(-4, 25)
    labels = STACKED if gap < CLEAR else range(10)
    upper, lower = (_one(random, digits, labels).T for _ in range(2))
    return fitted(Image.fromarray(_beside(upper, lower, gap, random).T), random)


def _beside(left, right, gap, random):
    """Two inks side by side, (H, W) uint8: so many px are between their nearest ink, or boxes."""
    drop = random.integers(-8, 9) + (len(left) - len(right)) // 2
    page = np.zeros((200, WIDE), np.uint8)
    page[60 : 60 + len(left), 5 : 5 + left.shape[1]] = left
    top, free = 60 + drop, 0
    if random.random() < 0.5:  # by boxes, a slanted digit stands further away
        rows = slice(top, top + len(right))
        ends = np.where(page[rows] > INKED, np.arange(WIDE), 0).max(1)
        starts = np.where(right > INKED, np.arange(right.shape[1]), WIDE).min(1)
        free = max(0, min(5 + left.shape[1] + (starts - ends).min(), right.shape[1] // 2))
    at = max(0, 5 + left.shape[1] + gap - free)
    place = page[top : top + len(right), at : at + right.shape[1]]
    np.maximum(place, right, out=place)
    return np.asarray(Image.fromarray(page).crop(Image.fromarray(page).getbbox()))


def _written_row(random, digits):
    """Two or three digits side by side, by one pen."""
    return _written(random.choice(10, random.choice([2, 3], p=[0.75, 0.25])), 0, random)


def _written_stack(random, digits):
    """Two digits one above the other, by one pen; close together, or touching."""
    return _written(random.choice(STACKED, 2), 1, random)


def _written(labels, axis, random):
    """The ink of digits along an axis, 0 is to the right, which touch or nearly do."""
    made, end = [], 0.0
    for label in labels:
        segments = template(int(label), random) * random.uniform(0.75, 1)
        shift = random.uniform(-0.15, 0.15, 2)
        shift[axis] = end - segments[..., axis].min() + random.uniform(-0.15, 0.3)
        made.append(segments + shift)
        end = made[-1][..., axis].max()
    return draw(normalised(np.concatenate(made)), random)


def _overlap(random, digits):
    """Two or three digits across each other."""
    page = np.zeros((160, 160), np.uint8)
    for _ in range(random.integers(2, 4)):
        part, (top, left) = _one(random, digits), random.integers(10, 60, 2)
        place = page[top : top + part.shape[0], left : left + part.shape[1]]
        np.maximum(place, part, out=place)
    return fitted(Image.fromarray(page), random)


def _turned(random, digits):
    """A digit turned by a quarter, or in a mirror."""
    turn, labels = ((np.rot90, TURNED), (np.fliplr, MIRRORED))[random.integers(2)]
    return fitted(Image.fromarray(turn(_one(random, digits, labels))), random)


def _crossed_out(random, digits):
    """A digit under a zigzag."""
    turns = np.arange(random.integers(5, 12))
    down = random.uniform(0.4, 1) * np.where(turns % 2, 1, -1)
    zigzag = _line(np.stack([2 * turns / turns[-1] - 1, down], 1), random)
    return np.maximum(zigzag, fitted(Image.fromarray(_one(random, digits)), random))


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


def _empty_paper(random, digits):
    """Ruled, squared or dusty paper without writing, in some light, as a camera sees it."""
    y, x = np.mgrid[: 2 * SIDE, : 2 * SIDE] / (2 * SIDE)
    turn = np.deg2rad(random.uniform(-6, 6))
    down, across = y * np.cos(turn) + x * np.sin(turn), x * np.cos(turn) - y * np.sin(turn)
    period, width = random.uniform(0.05, 0.3), random.uniform(0.003, 0.012)
    lines = (down + random.random()) % period < width
    if random.random() < 0.6:
        lines |= (across + random.random()) % period < width
    for row, column in random.uniform(0.1, 0.9, (random.integers(4), 2)):
        lines |= np.hypot(y - row, x - column) < random.uniform(0.005, 0.025)
    light = random.uniform(120, 250) * (1 - random.uniform(0, 0.5) * np.hypot(x - 0.5, y - 0.5))
    grey = light * (1 - random.uniform(0.1, 0.6) * lines)
    return _photo(grey, random)


def _things(random, digits):
    """A photo without writing: things in front of each other, each of one grey."""
    page = Image.new("L", (2 * SIDE, 2 * SIDE), int(random.integers(60, 256)))
    pen = ImageDraw.Draw(page)
    for _ in range(int(random.integers(1, 25))):
        corners = random.uniform(-0.2, 1.2, 2) * 2 * SIDE + random.normal(0, 60, (5, 2))
        shape, grey = random.integers(3), int(random.integers(0, 256))
        if shape == 2:
            pen.ellipse([*corners.min(0), *corners.max(0)], grey)
        else:
            (pen.polygon, pen.line)[shape]([tuple(corner) for corner in corners], grey)
    return _photo(np.asarray(page, float), random)


def _photo(grey, random):
    noise = random.normal(0, random.uniform(0.5, 5), grey.shape)
    page = Image.fromarray(np.uint8(np.clip(grey + noise, 0, 255)))
    return page.filter(ImageFilter.GaussianBlur(random.uniform(0, 2)))


KINDS = (
    Kind("printed letter", _printed(list(PRINTED), FONTS), 3),
    Kind("printed punctuation", _printed(list(PUNCTUATION), FONTS), 2),
    Kind("foreign letter", _printed(list(FOREIGN), FONTS[:1]), 1),
    Kind("symbol", _printed(list(SYMBOLS), FONTS[:1]), 1.5),
    Kind("drawn letter", _drawn(LETTERS), 5),
    Kind("drawn outline", _drawn(OUTLINES), 1.5),
    Kind("drawn shape", _drawn(SHAPES), 3.5),
    Kind("filled shape", _filled, 1),
    Kind("jumble", _jumbled, 1.5),
    Kind("word", _word, 0.5),
    Kind("drawn square", _drawn(SQUARES), 0.3),
    Kind("scribble", _scribble, 1.5),
    Kind("row", _row, 2.5, several=True),
    Kind("stack", _stack, 2, several=True),
    Kind("written row", _written_row, 1.5, several=True),
    Kind("written stack", _written_stack, 1, several=True),
    Kind("overlap", _overlap, 0.3),
    Kind("turned", _turned, 1),
    Kind("crossed out", _crossed_out, 0.5),
    Kind("texture", _texture, 0.4),
    Kind("empty paper", _empty_paper, 0.3),
    Kind("photo without writing", _things, 0.6),
)
