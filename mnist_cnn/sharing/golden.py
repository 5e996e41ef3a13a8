"""Golden pairs: a few digits, and the logits of the shipped networks on the day they were shipped.

Whoever loads the weights elsewhere can tell by them whether the networks still answer as they did.
`train.py` writes them; `python -m mnist_cnn golden [FOLDER]` does so for weights that exist.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.digits import embedded_test_set, to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.weights import (
    DIRECTORY,
    FORMAT_VERSION,
    WeightsError,
    check_format,
    file_sha256,
    load_tensors,
    save_tensors,
    weights_path,
)
from mnist_cnn.reading.detector import GUARD, Weights, guard_path, load_weights
from mnist_cnn.reading.ink_finder import INK, ink_path, see
from mnist_cnn.reading.predict import logits

TOLERANCE = 1e-3  # of a logit: processors add in different orders, and differ by about 1e-5
REPAIR = "Run `python -m mnist_cnn golden` if the weights are as they should be."


def answers(weights: Weights, digits: Tensor) -> dict[str, Tensor]:
    """The outputs of all networks for (N, 28, 28) uint8 digits.

    Returns:
        {key of MODELS: (N, 10) float32 logits}, under "guard" the detector's (N, 12) logits,
        and under "ink" the (28, N * 28) ink of the digits in a row, dark on light.
    """
    outputs = {key: logits(model, digits) for key, model in weights.models.items()}
    if weights.detector is not None:
        outputs[GUARD] = weights.detector.answer(digits)
    if weights.ink_finder is not None:
        row = 1 - to_unit(torch.cat(list(digits), 1)).numpy()
        outputs[INK] = torch.from_numpy(see(row, weights.ink_finder))
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
    header = {"format_version": FORMAT_VERSION, "sha256": _sha256s(directory)}
    save_tensors(weights_path(directory, "golden"), tensors, header)


def _sha256s(directory):
    """{name: sha256 of its file} of the folder's own networks that metrics.json does not list."""
    paths = (guard_path(directory), ink_path(directory))
    return {path.stem: file_sha256(path) for path in paths if path.parent == Path(directory)}


def load_verified(directory: Path) -> Weights:
    """The networks of a folder and their detector, which answer as golden.safetensors says.

    The file may hold more networks than the folder: a newer set's, which this code does not know.
    An older folder lacks the ink finder, or has a guard that is used no more: the shipped ones take
    their places, and are not compared.

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
        sha256s = _sha256s(directory)
        needed = {*weights.models, *sha256s}
        if not fits or not needed <= golden.keys():
            raise WeightsError(f"{path} holds no golden pairs")
        for key, found in answers(weights, digits).items():
            if key in needed and not _agree(found, golden[key], may_tie=key == INK):
                raise WeightsError(f"{key} does not answer as {path} says")
        for name, sha256 in sha256s.items():
            if header.get("sha256", {}).get(name, sha256) != sha256:
                raise WeightsError(f"{name}.safetensors has another sha256 than {path} says")
    except WeightsError as error:
        raise WeightsError(error.problem, REPAIR) from error.__cause__
    return weights


def _agree(found, expected, may_tie=False):
    """Whether outputs agree within TOLERANCE and name the same digits; NaN never agrees.

    may_tie: whether several values of a row may be highest, so that none is named.
    """
    return (
        found.shape == expected.shape
        and torch.allclose(found, expected, rtol=0, atol=TOLERANCE)
        and (may_tie or torch.equal(found.argmax(1), expected.argmax(1)))
    )


def main(words: Sequence[str] | None = None) -> None:
    """`golden`: write the pairs for a folder of weights."""
    parser = CommandParser("golden", __doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DIRECTORY, help="of weights")
    folder = parser.parse_args(words).folder
    with exit_on(WeightsError, OSError):
        save_golden(folder)
        print(weights_path(folder, "golden"))
