"""What becomes of the answers when a digit is moved, turned, scaled, thickened, blurred or faded.

`python -m mnist_cnn.robustness [FOLDER]` measures it on the test digits, into robustness.json
beside the networks.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from huggingface_hub.utils import tqdm
from scipy import ndimage
from torch import nn

from .data import embedded_test_set
from .models import MODELS
from .predict import RequestError, logits
from .preprocess import SIDE, to_batch, to_unit
from .weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    load_models,
    weights_path,
    write_atomically,
)

MAX_SHIFT = 8  # px to each side on the page and in the stored averages
FARTHEST = 12  # px that may be asked for: beyond, hardly any ink is left


@dataclass(frozen=True)
class Change:
    """One way to change digits, and how much of it is looked at."""

    title: str
    unit: str
    strengths: tuple[float, ...]  # rising, evenly spaced; 0 leaves a digit as it is
    step: float  # the finest that the page offers
    apply: Callable  # (N, 28, 28) float32 in [0, 1] and a strength -> the same, changed


def shifted(digits, down, right):
    """(N, 28, 28) digits moved by whole pixels; black comes in."""
    return ndimage.shift(digits, (0, round(down), round(right)), order=0)


def _warped(digits, matrix):
    """Each pixel fetched from where the 2×2 `matrix` puts it, seen from the middle."""
    middle = np.full(2, (SIDE - 1) / 2)
    whole = np.eye(3)
    whole[1:, 1:] = matrix
    return ndimage.affine_transform(digits, whole, (0, *(middle - matrix @ middle)), order=1)


def _turned(digits, degrees):
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return _warped(digits, np.array([[cos, -sin], [sin, cos]]))


def _scaled(digits, percent):
    return _warped(digits, np.eye(2) / (1 + percent / 100))


def _thickened(digits, pixels):
    filtered = ndimage.grey_dilation if pixels > 0 else ndimage.grey_erosion
    # A 3×3 window moves both edges of a stroke by a pixel; less than that is blended in.
    rounds = abs(pixels) / 2
    while rounds > 0:
        digits = digits + min(1, rounds) * (filtered(digits, (1, 3, 3)) - digits)
        rounds -= 1
    return digits


def _noisy(digits, percent):
    """With noise whose standard deviation is that much of white; always the same grain."""
    grain = np.random.default_rng(0).standard_normal(digits.shape, np.float32)
    return np.clip(digits + percent / 100 * grain, 0, 1)


def _blurred(digits, sigma):
    return ndimage.gaussian_filter(digits, (0, sigma, sigma))


def _faded(digits, percent):
    """Towards the middle grey: so looks what is photographed on grey paper and left as it is."""
    return digits + percent / 100 * (0.5 - digits)


def _span(low, high, step):
    return tuple(round(low + step * i, 2) for i in range(round((high - low) / step) + 1))


_MOVES = _span(-MAX_SHIFT, MAX_SHIFT, 1)
# In the order in which they are applied: first the shape, then the place, then the picture.
CHANGES = {
    "rotation": Change("Turn right", "°", _span(-60, 60, 10), 2, _turned),
    "scale": Change("Make larger", "%", _span(-50, 50, 10), 2, _scaled),
    "stroke": Change("Thicken", "px", _span(-1.5, 3, 0.5), 0.1, _thickened),
    "down": Change("Move down", "px", _MOVES, 1, lambda digits, n: shifted(digits, n, 0)),
    "right": Change("Move right", "px", _MOVES, 1, lambda digits, n: shifted(digits, 0, n)),
    "blur": Change("Blur", "px", _span(0, 3, 0.5), 0.1, _blurred),
    "noise": Change("Add noise", "%", _span(0, 80, 10), 2, _noisy),
    "contrast": Change("Take contrast away", "%", _span(0, 90, 10), 2, _faded),
}
CURVES = tuple(key for key in CHANGES if key not in ("down", "right"))  # moves have their map
SHIFTS = "shifts"  # all moves of the map, beside the keys of CURVES
# What is stored; what was stored for anything else is ignored.
MEASURED = {SHIFTS: MAX_SHIFT} | {name: list(CHANGES[name].strengths) for name in CURVES}
BATCH = 50  # digits at once: more of them no longer fit into a processor's cache
COMMAND = "python -m mnist_cnn.robustness"


def change(digit, strengths):
    """A digit after several changes, applied in the order of CHANGES.

    Args:
        digit: (28, 28) uint8 or float in [0, 1].
        strengths: {key of CHANGES: strength}; what is missing is 0.

    Returns:
        (28, 28) float32 in [0, 1].
    """
    digits = to_unit(digit).numpy()[None]
    for key, row in CHANGES.items():
        if abs(strengths.get(key, 0)) > 0:  # NaN, which JSON lets through, is not
            digits = row.apply(digits, strengths[key])
    return digits[0]


@torch.inference_mode()
def shifted_logits(model, digits, max_shift=MAX_SHIFT):
    """The model's raw answers to digits at all shifts, about 11 times as fast as one by one.

    A filter that slides over the padded digit sees what it would see in every shifted copy. Only
    pooling keeps one place in two; here it keeps all, and what follows looks at every second of
    them: it is dilated. The dense layers then read a window per shift.
    Source: Sermanet et al. 2013, "OverFeat", arXiv 1312.6229, section 3.3.

    Args:
        model: an FCNet or a ConvNet in eval mode.
        digits: (N, 28, 28) tensor or array, uint8 in 0..255 or float in [0, 1].
        max_shift: S - px down and right, to either side.

    Returns:
        (N, 2S + 1, 2S + 1, 10): rows from S px up to S px down, columns from left to right.
    """
    features = getattr(model, "features", ())  # an FCNet is all head
    head = getattr(model, "classifier", model)
    x = to_batch(F.pad(torch.as_tensor(digits), (max_shift,) * 4))  # (N, 1, 28 + 2S, 28 + 2S)
    dilation = 1
    for layer in features:
        if isinstance(layer, nn.Conv2d):
            x = F.conv2d(x, layer.weight, layer.bias, dilation=dilation)
        elif isinstance(layer, nn.MaxPool2d):
            x = F.max_pool2d(x, layer.kernel_size, stride=1, dilation=dilation)
            dilation *= layer.stride
        else:
            x = layer(x)
    shifts = 2 * max_shift + 1
    side = (x.shape[3] - shifts) // dilation + 1  # of what the head looks at
    windows = F.unfold(x, side, dilation).transpose(1, 2)  # (N, shifts², C * side²)
    answers = head(windows.reshape(-1, x.shape[1], side, side))
    # The window that lies farthest up shows the digit farthest down.
    return answers.view(len(x), shifts, shifts, -1).flip(1, 2)


@dataclass(frozen=True, eq=False)
class ShiftMap:
    """One network's answers to a digit at all shifts; rows from up to down."""

    label: int  # 0..9, likeliest where nothing is shifted
    probability: np.ndarray  # (2S + 1, 2S + 1) of `label`
    labels: np.ndarray  # (2S + 1, 2S + 1), likeliest at each shift

    @property
    def reach(self):
        """How many px straight up, down, left and right the answer holds."""
        kept, middle = self.labels == self.label, len(self.labels) // 2
        rays = kept[middle::-1, middle], kept[middle:, middle], kept[middle, middle::-1]
        return [int(np.cumprod(ray).sum()) - 1 for ray in (*rays, kept[middle, middle:])]


