"""The sheet to print: a hundred boxes whose digits are known, and four marks by which it is found.

Lengths are millimetres on the sheet, x to the right and y down; a map is a (3, 3) homography from
them to the pixels of a picture.
"""

import functools
import io
import itertools

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.reading.ink import NEIGHBOURS
from mnist_cnn.reading.segmentation import Segment, connected_parts, join, part

SIZE = 210, 297  # A4
DOTS = 300 / 25.4  # per mm, as it is printed
MARK = 14  # side of a corner mark, of MODULES square modules: a ring around a core
MODULES = 7
CENTRES = np.array([(17, 17), (193, 17), (193, 280), (17, 280)])  # of the marks, clockwise
ROWS, COLUMNS = 10, DATASET.classes
BOX = 15, 18  # width and height
PITCH = 17, 24  # from box to box
FIRST = 20.0, 34.0  # left and top of the first box
LINE, DIGIT = 0.35, 3.2  # width of the boxes' lines, height of the printed digits
PALE, GREY = 205, 130  # lines and digits: paler than any pen
TITLE = "My digits"
HOW = (
    "Write one digit in each box, with a dark pen; boxes may stay empty.",
    "Photograph the whole sheet, with all four marks.",
)

DARK = 0.85  # of the brightness around it: a mark is darker
AROUND = 1 / 10  # of a picture's longer side: how far around
SMALLEST, LARGEST = 0.01, 0.15  # side of a mark, of a picture's longer side
CENTRED = 0.12  # of a ring's side: its core's centre is nearer to its own
CORE = 0.25, 0.62  # side of a core to its ring's
DENSE = 0.17  # area of a ring to its side squared, at least: a box's lines are thinner
MOST_EYES = 8  # that are tried
INSET = 1.2  # within a box's lines: what is written reaches so far in
MOSTLY_INSIDE = 0.3  # of a part's ink: less is the box itself, or a neighbour's
LEAST_WRITTEN, LOWEST_WRITTEN = 0.8, 2.5  # longer side of a piece, and of a digit
HOLLOW = 0.25  # of white to ring: so much brighter is the middle of the first mark
ALIKE = 2.5  # largest mark of a sheet to its smallest, by side


def drawn_sheet(scale: float) -> Image.Image:
    """The sheet in greys, `scale` pixels per mm."""
    width, height = (round(scale * side) for side in SIZE)
    sheet = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(sheet)

    def rectangle(left, top, wide, high, colour):
        edges = np.array([left, top, left + wide, top + high]) * scale
        left, top, right, bottom = np.rint(edges).astype(int).tolist()
        draw.rectangle((left, top, right - 1, bottom - 1), colour)

    def text(x, y, words, size, colour, anchor):
        font = ImageFont.load_default(scale * size)
        draw.text((scale * x, scale * y), words, colour, font, anchor)

    module = MARK / MODULES
    for number, (x, y) in enumerate(CENTRES):
        for modules, colour in ((7, 0), (5, 255), (3, 0), (1, 255 if number == 0 else 0)):
            side = modules * module
            rectangle(x - side / 2, y - side / 2, side, side, colour)
    text(SIZE[0] / 2, 11, TITLE, 6, 0, "mm")
    for line, words in enumerate(HOW):
        text(SIZE[0] / 2, 18 + 4.5 * line, words, 3.4, 0, "mm")
    for row, column in itertools.product(range(ROWS), range(COLUMNS)):
        left, top = corner(row, column)
        rectangle(left, top, *BOX, PALE)
        rectangle(left + LINE, top + LINE, BOX[0] - 2 * LINE, BOX[1] - 2 * LINE, 255)
        text(left + BOX[0] / 2, top - 0.8, str(column), DIGIT, GREY, "mb")
    return sheet


def corner(row: int, column: int) -> tuple[float, float]:
    """Left and top of a box."""
    return FIRST[0] + PITCH[0] * column, FIRST[1] + PITCH[1] * row


