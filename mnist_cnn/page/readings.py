"""Readings that are kept: what one room has read, no other room reads again."""

import hashlib
from collections import OrderedDict
from dataclasses import replace
from threading import Lock

import numpy as np

from mnist_cnn.page.current_digit import InputImage
from mnist_cnn.reading.pipelines import to_digit
from mnist_cnn.reading.predict import Reading, read
from mnist_cnn.sharing.weight_set import WeightSet

COUNT = 32  # readings that are kept, of all visitors together
FRAMES_BYTES = 8_000_000  # of a reading; above (large photos as they came) only the digit is kept


class Readings:
    """The latest readings, by image file, pipeline and weight set.

    Weight sets are replaced as a whole and compared by identity: no answer outlives its weights.
    """

    def __init__(self, count: int = COUNT):
        self._count, self._lock = count, Lock()
        self._kept: OrderedDict[tuple, Reading] = OrderedDict()

    def read(
        self, image: InputImage, pipeline: str, weights: WeightSet, all_frames: bool = False
    ) -> Reading:
        """The Reading of an image.

        Args:
            image: what is read.
            pipeline: id of a pipeline.
            weights: the networks and the detector that read.
            all_frames: whether every frame is needed, or only the last one, the digit.

        Raises:
            ImageError: the file is no picture.
        """
        key = hashlib.sha256(image.file).digest(), pipeline, weights
        with self._lock:
            reading = self._kept.get(key)
            if reading is not None:
                self._kept.move_to_end(key)
        if reading is None or (all_frames and not _is_whole(reading)):
            reading = read(image.file, weights, pipeline)
            with self._lock:
                self._kept[key] = _small(reading)
                while len(self._kept) > self._count:
                    self._kept.popitem(last=False)
        return reading

    def digit(self, image: InputImage, pipeline: str, weights: WeightSet) -> np.ndarray:
        """(28, 28) uint8: what the networks see of an image.

        Raises:
            ImageError: the file is no picture.
        """
        return to_digit(self.read(image, pipeline, weights).frames)


def _is_whole(reading: Reading) -> bool:
    return len(reading.frames) > 1


def _small(reading: Reading) -> Reading:
    size = sum(frame.image.nbytes for frame in reading.frames)
    return reading if size <= FRAMES_BYTES else replace(reading, frames=reading.frames[-1:])
