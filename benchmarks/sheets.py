"""How well pages of digits are read: sheets that are composed of people's handwriting.

Run `python benchmarks/sheets.py FOLDER`; the folder holds pictures of one digit each and a
manifest.csv, as for `python -m mnist_cnn handwriting`. Each sheet is by one group of writers. Half
of the groups are for development; the other half judges. docs/benchmarks.md says how it was used.
"""

import argparse
import io
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.judging.handwriting import read_manifest
from mnist_cnn.networks.models import MAIN
from mnist_cnn.reading import printed_sheet
from mnist_cnn.reading.detector import load_weights
from mnist_cnn.reading.normalise import crop, stroke_width
from mnist_cnn.reading.page import read_page
from mnist_cnn.reading.pipelines import images_by_id, preprocess
from mnist_cnn.reading.printed_sheet import homography, project

OUTPUT = Path(__file__).with_suffix(".json")
SHEETS = 12  # of each kind
TIMES = {"drawing": 10, "one digit": 5}  # so many times as many of those with few digits
CANVAS = "canvas"  # the groups who drew, by whom drawings are
MOST = 200  # digits on one
MOSTLY = 0.7  # of a digit lies in a box that is said to be several
THINNEST = 0.05  # of a digit's height: a pen on paper is no thinner
JUDGING = ("canvas-02", "canvas-04", "canvas-06", "canvas-08", "canvas-10", "photo-02", "photo-04",
           "photo-06", "photo-08", "photo-20", "processed-01", "class-01")  # fmt: skip
SETS = "canvas", "photo", "processed", "segcrop", "class"  # whose ink can be cut out whole


@dataclass(frozen=True, eq=False)
class Glyph:
    """One digit's ink: (h, w) float32 in [0, 1], cut to its box."""

    ink: np.ndarray
    label: int


@dataclass(frozen=True)
class Truth:
    """A digit on a sheet, and where it stands: left, top, right, bottom in px."""

    box: tuple[float, float, float, float]
    label: int


def glyph(ink, label):
    """The ink as a pen on paper writes it: no thinner than THINNEST."""
    ink = crop(ink)
    ink = ink / ink.max()
    lacking = THINNEST * len(ink) - stroke_width(ink)
    if lacking > 0:
        reach = lacking / 2 + 0.5
        mask = np.pad(ink > 0.25, int(np.ceil(reach)) + 1)
        ink = np.clip(reach + 1 - ndimage.distance_transform_edt(~mask), 0, 1)
    return Glyph(np.float32(ink), label)


def load_hands(folder, judging):
    """{group of writers: its glyphs} of one half."""
    hands = {}
    for sample in read_manifest(folder):
        if sample.set in SETS and (sample.group in JUDGING) == judging:
            ink = images_by_id(preprocess(sample.path))["alone"]
            if ink.max() > 0:
                hands.setdefault(sample.group, []).append(glyph(ink, sample.label))
    return {group: glyphs for group, glyphs in hands.items() if len(glyphs) >= 10}


# Where the digits stand


def rows(random, size, height):
    """Centres of lines of writing."""
    width, length = size
    pitch = height * random.uniform(1.5, 2.2)
    places, y = [], height * 1.2
    while y < length - height:
        x = height * random.uniform(0.8, 1.2)
        while x < width - height * 0.8:
            places.append((x, y + random.normal(0, 0.05 * height)))
            x += height * random.uniform(0.95, 1.6)
        y += pitch
    return places


def columns(random, size, height):
    """Centres of a grid."""
    width, length = size
    across, down = height * random.uniform(1.5, 3), height * random.uniform(1.5, 2.5)
    return [
        (x + random.normal(0, 0.06 * height), y + random.normal(0, 0.06 * height))
        for y in np.arange(height, length - height, down)
        for x in np.arange(height, width - height, across)
    ]


