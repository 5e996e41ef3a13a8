"""Augmented digits stay digits: seeded, in range, and varied by what the field's name says."""

from dataclasses import fields, replace

import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage
from torchvision.transforms.functional import affine

from mnist_cnn.dataset.digits import embedded_test_set, to_unit
from mnist_cnn.learning import augment
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.sampling import Sampler

DIGITS = to_unit(embedded_test_set().images[:32])
LABELS = embedded_test_set().labels[:32]
STRENGTHS = {field.name: 0.3 for field in fields(Augmentation)} | {"rotation": 10.0, "slant": 10.0}
del STRENGTHS["per_sample_strength"]  # varies nothing itself


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def at_most(monkeypatch):
    """Every draw is the largest there is."""

    class Largest:
        strength = 1

        def __init__(self, count, *_):
            self.count = count

        def uniform(self, high):
            return torch.full((self.count, 1, 1, 1), float(high))

        symmetric = uniform

        def normal(self, shape):
            return torch.ones(shape)

    monkeypatch.setattr(augment, "Sampler", Largest)


def vary(digits=DIGITS, labels=LABELS, seed=0, **strengths):
    return Augmentation(**strengths)(digits, labels, seeded(seed))


def test_zero_strength_changes_nothing():
    assert torch.allclose(vary(), DIGITS, atol=1e-5)


@pytest.mark.parametrize("name", STRENGTHS)
def test_each_variation_changes_digits_and_stays_in_range(name):
    varied = vary(**{name: STRENGTHS[name]})
    assert varied.shape == DIGITS.shape and varied.dtype == torch.float32
    assert varied.min() >= 0 and varied.max() <= 1
    assert (varied - DIGITS).abs().mean() > 1e-4


def test_same_seed_same_digits_and_each_digit_its_own():
    strong = {"rotation": 10, "shift": 0.1, "stroke": 0.5, "noise": 0.1}
    one, same, other = (vary(seed=seed, **strong) for seed in (1, 1, 2))
    assert torch.equal(one, same) and not torch.equal(one, other)
    copies = vary(DIGITS[:1].expand(4, -1, -1), LABELS[:1].expand(4), **strong)
    assert not torch.allclose(copies[0], copies[1])


def blob(height, width, row=13.5, column=13.5):
    """(1, 28, 28) a soft ellipse, standard deviations in px, in the middle unless said."""
    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    return torch.exp(-(((rows - row) / height) ** 2 + ((columns - column) / width) ** 2) / 2)[None]


def moments(digit):
    """(row, column) of the centre of mass, and the standard deviations there."""
    ink, axis = digit[0].double(), torch.arange(28.0).double()
    row, column = ((ink * a).sum() / ink.sum() for a in (axis[:, None], axis[None]))
    spread = (
        ((ink * (a - m) ** 2).sum() / ink.sum()).sqrt().item()
        for a, m in ((axis[:, None], row), (axis[None], column))
    )
    return row.item(), column.item(), *spread


NO_LABEL = torch.tensor([7])


def test_rotation_is_torchvisions(at_most):
    turned = vary(rotation=20)
    references = [affine(DIGITS, angle, [0, 0], 1, [0], interpolation=2) for angle in (-20, 20)]
    distances = [(turned - other).abs().mean() for other in references]
    assert min(distances) < 0.01 < max(distances)


def test_slant_is_torchvisions_shear(at_most):
    slanted = vary(slant=15)
    references = [affine(DIGITS, 0, [0, 0], 1, [angle, 0], interpolation=2) for angle in (-15, 15)]
    distances = [(slanted - other).abs().mean() for other in references]
    assert min(distances) < 0.01 < max(distances)


def test_a_shift_is_a_share_of_the_side(at_most):
    assert torch.allclose(vary(shift=2 / 28)[:, :-2, :-2], DIGITS[:, 2:, 2:], atol=1e-4)


def test_down_and_right_are_shifted_independently():
    digits = blob(2, 2).expand(300, -1, -1)
    moved = torch.tensor(
        [moments(d[None])[:2] for d in vary(digits, NO_LABEL.expand(300), shift=0.1)]
    )
    offsets = moved - 13.5
    assert offsets.abs().max() < 2.85 and (offsets.abs().amax(0) > 2.6).all()
    assert abs(torch.corrcoef(offsets.T)[0, 1]) < 0.2
    assert (offsets.mean(0).abs() < 0.3).all()


def test_scale_changes_both_axes_alike(at_most):
    *_, height, width = moments(vary(blob(3, 2), NO_LABEL, scale=0.25))
    assert (height, width) == pytest.approx((3 * 1.25, 2 * 1.25), rel=0.02)


def test_stretch_widens_what_it_flattens(at_most):
    *_, height, width = moments(vary(blob(3, 3), NO_LABEL, stretch=0.25))
    assert (height, width) == pytest.approx((3 / 1.25, 3 * 1.25), rel=0.02)


def test_elastic_displaces_by_its_pixels():
    """The corner pixels lie on knots: how far they move has the standard deviation asked for."""
    digits = torch.zeros(4000, 1, 28, 28)
    sampler = Sampler(4000, "cpu", seeded())
    grid = Augmentation(elastic=0.8)._grid(digits, sampler)
    still = Augmentation()._grid(digits, sampler)
    moved = (grid - still)[:, [0, 0, -1, -1], [0, -1, 0, -1]] * 28 / 2  # (4000, 4, 2) px
    assert moved.std().item() == pytest.approx(0.8, rel=0.03)
    assert abs(torch.corrcoef(moved[:, 0].T)[0, 1]) < 0.1  # down and right on their own
    # Between the knots it is smooth: neighbours move nearly alike.
    apart = (grid - still).diff(dim=1).abs().mean() * 14
    assert apart < 0.25


