"""Written digits are labelled, seeded, and in MNIST's geometry."""

import numpy as np
import pytest
import torch

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.learning.written import PEN, write, written_digits


def test_every_digit_has_its_turn_and_the_seed_decides():
    digits = written_digits(50)
    assert digits.labels.tolist() == list(range(10)) * 5
    assert digits.images.dtype == torch.uint8 and digits.images.shape == (50, 28, 28)
    assert torch.equal(digits.images, written_digits(50).images)
    assert not torch.equal(digits.images, written_digits(50, seed=1).images)
    assert torch.equal(digits[torch.arange(20)].images, written_digits(20).images)
    assert len(written_digits(0)) == 0


def test_they_fill_mnists_box_and_balance_on_mnists_middle():
    images = written_digits(200).images.double()
    rows = torch.arange(28.0).double()
    for axis in (1, 2):
        ink = images.sum(3 - axis)
        middle = (ink * rows).sum(1) / ink.sum(1)
        assert (middle - DATASET.centre).abs().quantile(0.9) < 0.6
    extents = torch.stack([(images > 0).any(axis).sum(1) for axis in (1, 2)]).amax(0)
    assert extents.min() >= 19 and extents.max() <= 22  # 20 px, and the edges of the pixels
    assert (images.amax((1, 2)) == 255).double().mean() > 0.8


@pytest.mark.parametrize("pen", PEN)
def test_a_stroke_is_as_wide_as_its_pen(pen):
    bar = write(np.float32([[[0, -1], [0, 1]]]), pen)
    assert bar[14].sum() / 255 == pytest.approx(pen, abs=0.05)
    assert np.flatnonzero(bar.any(1)).size in (20, 21, 22)
    middle = (bar[14] * np.arange(28)).sum() / bar[14].sum()
    assert middle == pytest.approx(DATASET.centre, abs=0.02)


def test_only_the_shape_of_a_skeleton_counts():
    stroke = np.float32([[[0, -1], [0.5, 1]]])
    assert np.array_equal(write(stroke, 3), write(7 * stroke + 5, 3))


def test_some_are_narrow():
    eights = written_digits(400).images[8::10]
    widths = (eights > 100).any(1).sum(1)
    assert widths.min() <= 7 and widths.max() > 14