def anywhere(random, size, height):
    """Centres that keep clear of each other."""
    places = []
    for place in random.uniform(0.8 * height, np.array(size) - 0.8 * height, (600, 2)):
        if all(np.hypot(*(place - other)) > 1.6 * height for other in places):
            places.append(place)
    return [tuple(place) for place in places]


LAYOUTS = rows, columns, anywhere


def write(random, glyphs, places, size, height):
    """The ink of a sheet, (H, W) float32, and its truths.

    Args:
        glyphs: one of them, by chance, at each place; or {place: those that may stand there}.
    """
    width, length = size
    ink, truths = np.zeros((length, width), np.float32), []
    for x, y in places:
        here = glyphs[x, y] if isinstance(glyphs, dict) else glyphs
        chosen = here[random.integers(len(here))]
        tall = height * np.exp(random.normal(0, 0.08))
        scale = tall / max(chosen.ink.shape[0], 0.7 * chosen.ink.shape[1])
        wide, high = (max(2, round(scale * side)) for side in chosen.ink.shape[::-1])
        kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
        image = Image.fromarray(np.pad(chosen.ink, 2)).resize((wide + 4, high + 4), kind)
        image = image.rotate(random.normal(0, 3), Image.Resampling.BILINEAR, expand=True)
        small = np.clip(np.asarray(image), 0, 1)
        top, left = round(y - small.shape[0] / 2), round(x - small.shape[1] / 2)
        if top < 0 or left < 0 or top + small.shape[0] > length or left + small.shape[1] > width:
            continue
        here = ink[top : top + small.shape[0], left : left + small.shape[1]]
        if (np.minimum(here, small) > 0.2).any():
            continue  # it would touch
        np.maximum(here, small, out=here)
        down, across = (np.flatnonzero((small > 0.3).any(axis)) for axis in (1, 0))
        box = left + across[0], top + down[0], left + across[-1] + 1, top + down[-1] + 1
        truths.append(Truth(tuple(map(float, box)), chosen.label))
    return ink, truths


# The paper, the light, the camera


def cloud(random, shape, knots):
    small = Image.fromarray(random.random((knots, knots), np.float32))
    return np.asarray(small.resize(shape[::-1], Image.Resampling.BICUBIC)).clip(0, 1)


def ruled(random, shape, height, squared):
    """Coverage by printed lines."""
    spacing, line = height * random.uniform(0.5, 1.4), random.uniform(0.02, 0.05) * height
    line = max(1.0, line)
    down, across = np.indices(shape, np.float32)
    lines = np.clip(line / 2 + 0.5 - np.abs(down % spacing - spacing / 2), 0, 1)
    if squared:
        other = np.clip(line / 2 + 0.5 - np.abs(across % spacing - spacing / 2), 0, 1)
        lines = np.maximum(lines, other)
    if random.random() < 0.5:
        margin = shape[1] * random.uniform(0.05, 0.15)
        lines = np.maximum(lines, np.clip(line / 2 + 0.5 - np.abs(across - margin), 0, 1))
    return lines


def shadows(random, shape):
    """How bright the light is: a slope, a vignette, a shadow's edge."""
    down, across = np.indices(shape, np.float32)
    y, x = down / shape[0] - 0.5, across / shape[1] - 0.5
    angle = random.uniform(0, 6.3)
    light = 1 - random.uniform(0.1, 0.5) * (np.cos(angle) * x + np.sin(angle) * y + 0.7) / 1.4
    light *= 1 - random.uniform(0, 0.5) * (x**2 + y**2)
    angle, place = random.uniform(0, 6.3), random.uniform(-0.3, 0.3)
    depth = (np.cos(angle) * x + np.sin(angle) * y - place) / np.exp(random.uniform(-4.5, -2))
    return np.float32(light * (1 - random.uniform(0.2, 0.5) / (1 + np.exp(-depth.clip(-30, 30)))))


