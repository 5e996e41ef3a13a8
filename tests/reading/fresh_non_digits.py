"""Pictures that are no single digit, a third judge: written before any guard was shown one of them.

Neither the kinds that the detector learns from (mnist_cnn.learning.non_digits) nor the other two
judges (non_digits.py, unseen_non_digits.py) share their fonts, shapes or ways: letters in script
and caligraphic fonts, warped by a swirl and thickened, or their ridges under a brush of changing
width; icons of arcs and rods; curves that roll round circles; digits beside letters, exponents,
fractions, digits joined by a stroke of the pen; mazes, cells and print; parts of real photos.

Left out, for a person who sees nothing but the prepared 28×28 pixels would call them digits: the
letters b D g G I l o O q Q s S z Z (in script J and Y, too), delta, zeta and theta, single bars
(barcodes are cut down to one), rings, slashed or open ones, too, and apples.
"""

from functools import cache
from pathlib import Path

import gradio
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from mnist_cnn.dataset.digits import embedded_test_set

SIDE = 240
MIDDLE = SIDE / 2
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE].astype(float)
CAPITALS, SMALL = "ABCEFHKLMNPRTUVWX", "adefhkmnprtuvwxy"
FONTS = [  # package, file, its letters
    (gradio, "**/KaTeX_Script-Regular*.ttf", CAPITALS),
    (gradio, "**/KaTeX_Caligraphic-Bold*.ttf", CAPITALS),
    (matplotlib, "**/cmb10.ttf", CAPITALS + SMALL),
    (gradio, "**/KaTeX_SansSerif-Italic*.ttf", CAPITALS + SMALL),
    (gradio, "**/KaTeX_Typewriter-Regular*.ttf", CAPITALS + SMALL),
]
MARKS = "♔♕♘♞⚀⚄☎☢☣⚖⚜✇✪✬✽❁❖❦➔➟⬅⊞⊠⋈⌘⏏⚒⚔⚗☕♨♻⚐✄✍"  # of DejaVu Sans
GREEK = "αεηκλμνξπρτφχψω"


@cache
def _font(index, size):
    package, pattern, _ = FONTS[index]
    found = sorted(Path(package.__file__).parent.glob(pattern))[0]
    return ImageFont.truetype(str(found), size)


def _glyph(text, face):
    """A text in the middle, (SIDE, SIDE) bool."""
    page = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(page).text((MIDDLE, MIDDLE), text, 255, face, anchor="mm")
    return np.asarray(page) > 127


def _swirled(ink, random):
    """Ink turned the more, the nearer to some point, and leaning: (SIDE, SIDE) bool."""
    x, y = random.uniform(60, SIDE - 60, 2)
    near = np.exp(-((COLUMNS - x) ** 2 + (ROWS - y) ** 2) / (2 * random.uniform(40, 90) ** 2))
    turn = random.normal(0, 0.25) * near + random.normal(0, 0.07)
    lean = random.uniform(-0.2, 0.2)
    down, right = ROWS - MIDDLE, COLUMNS - MIDDLE
    right = right + lean * down
    place = [
        MIDDLE + down * np.cos(turn) + right * np.sin(turn),
        MIDDLE + right * np.cos(turn) - down * np.sin(turn),
    ]
    return ndimage.map_coordinates(ink * 1.0, place, order=1) > 0.5


def _thickened(ink, reach):
    """Ink that spreads by so many pixels, or shrinks by them."""
    away = ndimage.distance_transform_edt(~ink) - ndimage.distance_transform_edt(ink)
    return away < reach


def _picture(ink, random):
    """Ink on light or dark paper, soft at its edges."""
    soft = ndimage.gaussian_filter(ink * 1.0, random.uniform(0.5, 1.5))
    paper, pen = (random.integers(200, 256), random.integers(0, 90))[:: random.choice([1, 1, -1])]
    return Image.fromarray(np.uint8(paper + (pen - paper) * soft))


def letters(random):
    """Every letter of every font, warped and thickened."""
    for index, (_, _, letters) in enumerate(FONTS):
        for letter in letters:
            face = _font(index, int(random.integers(110, 180)))
            ink = _swirled(_glyph(letter, face), random)
            yield _picture(_thickened(ink, random.uniform(-1, 6)), random)


