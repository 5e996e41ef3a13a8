"""MNIST: the training and test images, one fixed split, and the test set that travels along."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch

from mnist_cnn.dataset.facts import DATASET

SPLIT_SEED = 0  # one split for all models and all seeds, so that their validation sets agree
HELD_OUT = 6  # one image in six is held out for validation, as in the lesson

EMBEDDED = Path(__file__).parent / "embedded"


class DataError(Exception):
    """MNIST cannot be had; the message says where to put it."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Labelled digits: images (N, 28, 28) uint8, ink bright; labels (N,) int64 in 0..9."""

    images: torch.Tensor
    labels: torch.Tensor

    def __post_init__(self):
        if self.images.dtype != torch.uint8 or self.images.shape != (len(self.labels), 28, 28):
            raise ValueError(f"images are {self.images.dtype} {tuple(self.images.shape)}")

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return Digits(self.images[index], self.labels[index])

    def to(self, device):
        """The same digits on another device."""
        return Digits(self.images.to(device), self.labels.to(device))


def load_mnist(directory, train):
    """MNIST's 60,000 training or 10,000 test digits; downloads what is missing.

    Args:
        directory: the folder that holds (or will hold) MNIST/raw/.
        train: True for the training images, False for the test images.

    Raises:
        DataError: not there and not to be downloaded, or not readable.
    """
    from torchvision.datasets import MNIST  # slow to import, and the app lives without it
    from torchvision.datasets.utils import extract_archive

    raw = Path(directory) / "MNIST" / "raw"
    try:
        for packed in raw.glob("*-ubyte.gz"):
            if not packed.with_suffix("").exists():
                extract_archive(str(packed), str(raw))
        try:
            mnist = MNIST(directory, train=train)
        except RuntimeError:  # torchvision's way to say: not there
            mnist = MNIST(directory, train=train, download=True)
    except (AssertionError, KeyError, IndexError) as error:  # torchvision's way to say: damaged
        raise DataError(f"MNIST in {raw} is damaged. Delete that folder, and try again.") from error
    except (RuntimeError, OSError, EOFError, ValueError) as error:
        raise DataError(
            f"MNIST is not in {directory} and could not be downloaded ({error}). Put the four "
            f"files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
            f"t10k-labels-idx1-ubyte (or their .gz) into {raw}."
        ) from error
    return Digits(mnist.data, mnist.targets)


def split_indices(count):
    """Two disjoint index tensors that together cover range(count): training, validation."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(SPLIT_SEED))
    held_out = count // HELD_OUT
    return order[held_out:], order[:held_out]


@cache
def embedded_test_set():
    """The 10,000 test digits, from the two files of MNIST that travel with the package."""

    def read(name, header):
        with gzip.open(EMBEDDED / name) as file:
            return np.frombuffer(file.read(), np.uint8, offset=header).copy()

    images = read("t10k-images-idx3-ubyte.gz", header=16).reshape(-1, 28, 28)
    labels = read("t10k-labels-idx1-ubyte.gz", header=8)
    return Digits(torch.from_numpy(images), torch.from_numpy(labels).long())


def to_unit(digits):
    """Digits as float32 in [0, 1].

    Args:
        digits: (N, 28, 28) tensor or array, uint8 in 0..255 or float in [0, 1].
    """
    digits = torch.as_tensor(digits)
    return digits.float().div(255) if digits.dtype == torch.uint8 else digits.float()


def to_batch(digits):
    """The networks' input: (N, 1, 28, 28) float32, normalised.

    Training, evaluation and the app all come through here, so all see the same numbers.

    Args:
        digits: (N, 28, 28) tensor or array, uint8 in 0..255 or float in [0, 1]; 1 is ink.
    """
    return DATASET.normalise(to_unit(digits)).unsqueeze(1)  # (N, 1, 28, 28)