def tilted(random, size, amount, turn=0.0):
    """A homography as of a camera that is not held straight, and the size of the photo.

    Args:
        amount: of the sheet's sides by which a corner is off.
        turn: degrees.
    """
    width, length = size
    corners = np.array([(0, 0), (width, 0), (width, length), (0, length)], float)
    angle = np.deg2rad(turn)
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    target = (corners - corners.mean(0)) @ turned
    target += random.uniform(-amount, amount, (4, 2)) * size
    margin = 0.04 * max(size)
    target += margin - target.min(0)
    photo = tuple(int(side) for side in np.ceil(target.max(0) + margin))
    return homography(corners, target), photo


def warped(grey, matrix, photo, background):
    """The sheet in a photo, (H, W) float32, on a desk."""
    inverse = np.linalg.inv(matrix)
    data = (inverse / inverse[2, 2]).ravel()[:8]
    layers = [
        np.asarray(
            Image.fromarray(layer).transform(
                photo, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC
            )
        )
        for layer in (grey, np.ones_like(grey))
    ]
    inside = layers[1].clip(0, 1)
    return layers[0] * inside + background * (1 - inside)


def moved(truths, matrix):
    """The truths in a photo."""
    boxes = []
    for truth in truths:
        left, top, right, bottom = truth.box
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        points = project(matrix, corners)
        boxes.append(Truth((*points.min(0), *points.max(0)), truth.label))
    return boxes


def photographed(random, ink, height, paper="plain", light=False, tilt=0.0, turn=0.0):
    """(photo, homography or None) of a sheet.

    Args:
        ink: (H, W) float32 in [0, 1], or (H, W) brightness of what is printed and written.
    """
    shape = ink.shape
    contrast = random.uniform(0.45, 0.9)
    grey = 1 - 0.05 * random.random() * cloud(random, shape, int(random.integers(3, 30)))
    if paper != "plain":
        lines = ruled(random, shape, height, paper == "squared")
        grey = grey * (1 - lines * contrast * random.uniform(0.2, 0.7))
    grey = grey * (1 - contrast * ink * (1 - 0.3 * cloud(random, shape, 200)))
    matrix = None
    if tilt or turn:
        matrix, photo = tilted(random, (shape[1], shape[0]), tilt, turn)
        desk = random.uniform(0.1, 0.6) + 0.1 * cloud(random, photo[::-1], 20)
        grey = warped(np.float32(grey), matrix, photo, desk)
    if light:
        grey = grey * shadows(random, grey.shape)
    grey = ndimage.gaussian_filter(grey, random.uniform(0.3, 0.02 * height))
    grey = grey * random.uniform(0.6, 1) + random.normal(0, random.uniform(0, 0.02), grey.shape)
    return compressed(random, grey), matrix


def compressed(random, grey):
    """What JPEG makes of brightness."""
    file = io.BytesIO()
    pixels = np.rint(255 * grey.clip(0, 1)).astype(np.uint8)
    Image.fromarray(pixels).convert("RGB").save(file, "JPEG", quality=int(random.integers(60, 95)))
    return Image.open(file)


# Sheets of one kind


def sheet(random, glyphs, most=MOST, **photo):
    """A photo of a sheet, and its truths."""
    size = (1240, 1754) if random.random() < 0.7 else (1754, 1240)
    height = float(np.exp(random.uniform(np.log(40), np.log(160))))
    layout = LAYOUTS[random.integers(len(LAYOUTS))]
    places = layout(random, size, height)
    ink, truths = write(random, glyphs, places[:most], size, height)
    image, matrix = photographed(random, ink, height, **photo)
    return image, truths if matrix is None else moved(truths, matrix)


def scan(random, glyphs, most=MOST):
    """In black and white."""
    size, height = (1240, 1754), float(random.uniform(45, 120))
    ink, truths = write(random, glyphs, rows(random, size, height)[:most], size, height)
    return Image.fromarray(np.uint8(255 * (ink < 0.5))), truths


