"""What happens to a digit on paper and on its way into a picture: rows of one table.

Each function takes digits (B, 1, 28, 28) in [0, 1] and a sampler of as many, and gives as many
that a person still reads; what leaves [0, 1] is clipped afterwards. How much is drawn for each
digit anew.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F

from mnist_cnn.learning.sampling import Sampler, segment

SPOTS = 10  # on a digit that is spotted
STEPS = 8  # of a trace that wanders

Damage = Callable[[torch.Tensor, Sampler], torch.Tensor]


def _grain(digits, sampler):
    """Noise of a sensor in poor light."""
    return digits + sampler.normal(digits.shape) * sampler.uniform(0.45)


def _speckle(digits, sampler):
    """A dry pen on rough paper: ink with holes."""
    return digits * (1 + sampler.normal(digits.shape) * sampler.uniform(0.7))


def _dust(digits, sampler):
    """Pixels that are ink or paper by mere chance."""
    chance = sampler.each(digits.shape)
    share = sampler.uniform(0.3)
    return torch.where(chance < share, sampler.each(digits.shape).round(), digits)


def _faint(digits, sampler):
    """Pencil on grey paper: ink scaled down, paper raised."""
    paper = sampler.uniform(0.65)
    ink = paper + (1 - paper) * (0.3 + sampler.uniform(0.7))
    return paper + digits * (ink - paper)


def _cloudy(digits, sampler):
    """Paper of uneven shade, seen through haze: coarse and fine unevenness added up."""
    clouds = torch.zeros_like(digits)
    for knots in (2, 4, 8, 16):
        field = sampler.normal((len(digits), 1, knots, knots)) * sampler.uniform(2 / knots)
        clouds += F.interpolate(field, digits.shape[2:], mode="bicubic", align_corners=True)
    low, high = clouds.amin((2, 3), True), clouds.amax((2, 3), True)
    clouds = (clouds - low) / (high - low)
    light = torch.lerp(sampler.uniform(1), sampler.uniform(1), clouds)
    return torch.lerp(digits, light, sampler.uniform(0.8))


def _blurred(digits, sampler):
    """Out of focus, or moved: a bell curve, wider along one direction."""
    side, settings = digits.shape[3], {"device": digits.device}
    high, wide = torch.fft.fftfreq(side, **settings), torch.fft.rfftfreq(side, **settings)
    angle = sampler.uniform(math.pi)
    along = high[:, None] * torch.sin(angle) + wide * torch.cos(angle)
    across = high[:, None] * torch.cos(angle) - wide * torch.sin(angle)
    spread = (along * sampler.uniform(3.5)).square() + (across * sampler.uniform(1.2)).square()
    passes = torch.exp(-2 * math.pi**2 * spread)
    return torch.fft.irfft2(torch.fft.rfft2(digits) * passes, digits.shape[2:])


def _ragged(digits, sampler):
    """Edges torn by a coarse scan: each pixel comes from somewhere nearby."""
    still = torch.eye(2, 3, device=digits.device).expand(len(digits), 2, 3)
    grid = F.affine_grid(still, digits.shape, align_corners=False)
    apart = sampler.normal(grid.shape) * sampler.uniform(1.2)
    return F.grid_sample(digits, grid + apart * (2 / digits.shape[3]), align_corners=False)


def _turned_round(digits, sampler):
    """A shadow, the edge of the page: beyond a line or two, what was dark is light."""
    for _ in range(2):
        angle, pixels = sampler.uniform(2 * math.pi), _pixels(digits)
        along = pixels[..., 0] * torch.cos(angle) + pixels[..., 1] * torch.sin(angle)
        beyond = (along - 4 - sampler.uniform(14)).clamp(0, 1)
        digits = torch.lerp(digits, 1 - digits, beyond * (0.3 + sampler.uniform(0.7)))
    return digits


def _spotted(digits, sampler):
    """Drops and crumbs: discs of one shade, on ink and paper alike."""
    middles = 28 * sampler.each((len(digits), SPOTS, 1, 1, 2)) - 14
    radii = 0.5 + 2.5 * sampler.each((len(digits), SPOTS, 1, 1))
    inside = (radii - (_pixels(digits) - middles).norm(dim=4)).clamp(0, 1)  # (B, SPOTS, 28, 28)
    return torch.lerp(digits, sampler.uniform(1), inside.amax(1, True))


def _ruled(digits, sampler):
    """Lines of a page, in one direction or in two, near each other or far apart."""
    angle, period = sampler.uniform(math.pi), 5 + sampler.uniform(25)
    shade, pixels = sampler.uniform(1), _pixels(digits)
    for quarter in (0, math.pi / 2):
        turned = angle + quarter
        along = pixels[..., 0] * torch.cos(turned) + pixels[..., 1] * torch.sin(turned)
        away = (along + sampler.uniform(30)) % period
        line = (0.5 + sampler.uniform(0.8) - torch.minimum(away, period - away)).clamp(0, 1)
        drawn = (sampler.uniform(1) < 0.5) if quarter else 1
        digits = torch.maximum(digits, line * shade * drawn)
    return digits


def _scratched(digits, sampler):
    """Hairs and slips of the pen: a thin trace that wanders over the page."""
    turns = sampler.each((len(digits), STEPS)) * 3 - 1.5
    ways = sampler.uniform(2 * math.pi).flatten(1) + turns.cumsum(1)
    steps = torch.stack([ways.sin(), ways.cos()], 2)  # (B, STEPS, 2)
    steps = steps * (1 + 5 * sampler.each((len(digits), STEPS, 1)))
    ends = 28 * sampler.each((len(digits), 1, 2)) + steps.cumsum(1)
    width = sampler.uniform(0.8).repeat_interleave(STEPS, 0)
    start, end = (ends - steps).flatten(0, 1), ends.flatten(0, 1)
    traces = segment(start, end, width, digits.shape[3]).view(-1, STEPS, *digits.shape[2:])
    return torch.maximum(digits, (0.3 + sampler.uniform(0.7)) * traces.amax(1, True))


def _coarse(digits, sampler):
    """A tiny picture, enlarged: squares of one shade each."""
    still = torch.eye(2, 3, device=digits.device).expand(len(digits), 2, 3)
    grid = F.affine_grid(still, digits.shape, align_corners=False)
    half = (9 + sampler.uniform(14)) / 2
    grid = ((grid * half).floor() + 0.5) / half
    return F.grid_sample(F.avg_pool2d(digits, 3, 1, 1), grid, align_corners=False)


def _black_or_white(digits, sampler):
    """A picture of two shades."""
    return (digits > 0.15 + sampler.uniform(0.6)).to(digits)


DAMAGES: tuple[Damage, ...] = (
    *(_turned_round, _ragged, _blurred, _coarse, _black_or_white, _ruled, _scratched, _spotted),
    *(_faint, _cloudy, _grain, _speckle, _dust),
)


def damaged(digits: torch.Tensor, probability: float, sampler: Sampler) -> torch.Tensor:
    """Some of the digits damaged in one way, a few in several.

    Args:
        digits: (B, 1, 28, 28) in [0, 1].
        probability: of each row of DAMAGES, for each digit.

    Returns:
        (B, 1, 28, 28) in [0, 1].
    """
    digits = digits.clone()
    for damage in DAMAGES:
        index = (sampler.uniform(1) < probability).flatten().nonzero().squeeze(1)
        if len(index):
            digits[index] = damage(digits[index], sampler.of(len(index))).clamp(0, 1)
    return digits


def _pixels(digits):
    """(28, 28, 2) row and column of each pixel, from the middle."""
    middle = torch.arange(digits.shape[3], device=digits.device) - (digits.shape[3] - 1) / 2
    return torch.stack(torch.meshgrid(middle, middle, indexing="ij"), 2)
