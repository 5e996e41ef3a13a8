"""Random variations of a whole batch of training digits at once, on the device they live on."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.learning.damage import damaged
from mnist_cnn.learning.sampling import Sampler, segment

INK_REACH = DATASET.box / DATASET.side  # how far the ink reaches, where half a side is 1
ELASTIC_KNOTS = 6  # along each side, points that are displaced; the field between them is smooth


@dataclass(frozen=True)
class Augmentation:
    """How far a training digit may be varied; every number is drawn anew for each digit.

    Source: the lesson's notebook (rotation, shift, scale, brightness, contrast); Simard, Steinkraus
    and Platt 2003 (elastic); Castro et al. 2019, "Morpho-MNIST" (stroke).
    """

    rotation: float = 0.0  # degrees, to either side
    shift: float = 0.0  # share of the side, along x and along y independently
    scale: float = 0.0  # share of the size, up or down
    stretch: float = 0.0  # share by which the width grows and the height shrinks, or the reverse
    slant: float = 0.0  # degrees, to either side
    elastic: float = 0.0  # px, standard deviation of the displacement of each knot
    square: float = (
        0.0  # how far round strokes are bent into the corners of their box, at most; 0-1
    )
    serif: float = 0.0  # probability that a 1 gets the flag, or the foot, that many people give it
    stroke: float = 0.0  # px wider or thinner, at most 1
    blur: float = 0.0  # share of a 3×3 average mixed in, at most
    neighbour: float = 0.0  # probability that the edge of another digit is visible
    brightness: float = 0.0  # share of each pixel's value, up or down
    contrast: float = 0.0  # share of the distance from the digit's mean, up or down
    noise: float = 0.0  # standard deviation of what is added to each pixel, at most
    damage: float = 0.0  # probability of each kind of damage.DAMAGES
    # Each digit draws a strength in [0, 1] that scales its motion, bending, stroke and light.
    per_sample_strength: bool = False

    def __call__(
        self, digits: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> torch.Tensor:
        """Varied digits.

        Args:
            digits: (B, 28, 28) float32 in [0, 1].
            labels: (B,) int64; they stay true, and tell which digits can have serifs.
            generator: on the digits' device; the only source of randomness here.

        Returns:
            (B, 28, 28) float32 in [0, 1].
        """
        sampler = Sampler(len(digits), digits.device, generator, self.per_sample_strength)
        digits = digits.unsqueeze(1)  # (B, 1, 28, 28)
        if self.serif and DATASET.serif_class is not None:
            has_serifs = (labels == DATASET.serif_class).view(-1, 1, 1, 1)
            digits = _add_serifs(digits, has_serifs, self.serif, sampler)
        digits = F.grid_sample(digits, self._grid(digits, sampler), align_corners=False)
        if self.stroke:
            digits = _change_stroke(digits, sampler.symmetric(self.stroke))
        if self.blur:
            blurred = F.avg_pool2d(digits, 3, 1, 1)
            digits = torch.lerp(digits, blurred, sampler.uniform(self.blur))
        if self.neighbour:
            digits = torch.maximum(digits, _neighbours(digits, self.neighbour, sampler))
        digits = (digits * (1 + sampler.symmetric(self.brightness))).clamp(0, 1)
        mean = digits.mean((2, 3), keepdim=True)
        digits = mean + (digits - mean) * (1 + sampler.symmetric(self.contrast))
        if self.noise:
            digits = digits + sampler.normal(digits.shape) * sampler.uniform(self.noise)
        digits = digits.clamp(0, 1)
        if self.damage:
            digits = damaged(digits, self.damage, sampler)
        return digits.squeeze(1)

    def _grid(self, digits, sampler):
        """Where each output pixel comes from, on axes that run from -1 to 1: (B, 28, 28, 2)."""
        angle, slant = (
            torch.deg2rad(sampler.symmetric(spread)).flatten()
            for spread in (self.rotation, self.slant)
        )
        zoom = 1 + sampler.symmetric(self.scale).flatten()
        aspect = 1 + sampler.symmetric(self.stretch).flatten()
        cos, sin, shear = torch.cos(angle), torch.sin(angle), torch.tan(slant)
        # The inverse of the motion: first turned back, then sheared upright, then scaled back.
        across = torch.stack([cos + shear * -sin, sin + shear * cos], 1) / (zoom * aspect)[:, None]
        down = torch.stack([-sin, cos], 1) / (zoom / aspect)[:, None]
        # A side is 2 long on these axes, so a shift counts double.
        move = torch.cat([2 * sampler.symmetric(self.shift), 2 * sampler.symmetric(self.shift)], 1)
        theta = torch.cat([torch.stack([across, down], 1), move.view(-1, 2, 1)], 2)  # (B, 2, 3)
        grid = F.affine_grid(theta, digits.shape, align_corners=False)
        if self.elastic:
            field = sampler.normal((len(digits), 2, ELASTIC_KNOTS, ELASTIC_KNOTS))
            field = field * sampler.strength
            field = F.interpolate(field, digits.shape[2:], mode="bicubic", align_corners=True)
            grid = grid + field.permute(0, 2, 3, 1) * (2 * self.elastic / digits.shape[3])
        if self.square:
            # A disc is mapped onto a square: the source of a square's corner lies on its circle.
            across_down = (grid / INK_REACH).square().flip(3).clamp(max=1)
            bend = (1 - across_down / 2).sqrt()
            grid = grid * torch.lerp(torch.ones_like(bend), bend, sampler.uniform(self.square))
        return grid


def _change_stroke(digits, change):
    """Strokes about `change` px wider, or thinner where it is below 0; (B, 1, 28, 28)."""
    wider = F.max_pool2d(digits, 3, 1, 1)
    thinner = -F.max_pool2d(-digits, 3, 1, 1)
    # The 3×3 window moves both edges of a stroke by a whole pixel: half the change on each.
    target = torch.where(change > 0, wider, thinner)
    return torch.lerp(digits, target, change.abs() / 2)


def _add_serifs(digits, has_serifs, probability, sampler):
    """Some of the digits that can have serifs with a flag at the top, some with a foot below it.

    Args:
        digits: (B, 1, 28, 28).
        has_serifs: (B, 1, 1, 1) bool.

    Returns:
        (B, 1, 28, 28).
    """
    side = digits.shape[3]
    rows = torch.arange(side, device=digits.device, dtype=digits.dtype)
    each = torch.arange(len(digits), device=digits.device)
    inked = digits.amax(3).squeeze(1) > 0.5  # (B, 28): which rows hold ink
    top = torch.where(inked, rows, side).amin(1).clamp(max=side - 1)
    bottom = torch.where(inked, rows, 0).amax(1)

    def middle_of(row):  # (B,) mean column of the ink of a row
        line = digits[each, 0, row.long()]  # (B, 28)
        return (line * rows).sum(1) / line.sum(1).clamp(min=0.1)

    def drawn():  # (B, 1, 1, 1): which digits get one
        return (sampler.uniform(1) < probability) & has_serifs

    width = 0.8 + sampler.uniform(0.8)
    down = torch.deg2rad(25 + sampler.uniform(40)).flatten()
    length = 3 + sampler.uniform(8).flatten()
    start = torch.stack([top, middle_of(top)], 1)
    end = start + torch.stack([length * down.sin(), -length * down.cos()], 1)
    flag = segment(start, end, width, side)
    middle = torch.stack([bottom, middle_of(bottom)], 1)
    half = torch.stack([sampler.symmetric(0.5).flatten(), 2 + sampler.uniform(4).flatten()], 1)
    foot = segment(middle - half, middle + half, width, side)
    digits = torch.maximum(digits, flag * drawn())
    return torch.maximum(digits, foot * (drawn() & drawn()))


def _neighbours(digits, probability, sampler):
    """For some of the digits, the edge of the previous digit of the batch; (B, 1, 28, 28)."""
    side = digits.shape[3]
    away = (0.6 + sampler.uniform(0.2)) * torch.sign(sampler.symmetric(1))
    visible = (sampler.uniform(1) < probability).to(digits)
    theta = torch.zeros(len(digits), 2, 3, device=digits.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1
    theta[:, 0, 2] = 2 * away.flatten()
    grid = F.affine_grid(theta, (len(digits), 1, side, side), align_corners=False)
    return visible * F.grid_sample(digits.roll(1, 0), grid, align_corners=False)
