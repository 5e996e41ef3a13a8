"""Test errors on damaged digits, fed to the networks directly: the 15 corruptions of MNIST-C.

`python benchmarks/mnist_c.py` measures the networks in weights/, and writes mnist_c.json; a few
minutes on one core. For judging only: no training digit is damaged by these functions.

Source: Mu and Gilmer 2019, "MNIST-C: A Robustness Benchmark for Computer Vision", arXiv 1906.02337.
Written anew from the parameters published with it, each at the severity of its published set; the
random numbers are others.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, file_sha256, load_model, weights_path
from mnist_cnn.reading.predict import logits

SIDE = 28
AT_ONCE = 200  # digits, where a corruption needs much memory for each
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]


# Each takes (N, 28, 28) floats in [0, 1] and a random generator, and gives as many of the same
# shape; what leaves [0, 1] is clipped afterwards.


def shot_noise(digits, random):
    return random.poisson(digits * 3) / 3


def impulse_noise(digits, random):
    chance = random.random(digits.shape)
    return np.where(chance < 0.085, 0, np.where(chance < 0.17, 1, digits))


def glass_blur(digits, random):
    def blurred(images):  # along the rows only, as in the published set
        return ndimage.gaussian_filter1d(images, 0.7, axis=1, mode="nearest")

    digits, every = blurred(digits), np.arange(len(digits))
    for _ in range(2):
        for row in range(SIDE - 1, 1, -1):
            for column in range(SIDE - 1, 1, -1):
                down, right = random.integers(-1, 1, (2, len(digits)))
                there = every, row + down, column + right
                swaps = random.random(len(digits)) < 0.5
                here, other = digits[:, row, column].copy(), digits[there]
                digits[:, row, column] = np.where(swaps, other, here)
                digits[there] = np.where(swaps, here, other)
    return blurred(digits)


def motion_blur(digits, random):
    """ImageMagick's: half a bell curve, along one direction."""
    weights = np.exp(-((np.arange(21) / 3) ** 2) / 2)
    angle = np.radians(random.uniform(-45, 45, len(digits)))[:, None, None]
    every = np.arange(len(digits))[:, None, None]
    result = np.zeros(digits.shape)
    for distance, weight in enumerate(weights / weights.sum()):
        down = np.ceil(distance * np.sin(angle) - 0.5).astype(int)
        right = np.ceil(distance * np.cos(angle) - 0.5).astype(int)
        place = (ROWS + down).clip(0, SIDE - 1), (COLUMNS + right).clip(0, SIDE - 1)
        result += weight * digits[every, *place]
    return result


def _warped(digits, matrices, offset=(0, 0)):
    """Each digit through its own matrix, from (x, y) there to (x, y) here, about the middle."""
    middle = (SIDE - 1) / 2
    x = np.stack([COLUMNS - middle, ROWS - middle]).reshape(2, -1)
    x = np.broadcast_to(matrices @ x, (len(digits), *x.shape)) + middle
    x = x.reshape(-1, 2, SIDE, SIDE)
    right, down = (x[:, axis] + np.reshape(offset[axis], (-1, 1, 1)) for axis in (0, 1))
    every = np.broadcast_to(np.arange(len(digits))[:, None, None], down.shape)
    return ndimage.map_coordinates(digits, [every, down, right], order=1)


def _sign(digits, random):
    return random.choice([-1, 1], len(digits))


def _matrix(rows):
    """(N, 2, 2) of entries that are numbers or (N,)."""
    flat = np.broadcast_arrays(*(entry for row in rows for entry in row))
    return np.stack(flat, -1).reshape(-1, 2, 2)


def shear(digits, random):
    angle = 0.4 * _sign(digits, random)
    return _warped(digits, _matrix([[1, -np.sin(angle)], [0, np.cos(angle)]]))


def scale(digits, random):
    return _warped(digits, np.eye(2) / 0.7)


