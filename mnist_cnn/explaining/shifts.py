"""What becomes of a network's answer while a digit is moved or changed."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import to_batch, to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.perturbations import CURVES, MAX_SHIFT, PERTURBATIONS, SHIFT_LIMIT
from mnist_cnn.reading.predict import logits

SHIFTS = "shifts"  # all moves of the map, beside the keys of CURVES
BATCH = 50  # digits at once: more of them no longer fit into a processor's cache


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
    if max_shift not in range(SHIFT_LIMIT + 1):
        raise RequestError(
            f"max_shift: {max_shift!r} came; send a whole number from 0 to {SHIFT_LIMIT}"
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
            key: own_probability(perturbed_logits(model, digit[None], name), name)[0].numpy()
            for key, model in models.items()
        }
        for name in CURVES
    }


def perturbed_logits(model, digits, name):
    """Raw answers to digits, (N, 28, 28), at every strength of a change: (N, strengths, 10)."""
    row, digits = PERTURBATIONS[name], to_unit(digits).numpy()
    changed = np.stack([row.apply(digits, strength) for strength in row.strengths], 1)
    answers = logits(model, changed.reshape(-1, DATASET.side, DATASET.side), BATCH)
    return answers.view(*changed.shape[:2], -1)


def own_probability(answers, name):
    """Probability of the answer to the unchanged digit: (N, K) of (N, K, 10) logits."""
    unchanged = answers.shape[1] // 2 if name == SHIFTS else PERTURBATIONS[name].strengths.index(0)
    own = answers[:, unchanged].argmax(1).view(-1, 1, 1).expand(-1, answers.shape[1], 1)
    return answers.softmax(2).gather(2, own).squeeze(2)
