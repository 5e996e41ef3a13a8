"""What callers ask for, checked: a RequestError says what came and what is accepted."""

import numpy as np

from mnist_cnn.dataset.facts import DATASET


class RequestError(ValueError):
    """Something was asked for that does not exist; the message says what came and what exists."""


def check_choice(name, value, choices):
    """Raise RequestError unless `value` is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise RequestError(f"{name}: {str(value)[:40]!r} is none of {', '.join(choices)}")


def check_index(index, count):
    """`index` as an int in range(count); RequestError says what came instead."""
    if not isinstance(index, int | float) or index != index // 1 or not 0 <= index < count:
        came = repr(index)[:40]
        raise RequestError(f"index: {came} came; send a whole number from 0 to {count - 1}")
    return int(index)


def check_pixels(pixels):
    """28×28 numbers in 0..255, as (28, 28) uint8; RequestError says what came instead."""
    accepted = f"{DATASET.side} rows of {DATASET.side} numbers from 0 to 255, ink bright"
    try:
        pixels = np.asarray(pixels, np.float64)
        if not pixels.ndim:  # NumPy makes a number even of None
            raise TypeError
    except (ValueError, TypeError, OverflowError) as error:
        raise RequestError(f"pixels: this is no table of numbers; send {accepted}") from error
    if pixels.shape != (DATASET.side, DATASET.side):
        raise RequestError(f"pixels: shape {pixels.shape} came; send {accepted}")
    if not ((pixels >= 0) & (pixels <= 255)).all():
        raise RequestError(f"pixels: a number outside 0 to 255 came; send {accepted}")
    return np.rint(pixels).astype(np.uint8)


def check_unit(shape, channel, row, column):
    """The place of a unit as whole numbers; RequestError where a layer of this shape has none."""
    places = {"channel": channel, "row": row, "column": column}
    for (name, place), side in zip(places.items(), (*shape, 1, 1)):
        if not isinstance(place, int | float) or place != place // 1 or not 0 <= place < side:
            came = repr(place)[:40]
            raise RequestError(f"{name}: {came} came; send a whole number from 0 to {side - 1}")
    return int(channel), int(row), int(column)