def _ridge(ink):
    """The middle of strokes: (SIDE, SIDE) bool."""
    depth = ndimage.distance_transform_edt(ink)
    return (depth > 1.5) & (depth >= ndimage.maximum_filter(depth, 3) - 0.35)


def _brushed(line, random):
    """A line under a brush that is pressed now more, now less."""
    press = ndimage.gaussian_filter(random.normal(size=line.shape), 25)
    press = 1 + random.uniform(0, 0.4) * press / press.std()
    width = random.uniform(2, 10)
    return ndimage.distance_transform_edt(~line) < width * np.clip(press, 0.4, 2)


def written_letters(random):
    """Every letter as its ridge under a brush, warped."""
    for index, (_, _, letters) in enumerate(FONTS):
        for letter in letters:
            line = _ridge(_glyph(letter, _font(index, 180)))
            yield _picture(
                _brushed(_swirled(ndimage.binary_dilation(line), random), random), random
            )


def _named(name, size):
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{name}.ttf"), size)


def signs(random):
    """Marks and Greek letters, warped."""
    for text in [*MARKS, *MARKS, *GREEK, *GREEK]:
        name = "DejaVuSans-Bold" if text in MARKS else "STIXGeneralItalic"
        face = _named("DejaVuSans" if text in MARKS else name, int(random.integers(130, 190)))
        yield _picture(_swirled(_glyph(text, face), random), random)


def _rolled(ratio, arm, inside):
    """The way of a point on an arm of a circle that rolls round another, inside or outside it."""
    t = np.linspace(0, 2 * np.pi, 900)
    sign = -1 if inside else 1
    x = (ratio + sign) * np.cos(t) - sign * arm * np.cos((ratio + sign) * t)
    y = (ratio + sign) * np.sin(t) - arm * np.sin((ratio + sign) * t)
    return np.stack([x, y], 1)


def _lissajous(across, down, phase):
    t = np.linspace(0, 2 * np.pi, 600)
    return np.stack([np.sin(across * t + phase), np.sin(down * t)], 1)


def _gear(teeth):
    t = np.linspace(0, 2 * np.pi, 8 * teeth + 1)
    reach = 1 + 0.25 * np.sign(np.sin(teeth * t + 0.3))
    return np.stack([reach * np.cos(t), reach * np.sin(t)], 1)


def _star(corners, step):
    angle = 2 * np.pi * step * np.arange(corners + 1) / corners
    return np.stack([np.sin(angle), -np.cos(angle)], 1)


CURVES = {
    "deltoid": _rolled(3, 1, True),
    "astroid with loops": _rolled(4, 2, True),
    "flower of loops": _rolled(5, 3, True),
    "clover": _rolled(4, 2.2, False),
    "five loops": _rolled(5, 2, False),
    "knot": _lissajous(2, 3, 0.6),
    "net": _lissajous(3, 4, 0.4),
    "gear": _gear(9),
    "star of seven": _star(7, 3),
    "star of eight": _star(8, 3),
    "square spiral": np.array(
        [[0, 0], [1, 0], [1, 1], [-1, 1], [-1, -1], [2, -1], [2, 2], [-2, 2]]
    ),
    "spring": np.stack([(t := np.linspace(0, 32, 500)) / 3 + 1.5 * np.cos(t), 2.5 * np.sin(t)], 1),
}


def curves(random, count=6):
    """Curves that roll, swing and turn, with pens from thin to thick."""
    for way in CURVES.values():
        for _ in range(count):
            angle, size = random.uniform(-0.4, 0.4), random.uniform(70, 105)
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            middle = (way.max(0) + way.min(0)) / 2
            points = (
                (way - middle) / np.abs(way - middle).max() @ turn * [1, random.uniform(0.7, 1)]
            )
            points = size * points + MIDDLE + random.normal(0, 1, points.shape) * (len(way) < 99)
            page = Image.new("L", (SIDE, SIDE))
            width = int(random.integers(4, 16))
            ImageDraw.Draw(page).line([tuple(p) for p in points], 255, width, joint="curve")
            yield _picture(np.asarray(page) > 127, random)


