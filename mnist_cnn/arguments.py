"""Checks of what callers ask for: a RequestError says what came and what is accepted."""

from collections.abc import Collection

import numpy as np

from mnist_cnn.dataset.facts import DATASET


class RequestError(ValueError):
    """Something was asked for that does not exist; the message says what came and what exists."""


def check_choice(name: str, value, choices: Collection[str]) -> None:
    """Raise RequestError unless `value` is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise RequestError(f"{name}: {str(value)[:40]!r} is none of {', '.join(choices)}")


def check_index(index, count: int) -> int:
    """`index` as an int in range(count).

    Raises:
        RequestError: anything but a whole number in this range.
    """
    return _check_whole("index", index, count)


def check_unit(shape: tuple[int, ...], channel, row, column) -> tuple[int, int, int]:
    """Channel, row and column of a unit as ints.

    Args:
        shape: of the layer's output, (C, H, W) or (N,); in the latter, row and column are 0.

    Raises:
        RequestError: the layer has no such unit.
    """
    height, width = shape[1:] if len(shape) == 3 else (1, 1)
    return (
        _check_whole("channel", channel, shape[0]),
        _check_whole("row", row, height),
        _check_whole("column", column, width),
    )


def _check_whole(name, number, count):
    if not isinstance(number, int | float) or number != number // 1 or not 0 <= number < count:
        came = repr(number)[:40]
        raise RequestError(f"{name}: {came} came; send a whole number from 0 to {count - 1}")
    return int(number)


def check_pixels(pixels) -> np.ndarray:
    """28×28 numbers in 0..255, or all in 0..1, as (28, 28) uint8, rounded.

    Raises:
        RequestError: another shape, another range, or no numbers.
    """
    side = DATASET.side
    accepted = f"{side} rows of {side} numbers from 0 to 255, or all from 0 to 1, ink bright"
    try:
        pixels = np.asarray(pixels, np.float64)
        if not pixels.ndim:  # NumPy makes an array even of None
            raise TypeError
    except (ValueError, TypeError, OverflowError) as error:
        raise RequestError(f"pixels: this is no table of numbers; send {accepted}") from error
    if pixels.shape != (DATASET.side, DATASET.side):
        raise RequestError(f"pixels: shape {pixels.shape} came; send {accepted}")
    if not ((pixels >= 0) & (pixels <= 255)).all():
        raise RequestError(f"pixels: a number outside 0 to 255 came; send {accepted}")
    if pixels.max() <= 1:  # a picture of 0 and 1 out of 255 would be blank
        pixels = 255 * pixels
    return np.rint(pixels).astype(np.uint8)
