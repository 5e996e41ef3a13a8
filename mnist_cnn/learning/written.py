"""Digits that a generator writes: shapes that people use and MNIST hardly has, sized as MNIST's."""

import numpy as np
import torch
from scipy.spatial import KDTree

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.learning.skeletons import template

PEN = (1.3, 4.5)  # px wide; MNIST's strokes are mostly 2 to 4
NARROWEST = 0.5  # of a digit's own width
APART = 0.2  # px between the points that a pen touches
PIXELS = np.mgrid[: DATASET.side, : DATASET.side][::-1].reshape(2, -1).T  # (784, 2) x and y


def written_digits(count: int, seed: int = 0) -> Digits:
    """So many digits of every kind in turn, in MNIST's geometry; the seed decides them."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % DATASET.classes
    images = [_squeezed_and_written(template(int(digit), random), random) for digit in labels]
    stacked = np.stack(images) if images else np.zeros((0, DATASET.side, DATASET.side), np.uint8)
    return Digits(torch.from_numpy(stacked), torch.from_numpy(labels))


def _squeezed_and_written(skeleton, random):
    """Some are narrow: people's 2, 4 and 7 above all."""
    width = random.uniform(NARROWEST, 1) if random.random() < 0.3 else 1
    return write(skeleton * np.float32([width, 1]), random.uniform(*PEN))


def write(skeleton: np.ndarray, pen: float) -> np.ndarray:
    """A skeleton written with a round pen: (28, 28) uint8, ink bright.

    Args:
        skeleton: (S, 2, 2) segments, start and end (x, y); of no size in particular.
        pen: px wide; the ink fills MNIST's box, and its middle is where MNIST's is.
    """
    longest = np.ptp(skeleton.reshape(-1, 2), axis=0).max()
    segments = skeleton * ((DATASET.box - pen) / longest)
    lengths = np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1)
    middle = np.average(segments.mean(1), axis=0, weights=lengths)
    counts = np.ceil(lengths / APART).astype(int) + 1
    points = np.concatenate(
        [np.linspace(start, end, n) for (start, end), n in zip(segments, counts)]
    )
    distances, _ = KDTree(points - middle + DATASET.centre).query(PIXELS)
    ink = (pen / 2 + 0.5 - distances.reshape(DATASET.side, DATASET.side)).clip(0, 1)
    return (255 * ink).astype(np.uint8)
