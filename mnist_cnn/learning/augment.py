"""Random variations of a whole batch of training digits at once, on the device they live on."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

INK_REACH = 20 / 28  # how far the ink of an MNIST digit reaches, where the side reaches 1
ELASTIC_KNOTS = 6  # points along each side that are pulled about; between them it is smooth


@dataclass(frozen=True)
class Augmentation:
    """How far a training digit may be varied; every number is drawn anew for each digit.

    Source: the lesson's notebook (rotation, shift, scale, brightness, contrast); Simard, Steinkraus
    and Platt 2003 (elastic); Castro et al. 2019, "Morpho-MNIST" (stroke).
    """

    rotation: float = 0.0  # degrees to either side
    shift: float = 0.0  # share of the side, along x and along y
    scale: float = 0.0  # share of the size, up or down
    stretch: float = 0.0  # share by which width and height may part
    slant: float = 0.0  # degrees to either side
    elastic: float = 0.0  # px, standard deviation of the pull at each knot
    square: float = 0.0  # share by which round strokes are pulled into the corners of their box
    flag: float = 0.0  # probability that a 1 gets the flag, or the foot, that many people give it
    stroke: float = 0.0  # px wider or thinner, up to one
    blur: float = 0.0  # share of a 3×3 average mixed in
    neighbour: float = 0.0  # probability that the edge of another digit looks in
    brightness: float = 0.0  # share of each pixel's value, up or down
    contrast: float = 0.0  # share of the distance from the digit's mean, up or down
    noise: float = 0.0  # standard deviation of what is added to each pixel, at most
    graded: bool = False  # motion, bending, stroke and light each by a share that a digit draws

    def __call__(self, digits, labels, generator):
        """Varied digits.

        Args:
            digits: (B, 28, 28) float32 in [0, 1].
            labels: (B,) int64; they stay true, and tell which digits are ones.
            generator: torch.Generator on the digits' device; the only source of chance here.

        Returns:
            (B, 28, 28) float32 in [0, 1].
        """
        chance = _Chance(len(digits), digits.device, generator, self.graded)
        digits = digits.unsqueeze(1)  # (B, 1, 28, 28)
        if self.flag:
            digits = _dress_ones(digits, labels, self.flag, chance)
        digits = F.grid_sample(digits, self._grid(digits, chance), align_corners=False)
        if self.stroke:
            digits = _change_stroke(digits, chance.either(self.stroke))
        if self.blur:
            soft = F.avg_pool2d(digits, 3, 1, 1)
            digits = torch.lerp(digits, soft, chance.upto(self.blur))
        if self.neighbour:
            digits = torch.maximum(digits, _neighbours(digits, self.neighbour, chance))
        digits = (digits * (1 + chance.either(self.brightness))).clamp(0, 1)
        mean = digits.mean((2, 3), keepdim=True)
        digits = mean + (digits - mean) * (1 + chance.either(self.contrast))
        if self.noise:
            digits = digits + chance.normal(digits.shape) * chance.upto(self.noise)
        return digits.clamp(0, 1).squeeze(1)

    def _grid(self, digits, chance):
        """Where each output pixel comes from, on axes that run from -1 to 1: (B, 28, 28, 2)."""
        angle, slant = (
            torch.deg2rad(chance.either(spread)).flatten() for spread in (self.rotation, self.slant)
        )
        zoom = 1 + chance.either(self.scale).flatten()
        part = 1 + chance.either(self.stretch).flatten()
        cos, sin, lean = torch.cos(angle), torch.sin(angle), torch.tan(slant)
        # The inverse of the motion: first turned back, then set upright, then scaled back.
        across = torch.stack([cos + lean * -sin, sin + lean * cos], 1) / (zoom * part)[:, None]
        down = torch.stack([-sin, cos], 1) / (zoom / part)[:, None]
        # A side is 2 long on these axes, so a shift counts double.
        move = torch.cat([2 * chance.either(self.shift), 2 * chance.either(self.shift)], 1)
        theta = torch.cat([torch.stack([across, down], 1), move.view(-1, 2, 1)], 2)  # (B, 2, 3)
        grid = F.affine_grid(theta, digits.shape, align_corners=False)
        if self.elastic:
            pull = chance.normal((len(digits), 2, ELASTIC_KNOTS, ELASTIC_KNOTS)) * chance.share
            pull = F.interpolate(pull, digits.shape[2:], mode="bicubic", align_corners=True)
            grid = grid + pull.permute(0, 2, 3, 1) * (2 * self.elastic / digits.shape[3])
        if self.square:
            # A disc is mapped onto a square: the source of a square's corner lies on its circle.
            across_down = (grid / INK_REACH).square().flip(3).clamp(max=1)
            bend = (1 - across_down / 2).sqrt()
            grid = grid * torch.lerp(torch.ones_like(bend), bend, chance.upto(self.square))
        return grid


class _Chance:
    """Random numbers for a batch, one per digit, shaped (B, 1, 1, 1)."""

    def __init__(self, count, device, generator, graded=False):
        self.count, self.settings = count, {"device": device, "generator": generator}
        # A digit's own share of every spread: many nearly as they were, few varied in all ways.
        self.share = self.upto(1) if graded else 1

    def upto(self, most):
        return torch.rand(self.count, 1, 1, 1, **self.settings) * most

    def either(self, spread):
        return (self.upto(2 * spread) - spread) * self.share

    def normal(self, shape):
        return torch.randn(shape, **self.settings)


def _change_stroke(digits, change):
    """Strokes about `change` px wider, or thinner where it is below 0; (B, 1, 28, 28)."""
    wider = F.max_pool2d(digits, 3, 1, 1)
    thinner = -F.max_pool2d(-digits, 3, 1, 1)
    # The 3×3 window moves both edges of a stroke by a whole pixel: half the change on each.
    target = torch.where(change > 0, wider, thinner)
    return torch.lerp(digits, target, change.abs() / 2)


def _dress_ones(digits, labels, probability, chance):
    """Some of the ones with a flag at the top, some with a foot at the bottom; (B, 1, 28, 28)."""
    side = digits.shape[3]
    rows = torch.arange(side, device=digits.device, dtype=digits.dtype)
    each = torch.arange(len(digits), device=digits.device)
    inked = digits.amax(3).squeeze(1) > 0.5  # (B, 28): which rows hold ink
    top = torch.where(inked, rows, side).amin(1).clamp(max=side - 1)
    bottom = torch.where(inked, rows, 0).amax(1)

    def middle_of(row):  # (B,) where the ink of a row lies
        line = digits[each, 0, row.long()]  # (B, 28)
        return (line * rows).sum(1) / line.sum(1).clamp(min=0.1)

    def drawn():  # (B, 1, 1, 1): 1 for the ones that chance picks
        return (chance.upto(1) < probability) & (labels == 1).view(-1, 1, 1, 1)

    width = 0.8 + chance.upto(0.8)
    down = torch.deg2rad(25 + chance.upto(40)).flatten()
    length = 3 + chance.upto(8).flatten()
    start = torch.stack([top, middle_of(top)], 1)
    end = start + torch.stack([length * down.sin(), -length * down.cos()], 1)
    flag = _segment(start, end, width, rows)
    middle = torch.stack([bottom, middle_of(bottom)], 1)
    half = torch.stack([chance.either(0.5).flatten(), 2 + chance.upto(4).flatten()], 1)
    foot = _segment(middle - half, middle + half, width, rows)
    digits = torch.maximum(digits, flag * drawn())
    return torch.maximum(digits, foot * (drawn() & drawn()))


def _segment(start, end, width, rows):
    """A stroke from start to end, (B, 2) row and column, as ink: (B, 1, 28, 28)."""
    pixels = torch.stack(torch.meshgrid(rows, rows, indexing="ij"), 2)  # (28, 28, 2)
    way = (end - start)[:, None, None]  # (B, 1, 1, 2)
    from_start = pixels - start[:, None, None]  # (B, 28, 28, 2)
    along = (from_start * way).sum(3, keepdim=True) / way.square().sum(3, keepdim=True)
    distance = (from_start - along.clamp(0, 1) * way).norm(dim=3)
    return (width + 0.5 - distance.unsqueeze(1)).clamp(0, 1)


def _neighbours(digits, probability, chance):
    """For some of the digits the edge of the batch's next one, just in sight; (B, 1, 28, 28)."""
    side = digits.shape[3]
    away = (0.6 + chance.upto(0.2)) * torch.sign(chance.either(1))
    seen = (chance.upto(1) < probability).to(digits)
    theta = torch.zeros(len(digits), 2, 3, device=digits.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1
    theta[:, 0, 2] = 2 * away.flatten()
    grid = F.affine_grid(theta, (len(digits), 1, side, side), align_corners=False)
    return seen * F.grid_sample(digits.roll(1, 0), grid, align_corners=False)