def drawing(random, glyphs, most=20):
    """Two to twenty digits on the page's own paper."""
    size = (int(random.choice([280, 320, 384])),) * 2
    height = float(random.uniform(0.14, 0.4)) * size[0]
    places = LAYOUTS[random.integers(len(LAYOUTS))](random, size, height)
    count = min(len(places), most, int(random.integers(2, 21)))
    chosen = random.permutation(len(places))[:count]
    ink, truths = write(random, glyphs, [places[it] for it in chosen], size, height)
    return Image.fromarray(np.uint8(255 * (1 - ink))), truths


def touching(random, glyphs, most=None):
    """Pairs of digits that touch."""
    size, height = (1240, 1754), float(random.uniform(60, 110))
    side = round(2 * height)
    ink, truths = np.zeros(size[::-1], np.float32), []
    for y in range(side, size[1] - side, side):
        for x in range(side, size[0] - 2 * side, 2 * side):
            line, right = np.zeros((side, 3 * side), np.float32), 10
            for number in range(2):
                small, written = write(random, glyphs, [(height, height)], (side, side), height)
                left, _, end, _ = (int(edge) for edge in written[0].box)
                small = small[:, left:end]
                at = right
                while number and not (line[:, at : at + end - left] * small > 0.2).sum() > 8:
                    at -= 1
                here = line[:, at : at + end - left]
                np.maximum(here, small, out=here)
                right = at + end - left
                (_, top, _, bottom), label = written[0].box, written[0].label
                truths.append(Truth((x + at, y + top, x + right, y + bottom), label))
            ink[y : y + side, x : x + 2 * side] = line[:, : 2 * side]
    return photographed(random, ink, height)[0], truths


def one(random, glyphs, most=1):
    """A single digit, large or small."""
    size, height = (1200, 1600), float(np.exp(random.uniform(np.log(60), np.log(900))))
    place = [(random.uniform(0.4, 0.6) * size[0], random.uniform(0.4, 0.6) * size[1])]
    ink, truths = write(random, glyphs, place, size, height)
    return photographed(random, ink, min(height, 100.0), light=True)[0], truths


def printed(random, glyphs, most=MOST, turn=None):
    """The printed sheet, filled in, photographed at any angle up to 45 degrees or upside down."""
    scale, by_label = 6, {label: [it for it in glyphs if it.label == label] for label in range(10)}
    sheet = printed_sheet.drawn_sheet(scale)
    height = random.uniform(8, 13) * scale
    boxes = itertools.product(range(printed_sheet.ROWS), range(printed_sheet.COLUMNS))
    chosen = {}
    for row, column in itertools.islice(boxes, most):
        middle = np.add(printed_sheet.corner(row, column), np.array(printed_sheet.BOX) / 2)
        if by_label[column] and random.random() < 0.9:  # some boxes stay empty
            x, y = (middle * scale + random.normal(0, 0.8 * scale, 2)).tolist()
            chosen[x, y] = by_label[column]
    ink, truths = write(random, chosen, list(chosen), sheet.size, height)
    ink = np.maximum(ink, 1 - np.asarray(sheet, np.float32) / 255)
    if turn is None:
        turn = random.uniform(-45, 45) + random.choice([0, 0, 180])
    image, matrix = photographed(random, ink, height, light=True, tilt=0.03, turn=turn)
    return image, moved(truths, matrix)


KINDS: dict[str, Callable] = {
    "drawing": drawing,
    "scan": scan,
    "plain": sheet,
    "ruled": partial(sheet, paper="ruled"),
    "squared": partial(sheet, paper="squared"),
    "shadow": partial(sheet, light=True),
    "tilted": partial(sheet, tilt=0.04),
    "squared, shadow, tilted": partial(sheet, paper="squared", light=True, tilt=0.04),
    "one digit": one,
    "printed sheet": printed,
    "touching pairs": touching,
}


# How well they are read


def area(left, top, right, bottom):
    """Of a box, 0 if it is inside out."""
    return max(0, right - left) * max(0, bottom - top)


