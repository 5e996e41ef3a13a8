"""Augmented digits stay digits: same shape, in range, seeded, and untouched at zero strength."""

from dataclasses import fields, replace

import pytest
import torch
from torchvision.transforms.functional import affine

from mnist_cnn.dataset.digits import embedded_test_set, to_unit
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.recipes import NOTEBOOK_AUGMENTATION, RECIPES

DIGITS = to_unit(embedded_test_set().images[:32])
LABELS = embedded_test_set().labels[:32]
STRENGTHS = {field.name: 0.3 for field in fields(Augmentation)} | {"rotation": 10.0, "slant": 10.0}
del STRENGTHS["per_sample_strength"]  # varies nothing itself


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def test_zero_strength_changes_nothing():
    assert torch.allclose(Augmentation()(DIGITS, LABELS, seeded()), DIGITS, atol=1e-5)


@pytest.mark.parametrize("name", STRENGTHS)
def test_each_variation_changes_digits_and_stays_in_range(name):
    varied = replace(Augmentation(), **{name: STRENGTHS[name]})(DIGITS, LABELS, seeded())
    assert varied.shape == DIGITS.shape and varied.dtype == torch.float32
    assert varied.min() >= 0 and varied.max() <= 1
    assert (varied - DIGITS).abs().mean() > 1e-4


def test_same_seed_same_digits_and_each_digit_its_own():
    strong = Augmentation(rotation=10, shift=0.1, stroke=0.5, noise=0.1)
    one, same, other = (strong(DIGITS, LABELS, seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(one, same) and not torch.equal(one, other)
    copies = strong(DIGITS[:1].expand(4, -1, -1), LABELS[:1].expand(4), seeded())
    assert not torch.allclose(copies[0], copies[1])


def test_rotation_and_shift_agree_with_torchvision():
    class Fixed:  # every draw at its largest
        def __init__(self, *_):
            pass

        def uniform(self, high):
            return torch.full((32, 1, 1, 1), float(high))

        def symmetric(self, spread):
            return torch.full((32, 1, 1, 1), float(spread))

    grid = Augmentation(rotation=20)._grid(DIGITS[:, None], Fixed())
    turned = torch.nn.functional.grid_sample(DIGITS[:, None], grid, align_corners=False)[:, 0]
    reference = affine(DIGITS, -20, [0, 0], 1, [0], interpolation=2)
    backwards = affine(DIGITS, 20, [0, 0], 1, [0], interpolation=2)
    distances = [(turned - other).abs().mean() for other in (reference, backwards)]
    assert min(distances) < 0.01 < max(distances)

    grid = Augmentation(shift=2 / 28)._grid(DIGITS[:, None], Fixed())
    moved = torch.nn.functional.grid_sample(DIGITS[:, None], grid, align_corners=False)[:, 0]
    assert torch.allclose(moved[:, :-2, :-2], DIGITS[:, 2:, 2:], atol=1e-4)


def test_per_sample_strength_leaves_some_digits_nearly_as_they_were():
    ink = DIGITS[:1].expand(1000, -1, -1), LABELS[:1].expand(1000)
    even = Augmentation(rotation=30, shift=0.1)
    apart, apart_scaled = (
        (vary(*ink, seeded()) - ink[0]).abs().mean((1, 2))
        for vary in (even, replace(even, per_sample_strength=True))
    )
    near = apart.quantile(0.02)
    assert (apart_scaled < near).double().mean() > 0.1
    assert apart_scaled.max() > 0.9 * apart.max()


def test_stroke_changes_the_amount_of_ink_both_ways():
    varied = Augmentation(stroke=1.5)(DIGITS, LABELS, seeded())
    change = (varied.sum((1, 2)) - DIGITS.sum((1, 2))).sign()
    assert (change > 0).any() and (change < 0).any()


def test_only_aug_augments():
    for recipe in ("lesson", "default"):
        assert RECIPES["fc"][recipe].augmentation is None
        assert RECIPES["conv"][recipe].augmentation is None
    assert RECIPES["aug"]["lesson"].augmentation == NOTEBOOK_AUGMENTATION
    assert RECIPES["aug"]["default"].augmentation is not None