# Icons: rods "x y x y ...", rings "o x y across down", bows "c x y across down from to" (degrees,
# clockwise from the right), discs "d x y across down"; each from 0 to 100.
ICONS = {
    "heart of bows": "c 30 35 20 20 150 330, c 70 35 20 20 210 30, 13 45 50 92 87 45",
    "smiley with hair": "o 50 55 36 36, d 38 48 4 4, d 62 48 4 4, c 50 58 20 16 20 160,"
    " 40 20 36 6, 50 19 50 4, 60 20 64 6",
    "smiley with a hat": "o 50 60 32 30, d 40 54 4 4, d 60 54 4 4, c 50 62 16 14 20 160,"
    " 10 34 90 34, 30 34 30 8 70 8 70 34",
    "frown": "o 50 50 40 40, d 36 40 5 5, d 64 40 5 5, c 50 78 22 18 200 340, 28 30 42 34,"
    " 72 30 58 34",
    "padlock": "15 45 85 45 85 95 15 95 15 45, c 50 45 22 35 180 360, d 50 68 6 6",
    "bell": "15 80 85 80, c 50 50 28 40 180 360, 22 50 15 80, 78 50 85 80, d 50 90 8 6",
    "bulb": "c 50 38 30 32 130 410, 38 64 38 80 62 80 62 64, 40 90 60 90",
    "battery": "5 35 85 35 85 65 5 65 5 35, 92 44 92 56, 20 42 20 58, 38 42 38 58, 56 42 56 58",
    "bicycle": "o 22 68 18 18, o 78 68 18 18,"
    " 22 68 40 40 66 40 50 68 22 68, 66 40 78 68, 62 30 74 30",
    "ice cream": "20 42 50 96 80 42 20 42, c 50 40 30 30 180 360",
    "rocket": "50 4 68 30 68 72 32 72 32 30 50 4, 32 55 14 82 32 72, 68 55 86 82 68 72,"
    " o 50 40 8 8",
    "spider": "d 50 50 16 16, 50 50 8 20, 50 50 4 44, 50 50 6 72, 50 50 92 20, 50 50 96 44,"
    " 50 50 94 72, 50 50 24 92, 50 50 76 92",
    "kite": "50 4 80 34 50 66 20 34 50 4, 50 4 50 66, 20 34 80 34, 50 66 40 78 58 86 48 98",
    "drum": "o 50 30 38 14, 12 30 12 76, 88 30 88 76, c 50 76 38 14 0 180, 20 2 50 26, 80 2 50 26",
    "trophy": "26 8 74 8 68 50 32 50 26 8, 50 50 50 82, 30 90 70 90, c 22 24 14 16 90 270,"
    " c 78 24 14 16 270 450",
    "telephone": "c 50 30 40 20 180 360, 20 90 30 50 70 50 80 90 20 90, o 50 70 10 10",
    "wireless": "c 50 80 16 16 225 315, c 50 80 38 38 225 315, c 50 80 60 60 225 315, d 50 84 6 6",
    "sun with face": "o 50 50 26 26, d 42 46 3 3, d 58 46 3 3, c 50 52 12 10 20 160, 50 4 50 16,"
    " 50 84 50 96, 4 50 16 50, 84 50 96 50, 18 18 26 26, 82 82 74 74, 18 82 26 74, 82 18 74 26",
    "daisy": "d 50 36 9 9, o 50 16 9 11, o 50 56 9 11, o 30 36 11 9, o 70 36 11 9, 50 66 50 98",
    "tulip": "30 10 30 40, 30 10 42 24 50 8 58 24 70 10 70 40, c 50 40 20 18 0 180, 50 58 50 98,"
    " 50 90 72 66",
    "house with windows": "12 44 50 8 88 44, 20 40 20 94 80 94 80 40,"
    " 32 52 46 52 46 66 32 66 32 52, 56 94 56 66 70 66 70 94",
    "church": "20 94 20 50 50 26 80 50 80 94 20 94, 50 26 50 4, 42 12 58 12",
    "tent": "50 10 8 90 92 90 50 10, 50 10 40 90, 50 10 60 90",
    "arrow with feathers": "10 90 88 12, 62 12 88 12 88 38, 10 90 10 72, 10 90 28 90, 18 82 18 64,"
    " 18 82 36 82",
    "double arrow": "8 40 70 40, 8 60 70 60, 58 22 92 50 58 78",
    "two arrows": "10 34 88 34, 72 18 88 34 72 50, 90 68 12 68, 28 52 12 68 28 84",
    "thumb": "10 48 28 48 28 92 10 92 10 48, 28 54 46 40 50 10 62 16 60 40 88 40 82 92 28 92",
    "scissors": "o 22 80 12 12, o 78 80 12 12, 30 72 70 8, 70 72 30 8",
    "cocktail": "10 12 90 12 50 56 10 12, 50 56 50 92, 28 92 72 92, 60 30 84 2",
    "crane": "20 96 20 10, 8 22 92 22, 20 10 80 22, 76 22 76 54, 8 96 40 96",
    "tick in a ring": "o 50 50 42 42, 28 52 44 68 74 34",
    "cross in a diamond": "50 4 96 50 50 96 4 50 50 4, 32 32 68 68, 68 32 32 68",
    "abacus": "10 6 10 94, 90 6 90 94, 10 30 90 30, 10 66 90 66, d 30 30 7 9, d 50 30 7 9,"
    " d 74 66 7 9",
    "dumbbell": "24 50 76 50, 24 26 24 74, 12 34 12 66, 76 26 76 74, 88 34 88 66",
    "windmill": "38 96 46 44 54 44 62 96 38 96, 50 44 14 14, 50 44 86 14, 50 44 20 78, 50 44 80 78",
}  # fmt: skip


