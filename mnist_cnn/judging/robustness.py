"""What becomes of the answers when a digit is moved, turned, scaled, thickened, blurred or faded.

`python -m mnist_cnn robustness [FOLDER]` measures it on the test digits, into robustness.json
beside the networks.
"""

import json
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.perturbations import CURVES, MAX_SHIFT, PERTURBATIONS
from mnist_cnn.explaining.shifts import (
    BATCH,
    SHIFTS,
    own_probability,
    perturbed_logits,
    shifted_logits,
)
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    load_models,
    weights_path,
    write_atomically,
)

# What is stored; what was stored for anything else is ignored.
MEASURED = {SHIFTS: MAX_SHIFT} | {name: list(PERTURBATIONS[name].strengths) for name in CURVES}
COMMAND = "python -m mnist_cnn robustness"


def measure(model, digits):
    """How a model fares when many digits are changed.

    Args:
        digits: data.Digits.

    Returns:
        {"shifts" or a key of CURVES: {"probability": mean of the unchanged answers', "accuracy"}},
        both lists with a value per strength, or per shift in reading order, rounded to 4 digits.
    """
    result = {}
    for name in MEASURED:
        sums = 0
        batches = tqdm(torch.arange(len(digits)).split(BATCH), desc=name, leave=False)
        for batch in batches:
            images, labels = digits.images[batch], digits.labels[batch]
            if name == SHIFTS:
                answers = shifted_logits(model, images).flatten(1, 2)  # (B, 289, 10)
            else:
                answers = perturbed_logits(model, images, name)  # (B, strengths, 10)
            right = answers.argmax(2) == labels[:, None]
            sums += torch.stack([own_probability(answers, name), right]).sum(1, dtype=torch.double)
        means = (sums / len(digits)).numpy().round(4).tolist()
        result[name] = dict(zip(("probability", "accuracy"), means))
    return result


def moved_straight(shifts, distance):
    """Mean of the four values `distance` px straight up, down, left and right of the middle.

    Args:
        shifts: (289,) values per shift, as from `measure`.
        distance: px, 0 to 8.
    """
    rows, middle = np.reshape(shifts, (2 * MAX_SHIFT + 1,) * 2), MAX_SHIFT
    near, far = middle - distance, middle + distance
    return (rows[[near, far], middle].sum() + rows[middle, [near, far]].sum()) / 4


def load_robustness(directory=None):
    """What `python -m mnist_cnn robustness` measured, of the networks that are there now.

    Args:
        directory: folder of the networks; None is the shipped one.

    Returns:
        {key: what `measure` returned}; a network that was measured with other weights, or other
        changes, is left out.

    Raises:
        WeightsError: the file is not the JSON that the command writes.
    """
    directory = Path(directory or DIRECTORY)
    path = directory / "robustness.json"
    try:
        stored = json.loads(path.read_text())
        if stored["measured"] != MEASURED:
            return {}
        rows = {
            key: row["means"]
            for key, row in stored["models"].items()
            if key in MODELS and row["sha256"] == file_sha256(weights_path(directory, key))
        }
        for name, measured in MEASURED.items():
            count = (2 * measured + 1) ** 2 if name == SHIFTS else len(measured)
            for means in rows.values():
                for values in (means[name]["probability"], means[name]["accuracy"]):
                    if np.asarray(values, np.float64).shape != (count,):
                        raise ValueError(name)
        return rows
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"{path} is damaged", f"Run `{COMMAND}` to make it again.") from error


def main(arguments=None):
    """Measure a folder's networks on the test digits, into robustness.json beside them."""
    directory = Path(arguments[0]) if arguments else DIRECTORY
    rows = {}
    for key, model in load_models(directory).items():
        print(MODELS[key].title, flush=True)
        rows[key] = {
            "sha256": file_sha256(weights_path(directory, key)),
            "means": measure(model, embedded_test_set()),
        }
    text = json.dumps({"measured": MEASURED, "models": rows}, separators=(",", ":"))
    write_atomically(directory / "robustness.json", text.encode())
