"""A filter, slid over a picture: what it answers at every pixel, and out of which nine products."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.facts import DATASET

KERNEL_SIDE = 3  # px, as in every filter of the ConvNet
LARGEST_WEIGHT = 1e6  # of a kernel that a stranger sends: nine products of it stay finite


@dataclass(frozen=True, eq=False)
class Kernel:
    """A filter that people designed.

    weights: (3, 3) float64.
    """

    title: str
    weights: np.ndarray
    why: str

    def __post_init__(self):
        if self.weights.shape != (KERNEL_SIDE, KERNEL_SIDE):
            raise ValueError(f"{self.title}: {self.weights.shape}")


def _rows(*rows):
    return np.array(rows, np.float64)


KERNELS = {
    "identity": Kernel(
        "Identity",
        _rows((0, 0, 0), (0, 1, 0), (0, 0, 0)),
        "Only the pixel itself counts: the picture comes out as it went in.",
    ),
    "blur": Kernel(
        "Blur",
        _rows((1, 2, 1), (2, 4, 2), (1, 2, 1)) / 16,
        "A mean of the nine pixels, the middle counting most: edges go soft, and noise with them.",
    ),
    "sharpen": Kernel(
        "Sharpen",
        _rows((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        "Five times the pixel, less its four neighbours: what differs from them stands out more.",
    ),
    "laplacian": Kernel(
        "Laplacian",
        _rows((0, 1, 0), (1, -4, 1), (0, 1, 0)),
        "How far the four neighbours lie above the pixel: edges in every direction, both sides.",
    ),
    "sobel-horizontal": Kernel(
        "Sobel, horizontal",
        _rows((1, 2, 1), (0, 0, 0), (-1, -2, -1)),
        "What is above less what is below: it answers where a stroke's edge runs across.",
    ),
    "sobel-vertical": Kernel(
        "Sobel, vertical",
        _rows((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        "What is right less what is left: it answers where a stroke's edge runs up and down.",
    ),
}
SOBELS = np.stack([KERNELS[f"sobel-{way}"].weights for way in ("horizontal", "vertical")])


class Padding(NamedTuple):
    """What a filter finds beyond the border of the picture."""

    title: str
    mode: str | None  # of numpy.pad; None adds nothing, so that the output is smaller


PADDINGS = {
    "zero": Padding("Zeros", "constant"),
    "edge": Padding("Edge, repeated", "edge"),
    "reflected": Padding("Picture, reflected", "reflect"),
    "none": Padding("Nothing: smaller output", None),
}


def normalised(image):
    """The picture as the networks take it, (H, W) float64.

    Args:
        image: (H, W), float in [0, 1].
    """
    return DATASET.normalise(np.asarray(image, np.float32)).astype(np.float64)


def pad(image, padding="zero"):
    """The picture with what a filter finds around it, (H + 2, W + 2); (H, W) for "none"."""
    mode = PADDINGS[padding].mode
    return image if mode is None else np.pad(image, KERNEL_SIDE // 2, mode)


def correlate(image, kernel, padding="zero", flip=False):
    """The filter's answer at every pixel.

    Args:
        image: (H, W).
        kernel: (3, 3), or (K, 3, 3) for the answers of K filters.
        padding: key of PADDINGS.
        flip: turn the kernel by 180 degrees first, which is what mathematics calls convolution;
            what networks call so is correlation.

    Returns:
        (H, W) float64, (H - 2, W - 2) for padding "none"; (K, ...) for K filters.
    """
    windows = _windows(image, padding)
    return np.einsum("hwij,...ij->...hw", windows, oriented(kernel, flip), optimize=True)


def _windows(image, padding):
    padded = pad(np.asarray(image, np.float64), padding)
    return sliding_window_view(padded, (KERNEL_SIDE, KERNEL_SIDE))  # (H, W, 3, 3)


def oriented(kernel, flip):
    """The kernel as it lies on the picture: turned by 180 degrees where `flip` says so."""
    return kernel[..., ::-1, ::-1] if flip else kernel


def magnitude(answers):
    """One filter's answers as they are; those of two at right angles as one magnitude.

    Args:
        answers: (1 or 2, ...).
    """
    return answers[0] if len(answers) == 1 else np.hypot(*answers)


class Products(NamedTuple):
    """How one pixel of the output comes about; arrays (3, 3) float64."""

    inputs: np.ndarray  # what the window holds
    weights: np.ndarray  # the kernel as it lies on it
    products: np.ndarray
    total: float  # the output pixel


def products(image, kernel, row, column, padding="zero", flip=False):
    """The nine products of one output pixel, and their sum.

    Args:
        image, kernel, padding, flip: as for `correlate`, one kernel.
        row, column: of the output, from 0.
    """
    inputs, weights = _windows(image, padding)[row, column], oriented(kernel, flip)
    return Products(inputs, weights, inputs * weights, float((inputs * weights).sum()))


def border_error(image, kernels, padding="zero", flip=False):
    """How much of the output along the border the padding made up, as a share of the strongest.

    The measure is what the filter would answer if the picture went on as it ends. For "none",
    which makes nothing up, 0.

    Args:
        image, padding, flip: as for `correlate`.
        kernels: (1 or 2, 3, 3); of two, the magnitude counts.
    """
    if PADDINGS[padding].mode is None:
        return 0.0
    output, expected = (
        magnitude(correlate(image, kernels, each, flip)) for each in (padding, "edge")
    )
    strongest = np.abs(output).max()
    return float(np.abs(output - expected).max() / strongest) if strongest else 0.0


def noise(seed):
    """A picture without structure: (10, 10) float64, even in [0, 1], the same for the same seed."""
    return np.random.default_rng(seed).random((10, 10))


def learned_kernels(model):
    """What a ConvNet's first layer learned to look for: (32, 3, 3) float64."""
    return model.features[0].weight.detach().cpu().double().numpy()[:, 0]


def cosine_similarity(kernels, kernel):
    """Cosine of the angle between each of many kernels and one: 1 same, 0 unrelated, -1 opposite.

    Args:
        kernels: (K, 3, 3).
        kernel: (3, 3); a kernel of zeros is like none.

    Returns:
        (K,) float64 in [-1, 1].
    """
    lengths = np.linalg.norm(kernels, axis=(1, 2)) * np.linalg.norm(kernel)
    inner = (kernels * kernel).sum((1, 2))
    return np.divide(inner, lengths, out=np.zeros_like(inner), where=lengths > 0).clip(-1, 1)


def check_kernel(kernel):
    """A preset's name or 3×3 numbers, as (3, 3) float64; RequestError says what came instead."""
    accepted = f"{', '.join(KERNELS)}, or 3 rows of 3 numbers"
    if isinstance(kernel, str):
        if kernel not in KERNELS:
            raise RequestError(f"kernel: {kernel[:40]!r} is none of {accepted}")
        return KERNELS[kernel].weights
    try:
        weights = np.asarray(kernel, np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise RequestError(f"kernel: this is no table of numbers; send {accepted}") from error
    if weights.shape != (KERNEL_SIDE, KERNEL_SIDE):
        raise RequestError(f"kernel: shape {weights.shape} came; send {accepted}")
    if not (np.abs(weights) <= LARGEST_WEIGHT).all():
        limit = f"{LARGEST_WEIGHT:,.0f}"
        raise RequestError(f"kernel: a number outside -{limit} to {limit} came; send {accepted}")
    return weights
