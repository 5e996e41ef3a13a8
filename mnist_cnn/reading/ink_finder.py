"""The ink of any picture: arithmetic on even paper, a small network on any other.

The network was trained on made-up pages alone (learning/pages.py). It takes light, shadow, paper,
printed lines, desk and fingers for what they are. Its weights lie in ink.safetensors.
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy import ndimage

from mnist_cnn.networks import weights as files
from mnist_cnn.networks.unet import MULTIPLE, UNet
from mnist_cnn.networks.weights import (
    FORMAT_VERSION,
    WeightsError,
    check_format,
    load_tensors,
    weights_path,
)
from mnist_cnn.reading.ink import drawn_ink, is_dotted, is_drawing
from mnist_cnn.reading.segmentation import connected_parts, typical_height
from mnist_cnn.reading.strokes import digit_alone

INK = "ink"  # the network's name among the files of weights
ARCHITECTURE = "u-net"
SIDE = 128  # px, longer side of the pictures that the network sees
LEAST_CONTRAST = 0.02  # brightness from dark to bright: less is not stretched further
LEAST_OF_PAGE = 0.2  # of a page's contrast: a tile with less of it is not stretched further
REACH = 3  # of that contrast: how far from the paper a pixel counts, at most
DOT = 1.2  # px, standard deviation of the blur that makes greys of dots
MARGIN = 0.25  # of the digit's longer side: what the second look sees around it
NEAR = 0.6  # of the picture: a larger digit is seen well enough at the first look
TILE, OVERLAP = 192, 24  # px, of a page that is seen in parts, and by how much they overlap
TILES = 8  # at once
PAGE = 640  # px, longer side of a page at the first look
DIGIT = 40  # px, height of a typical digit at the second
PRINTED = 0.1  # ink of the palest lines that are printed on a drawing's paper
SURE = 0.3  # ink of the first look that is worth a second


def find_ink(grey: np.ndarray, network: UNet) -> np.ndarray:
    """The ink of a picture of any polarity, 0 is paper.

    Args:
        grey: (H, W) float32 in [0, 1], brightness.
        network: as `load_ink_finder` returns it.

    Returns:
        (H, W) float32 in [0, 1]; a smaller picture than SIDE px that is no drawing is enlarged.
    """
    if is_drawing(grey):
        return drawn_ink(grey)
    if is_dotted(grey):
        grey = ndimage.gaussian_filter(grey, DOT)
    return _look_twice(grey, network)


def _look_twice(grey, network):
    """What the network finds in the whole picture, and more closely where the digit stands."""
    grey = _resized(grey, max(1, SIDE / max(grey.shape)))
    seen = _look(grey, network)
    ink = _resized(seen, grey.shape)
    rows, columns = np.nonzero(digit_alone(seen))
    if len(rows):
        scale = max(grey.shape) / max(seen.shape)
        margin = MARGIN * max(np.ptp(rows), np.ptp(columns)) + 1
        box = tuple(
            slice(round(scale * max(0, at.min() - margin)), round(scale * (at.max() + 1 + margin)))
            for at in (rows, columns)
        )
        if max(grey[box].shape) < NEAR * max(grey.shape):
            ink[box] = _resized(_look(grey[box], network), grey[box].shape)
    return ink


def find_page_ink(grey: np.ndarray, network: UNet) -> tuple[np.ndarray, float]:
    """The ink of a large picture with many digits, of any polarity, and the scale that it is at.

    The first look tells how large the digits are; at the second they are DIGIT px high.

    Args:
        grey: (H, W) float32 in [0, 1], brightness.
        network: as `load_ink_finder` returns it.

    Returns:
        (h, w) float32 in [0, 1], and h / H.
    """
    if is_drawing(grey):
        ink = drawn_ink(grey)
        if not _crosses(ink):
            return ink, 1.0
    if is_dotted(grey):
        grey = ndimage.gaussian_filter(grey, DOT)
    longest = max(grey.shape)
    first = PAGE / longest
    seen = see_page(_resized(grey, first), network)
    height = typical_height(connected_parts(seen)[1])
    if not height:
        return seen, first
    scale = min(first * DIGIT / height, max(1.0, first))
    return see_page(_resized(grey, scale), network, seen > SURE), scale


def _crosses(ink):
    """Whether some of a drawing goes from side to side: printed lines, a frame."""
    _, boxes = connected_parts(ink, PRINTED)
    height, width = ink.shape
    across = (boxes[:, 1] == 0) & (boxes[:, 3] == width)
    return bool((across | (boxes[:, 0] == 0) & (boxes[:, 2] == height)).any())


def _look(grey, network):
    """What the network finds in a picture that is brought to SIDE px."""
    return see(_resized(grey, SIDE / max(grey.shape)), network)


def see(grey: np.ndarray, network: UNet) -> np.ndarray:
    """How surely each pixel is ink.

    Args:
        grey: (H, W) float32 in [0, 1], brightness, about SIDE px long.

    Returns:
        (H, W) float32 in [0, 1].
    """
    height, width = grey.shape
    x = np.pad(standardise(grey), [(0, -height % MULTIPLE), (0, -width % MULTIPLE)], "edge")
    return _shares(x[None], network)[0, :height, :width]


def see_page(grey: np.ndarray, network: UNet, where: np.ndarray | None = None) -> np.ndarray:
    """How surely each pixel of a large picture is ink: it is seen tile by tile, each in its light.

    Args:
        grey: (H, W) float32 in [0, 1], brightness.
        where: (h, w), of any size: tiles in which all of it is 0 are taken for paper.

    Returns:
        (H, W) float32 in [0, 1].
    """
    height, width = grey.shape
    page = np.pad(grey, [(0, max(0, TILE - side)) for side in grey.shape], "edge")
    if where is not None:
        where = _resized(where.astype(np.float32), page.shape)
    tiles = [
        box
        for top in _starts(page.shape[0])
        for left in _starts(page.shape[1])
        if (box := (slice(top, top + TILE), slice(left, left + TILE)))
        and (where is None or where[box].any())
    ]
    contrast = LEAST_OF_PAGE * np.subtract(*np.percentile(grey, [98, 2])) if tiles else 0
    # Each counts most in its middle, where it sees the most around a pixel.
    slope = np.minimum(np.arange(1, TILE + 1), np.arange(TILE, 0, -1)).clip(max=OVERLAP)
    weight = np.float32(np.outer(slope, slope))
    total, weights = np.zeros_like(page), np.full_like(page, 1e-6)
    for first in range(0, len(tiles), TILES):
        batch = tiles[first : first + TILES]
        seen = _shares(np.stack([standardise(page[box], contrast) for box in batch]), network)
        for box, shares in zip(batch, seen):
            total[box] += weight * shares
            weights[box] += weight
    return (total / weights)[:height, :width]


def _starts(side):
    """Where tiles begin along a side, as evenly as they overlap."""
    count = 1 + -(-(side - TILE) // (TILE - OVERLAP))
    return np.linspace(0, side - TILE, count).round().astype(int)


@torch.inference_mode()
def _shares(x, network):
    """(B, H, W) of (B, H, W) standardised pictures; H and W are multiples of MULTIPLE."""
    batch = torch.from_numpy(x)[:, None].contiguous(memory_format=torch.channels_last)
    return network(batch).sigmoid()[:, 0].numpy()


def standardise(grey: np.ndarray, least: float = LEAST_CONTRAST) -> np.ndarray:
    """Brightness as the network's input: 0 is the paper, 1 a step of the picture's contrast.

    Args:
        grey: (H, W) float32 in [0, 1].
        least: brightness from dark to bright that is not stretched further.

    Returns:
        (H, W) float32 in [-REACH, REACH].
    """
    low, paper, high = np.percentile(grey, [2, 50, 98])
    standard = (grey - paper) / max(high - low, least, LEAST_CONTRAST)
    return np.clip(standard, -REACH, REACH).astype(np.float32)


def _resized(values, to):
    """Values in [0, 1] at another size, (height, width) or a scale; always a copy."""
    if not isinstance(to, tuple):
        to = tuple(max(1, round(to * side)) for side in values.shape)
    smaller = max(to) < max(values.shape)
    kind = Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR
    return np.array(Image.fromarray(values.astype(np.float32)).resize(to[::-1], kind))


def identity() -> dict:
    """The entries that the header of the network's file must have."""
    return {"format_version": FORMAT_VERSION, "model": INK, "architecture": ARCHITECTURE}


