"""Labelled digits: training and test images, one fixed split, and the embedded test set."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mnist_cnn.dataset.facts import DATASET

SPLIT_SEED = 0  # one split for all models and all seeds, so that their validation sets agree

# Two files of each dataset travel with the package, under the names that its authors gave them.
EMBEDDED = Path(__file__).parent / "embedded" / DATASET.torchvision


class DataError(Exception):
    """The dataset is not available; the message says where to put it."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Labelled digits: images (N, 28, 28) uint8, ink bright; labels (N,) int64 in 0..9."""

    images: torch.Tensor
    labels: torch.Tensor

    def __post_init__(self):
        shape = len(self.labels), DATASET.side, DATASET.side
        if self.images.dtype != torch.uint8 or self.images.shape != shape:
            raise ValueError(f"images are {self.images.dtype} {tuple(self.images.shape)}")

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index) -> "Digits":
        return Digits(self.images[index], self.labels[index])

    def to(self, device: str | torch.device) -> "Digits":
        """The same digits on another device."""
        return Digits(self.images.to(device), self.labels.to(device))


@dataclass(frozen=True, eq=False)
class Splits:
    """The dataset as the lesson uses it: MNIST's 50,000, 10,000 and 10,000 digits."""

    training: Digits
    validation: Digits
    test: Digits

    @classmethod
    def load(cls, directory: str | Path, device: str | torch.device) -> "Splits":
        """From a folder, onto a device; DataError where it is not available."""
        digits = load_digits(directory, train=True)
        training, validation = (digits[index].to(device) for index in split_indices(len(digits)))
        return cls(training, validation, load_digits(directory, train=False).to(device))


def load_digits(directory: str | Path, train: bool) -> Digits:
    """All training or all test digits; downloads what is missing.

    Args:
        directory: the folder that holds (or will hold) MNIST/raw/.
        train: True for the training images, False for the test images.

    Raises:
        DataError: not there and not to be downloaded, or not readable.
    """
    from torchvision import datasets  # slow to import, and the app lives without it
    from torchvision.datasets.utils import extract_archive

    load = getattr(datasets, DATASET.torchvision)
    raw = Path(directory) / DATASET.torchvision / "raw"
    try:
        for packed in raw.glob("*-ubyte.gz"):
            if not packed.with_suffix("").exists():
                extract_archive(str(packed), str(raw))
        try:
            found = load(directory, train=train)
        except RuntimeError:  # torchvision's way to say: not there
            found = load(directory, train=train, download=True)
    except (AssertionError, KeyError, IndexError) as error:  # torchvision's way to say: damaged
        raise DataError(
            f"{DATASET.title} in {raw} is damaged. Delete that folder, and try again."
        ) from error
    except (RuntimeError, OSError, EOFError, ValueError) as error:
        raise DataError(
            f"{DATASET.title} is not in {directory} and could not be downloaded ({error}). Put the "
            f"four files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte "
            f"and t10k-labels-idx1-ubyte (or their .gz) into {raw}."
        ) from error
    return Digits(found.data, found.targets)


def split_indices(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two disjoint index tensors that together cover range(count): training, validation.

    Of fewer images than the dataset has, the same share is held out.
    """
    order = torch.randperm(count, generator=torch.Generator().manual_seed(SPLIT_SEED))
    held_out = count * DATASET.held_out // DATASET.training
    return order[held_out:], order[:held_out]


@cache
def embedded_test_set() -> Digits:
    """All test digits, from the two files of the dataset that travel with the package."""

    def read(name, header):
        with gzip.open(EMBEDDED / name) as file:
            return np.frombuffer(file.read(), np.uint8, offset=header).copy()

    images = read("t10k-images-idx3-ubyte.gz", header=16).reshape(-1, DATASET.side, DATASET.side)
    labels = read("t10k-labels-idx1-ubyte.gz", header=8)
    return Digits(torch.from_numpy(images), torch.from_numpy(labels).long())


def to_unit(digits: Any) -> torch.Tensor:
    """Digits as float32 in [0, 1].

    Args:
        digits: (N, 28, 28) tensor or array, uint8 in 0..255 or float in [0, 1].
    """
    digits = torch.as_tensor(digits)
    return digits.float().div(255) if digits.dtype == torch.uint8 else digits.float()


def to_batch(digits: Any) -> torch.Tensor:
    """The networks' input: (N, 1, 28, 28) float32, normalised.

    Training, evaluation and the app all call this, so all see the same numbers.

    Args:
        digits: (N, 28, 28) tensor or array, uint8 in 0..255 or float in [0, 1]; 1 is ink.
    """
    return DATASET.normalise(to_unit(digits)).unsqueeze(1)  # (N, 1, 28, 28)
