"""A 3×3 filter sliding over a picture: its output at every pixel, and the nine products of one."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.facts import DATASET

KERNEL_SIDE = 3  # px, as in every filter of the ConvNet
LARGEST_WEIGHT = 1e6  # of a kernel from outside: the sum of its nine products stays finite


@dataclass(frozen=True, eq=False)
class Kernel:
    """A filter that was designed, not learned.

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
    """What a filter reads beyond the border of the picture."""

    title: str
    mode: Any  # of numpy.pad; None adds nothing, and the output is smaller


PADDINGS = {
    "zero": Padding("Zeros", "constant"),
    "edge": Padding("Edge, repeated", "edge"),
    "reflected": Padding("Picture, reflected", "reflect"),
    "none": Padding("Nothing: smaller output", None),
}


def normalised(image: np.ndarray) -> np.ndarray:
    """The picture as the networks read it, (H, W) float64.

    Args:
        image: (H, W), float in [0, 1].
    """
    return DATASET.normalise(np.asarray(image, np.float32)).astype(np.float64)


def pad(image: np.ndarray, padding: str = "zero") -> np.ndarray:
    """The picture and its padding, (H + 2, W + 2); (H, W) for "none"."""
    mode = PADDINGS[padding].mode
    return image if mode is None else np.pad(image, KERNEL_SIDE // 2, mode)


def correlate(
    image: np.ndarray, kernel: np.ndarray, padding: str = "zero", flip: bool = False
) -> np.ndarray:
    """The filter's output at every pixel.

    Args:
        image: (H, W).
        kernel: (3, 3), or (K, 3, 3) for the outputs of K filters.
        padding: key of PADDINGS.
        flip: rotate the kernel by 180 degrees first. Mathematics calls this convolution; what
            networks call convolution is correlation, without the rotation.

    Returns:
        (H, W) float64, (H - 2, W - 2) for padding "none"; (K, ...) for K filters.
    """
    windows = _windows(image, padding)
    return np.einsum("hwij,...ij->...hw", windows, oriented(kernel, flip), optimize=True)


def _windows(image, padding):
    padded = pad(np.asarray(image, np.float64), padding)
    return sliding_window_view(padded, (KERNEL_SIDE, KERNEL_SIDE))  # (H, W, 3, 3)


def oriented(kernel: np.ndarray, flip: bool) -> np.ndarray:
    """The kernel as it lies on the picture: rotated by 180 degrees if `flip`."""
    return kernel[..., ::-1, ::-1] if flip else kernel


def magnitude(outputs: Any) -> np.ndarray:
    """The output of one filter, unchanged; of two at right angles, the length of the vector.

    Args:
        outputs: (1 or 2, ...).

    Returns:
        (...)
    """
    return outputs[0] if len(outputs) == 1 else np.hypot(*outputs)


class Products(NamedTuple):
    """How one pixel of the output is computed; arrays (3, 3) float64."""

    inputs: np.ndarray  # pixels in the window
    weights: np.ndarray  # the kernel as it lies on them
    products: np.ndarray
    total: float  # the output pixel


def products(
    image: np.ndarray,
    kernel: np.ndarray,
    row: int,
    column: int,
    padding: str = "zero",
    flip: bool = False,
) -> Products:
    """The nine products of one output pixel, and their sum.

    Args:
        image, kernel, padding, flip: as for `correlate`, one kernel.
        row, column: of the output, from 0.
    """
    inputs, weights = _windows(image, padding)[row, column], oriented(kernel, flip)
    return Products(inputs, weights, inputs * weights, float((inputs * weights).sum()))


def border_error(
    image: np.ndarray, kernels: np.ndarray, padding: str = "zero", flip: bool = False
) -> float:
    """The largest error that padding causes along the border, relative to the largest output.

    The reference is the output for a picture that continues with the values at its border
    ("edge"). 0 for "none", which adds nothing.

    Args:
        image, padding, flip: as for `correlate`.
        kernels: (1 or 2, 3, 3); of two, the magnitude counts.

    Returns:
        a fraction of the largest absolute output, 0 or more.
    """
    if PADDINGS[padding].mode is None:
        return 0.0
    output, expected = (
        magnitude(correlate(image, kernels, each, flip)) for each in (padding, "edge")
    )
    strongest = np.abs(output).max()
    return float(np.abs(output - expected).max() / strongest) if strongest else 0.0


def noise(seed: int) -> np.ndarray:
    """A picture without structure: (10, 10) float64, uniform in [0, 1), fixed by the seed."""
    return np.random.default_rng(seed).random((10, 10))


def learned_kernels(model: Any) -> np.ndarray:
    """The 3×3 filters that a network's first layer learned for the digit's pixels.

    Args:
        model: one of the networks, a torch module.

    Returns:
        (K, 3, 3) float64; K is 0 where the first layer has no such filters.
    """
    weights = next(model.parameters()).detach().cpu().double().numpy()
    if weights.shape[1:] != (1, KERNEL_SIDE, KERNEL_SIDE):
        return np.empty((0, KERNEL_SIDE, KERNEL_SIDE))
    return weights[:, 0]


def cosine_similarity(kernels: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Cosine of the angle between each of many kernels and one: 1 same, 0 unrelated, -1 opposite.

    Args:
        kernels: (K, 3, 3).
        kernel: (3, 3); the similarity to a kernel of zeros is 0.

    Returns:
        (K,) float64 in [-1, 1].
    """
    lengths = np.linalg.norm(kernels, axis=(1, 2)) * np.linalg.norm(kernel)
    inner = (kernels * kernel).sum((1, 2))
    return np.divide(inner, lengths, out=np.zeros_like(inner), where=lengths > 0).clip(-1, 1)


def check_kernel(kernel: Any) -> np.ndarray:
    """The weights, (3, 3) float64, of a key of KERNELS or of 3 rows of 3 numbers.

    Raises:
        RequestError: it is neither, or a number is not finite or beyond LARGEST_WEIGHT.
    """
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
