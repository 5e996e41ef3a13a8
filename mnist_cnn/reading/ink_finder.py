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
from mnist_cnn.reading.strokes import digit_alone

INK = "ink"  # the network's name among the files of weights
ARCHITECTURE = "u-net"
SIDE = 128  # px, longer side of the pictures that the network sees
LEAST_CONTRAST = 0.02  # brightness from dark to bright: less is not stretched further
REACH = 3  # of that contrast: how far from the paper a pixel counts, at most
DOT = 1.2  # px, standard deviation of the blur that makes greys of dots
MARGIN = 0.25  # of the digit's longer side: what the second look sees around it
NEAR = 0.6  # of the picture: a larger digit is seen well enough at the first look


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


def _look(grey, network):
    """What the network finds in a picture that is brought to SIDE px."""
    return see(_resized(grey, SIDE / max(grey.shape)), network)


@torch.inference_mode()
def see(grey: np.ndarray, network: UNet) -> np.ndarray:
    """How surely each pixel is ink.

    Args:
        grey: (H, W) float32 in [0, 1], brightness, about SIDE px long.

    Returns:
        (H, W) float32 in [0, 1].
    """
    height, width = grey.shape
    x = np.pad(standardise(grey), [(0, -height % MULTIPLE), (0, -width % MULTIPLE)], "edge")
    batch = torch.from_numpy(x)[None, None].contiguous(memory_format=torch.channels_last)
    return network(batch).sigmoid()[0, 0, :height, :width].numpy()


def standardise(grey: np.ndarray) -> np.ndarray:
    """Brightness as the network's input: 0 is the paper, 1 a step of the picture's contrast.

    Args:
        grey: (H, W) float32 in [0, 1].

    Returns:
        (H, W) float32 in [-REACH, REACH].
    """
    low, paper, high = np.percentile(grey, [2, 50, 98])
    standard = (grey - paper) / max(high - low, LEAST_CONTRAST)
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
