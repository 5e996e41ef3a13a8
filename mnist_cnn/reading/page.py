"""A page with many digits: each is found, cut out and read, in reading order."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_cnn.networks import weights as files
from mnist_cnn.reading.detector import THRESHOLD, Weights, refusal
from mnist_cnn.reading.images import WHOLE, ImageError, brightness, open_image, upright
from mnist_cnn.reading.ink import LARGE
from mnist_cnn.reading.ink_finder import find_page_ink, see_page, shipped_ink_finder
from mnist_cnn.reading.normalise import centre_mass, crop, fit_box
from mnist_cnn.reading.pipelines import PIPELINES, Frame, from_ink, to_digit
from mnist_cnn.reading.predict import Reading, load_once, predict_all
from mnist_cnn.reading.printed_sheet import find_sheet, project, rectified, written_in_boxes
from mnist_cnn.reading.segmentation import LEVEL, Candidate, find_digits, rows_of

PAGE_SIDE = 1600  # px, longest side of the picture in which digits are looked for
MOST_DIGITS = 400  # on a page; two hundred are asked for
ENLARGED = 1.25 * LARGE  # px: a small digit is brought to the size of one in a photo of its own
SCALE = 3  # px per mm at which the printed sheet's ink is found
FINER = 2  # times as many for its cutouts
MARGIN = 0.15  # of a digit's longer side: the paper around it in its cutout
MOSTLY = 0.8  # of what was found is digits: then the rest is taken for unusual ones
PALE = 0.1  # ink of a pixel that is paper
TEXT, FEW = 0.75, 8  # less of it is digits, and there are more marks than FEW: then it is text
DOUBT = 4  # log-odds below the detector's threshold, still a digit among many


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit of a page."""

    box: tuple[int, int, int, int]  # left, top, right, bottom in px of PageReading.picture
    cutout: np.ndarray  # (H, W, 3) uint8: the digit on its paper, neighbours covered
    reading: Reading  # its frames are but the last
    row: int  # of the page, from 0
    label: int | None  # the true digit, known on the printed sheet alone
    touching: bool  # whether it is several digits that could not be cut for certain
    unsure: bool  # whether a network would not have answered, had it been alone


@dataclass(frozen=True, eq=False)
class PageReading:
    """What was found on a page."""

    picture: Image.Image  # RGB, upright, at most PAGE_SIDE px long
    digits: tuple[FoundDigit, ...]  # in reading order
    printed: bool  # whether it is the printed sheet
    scale: float  # px of the picture as it came to one of `picture`

    def as_list(self) -> list[dict]:
        """The digits as JSON-ready values; boxes are in px of the picture as it came, upright."""
        return [
            {
                "box": [round(self.scale * edge) for edge in it.box],
                "row": it.row,
                "digit": to_digit(it.reading.frames).tolist(),
                "label": it.label,
                "touching": it.touching,
                "unsure": it.unsure,
                "predictions": {k: row.as_dict() for k, row in it.reading.predictions.items()},
            }
            for it in self.digits
        ]


def read_page(source, weights: Weights | None = None) -> PageReading:
    """Every digit on a photo, a scan or a drawing of a page, and what the networks make of it.

    Args:
        source: whatever images.open_image takes.
        weights: the models, the detector and the ink finder; None is the shipped set.

    Raises:
        ImageError: `source` is no picture, or holds far more than digits.
    """
    weights = weights or load_once(files.DIRECTORY)
    image = open_image(source, PAGE_SIDE)
    picture = upright(image, PAGE_SIDE)
    grey = brightness(picture)
    shown = _shown(picture, grey)
    sheet = find_sheet(grey)
    digits = _anywhere(shown, grey, weights) if sheet is None else _on_sheet(shown, sheet, weights)
    scale = image.info.get(WHOLE, max(image.size)) / max(shown.size)
    return PageReading(shown, tuple(digits), sheet is not None, scale)


def _anywhere(picture, grey, weights):
    """The digits of a page that may hold anything."""
    ink, scale = find_page_ink(grey, _ink_finder(weights))
    found = _digits_among(_find(ink, weights))
    rows = rows_of([it.segment for it in found])
    places = [(row, found[place]) for row, row_places in enumerate(rows) for place in row_places]
    pixels, readings = np.asarray(picture), _readings([it for _, it in places], weights)
    for (row, it), (reading, unsure) in zip(places, readings):
        box = _box(_corners(it.segment) / scale, grey.shape)
        cutout = _cutout(pixels, it.segment, ink, scale)
        yield FoundDigit(box, cutout, reading, row, None, it.touching, unsure)


def _on_sheet(picture, matrix, weights):
    """The digits in the boxes of the printed sheet that a map finds in a picture."""
    flat = rectified(picture, matrix, FINER * SCALE)
    grey = np.asarray(flat.convert("L").reduce(FINER), np.float32) / 255
    ink = see_page(grey, _ink_finder(weights))
    written = written_in_boxes(ink, SCALE)
    found = _assess([segment for *_, segment in written], weights=weights)
    pixels = np.asarray(flat)
    for (row, label, segment), answer in zip(written, _readings(found, weights)):
        box = _box(project(matrix, _corners(segment) / SCALE), picture.size[::-1])
        cutout = _cutout(pixels, segment, ink, 1 / FINER)
        reading, unsure = answer
        yield FoundDigit(box, cutout, reading, row, label, False, unsure)


