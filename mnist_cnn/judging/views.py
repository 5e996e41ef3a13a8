"""Test-time augmentation: one answer from nine slightly different views of a digit."""

from math import cos, radians, sin

import torch
import torch.nn.functional as F
from torch import nn

from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.reading.predict import logits

VIEWS = (  # degrees clockwise, size, px that the window moves down and right
    (0, 1, 0, 0),
    *((0, 1, 0, 1), (0, 1, 0, -1), (0, 1, 1, 0), (0, 1, -1, 0)),
    *((7, 1, 0, 0), (-7, 1, 0, 0)),
    *((0, 0.93, 0, 0), (0, 1.07, 0, 0)),
)
BATCH = 1000  # digits that are resampled at once


def view_answers(model: nn.Module, digits: torch.Tensor) -> torch.Tensor:
    """Mean of the model's probabilities over VIEWS of each digit.

    Args:
        model: in eval mode.
        digits: (N, 28, 28) uint8, on the model's device.

    Returns:
        (N, 10) on the model's device.
    """
    total = torch.zeros(())
    for angle, size, down, right in VIEWS:
        total = total + logits(model, view(digits, angle, size, down, right)).softmax(1)
    return total / len(VIEWS)


def view(
    digits: torch.Tensor, angle: float, size: float, down: float, right: float
) -> torch.Tensor:
    """(N, 28, 28) float32 digits in [0, 1], turned, resized and moved, from (N, 28, 28) uint8.

    Args:
        digits: ink bright.
        angle: degrees clockwise.
        size: factor; above 1 the digit becomes larger.
        down, right: px that the window moves; the digit moves the other way.
    """
    side = digits.shape[-1]
    cos_, sin_ = (f(radians(angle)) / size for f in (cos, sin))
    theta = torch.tensor([[cos_, sin_, 2 * right / side], [-sin_, cos_, 2 * down / side]])
    seen = []
    for batch in to_unit(digits).split(BATCH):
        grid = F.affine_grid(
            theta.to(batch).expand(len(batch), 2, 3), [len(batch), 1, side, side], False
        )
        seen.append(F.grid_sample(batch.unsqueeze(1), grid, align_corners=False).squeeze(1))
    return torch.cat(seen)
