"""Golden pairs: a few digits, and what the shipped networks said of them when they were shipped.

Whoever loads these weights elsewhere can tell by them whether the networks still answer as they
did. `train.py` writes them; `python -m mnist_cnn golden [FOLDER]` does it for weights that exist.
"""

import argparse
import sys
from pathlib import Path

import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    DIRECTORY,
    FORMAT_VERSION,
    WeightsError,
    check_format,
    load_models,
    load_tensors,
    save_tensors,
    weights_path,
)
from mnist_cnn.reading.detector import load_detector
from mnist_cnn.reading.predict import logits

TOLERANCE = 1e-3  # of a logit: processors add in different orders, and differ by about 1e-5


def answers(models, detector, digits):
    """What every network says of (N, 28, 28) uint8 digits.

    Returns:
        {"fc", "conv", "aug"} -> (N, 10) float32 logits, and "guard" -> (N, 1) likeness.
    """
    said = {key: logits(model, digits) for key, model in models.items()}
    return said | {"guard": detector.score(digits)[:, None]}


def save_golden(directory):
    """Write golden.safetensors beside the networks of a folder, for the first 0, 1, ... 9 tested.

    Raises:
        WeightsError: the networks do not load.
    """
    models = load_models(directory)
    test = embedded_test_set()
    digits = test.images[
        [(test.labels == label).nonzero()[0].item() for label in range(DATASET.classes)]
    ]
    tensors = answers(models, load_detector(models["aug"], directory), digits) | {"digits": digits}
    header = {"format_version": FORMAT_VERSION}
    save_tensors(weights_path(directory, "golden"), tensors, header)


def load_verified(directory):
    """The networks of a folder and their guard, which answer as golden.safetensors says.

    Returns:
        (models, guard) as load_models and load_guard return them.

    Raises:
        WeightsError: a file is missing or damaged, or a network answers otherwise.
    """
    models = load_models(directory)
    detector = load_detector(models["aug"], directory)
    path = weights_path(directory, "golden")
    repair = "Run `python -m mnist_cnn golden` if the weights are as they should be."
    try:
        golden, header = load_tensors(path)
        check_format(header.get("format_version"), path)
        digits = golden.pop("digits", torch.empty(0))
        fits = digits.dtype == torch.uint8 and digits.shape == (
            DATASET.classes,
            DATASET.side,
            DATASET.side,
        )
        if not fits or golden.keys() != {*MODELS, "guard"}:
            raise WeightsError(f"{path} holds no golden pairs")
        for key, found in answers(models, detector, digits).items():
            expected = golden[key]
            if (
                found.shape != expected.shape
                or not torch.allclose(found, expected, rtol=0, atol=TOLERANCE)
                or not torch.equal(found.argmax(1), expected.argmax(1))
            ):
                raise WeightsError(f"{key} does not answer as {path} says")
    except WeightsError as error:
        raise WeightsError(error.problem, repair) from error.__cause__
    return models, detector


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DIRECTORY, help="of weights")
    folder = parser.parse_args(arguments).folder
    try:
        save_golden(folder)
    except (WeightsError, OSError) as error:
        sys.exit(f"mnist_cnn golden: {error}")
    print(weights_path(folder, "golden"))
