"""The rims around a picture: margins, frames, letterboxes, the page that a photo lies on.

Brightness is (H, W) float32 in [0, 1], 1 is white.
"""

import numpy as np
from scipy import ndimage

# How far a rim's pixels differ from its colour: a clean one's, and those that JPEG made noisy.
STEPS = 0.003, 0.012, 0.05
UNIFORM = 0.98  # of a picture's outermost pixels on one side: more of one colour are a rim
SHARP = 0.01  # brightness, by which a rim's edge differs from it at least, beyond its noise
SIDE = 0.8  # of the pixels along the side of a rectangle that differ from the rim beside it
CLEAR = 0.1  # of a rim's pixels beside a rectangle that differ from it: ticks, dust
FILLED = 0.8  # of a rectangle's pixels that differ from the rim: in a digit's box fewer do
THIN = 0.04  # of the shorter side: a frame drawn around a picture is thinner, a pen's stroke wider
NARROWEST = 0.15  # shorter side to longer of what lies in a rim
SMALLEST = 0.12  # its shorter side to the longer of the whole
COARSE = 96  # px: where rectangles are looked for, so that ticks, letters and dust vanish
NESTED = 6  # rims within each other, at most
SEAM = 2  # lines: what averaging may leave of a rim


def trim(grey):
    """The picture without the rims of one colour around it; unchanged where there is none.

    A rim ends at a straight edge along the whole picture that it surrounds. The paper around a
    drawing does not: it goes on between the strokes.
    """
    inside = grey
    for _ in range(NESTED):
        box = next(_pictures(inside), None)
        if box is None:
            break
        inside = inside[box]
    if max(grey.shape) < 2 * COARSE:
        return inside  # as it came: every line belongs to the rim or to the picture
    return _without_seams(inside if inside is grey else _inset(inside, 1))


def _pictures(grey):
    """Boxes, slices of rows and columns, of pictures in a rim of the colour of an outer side."""
    lines = [(line, np.median(line)) for line in (grey[0], grey[-1], grey[:, 0], grey[:, -1])]
    for step in STEPS:
        tried = []
        for line, colour in lines:
            is_uniform = (np.abs(line - colour) <= step).mean() >= UNIFORM
            if is_uniform and all(abs(colour - other) > step for other in tried):
                tried.append(colour)
                difference = np.abs(grey - colour)
                box = _rectangle(difference > step)
                if (
                    box is not None
                    and _ends_sharply(difference > step + SHARP, box)
                    and _is_picture(grey, difference > step, box)
                ):
                    yield box


def _rectangle(differs):
    """The box of the largest part that differs from the rim; None where it is no rectangle."""
    factor = max(1, max(differs.shape) // COARSE)
    labels, count = ndimage.label(_shrunk(differs, factor))
    if not count:
        return None
    largest = ndimage.find_objects(labels)[np.argmax(np.bincount(labels[labels > 0])) - 1]
    rows, columns = (slice(factor * side.start, factor * side.stop) for side in largest)
    top, bottom = _widths_of_rims(differs[:, columns].mean(1), rows, factor)
    left, right = _widths_of_rims(differs[rows].mean(0), columns, factor)
    if None in (top, bottom, left, right) or not top + bottom + left + right:
        return None
    height, width = differs.shape
    return slice(top, height - bottom), slice(left, width - right)


def _shrunk(mask, factor):
    """The mask at a fraction of its size, without what is thinner than half of `factor` pixels."""
    height, width = (side // factor * factor for side in mask.shape)
    places = 0, factor // 2
    samples = [
        mask[row:height:factor, column:width:factor].view(np.uint8)
        for row in places
        for column in places
    ]
    return sum(samples) >= 3


def _widths_of_rims(shares, about, factor):
    """How many lines lie before and behind a rectangle; None where no rim ends there.

    Args:
        shares: of the pixels of each line that differ from the rim.
        about: slice of the rectangle's lines, off by up to `factor` of them.
    """
    blurred = np.clip(len(shares) // 32, 1, 3)  # lines, by JPEG or averaging
    reach = factor + blurred
    before, behind = about.start + reach, len(shares) - about.stop + reach
    return (
        _width_of_rim(shares[:before], blurred),
        _width_of_rim(shares[::-1][:behind], blurred),
    )


def _width_of_rim(shares, blurred):
    inside = np.flatnonzero(shares > SIDE)
    if not len(inside):
        return None
    width = inside[0]
    return width if not width or shares[max(0, width - blurred)] <= CLEAR else None


def _ends_sharply(differs, box):
    """Whether brightness changes at once on some side of a rectangle, as that of shade does not.

    Args:
        differs: whether a pixel differs from the rim, beyond doubt.
        box: slices of the rectangle.
    """
    rows, columns = box
    inside = differs[box]
    if min(inside.shape) < 3:
        return False
    height, width = differs.shape
    sides = (
        (rows.start > 0, inside[1]),
        (rows.stop < height, inside[-2]),
        (columns.start > 0, inside[:, 1]),
        (columns.stop < width, inside[:, -2]),
    )
    return any(line.mean() > SIDE for has_rim, line in sides if has_rim)


def _is_picture(grey, differs, box):
    """Whether a rectangle in a rim holds a picture: it is no stroke, and not of one colour."""
    short, long = sorted(grey[box].shape)
    if short < max(NARROWEST * long, SMALLEST * max(grey.shape)):
        return False
    within = _inset(grey[box], max(1, short // 8))
    if not within.size or np.ptp(within) <= STEPS[-1]:
        return False
    return differs[box].mean() > FILLED or _is_framed(differs[box])


def _is_framed(differs):
    """Whether a thin frame alone differs from the rim outside of it, and nothing touches it.

    The middle bar of an angular 8 touches the rest.
    """
    thin = round(THIN * min(differs.shape))
    if thin < 4:
        return False  # as wide as a pen's stroke
    inner = _inset(differs, thin)
    return not any(line.any() for line in (inner[0], inner[-1], inner[:, 0], inner[:, -1]))


def _inset(image, width):
    return image[width : len(image) - width, width : image.shape[1] - width]


def _without_seams(grey):
    """The picture without outermost lines that averaging mixed from it and a rim."""
    for _ in range(SEAM):
        top, bottom, left, right = (
            _is_seam(lines) for lines in (grey, grey[::-1], grey.T, grey.T[::-1])
        )
        grey = grey[top : len(grey) - bottom, left : grey.shape[1] - right]
    return grey


def _is_seam(lines):
    """Whether nearly all of the first line is brighter, or darker, than the third."""
    if len(lines) < 8:
        return False
    edge = lines[0] - lines[SEAM]
    return bool(max((edge > STEPS[1]).mean(), (edge < -STEPS[1]).mean()) > 0.9)