def rotate(digits, random):
    angle = 0.4 * _sign(digits, random)
    return _warped(
        digits, _matrix([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    )


def translate(digits, random):
    return _warped(digits, np.eye(2), (3 * _sign(digits, random), 3 * _sign(digits, random)))


def brightness(digits, random):
    return digits + 0.5


def stripe(digits, random):
    digits = digits.copy()
    digits[:, :, :7] = 1 - digits[:, :, :7]
    digits[:, :, 21:] = 1 - digits[:, :, 21:]
    return digits


def fog(digits, random):
    parts = np.array_split(digits, max(1, len(digits) // AT_ONCE))
    clouds = np.concatenate([_clouds(len(part), random) for part in parts])
    highest = digits.max((1, 2), keepdims=True)
    return (digits + 3 * clouds) * highest / (highest + 3)


def _clouds(count, random, side=256, decay=1.4):
    """A corner of a plasma fractal, of which the lowest place is 0 and the highest is 1.

    Source: Fournier, Fussell and Carpenter 1982, "Computer Rendering of Stochastic Models".
    """
    heights, step, spread = np.zeros((count, side, side), np.float32), side, 100.0

    def filled(total):
        noise = random.uniform(-1, 1, total.shape).astype(np.float32)
        return total / 4 + spread**2 * noise

    while step > 1:
        half = step // 2
        corners = heights[:, ::step, ::step]
        sides = corners + np.roll(corners, -1, 1)
        middles = filled(sides + np.roll(sides, -1, 2))
        heights[:, half::step, half::step] = middles
        across = np.roll(middles, 1, 1) + middles + corners + np.roll(corners, -1, 2)
        heights[:, ::step, half::step] = filled(across)
        along = np.roll(middles, 1, 2) + middles + corners + np.roll(corners, -1, 1)
        heights[:, half::step, ::step] = filled(along)
        step, spread = half, spread / decay
    low, high = (extreme(heights, axis=(1, 2), keepdims=True) for extreme in (np.min, np.max))
    return ((heights - low) / (high - low))[:, :SIDE, :SIDE]


def spatter(digits, random):
    liquid = random.normal(0.65, 0.3, digits.shape)
    liquid = ndimage.gaussian_filter(liquid, (0, 1, 1), mode="nearest")
    mud = ndimage.gaussian_filter((liquid > 0.65).astype(float), (0, 1.5, 1.5), mode="nearest")
    mud[mud < 0.8] = 0
    return digits * (1 - mud) + 63 / 255 * mud


def _line(start_x, start_y, end_x, end_y):
    """A line with soft edges, (N, 28, 28), between columns: numbers or (N,)."""
    start_x, start_y, end_x, end_y = (
        np.reshape(value, (-1, 1, 1)) for value in (start_x, start_y, end_x, end_y)
    )
    height = start_y + (end_y - start_y) / (end_x - start_x) * (COLUMNS - start_x)
    away = np.abs(ROWS - height).clip(0, 2.3 - 1e-10)
    inside = (np.floor(start_x) <= COLUMNS) & (np.ceil(end_x) > COLUMNS)
    return (np.log(1 - away / 2.3) + 1).clip(0, 1) * inside


def dotted_line(digits, random):
    start, end = random.integers(0, 27, (2, len(digits)))
    dots = COLUMNS // 2 % 2
    return digits + _line(0, start, 27, end) * dots


def zigzag(digits, random):
    return np.stack([_zigzagged(digit, random) for digit in digits])


def _zigzagged(digit, random, half=2.0, height=2.0, left=2, right=25):
    start = random.integers(0, 27)
    angle = np.arctan(random.integers(-5, 5) / (right - left))
    length = (right - left) / np.cos(angle)
    corners = [(0.0, 0.0)]
    for index in range(int((length - half) // (2 * half)) + 1):
        corners.append(((2 * index + 1) * half, (-1) ** index * height))
    over = length % (2 * half)
    if over:
        corners.append((length, corners[-1][1] / (2 * over)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array(corners) @ turn.T + (left, start)
    starts, ends = corners[:-1].T, corners[1:].T
    return digit + _line(*starts, *ends).sum(0)


def canny_edges(digits, random):
    """Source: Canny 1986, "A Computational Approach to Edge Detection"; sigma 1, 0.1 and 0.2."""

    def smooth(images):
        return ndimage.gaussian_filter(images, (0, 1, 1), mode="constant")

    smoothed = smooth(digits) / smooth(np.ones((1, SIDE, SIDE)))
    down, right = (
        ndimage.correlate1d(ndimage.correlate1d(smoothed, [-1, 0, 1], axis), [1, 2, 1], 3 - axis)
        for axis in (1, 2)
    )
    steepness = np.hypot(down, right)
    # An edge is where it is steeper than a pixel further on, along the slope and against it.
    longest = np.maximum(np.abs(down), np.abs(right)) + 1e-12
    every = np.broadcast_to(np.arange(len(digits))[:, None, None], down.shape)
    highest = steepness > 0
    for way in (1, -1):
        place = [every, ROWS + way * down / longest, COLUMNS + way * right / longest]
        highest &= steepness >= ndimage.map_coordinates(steepness, place, order=1) - 1e-9
    highest[:, [0, -1]] = highest[:, :, [0, -1]] = False
    weak, strong = highest & (steepness >= 0.1), highest & (steepness >= 0.2)
    touching = np.zeros((3, 3, 3), bool)
    touching[1] = True  # within a digit
    return ndimage.binary_propagation(strong, touching, mask=weak).astype(float)


CORRUPTIONS = (
    *(shot_noise, impulse_noise, glass_blur, motion_blur, shear, scale, rotate, brightness),
    *(translate, stripe, fog, spatter, dotted_line, zigzag, canny_edges),
)


def corrupted(corruption, digits: np.ndarray, seed: int = 0) -> torch.Tensor:
    """(N, 28, 28) uint8 digits as a row of CORRUPTIONS damages them, as a tensor of the same."""
    damaged = corruption(digits / 255, np.random.default_rng(seed))
    return torch.from_numpy((255 * damaged.clip(0, 1)).round().astype(np.uint8))


def error_rates(networks: dict, digits) -> dict[str, dict[str, float]]:
    """{corruption: {network: % of the digits that it misreads}}."""
    rates = {}
    for corruption in tqdm(CORRUPTIONS, leave=False, disable=None):
        damaged = corrupted(corruption, digits.images.numpy())
        wrong = {
            name: logits(network, damaged).argmax(1) != digits.labels
            for name, network in networks.items()
        }
        rates[corruption.__name__] = {
            name: round(100 * errors.double().mean().item(), 2) for name, errors in wrong.items()
        }
    return rates


def table(rates: dict[str, dict[str, float]]) -> str:
    """The rates and their means, in Markdown."""
    names = list(next(iter(rates.values())))
    means = {name: np.mean([row[name] for row in rates.values()]) for name in names}
    lines = [("corruption", *names), ("---",) * (1 + len(names))]
    for what, row in (*rates.items(), ("mean", means)):
        lines.append((what.replace("_", " "), *(f"{row[name]:.1f} %" for name in names)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("folders", nargs="*", type=Path, help="of weights; default: weights/")
    add("--digits", type=int, default=10_000, help="use fewer: only to try it out")
    add("--output", type=Path, help="default: mnist_c.json where weights/ are judged, else none")
    settings = parser.parse_args()
    paths = {}
    for folder in settings.folders or [DIRECTORY]:
        for key in MODELS:
            if (path := weights_path(folder, key)).exists():
                paths[f"{folder.name}/{key}" if settings.folders else key] = key, path
    networks = {name: load_model(path, key)[0] for name, (key, path) in paths.items()}
    rates = error_rates(networks, embedded_test_set()[: settings.digits])
    print(table(rates))
    output = settings.output or (None if settings.folders else Path(__file__).with_suffix(".json"))
    if output:
        sums = {name: file_sha256(path) for name, (_, path) in paths.items()}
        found = {"digits": settings.digits, "weights": sums, "error_rates": rates}
        output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
