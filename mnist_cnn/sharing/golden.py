"""Golden pairs: a few digits, and the logits of the shipped networks on the day they were shipped.

Whoever loads the weights elsewhere can tell by them whether the networks still answer as they did.
`train.py` writes them; `python -m mnist_cnn golden [FOLDER]` does so for weights that exist.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.weights import (
    DIRECTORY,
    FORMAT_VERSION,
    WeightsError,
    check_format,
    load_tensors,
    save_tensors,
    weights_path,
)
from mnist_cnn.reading.detector import Weights, load_weights
from mnist_cnn.reading.predict import logits

TOLERANCE = 1e-3  # of a logit: processors add in different orders, and differ by about 1e-5
GUARD = "guard"  # the detector's name in the file
REPAIR = "Run `python -m mnist_cnn golden` if the weights are as they should be."


def answers(weights: Weights, digits: Tensor) -> dict[str, Tensor]:
    """The outputs of all networks and of the detector for (N, 28, 28) uint8 digits.

    Returns:
        {key of MODELS: (N, 10) float32 logits}, and under "guard" the (N, 1) scores.
    """
    outputs = {key: logits(model, digits) for key, model in weights.models.items()}
    if weights.detector is not None:
        outputs[GUARD] = weights.detector.score(digits)[:, None]
    return outputs


def save_golden(directory: Path) -> None:
    """Write golden.safetensors beside a folder's networks, for the test set's first 0, 1, ... 9.

    Raises:
        WeightsError: the networks do not load.
    """
    weights = load_weights(directory)
    test = embedded_test_set()
    first = [int((test.labels == label).nonzero()[0]) for label in range(DATASET.classes)]
    digits = test.images[first]
    tensors = answers(weights, digits) | {"digits": digits}
    save_tensors(weights_path(directory, "golden"), tensors, {"format_version": FORMAT_VERSION})


def load_verified(directory: Path) -> Weights:
    """The networks of a folder and their detector, which answer as golden.safetensors says.

    The file may hold more networks than the folder: a newer set's, which this code does not know.

    Raises:
        WeightsError: a file is missing or damaged, or a network answers differently.
    """
    weights = load_weights(directory)
    path = weights_path(directory, "golden")
    try:
        golden, header = load_tensors(path)
        check_format(header.get("format_version"), path)
        digits = golden.get("digits", torch.empty(0))
        shape = (DATASET.classes, DATASET.side, DATASET.side)
        fits = digits.dtype == torch.uint8 and digits.shape == shape
        if not fits or not {*weights.models, GUARD} <= golden.keys():
            raise WeightsError(f"{path} holds no golden pairs")
        for key, found in answers(weights, digits).items():
            if not _agree(found, golden[key]):
                raise WeightsError(f"{key} does not answer as {path} says")
    except WeightsError as error:
        raise WeightsError(error.problem, REPAIR) from error.__cause__
    return weights


def _agree(found, expected):
    """Whether outputs agree within TOLERANCE and name the same digits; NaN never agrees."""
    return (
        found.shape == expected.shape
        and torch.allclose(found, expected, rtol=0, atol=TOLERANCE)
        and torch.equal(found.argmax(1), expected.argmax(1))
    )


def main(words: Sequence[str] | None = None) -> None:
    """`golden`: write the pairs for a folder of weights."""
    parser = CommandParser("golden", __doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DIRECTORY, help="of weights")
    folder = parser.parse_args(words).folder
    with exit_on(WeightsError, OSError):
        save_golden(folder)
        print(weights_path(folder, "golden"))
