"""Random numbers come from the ranges they name; a stroke is where its ends are."""

import pytest
import torch

from mnist_cnn.learning.sampling import Sampler, segment


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_draws_fill_their_ranges_evenly():
    sampler = Sampler(10_000, "cpu", seeded())
    for draws, low, high in ((sampler.uniform(3), 0, 3), (sampler.symmetric(2), -2, 2)):
        assert draws.shape == (10_000, 1, 1, 1)
        assert low <= draws.min() < low + 0.01 and high - 0.01 < draws.max() <= high
        assert draws.mean().item() == pytest.approx((low + high) / 2, abs=0.05)
    scaled = Sampler(10_000, "cpu", seeded(), per_sample_strength=True)
    # Uniform in [-2, 2] times uniform in [0, 1]: a mean magnitude of 1 times 1/2.
    assert scaled.symmetric(2).abs().mean().item() == pytest.approx(0.5, rel=0.05)
    assert scaled.uniform(2).mean().item() == pytest.approx(1, rel=0.05)


def test_a_part_draws_on_at_full_strength():
    whole = Sampler(100, "cpu", seeded(), per_sample_strength=True)
    part = whole.of(3)
    assert part.uniform(1).shape == (3, 1, 1, 1) and part.strength == 1
    assert not torch.equal(part.each((5,)), whole.of(3).each((5,)))
    assert part.normal((50, 50)).std().item() == pytest.approx(1, abs=0.05)
    assert 0 <= part.each((50, 50)).min() < 0.01 < 0.99 < part.each((50, 50)).max() < 1


def test_a_stroke_has_its_length_its_width_and_its_place():
    start, end = torch.tensor([[5.0, 8.0]]), torch.tensor([[20.0, 8.0]])  # row and column
    ink = segment(start, end, torch.full((1, 1, 1, 1), 1.5), 28)
    assert ink.shape == (1, 1, 28, 28) and ink.min() == 0 and ink.max() == 1
    assert ink[0, 0, 12].sum().item() == pytest.approx(3)  # twice 1.5 px
    assert ink[0, 0, 12, 8] == 1 and ink[0, 0, :3].sum() == ink[0, 0, 23:].sum() == 0