def icons(random, count=5):
    """Every icon in an unsteady hand, with any pen."""
    for parts in ICONS.values():
        for _ in range(count):
            page = Image.new("L", (SIDE, SIDE))
            pen, width = ImageDraw.Draw(page), int(random.integers(4, 17))
            size = random.uniform(1.3, 2.1) * np.array([1, random.uniform(0.85, 1.1)])
            start = (SIDE - 100 * size) / 2
            for part in parts.split(","):
                words = part.split()
                kind = words.pop(0) if words[0] in "ocd" else "-"
                figures = np.array(words, float)
                figures[:4] += random.normal(0, random.uniform(0, 2.5), min(4, len(figures)))
                if kind == "-":
                    points = figures.reshape(-1, 2) * size + start
                    pen.line([tuple(point) for point in points], 255, width, joint="curve")
                    continue
                middle, reach = figures[:2] * size + start, np.abs(figures[2:4]) * size
                box = [*(middle - reach), *(middle + reach)]
                if kind == "d":
                    pen.ellipse(box, 255)
                else:
                    pen.arc(box, *(figures[4:] if kind == "c" else (0, 360)), fill=255, width=width)
            yield _picture(_swirled(np.asarray(page) > 127, random), random)


def scrawls(random, count=60):
    """Two pens across each other whose turning changes by chance: curls, knots and tangles."""
    for _ in range(count):
        page, width = Image.new("L", (SIDE, SIDE)), int(random.integers(3, 12))
        for _ in range(2):
            turning = np.cumsum(random.normal(0, random.uniform(0.03, 0.08), 500))
            angle = np.cumsum(0.3 * turning / max(1, np.abs(turning).max()))
            way = np.cumsum(np.stack([np.cos(angle), np.sin(angle)], 1), 0)
            way = way + np.cumsum(random.normal(0, 0.4, way.shape), 0)
            way = (way - way.mean(0)) / np.abs(way - way.mean(0)).max() * 100 + MIDDLE
            ImageDraw.Draw(page).line([tuple(point) for point in way], 255, width, joint="curve")
        yield _picture(np.asarray(page) > 127, random)


def _digit(random, height, besides=()):
    """A test digit so many pixels high, (H, W) bool, cut out."""
    test = embedded_test_set()
    while int(test.labels[at := int(random.integers(len(test)))]) in besides:
        pass
    image = Image.fromarray(test.images[at].numpy())
    cut = image.crop(image.getbbox())
    size = max(4, round(cut.width * height / cut.height)), int(height)
    return _tight(np.asarray(cut.resize(size, Image.Resampling.LANCZOS)) > 110)


