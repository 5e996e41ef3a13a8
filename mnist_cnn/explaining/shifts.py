"""What happens to a network's answer when a digit is shifted or perturbed in another way."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import to_batch, to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.perturbations import CURVES, MAX_SHIFT, PERTURBATIONS, SHIFT_LIMIT
from mnist_cnn.networks.layers import kind, own_layers, window
from mnist_cnn.reading.predict import logits

SHIFTS = "shifts"  # all shifts of the map, beside the keys of CURVES
BATCH = 50  # digits at once: more of them no longer fit into a processor's cache


@torch.inference_mode()
def shifted_logits(
    model: nn.Module, digits: torch.Tensor | np.ndarray, max_shift: int = MAX_SHIFT
) -> torch.Tensor:
    """The model's logits for digits at all shifts.

    A filter that slides over the padded digit sees what it would see in every shifted copy: about
    11 times as fast as one copy after the other. Only a stride skips places; here all are kept, and
    the layers that follow read every second of them (or every third, ...): they are dilated. The
    dense layers then read one window per shift.
    Source: Sermanet et al. 2013, "OverFeat", arXiv 1312.6229, section 3.3.

    A network that pads its maps sees the border of each copy, which lies elsewhere in the padded
    digit, and one that shuffles its pixels sees another picture: their copies are read one after
    the other.

    Args:
        model: one of the networks, in eval mode.
        digits: (N, 28, 28) uint8 in 0..255 or float in [0, 1].
        max_shift: S, px to each side.

    Returns:
        (N, 2S + 1, 2S + 1, 10): rows from S px up to S px down, columns from left to right.
    """
    wide = F.pad(torch.as_tensor(digits), (max_shift,) * 4)  # (N, 28 + 2S, 28 + 2S)
    features, head = _features_and_head(model)
    kinds = {layer: kind(layer) for layer in features}
    if any(it.moves or (it.is_windowed and window(at).padding) for at, it in kinds.items()):
        return _one_by_one(model, wide, max_shift)
    x, dilation = to_batch(wide), 1
    for layer in features:
        x = kind(layer).at_every_place(layer, x, dilation)
        if kind(layer).is_windowed:
            dilation *= window(layer).stride
    shifts = 2 * max_shift + 1
    side = (x.shape[3] - shifts) // dilation + 1  # of what the head reads
    used = shifts + (side - 1) * dilation  # a stride may leave a rest at the end
    windows = F.unfold(x[..., :used, :used], side, dilation).transpose(1, 2)
    answers = windows.reshape(-1, x.shape[1], side, side)  # (N * shifts², C, side, side)
    for layer in head:
        answers = layer(answers)
    # The window that lies farthest up shows the digit farthest down.
    return answers.view(len(x), shifts, shifts, -1).flip(1, 2)


def _features_and_head(model):
    """The layers that work on maps, and those from Flatten on."""
    layers = list(own_layers(model).values())
    flat = next(at for at, layer in enumerate(layers) if isinstance(layer, nn.Flatten))
    return layers[:flat], layers[flat:]


def _one_by_one(model, wide, max_shift):
    """As shifted_logits, of digits (N, 28 + 2S, 28 + 2S) with black around them."""
    copies = wide.unfold(1, DATASET.side, 1).unfold(2, DATASET.side, 1).flip(1, 2)
    shifts = 2 * max_shift + 1
    answers = logits(model, copies.reshape(-1, DATASET.side, DATASET.side), BATCH)
    return answers.view(len(wide), shifts, shifts, -1)


@dataclass(frozen=True, eq=False)
class ShiftMap:
    """One network's answers to a digit at all shifts; rows from up to down."""

    label: int  # 0..9, the likeliest without a shift
    probability: np.ndarray  # (2S + 1, 2S + 1) of `label`
    labels: np.ndarray  # (2S + 1, 2S + 1), the likeliest at each shift

    @property
    def reach(self) -> list[int]:
        """How many px straight up, down, left and right the answer stays the same."""
        kept, middle = self.labels == self.label, len(self.labels) // 2
        rays = kept[middle::-1, middle], kept[middle:, middle], kept[middle, middle::-1]
        return [int(np.cumprod(ray).sum()) - 1 for ray in (*rays, kept[middle, middle:])]


def shift_map(
    models: Mapping[str, nn.Module], digit: np.ndarray, max_shift: int = MAX_SHIFT
) -> dict[str, ShiftMap]:
    """How each network's probability for its answer changes while the digit is shifted.

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


def curves(models: Mapping[str, nn.Module], digit: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """How each network's probability for its answer changes with each perturbation of the digit.

    Args:
        models, digit: as for shift_map.

    Returns:
        {key of CURVES: {key of models: (strengths,) probability of its answer to the original}}
    """
    return {
        name: {
            key: own_probability(perturbed_logits(model, digit[None], name), name)[0].numpy()
            for key, model in models.items()
        }
        for name in CURVES
    }


def perturbed_logits(
    model: nn.Module, digits: torch.Tensor | np.ndarray, name: str
) -> torch.Tensor:
    """Logits for digits, (N, 28, 28), at every strength of a perturbation: (N, strengths, 10)."""
    row, unit = PERTURBATIONS[name], to_unit(digits).numpy()
    perturbed = np.stack([row.apply(unit, strength) for strength in row.strengths], 1)
    answers = logits(model, perturbed.reshape(-1, DATASET.side, DATASET.side), BATCH)
    return answers.view(*perturbed.shape[:2], -1)


def own_probability(answers: torch.Tensor, name: str) -> torch.Tensor:
    """Probability of the answer to the original digit, at every strength or shift.

    Args:
        answers: (N, K, 10) logits.
        name: SHIFTS or a key of PERTURBATIONS: what the K are.

    Returns:
        (N, K)
    """
    original = answers.shape[1] // 2 if name == SHIFTS else PERTURBATIONS[name].strengths.index(0)
    own = answers[:, original].argmax(1).view(-1, 1, 1).expand(-1, answers.shape[1], 1)
    return answers.softmax(2).gather(2, own).squeeze(2)
