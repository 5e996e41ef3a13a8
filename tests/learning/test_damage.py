"""Damaged digits stay digits: in range, each in its own way, most of them left alone."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage

from mnist_cnn.dataset.digits import embedded_test_set, to_unit
from mnist_cnn.learning import damage as module
from mnist_cnn.learning.damage import DAMAGES, damaged
from mnist_cnn.learning.sampling import Sampler

DIGITS = to_unit(embedded_test_set().images[:200]).unsqueeze(1)
NAMES = [damage.__name__ for damage in DAMAGES]


def sampler(count=200, seed=0):
    return Sampler(count, "cpu", torch.Generator().manual_seed(seed))


def page(shade=0.0, count=300):
    return torch.full((count, 1, 28, 28), shade)


def made(name, digits=DIGITS, seed=0):
    return getattr(module, name)(digits, sampler(len(digits), seed)).clamp(0, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_damage_is_seeded_changes_digits_and_leaves_them_readable(name):
    changed = made(name)
    assert changed.shape == DIGITS.shape and changed.dtype == torch.float32
    assert torch.equal(changed, made(name)) and not torch.equal(changed, made(name, seed=1))
    assert ((changed - DIGITS).abs().amax((1, 2, 3)) > 0.01).float().mean() > 0.8
    # What was written is still there: where there was ink it is brighter than beside it.
    ink, near = DIGITS > 0.7, (F.max_pool2d(DIGITS, 7, 1, 3) > 0.3) & (DIGITS < 0.05)
    contrast = (changed * ink).sum((1, 2, 3)) / ink.sum((1, 2, 3))
    contrast = contrast - (changed * near).sum((1, 2, 3)) / near.sum((1, 2, 3))
    assert (contrast > 0.02).float().mean() > 0.9


def test_each_kind_has_its_probability_and_most_digits_stay():
    digits = DIGITS[:1].expand(4000, -1, -1, -1)
    untouched = digits.clone()
    changed = (damaged(digits, 0.03, sampler(4000)) != digits).flatten(1).any(1)
    assert torch.equal(digits, untouched)  # the ones that were given stay as they were
    wanted = 1 - (1 - 0.03) ** len(DAMAGES)
    assert changed.float().mean().item() == pytest.approx(wanted, abs=0.03)
    assert torch.equal(damaged(DIGITS[:2], 1e-9, sampler(2)), DIGITS[:2])  # none of a small batch


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_its_turn(name, monkeypatch):
    monkeypatch.setattr(module, "DAMAGES", [getattr(module, name)])
    some = damaged(DIGITS, 0.5, sampler())
    changed = (some != DIGITS).flatten(1).any(1).float().mean()
    assert 0.35 < changed < 0.6 and some.min() >= 0 and some.max() <= 1


def test_noise_is_additive_multiplicative_or_by_chance():
    grey = page(0.5)
    spread = (module._grain(grey, sampler(300)) - 0.5).flatten(1).std(1)
    assert 0.43 < spread.max() < 0.47 and spread.min() < 0.02
    assert module._speckle(page(), sampler(300)).abs().max() == 0  # of ink, not of paper
    spread = (module._speckle(page(1.0), sampler(300)) - 1).flatten(1).std(1)
    assert 0.66 < spread.max() < 0.74
    dusty = module._dust(grey, sampler(300))
    share = (dusty != 0.5).float().mean((1, 2, 3))
    assert set(dusty[dusty != 0.5].tolist()) == {0.0, 1.0}
    assert 0.27 < share.max() < 0.34 and dusty[dusty != 0.5].mean().item() == pytest.approx(
        0.5, abs=0.02
    )


def test_faint_ink_is_never_darker_than_its_paper():
    paper, ink = (made("_faint", page(shade))[:, 0, 0, 0] for shade in (0.0, 1.0))
    assert (ink - paper).min() > 0.1 and paper.max() < 0.65 and paper.max() > 0.6
    assert made("_faint", page(0.5))[:, 0, 0, 0].numpy() == pytest.approx((paper + ink) / 2)


def test_clouds_are_uneven_and_keep_some_of_the_contrast():
    paper, ink = (made("_cloudy", page(shade)) for shade in (0.0, 1.0))
    assert (ink - paper).amin() > 0.15
    assert (paper.flatten(1).std(1) > 0.02).float().mean() > 0.3
    steps = paper.diff(dim=3).abs().mean() / paper.flatten(1).std(1).mean()
    assert steps < 0.5  # smooth: neighbours are alike


def test_a_blur_is_a_bell_curve_that_keeps_the_ink():
    dot = page(count=1)
    dot[..., 14, 14] = 1

    class Round(Sampler):
        def uniform(self, high):
            return torch.ones(self.count, 1, 1, 1)

    blurred = module._blurred(dot, Round(1, "cpu", None))[0, 0].numpy()
    wanted = ndimage.gaussian_filter(dot[0, 0].numpy(), 1.0, mode="wrap")
    assert np.allclose(blurred, wanted, atol=0.002)
    assert np.allclose(module._blurred(DIGITS, sampler()).sum(), DIGITS.sum(), rtol=1e-4)


def test_beyond_the_edge_of_a_shadow_dark_is_light():
    paper = made("_turned_round", page())
    ink = made("_turned_round", page(1.0))
    assert torch.allclose(paper, 1 - ink, atol=1e-5)
    assert paper[..., 11:17, 11:17].max() < 1e-6  # the middle is spared
    covered = (paper > 0.3).float().mean((1, 2, 3))
    assert covered.max() > 0.4 and covered.min() < 0.05


def test_ruled_lines_are_straight_and_come_back():
    ruled = made("_ruled", page(count=100))
    assert (ruled.amax((1, 2, 3)) > 0).float().mean() > 0.9
    assert ruled.mean() < 0.2  # thin
    half = made("_ruled", page(0.5, 100))
    assert (half >= 0.5).all()  # they only add ink


def test_traces_and_spots_are_of_one_piece_or_round():
    traces = made("_scratched", page(count=100))
    pieces = [ndimage.label(t, np.ones((3, 3)))[1] for t in (traces[:, 0] > 0).numpy()]
    assert np.mean([count <= 2 for count in pieces]) > 0.9  # some leave the page, and return
    spots = made("_spotted", page(count=100))
    shades = spots.amax((1, 2, 3))
    assert shades.max() > 0.9 and shades.min() < 0.1
    covered = (spots > 0).float().mean((1, 2, 3))
    assert 0.02 < covered.mean() < 0.4
    assert made("_spotted", page(1.0)).amin((1, 2, 3)).min() < 0.1  # they cover ink


def test_coarse_pictures_have_squares_of_one_shade():
    coarse = made("_coarse")
    alike = [  # share of the rows that hold ink and are as the one above
        ((digits.diff(dim=2) == 0).all(3) & digits[:, :, 1:].any(3)).float().mean().item()
        for digits in (DIGITS, coarse)
    ]
    assert alike[0] < 0.04 and alike[1] > 0.15
    assert set(made("_black_or_white").unique().tolist()) == {0.0, 1.0}
