"""A picture under a filter, made of what the page sends; and the kernels to choose from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import nn

from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.explaining.convolution import (
    KERNELS,
    SOBELS,
    check_kernel,
    correlate,
    learned_kernels,
    magnitude,
    noise,
    normalised,
)
from mnist_cnn.page.texts import convolution as convolution_texts

FIRST_KERNEL = "sobel-horizontal"
MAGNITUDE = "magnitude"  # stands for the kernel where both Sobels are at work
FIRST_PIXEL = (6, 14)  # row and column of the output: on an edge of the first digit
# What is made up beyond the border would be the strongest thing in noise, which has no structure.
FIRST_PADDING = {"digit": "zero", "noise": "none"}
DECIMALS = 2  # of a learned kernel: the grid shows exactly the numbers that are used

# What the grid of the page holds: three rows of three numbers, or MAGNITUDE.
Grid = list[list[float]] | str


@dataclass(frozen=True, eq=False)
class FilteredPicture:
    """A picture, the filter that slides over it, and how."""

    image: np.ndarray  # (H, W)
    origin: str  # where the picture came from, in words
    kernels: np.ndarray  # (1, 3, 3), or (2, 3, 3) where both Sobels are at work
    padding: str  # key of PADDINGS
    flip: bool  # the kernel is turned by 180 degrees first

    @cached_property
    def output(self) -> np.ndarray:
        """(H, W) float64, or (H - 2, W - 2) without padding."""
        return magnitude(correlate(self.image, self.kernels, self.padding, self.flip))

    @property
    def preset(self) -> str | None:
        """The key of the designed kernel at work, or MAGNITUDE; None for other numbers."""
        if len(self.kernels) == 2:
            return MAGNITUDE
        same = (key for key, row in KERNELS.items() if np.array_equal(row.weights, self.kernels[0]))
        return next(same, None)


def filtered_picture(
    kernel: Grid,
    digit: np.ndarray,
    origin: str,
    source: str,
    seed: int,
    pixels: str,
    padding: str,
    turn: str,
) -> FilteredPicture:
    """What the settings of the room ask for.

    Args:
        kernel: the grid's value.
        digit: (28, 28) uint8, the current one, in any other source than "noise".
        origin: where it came from, in words.
        source: key of SOURCES; for "noise", `seed` says which.
        pixels: key of PIXELS.
        padding: key of PADDINGS.
        turn: key of TURNS.

    Raises:
        RequestError: the kernel is not 3×3 finite numbers.
    """
    if source == "noise":
        image, origin = noise(seed), convolution_texts.NOISE.format(seed)
    else:
        image = to_unit(digit).numpy()
    if pixels == "normalised":
        image = normalised(image)
    kernels = SOBELS if kernel == MAGNITUDE else check_kernel(kernel)[None]
    return FilteredPicture(image, origin, kernels, padding, flip=turn == "convolution")


def preset_named(pick: str, grid: Grid) -> Grid:
    """The grid with a preset in it; as it was where the pick is no key of a preset."""
    if pick == MAGNITUDE:
        return MAGNITUDE
    return KERNELS[pick].weights.tolist() if pick in KERNELS else grid


def learned_named(pick: str, grid: Grid, learned: dict[str, np.ndarray]) -> Grid:
    """The grid with a learned filter in it; as it was where there is no such filter.

    Args:
        pick: key of the network and number of the filter: "conv 3".
        grid: its value so far.
        learned: as from `learned_filters`.
    """
    key, _, number = pick.partition(" ")
    kernels = {str(place): kernel for place, kernel in enumerate(learned.get(key, ()))}
    return kernels[number].round(DECIMALS).tolist() if number in kernels else grid


def learned_filters(models: dict[str, nn.Module]) -> dict[str, np.ndarray]:
    """{key of each network whose first layer has 3×3 filters: these filters, (K, 3, 3)}."""
    filters = {key: learned_kernels(model) for key, model in models.items()}
    return {key: kernels for key, kernels in filters.items() if len(kernels)}
