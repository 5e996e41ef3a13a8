"""What is kept for all visitors: what one of them, or one room, has waited for, no other waits for.

Weight sets are replaced as a whole and compared by identity: no answer outlives its weights.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import numpy as np

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.page.current_digit import InputImage
from mnist_cnn.reading.page import PageReading, read_page
from mnist_cnn.reading.pipelines import to_digit
from mnist_cnn.reading.predict import Reading, read
from mnist_cnn.sharing.weight_set import WeightSet

PAGES = 16  # of several digits each that are kept
READINGS = 48  # that are kept, of 2 to 6 MB each: more than a class draws while one answer is used
VIEWS = 64  # of each function


class Readings:
    """The latest readings, by image file, pipeline and weight set."""

    def __init__(self, count: int = READINGS):
        self._read = lru_cache(count)(_read)
        self._read_page = lru_cache(PAGES)(read_page)

    def read(self, image: InputImage, pipeline: str, weights: WeightSet) -> Reading:
        """The Reading of an image.

        Args:
            image: what is read.
            pipeline: id of a pipeline.
            weights: the networks and the detector that read.

        Raises:
            ImageError: the file is no picture.
        """
        return self._read(image.file, image.bright_ink, pipeline, weights)

    def page(self, image: InputImage, weights: WeightSet) -> PageReading:
        """Every digit of an image that holds several.

        Raises:
            ImageError: the file is no picture, or holds far more than digits.
        """
        return self._read_page(image.file, weights)

    def digit(self, image: InputImage, pipeline: str, weights: WeightSet) -> np.ndarray:
        """(28, 28) uint8: what the networks see of an image.

        Raises:
            ImageError: the file is no picture.
        """
        return to_digit(self.read(image, pipeline, weights).frames)


def _read(file, bright_ink, pipeline, weights):
    return read(file, weights, pipeline, bright_ink)


def kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """view(weights, digit, *rest), made once for each digit: a class looks at the same ones.

    Args:
        view: a function of a WeightSet, a (28, 28) uint8 digit, and what can be hashed.
    """

    @lru_cache(VIEWS)
    def made(weights, pixels, *rest):
        digit = np.frombuffer(bytearray(pixels), np.uint8).reshape(DATASET.side, DATASET.side)
        return view(weights, digit, *rest)

    @wraps(view)
    def of(weights, digit, *rest):
        return made(weights, digit.tobytes(), *rest)

    return of
