"""How robust the networks are: their answers to moved, turned, scaled, blurred ... test digits.

`python -m mnist_cnn robustness [FOLDER]` measures it, into robustness.json beside the networks.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.digits import Digits, embedded_test_set
from mnist_cnn.explaining.perturbations import CURVES, MAX_SHIFT, PERTURBATIONS
from mnist_cnn.explaining.shifts import (
    BATCH,
    SHIFTS,
    own_probability,
    perturbed_logits,
    shifted_logits,
)
from mnist_cnn.judging.stored import read
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    load_models,
    weights_path,
    write_atomically,
)

# A file that was measured by other changes than these is ignored.
MEASURED = {SHIFTS: MAX_SHIFT} | {name: list(PERTURBATIONS[name].strengths) for name in CURVES}
LENGTHS = {  # of both lists of means: probability and accuracy
    name: ((2 * MAX_SHIFT + 1) ** 2 if name == SHIFTS else len(PERTURBATIONS[name].strengths),) * 2
    for name in MEASURED
}
COMMAND = "python -m mnist_cnn robustness"


def measure(model: nn.Module, digits: Digits) -> dict[str, dict[str, list[float]]]:
    """Means over the digits of a model's answers to each change of them.

    Returns:
        {"shifts" or a key of CURVES: {"probability": mean probability of the answer to the
        unchanged digit, "accuracy"}}, both lists with a value per strength, or per shift in reading
        order, rounded to 4 decimals.
    """
    result = {}
    for name in MEASURED:
        sums = torch.zeros((), dtype=torch.double)
        batches = torch.arange(len(digits)).split(BATCH)
        for batch in tqdm(batches, desc=name, leave=False, disable=None):
            images, labels = digits.images[batch], digits.labels[batch]
            if name == SHIFTS:
                answers = shifted_logits(model, images).flatten(1, 2)  # (B, 289, 10)
            else:
                answers = perturbed_logits(model, images, name)  # (B, strengths, 10)
            right = answers.argmax(2) == labels[:, None]
            pair = torch.stack([own_probability(answers, name), right])
            sums = sums + pair.sum(1, dtype=torch.double)
        means = (sums / len(digits)).numpy().round(4).tolist()
        result[name] = dict(zip(("probability", "accuracy"), means))
    return result


def mean_at_distance(shifts: Sequence[float], distance: int) -> float:
    """Mean of the four values `distance` px straight up, down, left and right of no shift.

    Args:
        shifts: (289,) values per shift in reading order, as from `measure`.
        distance: px, 0 to 8.
    """
    rows, middle = np.reshape(shifts, (2 * MAX_SHIFT + 1,) * 2), MAX_SHIFT
    near, far = middle - distance, middle + distance
    return (rows[[near, far], middle].sum() + rows[middle, [near, far]].sum()) / 4


def load_robustness(directory: str | Path | None = None) -> dict[str, Any]:
    """What `python -m mnist_cnn robustness` measured, of the networks that are there now.

    Args:
        directory: folder of the networks; None is the shipped one.

    Returns:
        {key: what `measure` returned}; a network that was measured with other weights, or by other
        changes, is left out.

    Raises:
        WeightsError: the file is not what the command writes.
    """
    directory = Path(directory or DIRECTORY)
    path, repair = directory / "robustness.json", f"Run `{COMMAND}` to make it again."
    stored = read(path, "Robustness", repair)
    if stored is None or stored["measured"] != MEASURED:
        return {}
    rows = {
        key: row["means"]
        for key, row in stored["models"].items()
        if key in MODELS and row["sha256"] == file_sha256(weights_path(directory, key))
    }
    for means in rows.values():
        if {name: _lengths(row) for name, row in means.items()} != LENGTHS:
            raise WeightsError(f"{path} is damaged", repair)
    return rows


def _lengths(averages: Mapping[str, Sequence[float]]) -> tuple[int, ...]:
    return tuple(map(len, averages.values()))


def main(arguments: list[str] | None = None) -> None:
    """Measure networks on changed test digits, into robustness.json beside them."""
    parser = CommandParser("robustness", main.__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=DIRECTORY, help="of the networks; default: shipped"
    )
    directory = parser.parse_args(arguments).folder
    with exit_on(WeightsError, OSError):
        rows = {}
        for key, model in load_models(directory).items():
            print(MODELS[key].title, flush=True)
            rows[key] = {
                "sha256": file_sha256(weights_path(directory, key)),
                "means": measure(model, embedded_test_set()),
            }
        text = json.dumps({"measured": MEASURED, "models": rows}, separators=(",", ":"))
        write_atomically(directory / "robustness.json", text.encode())