def test_square_bends_a_circle_into_the_corners_of_its_box(at_most):
    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    away = ((rows - 13.5) ** 2 + (columns - 13.5) ** 2).sqrt()
    ring = (1.5 - (away - 9).abs()).clamp(0, 1)[None]
    squared = vary(ring, NO_LABEL, square=1.0)
    corner = slice(4, 7)  # of the box of 20 px
    assert ring[0, corner, corner].sum() == 0 and squared[0, corner, corner].sum() > 1
    assert squared[0, 13, 13] == 0 and squared[0, 13, 4:6].max() > 0.5  # the sides stay


@pytest.mark.parametrize("change", [1.0, 0.5, -1.0, -0.5])
def test_a_stroke_gets_wider_by_its_pixels(change):
    bar = torch.zeros(1, 1, 28, 28)
    bar[:, :, 10:15] = 1  # 5 px high
    changed = augment._change_stroke(bar, torch.full((1, 1, 1, 1), change))
    assert changed.sum(2)[0, 0, 14].item() == pytest.approx(5 + change)


def test_strokes_change_both_ways():
    change = (vary(stroke=1.0).sum((1, 2)) - DIGITS.sum((1, 2))).sign()
    assert (change > 0).any() and (change < 0).any()


def test_blur_mixes_in_the_mean_of_nine(at_most):
    soft = torch.from_numpy(ndimage.uniform_filter(DIGITS.numpy(), (0, 3, 3), mode="constant"))
    torch.testing.assert_close(vary(blur=0.4), 0.6 * DIGITS + 0.4 * soft, atol=1e-5, rtol=0)


def test_brightness_and_contrast_are_shares(at_most):
    torch.testing.assert_close(vary(brightness=0.3), (1.3 * DIGITS).clamp(0, 1))
    mean = DIGITS.mean((1, 2), keepdim=True)
    wanted = (mean + 1.2 * (DIGITS - mean)).clamp(0, 1)
    torch.testing.assert_close(vary(contrast=0.2), wanted)


def test_noise_has_up_to_its_standard_deviation():
    grey = torch.full((2000, 28, 28), 0.5)
    spread = (vary(grey, NO_LABEL.expand(2000), noise=0.1) - 0.5).std((1, 2))
    assert 0.095 < spread.max() < 0.105 and spread.min() < 0.005
    assert spread.mean().item() == pytest.approx(0.05, rel=0.1)


def test_a_neighbour_looks_in_at_one_side():
    digits = torch.zeros(200, 28, 28)
    digits[1::2, 4:24, 4:24] = 1  # as far as the ink of a digit reaches
    labels = NO_LABEL.expand(200)
    blank = vary(digits, labels, neighbour=1.0)[::2]  # the previous digit of each is not
    assert (blank.amax((1, 2)) > 0.05).all() and (blank[:, :, 8:20] < 0.05).all()
    left, right = ((blank[:, :, part].amax((1, 2)) > 0.05) for part in (slice(0, 8), slice(20, 28)))
    assert (left ^ right).all() and 0.3 < left.float().mean() < 0.7
    some = vary(digits, labels, neighbour=0.3)[::2].amax((1, 2)) > 0.05
    assert 0.15 < some.float().mean() < 0.45


def test_only_ones_get_serifs_most_of_them_a_flag():
    bar = torch.zeros(1, 28, 28)
    bar[:, 6:23, 13:15] = 1
    bars, labels = bar.expand(1000, -1, -1), torch.arange(1000) % 10
    varied = vary(bars, labels, serif=0.3)
    is_one = labels == 1
    assert torch.allclose(varied[~is_one], bars[~is_one], atol=1e-5)
    ones = vary(bars, torch.ones(1000).long(), serif=0.3)
    more = (ones - bars).clamp(min=0)
    flags, feet = (more[:, part].sum((1, 2)) > 1 for part in (slice(0, 18), slice(21, 28)))
    assert 0.25 < flags.float().mean() < 0.35  # with the probability asked for
    assert 0.05 < feet.float().mean() < 0.13  # a foot takes two draws: 0.3²
    flag, foot = more[flags & ~feet].mean(0), more[feet & ~flags].mean(0)
    assert flag[:, :13].sum() > 5 * flag[:, 15:].sum() and flag[6:16].sum() > 0.8 * flag.sum()
    assert foot[20:].sum() > 0.9 * foot.sum()
    assert foot[:, :13].sum() == pytest.approx(foot[:, 15:].sum(), rel=0.25)


def test_a_dataset_without_serifs_gets_none(monkeypatch):
    monkeypatch.setattr(augment, "DATASET", replace(augment.DATASET, serif_class=None))
    assert torch.allclose(vary(serif=1.0), DIGITS, atol=1e-5)


def test_per_sample_strength_leaves_some_digits_nearly_as_they_were():
    copies = {"digits": DIGITS[:1].expand(1000, -1, -1), "labels": LABELS[:1].expand(1000)}
    spread = {"rotation": 30, "shift": 0.1}
    apart, apart_scaled = (
        (vary(**copies, **spread, per_sample_strength=scaled) - DIGITS[0]).abs().mean((1, 2))
        for scaled in (False, True)
    )
    near = apart.quantile(0.02)
    assert (apart_scaled < near).double().mean() > 0.1
    assert apart_scaled.max() > 0.9 * apart.max()


def test_the_grid_is_that_of_grid_sample():
    grid = Augmentation()._grid(DIGITS[:, None], Sampler(32, "cpu", seeded()))
    still = F.grid_sample(DIGITS[:, None], grid, align_corners=False)[:, 0]
    torch.testing.assert_close(still, DIGITS, atol=1e-5, rtol=0)