@functools.cache
def printed_sheet() -> bytes:
    """A PDF of one page, A4."""
    file = io.BytesIO()
    drawn_sheet(DOTS).save(file, "PDF", resolution=300, title=TITLE)
    return file.getvalue()


def find_sheet(grey: np.ndarray) -> np.ndarray | None:
    """The map from a printed sheet to the picture in which it lies, however turned, or None.

    Args:
        grey: (H, W) float32 in [0, 1], brightness.
    """
    eyes = _eyes(grey)
    for four in itertools.combinations(range(min(len(eyes), MOST_EYES)), len(CENTRES)):
        points, sides = eyes[list(four), :2], eyes[list(four), 2]
        if sides.max() <= ALIKE * sides.min() and (points := _clockwise(points)) is not None:
            matrices = [homography(CENTRES, np.roll(points, -turn, 0)) for turn in range(4)]
            hollow = np.array([_hollowness(grey, matrix) for matrix in matrices])
            first, second = np.argsort(-hollow)[:2]  # the first mark's core is hollow
            is_marked = hollow[first] - hollow[second] > HOLLOW
            if is_marked and _is_portrait(np.roll(points, -first, 0)):
                return matrices[first]
    return None


def _eyes(grey):
    """(N, 3): x, y and side of what looks like a mark, the largest first."""
    longest = max(grey.shape)
    light = ndimage.uniform_filter(grey, round(AROUND * longest), mode="nearest")
    labels, count = ndimage.label(grey < DARK * light, NEIGHBOURS)
    boxes = ndimage.find_objects(labels)
    edges = np.array([(c.start, r.start, c.stop, r.stop) for r, c in boxes]).reshape(-1, 4)
    width, height = edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]
    side, area = np.maximum(width, height), np.bincount(labels.ravel(), minlength=count + 1)[1:]
    squarish = np.minimum(width, height) > 0.4 * side
    fits = squarish & (side < LARGEST * longest) & (side >= CORE[0] * SMALLEST * longest)
    edges, side, area = edges[fits], side[fits], area[fits]
    centres = (edges[:, :2] + edges[:, 2:]) / 2
    found = []
    for centre, length, filled in zip(centres, side, area):
        if length < SMALLEST * longest or filled < DENSE * length**2:
            continue
        is_core = np.abs(centres - centre).max(1) < CENTRED * length
        is_core &= (side > CORE[0] * length) & (side < CORE[1] * length)
        is_core &= (area > 0.15 * filled) & (area < 0.7 * filled)
        if is_core.any():
            found.append((*centre, length))
    return np.array(sorted(found, key=lambda eye: -eye[2])).reshape(-1, 3)


def _clockwise(points):
    """The corners of a convex quadrilateral in order; None where they make none."""
    away = points - points.mean(0)
    points = points[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]
    sides = np.roll(points, -1, 0) - points
    following = np.roll(sides, -1, 0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    lengths = np.hypot(*sides.T)
    is_convex = (turns > 0.2 * lengths * np.roll(lengths, -1)).all()
    return points if is_convex and lengths.min() > 0.3 * lengths.max() else None


def _is_portrait(points):
    """Whether the sheet is longer than it is wide, as it is but in a mirror."""
    across, down, back, up = np.hypot(*(np.roll(points, -1, 0) - points).T)
    return across + back < down + up


def _hollowness(grey, matrix):
    """How bright the first mark is in its middle: 0 as its ring, 1 as the white within that."""

    def brightness(modules):
        offsets = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)]) * modules * MARK / MODULES
        return _sampled(grey, matrix, CENTRES[0] + offsets).mean()

    middle, white, ring = brightness(0.2), brightness(2), brightness(3)
    return (middle - ring) / max(white - ring, 1e-3)


def _sampled(grey, matrix, points):
    """The picture's brightness at points of the sheet."""
    columns, rows = project(matrix, points).T
    return ndimage.map_coordinates(grey, [rows - 0.5, columns - 0.5], order=1, mode="nearest")