def _ink_finder(weights):
    return weights.ink_finder or shipped_ink_finder()


def _shown(picture, grey):
    """The picture as it is shown: RGB, transparency is white."""
    if picture.mode != "RGBA":
        return Image.fromarray(np.rint(255 * grey).astype(np.uint8)).convert("RGB")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _find(ink, weights):
    try:
        return find_digits(ink, partial(_assess, weights=weights), MOST_DIGITS)
    except ValueError as error:
        raise ImageError(
            f"the page holds more than {MOST_DIGITS} marks; send a photo of at most "
            f"{MOST_DIGITS} digits"
        ) from error


def _assess(segments, roughly=False, *, weights):
    """Candidates: each segment as the networks would see it, and the detector's score."""
    if not segments:
        return []
    look = _rough_digit if roughly else _digit
    digits = np.stack([look(it.ink) for it in segments])
    if weights.detector is None:
        scores, several = [0.0] * len(digits), [False] * len(digits)
    else:
        scores, several = weights.detector.judge(digits)
    return [Candidate(*row) for row in zip(segments, digits, scores, several)]


def _digit(ink):
    """(28, 28) uint8: a segment as the networks would see it."""
    scale = ENLARGED / max(ink.shape)
    if scale > 1:
        width, height = (round(scale * side) for side in ink.shape[::-1])
        image = Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR)
        ink = np.asarray(image)
    return to_digit(from_ink(ink))


def _rough_digit(ink):
    """(28, 28) uint8: `_digit` in a hurry, specks and all, strokes as thin as they are."""
    return np.uint8(np.rint(255 * centre_mass(fit_box(crop(ink)))))


def _digits_among(candidates):
    """Those that are digits, in the company that they keep.

    Where nearly all are, an unusual one is a digit, too; where few are, the page holds text.
    """
    are_digits = [it.score >= THRESHOLD or it.touching for it in candidates]
    share = np.mean(are_digits) if candidates else 0
    if share < TEXT and len(candidates) > FEW:
        return []
    least = THRESHOLD - DOUBT if share >= MOSTLY else THRESHOLD
    return [it for it in candidates if it.score >= least or it.touching]


def _corners(segment):
    """(4, 2): x and y of the corners of a segment's box."""
    across, down = (segment.left, segment.right), (segment.top, segment.bottom)
    return np.array([(x, y) for y in down for x in across])


def _box(corners, shape):
    """Left, top, right, bottom in px of the picture."""
    height, width = shape
    low, high = np.rint(corners.min(0)).astype(int), np.rint(corners.max(0)).astype(int)
    left, top = np.maximum(low, 0).tolist()
    right, bottom = np.minimum(high, (width, height)).tolist()
    return left, top, right, bottom


def _cutout(pixels, segment, ink, scale):
    """(H, W, 3) uint8, the digit on its paper; neighbours are covered with the paper's colour."""
    margin = MARGIN * max(segment.ink.shape)
    top, left = int(max(0, segment.top - margin)), int(max(0, segment.left - margin))
    around = slice(top, int(segment.bottom + margin)), slice(left, int(segment.right + margin))
    others = ink[around].copy()
    own = others[segment.top - top :, segment.left - left :]
    own = own[: segment.ink.shape[0], : segment.ink.shape[1]]
    own[segment.ink > 0] = 0
    place = tuple(
        slice(round(side.start / scale), round(min(side.stop, end) / scale))
        for side, end in zip(around, ink.shape)
    )
    cutout = pixels[place].copy()
    paper = np.median(cutout[_enlarged(ink[around], cutout) < PALE], 0)
    cutout[_enlarged(ndimage.maximum_filter(others, 3), cutout) > LEVEL] = paper
    return cutout


def _enlarged(ink, cutout):
    """Ink at the size of a cutout."""
    height, width = cutout.shape[:2]
    return np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR))


def _readings(candidates, weights):
    """The Reading of each candidate, and whether it is unsure.

    What stands among digits is one: its likeliest digit says more than a refusal, but for several.
    """
    if not candidates:
        return []
    digits = np.stack([it.digit for it in candidates])
    rejections = [refusal(it.score, it.several) for it in candidates]
    row = PIPELINES["mnist"].transforms[-1]
    frames = [Frame(row.id, row.name, row.why, digit / np.float32(255)) for digit in digits]
    readings = []
    answers = predict_all(weights.models, digits, rejections=rejections)
    for it, frame, rejection, given in zip(candidates, frames, rejections, answers):
        unsure = any(answer.label is None for answer in given.values())
        if not it.touching:
            rejection, given = None, {key: _likeliest(answer) for key, answer in given.items()}
        readings.append((Reading((frame,), rejection, given), unsure))
    return readings


def _likeliest(prediction):
    """The prediction with a label, whatever the reason for none."""
    return replace(prediction, label=prediction.ranking[0], reason=None)