def ink_path(directory: Path | str | None = None) -> Path:
    """The file of the network that is used with a folder's: its own, else the shipped one."""
    own = weights_path(directory or files.DIRECTORY, INK)
    return own if own.exists() else weights_path(files.DIRECTORY, INK)


def load_ink_finder(directory: Path | str | None = None) -> UNet:
    """The network in eval mode; that of the shipped folder where `directory` has none.

    A set of weights that was made before there was an ink finder is read by the shipped one.

    Args:
        directory: folder of the weights; None is the shipped one.

    Raises:
        WeightsError: missing from the shipped folder, or damaged.
    """
    path = ink_path(directory)
    try:
        tensors, header = load_tensors(path)
        check_format(header.get("format_version"), path)
        if any(header.get(name) != expected for name, expected in identity().items()):
            raise WeightsError(f"{path} holds another network")
        network = UNet()
        network.load_state_dict(tensors)  # strict: every name, every shape
    except (WeightsError, RuntimeError) as error:
        problem = error.problem if isinstance(error, WeightsError) else f"{path} does not fit"
        raise WeightsError(problem, files.repair(INK)) from error
    return network.eval().to(memory_format=torch.channels_last)


# Read once per process: whoever names no network means the shipped one.
shipped_ink_finder = cache(load_ink_finder)