def _tight(ink):
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _placed(*parts):
    """Parts with the place of their top left corner, on one page, scaled to fit: bool."""
    high = max(y + len(part) for part, x, y in parts)
    wide = max(x + part.shape[1] for part, x, y in parts)
    page = np.zeros((high, wide), bool)
    for part, x, y in parts:
        page[y : y + len(part), x : x + part.shape[1]] |= part
    scale = 190 / max(page.shape)
    size = [max(1, round(scale * side)) for side in page.shape[::-1]]
    small = Image.fromarray(np.uint8(255 * page)).resize(size, Image.Resampling.BILINEAR)
    whole = Image.new("L", (SIDE, SIDE))
    whole.paste(small, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return np.asarray(whole) > 127


def in_thick_pen(random, count=80):
    """Two digits, near each other, whose ink spreads until it meets."""
    for _ in range(count):
        one, other = (_digit(random, height) for height in random.integers(80, 120, 2))
        ink = _placed((one, 0, 20), (other, one.shape[1] + 4, 20 + int(random.integers(-15, 16))))
        reach = random.uniform(0, 2)
        while ndimage.label(_thickened(ink, reach), np.ones((3, 3)))[1] > 1:
            reach += 1
        yield _picture(_thickened(ink, reach), random)


def joined_by_a_stroke(random, count=80):
    """Two digits and the stroke of a pen that was not lifted between them."""
    for _ in range(count):
        one, other = (_digit(random, height) for height in random.integers(80, 120, 2))
        gap, drop = int(random.integers(5, 40)), int(random.integers(0, 25))
        page = Image.fromarray(np.uint8(255 * np.pad(one, ((0, 60), (0, gap + other.shape[1])))))
        page.paste(255, (one.shape[1] + gap, drop), Image.fromarray(np.uint8(255 * other)))
        rows, columns = np.nonzero(one)
        last = np.argmax(columns + 0.3 * rows)
        rows_of, columns_of = np.nonzero(other)
        first = np.argmin(columns_of + 0.3 * rows_of)
        ends = (
            columns[last],
            rows[last],
            one.shape[1] + gap + columns_of[first],
            drop + rows_of[first],
        )
        ImageDraw.Draw(page).line([float(end) for end in ends], 255, int(random.integers(4, 10)))
        ink = _placed((np.asarray(page) > 127, 0, 0))
        yield _picture(_thickened(ink, random.uniform(-1, 3)), random)


def one_below_the_other(random, count=80):
    """Two digits whose ink nearly meets or does, the lower one aside; not 0 and 1 at the top."""
    for _ in range(count):
        heights = random.integers(80, 120, 2)
        one, other = (_digit(random, height, besides=(0, 1)) for height in heights)
        across = max(0, (one.shape[1] - other.shape[1]) // 2 + int(random.integers(-15, 16)))
        ink = _placed((one, 15, 0), (other, across, len(one) + int(random.integers(-6, 12))))
        yield _picture(_thickened(ink, random.uniform(-1, 3)), random)


def exponents(random, count=60):
    """A digit with another, smaller and raised, close to it."""
    for _ in range(count):
        base, power = _digit(random, 120), _digit(random, random.integers(66, 90))
        ink = _placed((base, 0, 45), (power, base.shape[1] - int(random.integers(-6, 14)), 0))
        yield _picture(_thickened(ink, random.uniform(-1, 3)), random)


def fractions(random, count=40):
    """A digit over a bar over a digit."""
    for _ in range(count):
        upper, lower = (_digit(random, height) for height in random.integers(70, 100, 2))
        wide = max(upper.shape[1], lower.shape[1]) + 30
        bar = np.ones((int(random.integers(5, 12)), wide), bool)
        gap = int(random.integers(3, 14))
        ink = _placed(
            (upper, (wide - upper.shape[1]) // 2, 0),
            (bar, 0, len(upper) + gap),
            (lower, (wide - lower.shape[1]) // 2, len(upper) + len(bar) + 2 * gap),
        )
        yield _picture(_thickened(ink, random.uniform(-1, 2)), random)


def with_a_letter(random, count=60):
    """A digit and a letter side by side, touching or nearly."""
    for _ in range(count):
        digit = _digit(random, random.integers(90, 120))
        letter = _tight(_glyph(str(random.choice(list("abcehkmnrtxAEFHKMNRX"))), _font(3, 150)))
        parts = [digit, letter][:: random.choice([1, -1])]
        ink = _placed(
            (parts[0], 0, 0), (parts[1], parts[0].shape[1] + int(random.integers(-5, 5)), 5)
        )
        yield _picture(_thickened(ink, random.uniform(0, 2)), random)


def struck_out(random, count=40):
    """A digit under a large X, or under many strokes."""
    for index in range(count):
        ink = Image.fromarray(np.uint8(255 * _placed((_digit(random, 120), 0, 0))))
        pen, width = ImageDraw.Draw(ink), int(random.integers(6, 14))
        for at in range(2 if index % 2 else int(random.integers(5, 9))):
            ends = ([25, 25, 215, 215], [215, 25, 25, 215])[at % 2] if index % 2 else (
                [20, 30 + 22 * at, 220, 40 + 22 * at])  # fmt: skip
            pen.line([float(end) for end in ends + random.normal(0, 8, 4)], 255, width)
        yield _picture(np.asarray(ink) > 127, random)


def patterns(random, count=60):
    """Mazes, cells, camouflage, chequered flags, crosswords and lines of print."""
    for index in range(count):
        step = int(random.integers(10, 34))
        if index % 6 == 1:
            turns = np.kron(random.random((SIDE // step + 1,) * 2) < 0.5, np.ones((step, step)))
            x, y = COLUMNS % step, ROWS % step
            way = np.where(turns[:SIDE, :SIDE] > 0, np.abs(x - y), np.abs(x + y - step))
            ink = way < step / 6
        elif index % 6 == 2:
            seeds = random.uniform(0, SIDE, (40, 2))
            away = np.sort([np.hypot(ROWS - y, COLUMNS - x) for y, x in seeds], 0)
            ink = away[1] - away[0] < 5
        elif index % 6 == 3:
            ink = ndimage.gaussian_filter(random.normal(size=(SIDE, SIDE)), step / 2) > 0
        elif index % 6 == 4:
            wave = 12 * np.sin(COLUMNS / 30)
            ink = (((ROWS + wave) // step + COLUMNS // step) % 2 == 0) & (
                np.abs(COLUMNS - MIDDLE) < 90
            )
        elif index % 6 == 5:
            cells = np.kron(random.random((SIDE // step + 1,) * 2) < 0.3, np.ones((step, step)))
            ink = (cells[:SIDE, :SIDE] > 0) | (ROWS % step < 2) | (COLUMNS % step < 2)
        else:
            page = Image.new("L", (SIDE, SIDE))
            for row in range(10, SIDE - 10, 20):
                words = " ".join("".join(random.choice(list("aenorstx"), 5)) for _ in range(6))
                ImageDraw.Draw(page).text((8, row), words, 255, _named("STIXGeneral", 16))
            ink = np.asarray(page) > 127
        yield _picture(ink, random)


@cache
def _photo(index):
    folder = Path(gradio.__file__).parent / "media_assets" / "images"
    paths = [
        Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
        *(folder / name for name in ("cheetah1.jpg", "lion.jpg", "tower.jpg")),
    ]
    return Image.open(paths[index]).convert("RGB")


def parts_of_photos(random, count=80):
    """Squares of four photos: a face, two animals, a tower."""
    for index in range(count):
        photo = _photo(index % 4)
        side = int(random.uniform(0.2, 0.9) * min(photo.size))
        left, top = (int(random.integers(0, whole - side + 1)) for whole in photo.size)
        yield photo.crop((left, top, left + side, top + side)).resize((SIDE, SIDE))


KINDS = {
    "letters": letters,
    "written letters": written_letters,
    "signs": signs,
    "curves": curves,
    "icons": icons,
    "scrawls": scrawls,
    "in thick pen": in_thick_pen,
    "joined by a stroke": joined_by_a_stroke,
    "one below the other": one_below_the_other,
    "exponents": exponents,
    "fractions": fractions,
    "with a letter": with_a_letter,
    "struck out": struck_out,
    "patterns": patterns,
    "parts of photos": parts_of_photos,
}


def pictures(kind):
    """All pictures of a kind, the same at every call."""
    return list(KINDS[kind](np.random.default_rng(20_261_127)))