def homography(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The (3, 3) map that takes four points (4, 2) to four others."""
    equations = []
    for (x, y), (u, v) in zip(source, target):
        equations += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solution = np.linalg.solve(np.array(equations, float), np.asarray(target, float).ravel())
    return np.append(solution, 1).reshape(3, 3)


def project(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 2) points through a map."""
    mapped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return mapped[:, :2] / mapped[:, 2:]


def rectified(picture: Image.Image, matrix: np.ndarray, scale: float) -> Image.Image:
    """The sheet that a map finds in a picture, upright, `scale` pixels per mm."""
    data = (matrix @ np.diag([1 / scale, 1 / scale, 1])).ravel()
    size = round(scale * SIZE[0]), round(scale * SIZE[1])
    method, resampling = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    return picture.transform(size, method, tuple(data[:8] / data[8]), resampling)


def written_in_boxes(ink: np.ndarray, scale: float) -> list[tuple[int, int, Segment]]:
    """What is written in each box that is not empty: (row, column and true digit, its ink).

    Args:
        ink: (H, W) float32 in [0, 1] of the rectified sheet, 0 is paper.
        scale: its pixels per mm.
    """
    ink = ink * _is_writable(ink.shape, scale)
    labels, boxes = connected_parts(ink)
    wide, high = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    large = (wide > 1.3 * PITCH[0] * scale) | (high > PITCH[1] * scale)
    if large.any():  # it goes over into other boxes
        runs_over = np.concatenate([[False], large])[labels]
        ink = np.where(runs_over & ~_is_box(ink.shape, scale, 0), 0, ink)
        labels, boxes = connected_parts(ink)
    sure = ink * (labels > 0)
    mass = np.bincount(labels.ravel(), sure.ravel())[1:]
    inside = sure * _is_box(ink.shape, scale, INSET)
    share = np.bincount(labels.ravel(), inside.ravel())[1:] / np.maximum(mass, 1e-6)
    parts: dict[tuple[int, int], list[Segment]] = {}
    for number in np.flatnonzero(share > MOSTLY_INSIDE).tolist():
        top, left, bottom, right = boxes[number]
        if max(bottom - top, right - left) < LEAST_WRITTEN * scale:
            continue
        column = round(((left + right) / 2 / scale - FIRST[0] - BOX[0] / 2) / PITCH[0])
        row = round(((top + bottom) / 2 / scale - FIRST[1] - BOX[1] / 2) / PITCH[1])
        if 0 <= row < ROWS and 0 <= column < COLUMNS:
            segment = part(ink, labels, number + 1, boxes[number])
            parts.setdefault((row, column), []).append(segment)
    written = [(*place, join(parts[place])) for place in sorted(parts)]
    return [row for row in written if max(row[-1].ink.shape) >= LOWEST_WRITTEN * scale]


def _is_writable(shape, scale):
    """Where writing is looked for: the boxes and what is around them, without printed digits."""
    mask = np.zeros(shape, bool)
    for row, column in itertools.product(range(ROWS), range(COLUMNS)):
        left, top = corner(row, column)
        mask[_slices(scale, left - 1, top - 0.6, BOX[0] + 2, BOX[1] + 2)] = True
    return mask


def _is_box(shape, scale, inset):
    """Where the boxes are, `inset` mm within their lines."""
    mask = np.zeros(shape, bool)
    for row, column in itertools.product(range(ROWS), range(COLUMNS)):
        left, top = corner(row, column)
        size = BOX[0] - 2 * inset, BOX[1] - 2 * inset
        mask[_slices(scale, left + inset, top + inset, *size)] = True
    return mask


def _slices(scale, left, top, wide, high):
    return (
        slice(round(scale * top), round(scale * (top + high))),
        slice(round(scale * left), round(scale * (left + wide))),
    )