def common(one, other):
    """The area that two boxes share."""
    low, high = np.maximum(one, other)[:2], np.minimum(one, other)[2:]
    return area(*low, *high)


def overlap(one, other):
    """Intersection over union of two boxes."""
    shared = common(one, other)
    return shared / max(area(*one) + area(*other) - shared, 1e-6)


def matches(boxes, truths: Sequence[Truth]) -> dict[int, int]:
    """{place of a found box: place of its truth}: pairs that overlap by half, best first."""
    pairs = [
        (overlap(box, truth.box), found, true)
        for found, box in enumerate(boxes)
        for true, truth in enumerate(truths)
    ]
    matched: dict[int, int] = {}
    for share, found, true in sorted(pairs, reverse=True):
        if share >= 0.5 and found not in matched and true not in matched.values():
            matched[found] = true
    return matched


def judge(image, truths, weights) -> Counter:
    """Counts of one sheet, and the seconds that it took."""
    start = time.process_time()
    page = read_page(image, weights)
    seconds = time.process_time() - start
    scale = max(page.picture.size) / max(image.size)
    truths = [Truth(tuple(scale * edge for edge in it.box), it.label) for it in truths]
    matched = matches([it.box for it in page.digits], truths)
    missed = [truth for place, truth in enumerate(truths) if place not in matched.values()]
    touching = [it.box for it in page.digits if it.touching]
    answers = {found: page.digits[found].reading.predictions[MAIN] for found in matched}
    return Counter(
        sheets=1,
        digits=len(truths),
        found=len(matched),
        false=len(page.digits) - len(matched),
        read=sum(answers[found].label == truths[true].label for found, true in matched.items()),
        refused=sum(answer.label is None for answer in answers.values()),
        touching=len(touching),
        told=sum(
            any(common(box, truth.box) > MOSTLY * area(*truth.box) for box in touching)
            for truth in missed
        ),
        seconds=seconds,
    )


def measure(hands, weights, sheets, kinds=KINDS, seed=0):
    """{kind: counts} of so many sheets of each kind, each by one hand."""
    figures = {}
    for kind in kinds:
        total: Counter = Counter()
        drawn = {group: hand for group, hand in hands.items() if group.startswith(CANVAS)}
        chosen = list((drawn if kind == "drawing" else hands).values())
        for number in range(sheets * TIMES.get(kind, 1)):
            random = np.random.default_rng([seed, list(KINDS).index(kind), number])
            hand = chosen[number % len(chosen)]
            total += judge(*KINDS[kind](random, hand), weights)
        figures[kind] = dict(total)
        print(row(kind, total), flush=True)
    return figures


def row(kind, counts):
    digits, found = counts["digits"], max(1, counts["found"])
    boxes = max(1, counts["found"] + counts.get("false", 0))
    return (
        f"| {kind} | {counts['sheets']} | {digits} | {counts['found'] / digits:.2%} "
        f"| {counts.get('told', 0) / digits:.2%} "
        f"| {counts.get('false', 0) / boxes:.2%} | {counts['read'] / found:.2%} "
        f"| {counts['seconds'] / counts['sheets']:.2f} s |"
    )


def table(figures):
    """Figures as Markdown."""
    head = "| sheets | number | digits | found | said to touch | false boxes | read right "
    head += "| CPU per sheet |\n" + "| --- " * 8 + "|\n"
    return head + "\n".join(row(*pair) for pair in figures.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--judging", action="store_true", help="the half that judges")
    parser.add_argument("--sheets", type=int, default=SHEETS)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--table", action="store_true", help="print what was measured before")
    settings = parser.parse_args()
    if settings.table:
        print(table(json.loads(OUTPUT.read_text(encoding="utf-8"))))
        return
    hands = load_hands(settings.folder, settings.judging)
    figures = measure(hands, load_weights(), settings.sheets, settings.kinds)
    if settings.judging:
        OUTPUT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
