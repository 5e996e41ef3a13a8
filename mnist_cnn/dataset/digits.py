"""Labelled digits: training and test images, one fixed split, and the embedded test set."""

import gzip
import hashlib
import math
import os
import struct
import tempfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mnist_cnn.dataset.facts import DATASET

SPLIT_SEED = 0  # one split for all models and all seeds, so that their validation sets agree

# Images and labels, as the dataset's authors call their files.
TRAINING = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
SOME = "some-images-idx3-ubyte", "some-labels-idx1-ubyte"
SOME_TRAINING, SOME_VALIDATION = 10_000, 2_000

# Files of each dataset that travel with the package: the test set under the names that its authors
# gave it, and some of the training set, of which the last validate.
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

    Packed files are read as they are: nothing is unpacked, so nothing is left half unpacked.

    Args:
        directory: the folder that holds (or will hold) the files, or MNIST/raw/ with the files.
        train: True for the training images, False for the test images.

    Raises:
        DataError: not there and not to be downloaded, or damaged.
    """
    names = TRAINING if train else TEST
    if not all(_copies(directory, name) for name in names):
        _download(Path(directory))
    images, labels = (_first_whole(_copies(directory, name), name) for name in names)
    if len(images) != len(labels):
        raise DataError(
            f"{names[0]} holds {len(images):,} images and {names[1]} {len(labels):,} labels. "
            f"Delete both in {directory}, and try again."
        )
    return Digits(images, labels.long())


def _raw(directory):
    """Where torchvision keeps the files."""
    return Path(directory) / DATASET.torchvision / "raw"


def _copies(directory, name):
    """The files that may be `name`: packed or not, as either kind of mirror spells it."""
    spellings = (name, name.replace("-idx", ".idx"))
    paths = (
        folder / f"{spelling}{ending}"
        for folder in (_raw(directory), Path(directory))
        for spelling in spellings
        for ending in ("", ".gz")
    )
    return [path for path in paths if path.is_file()]


def _first_whole(paths, name):
    """What the first file that is whole holds; DataError says what is wrong with the first."""
    problems = []
    for path in paths:
        try:
            return _read(path, name)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            problems.append(f"{path} is damaged ({error}). Delete it, and try again.")
    raise DataError(problems[0])


def _read(path, name):
    """The images or the labels in a file, uint8; ValueError where it does not hold `name`."""
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
        content = file.read()
    sides = (DATASET.side,) * 2 if "images" in name else ()
    numbers = 2 + len(sides)  # in the header: kind, count, and the sides
    count, rest = divmod(len(content) - 4 * numbers, math.prod(sides))
    header = (0x800 + numbers - 1, count, *sides)
    if count < 1 or rest or content[: 4 * numbers] != struct.pack(f">{numbers}I", *header):
        raise ValueError(f"it is cut off, or not {DATASET.title}'s")
    values = np.frombuffer(content, np.uint8, offset=4 * numbers).reshape(count, *sides)
    # Fewer digits than there are, as for a quick try, are taken as they come.
    published = DATASET.sha256s.get(name) if count in (DATASET.training, DATASET.test) else None
    if published and hashlib.sha256(content).hexdigest() != published:
        raise ValueError(f"its sha256 is not that of {DATASET.title}'s {name}")
    if not values.any() or (not sides and values.max() >= DATASET.classes):
        raise ValueError("it holds no digits")
    return torch.from_numpy(values.copy())


def _download(directory):
    """All four files, each complete before it gets its name: several processes may do so at once.

    Raises:
        DataError: it failed, with where to put the files by hand.
    """
    from torchvision import datasets  # slow to import, and the app lives without it

    raw = _raw(directory)
    try:
        raw.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as folder:
            getattr(datasets, DATASET.torchvision)(folder, download=True)
            for path in _raw(folder).glob("*-ubyte"):
                os.replace(path, raw / path.name)
    except (RuntimeError, OSError, EOFError, ValueError) as error:
        names = [*TRAINING, *TEST]
        raise DataError(
            f"{DATASET.title} is not in {directory} and could not be downloaded ({error}). Put the "
            f"four files {', '.join(names[:3])} and {names[3]} (or their .gz) into {raw}."
        ) from error


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
    images, labels = (_read(EMBEDDED / f"{name}.gz", name) for name in TEST)
    return Digits(images, labels.long())


@cache
def embedded_splits() -> Splits:
    """The first training and validation digits of the one split, and all test digits."""
    images, labels = (_read(EMBEDDED / f"{name}.gz", name) for name in SOME)
    some = Digits(images, labels.long())
    return Splits(some[:SOME_TRAINING], some[SOME_TRAINING:], embedded_test_set())


def embed(directory: str | Path, folder: Path = EMBEDDED) -> None:
    """Write the files of `embedded_splits`.

    Args:
        directory: of the dataset, as for Splits.load.
        folder: gets the two files.
    """
    splits = Splits.load(directory, "cpu")
    parts = splits.training[:SOME_TRAINING], splits.validation[:SOME_VALIDATION]
    for name, field in zip(SOME, ("images", "labels")):
        values = torch.cat([getattr(part, field) for part in parts]).numpy().astype(np.uint8)
        header = struct.pack(f">{1 + values.ndim}I", 0x800 + values.ndim, *values.shape)
        packed = gzip.compress(header + values.tobytes(), mtime=0)
        (folder / f"{name}.gz").write_bytes(packed)


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
