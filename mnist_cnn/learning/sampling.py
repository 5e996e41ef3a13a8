"""Random numbers for a batch of digits, and the strokes that several variations draw."""

import torch


class Sampler:
    """Random numbers for a batch, one per digit unless said, shaped (B, 1, 1, 1)."""

    def __init__(self, count, device, generator, per_sample_strength=False):
        self.count, self.settings = count, {"device": device, "generator": generator}
        # Without it all digits would be varied about as much: some stay nearly as they were.
        self.strength = self.uniform(1) if per_sample_strength else 1

    def of(self, count: int) -> "Sampler":
        """One for so many digits, from the same source; all at full strength."""
        return Sampler(count, **self.settings)

    def uniform(self, high):
        """From 0 to `high`."""
        return torch.rand(self.count, 1, 1, 1, **self.settings) * high

    def symmetric(self, spread):
        """From -spread to spread, scaled by each digit's strength."""
        return (self.uniform(2 * spread) - spread) * self.strength

    def each(self, shape):
        """Of any shape, from 0 to 1."""
        return torch.rand(shape, **self.settings)

    def normal(self, shape):
        """Of any shape, mean 0 and standard deviation 1."""
        return torch.randn(shape, **self.settings)


def segment(start: torch.Tensor, end: torch.Tensor, width: torch.Tensor, side: int) -> torch.Tensor:
    """Straight strokes as ink: (B, 1, side, side) in [0, 1].

    Args:
        start, end: (B, 2) row and column, in px.
        width: (B, 1, 1, 1), px from the middle of the stroke to its edge.
    """
    rows = torch.arange(side, device=start.device, dtype=start.dtype)
    pixels = torch.stack(torch.meshgrid(rows, rows, indexing="ij"), 2)  # (side, side, 2)
    way = (end - start)[:, None, None]  # (B, 1, 1, 2)
    from_start = pixels - start[:, None, None]  # (B, side, side, 2)
    along = (from_start * way).sum(3, keepdim=True) / way.square().sum(3, keepdim=True)
    distance = (from_start - along.clamp(0, 1) * way).norm(dim=3)
    return (width + 0.5 - distance.unsqueeze(1)).clamp(0, 1)