def shift_map(models, digit, max_shift=MAX_SHIFT):
    """How sure each network stays of its answer while the digit is moved.

    Args:
        models: {key: module in eval mode}.
        digit: (28, 28) uint8 or float in [0, 1].
        max_shift: whole px, 0 to 12.

    Returns:
        {key: ShiftMap}

    Raises:
        RequestError: no such shift.
    """
    if max_shift not in range(FARTHEST + 1):
        raise RequestError(
            f"max_shift: {max_shift!r} came; send a whole number from 0 to {FARTHEST}"
        )
    max_shift = int(max_shift)
    maps = {}
    for key, model in models.items():
        answers = shifted_logits(model, np.asarray(digit)[None], max_shift)[0]
        probabilities, labels = answers.softmax(2).numpy(), answers.argmax(2).numpy()
        label = labels[max_shift, max_shift].item()
        maps[key] = ShiftMap(label, probabilities[..., label], labels)
    return maps


def curves(models, digit):
    """How sure each network stays of its answer while the digit is changed.

    Args:
        models, digit: as for shift_map.

    Returns:
        {key of CURVES: {key of models: (strengths,) probability of its unchanged answer}}
    """
    return {
        name: {
            key: _of_own_answer(_changed_logits(model, digit[None], name), name)[0].numpy()
            for key, model in models.items()
        }
        for name in CURVES
    }


def _changed_logits(model, digits, name):
    """Raw answers to digits, (N, 28, 28), at every strength of a change: (N, strengths, 10)."""
    row, digits = CHANGES[name], to_unit(digits).numpy()
    changed = np.stack([row.apply(digits, strength) for strength in row.strengths], 1)
    answers = logits(model, changed.reshape(-1, SIDE, SIDE), BATCH)
    return answers.view(*changed.shape[:2], -1)


def _of_own_answer(answers, name):
    """Probability of the answer to the unchanged digit: (N, K) of (N, K, 10) logits."""
    unchanged = answers.shape[1] // 2 if name == SHIFTS else CHANGES[name].strengths.index(0)
    own = answers[:, unchanged].argmax(1).view(-1, 1, 1).expand(-1, answers.shape[1], 1)
    return answers.softmax(2).gather(2, own).squeeze(2)


# -- The averages over the test set ---------------------------------------------------------------


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
                answers = _changed_logits(model, images, name)  # (B, strengths, 10)
            right = answers.argmax(2) == labels[:, None]
            sums += torch.stack([_of_own_answer(answers, name), right]).sum(1, dtype=torch.double)
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
    """What `python -m mnist_cnn.robustness` measured, of the networks that are there now.

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


def main():
    """Measure a folder's networks on the test digits, into robustness.json beside them."""
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else DIRECTORY
    rows = {}
    for key, model in load_models(directory).items():
        print(MODELS[key].title, flush=True)
        rows[key] = {
            "sha256": file_sha256(weights_path(directory, key)),
            "means": measure(model, embedded_test_set()),
        }
    text = json.dumps({"measured": MEASURED, "models": rows}, separators=(",", ":"))
    write_atomically(directory / "robustness.json", text.encode())


if __name__ == "__main__":
    main()
