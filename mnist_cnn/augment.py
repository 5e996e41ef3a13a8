"""Random variations of a whole batch of training digits at once, on the device they live on."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass(frozen=True)
class Augmentation:
    """How far a training digit may be varied; every number is drawn anew for each digit.

    Source: the lesson's notebook (rotation, shift, scale, brightness, contrast).
    """

    rotation: float = 0.0  # degrees to either side
    shift: float = 0.0  # share of the side, along x and along y
    scale: float = 0.0  # share of the size, up or down
    brightness: float = 0.0  # share of each pixel's value, up or down
    contrast: float = 0.0  # share of the distance from the digit's mean, up or down

    def __call__(self, digits, generator):
        """Varied digits.

        Args:
            digits: (B, 28, 28) float32 in [0, 1].
            generator: torch.Generator on the digits' device; the only source of chance here.

        Returns:
            (B, 28, 28) float32 in [0, 1].
        """
        count = len(digits)

        def draw(spread):  # (B,) uniform in [-spread, spread]
            unit = torch.rand(count, device=digits.device, generator=generator)
            return (2 * unit - 1) * spread

        angle = torch.deg2rad(draw(self.rotation))
        zoom = 1 + draw(self.scale)
        # affine_grid asks where each output pixel comes from, on axes that run from -1 to 1:
        # so the matrix is the inverse of the motion, and a shift counts double.
        cos, sin = torch.cos(angle) / zoom, torch.sin(angle) / zoom
        across, down = 2 * draw(self.shift), 2 * draw(self.shift)
        theta = torch.stack(
            [torch.stack([cos, sin, across], 1), torch.stack([-sin, cos, down], 1)], 1
        )  # (B, 2, 3)
        grid = F.affine_grid(theta, (count, 1, *digits.shape[1:]), align_corners=False)
        digits = F.grid_sample(digits.unsqueeze(1), grid, align_corners=False).squeeze(1)

        digits = (digits * (1 + draw(self.brightness)).view(-1, 1, 1)).clamp(0, 1)
        mean = digits.mean((1, 2), keepdim=True)
        return (mean + (digits - mean) * (1 + draw(self.contrast)).view(-1, 1, 1)).clamp(0, 1)
