"""Test-time augmentation: where a view looks, and the mean of the answers."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from mnist_cnn.judging.views import VIEWS, view, view_answers


def point(row, column):
    digit = torch.zeros(1, 28, 28, dtype=torch.uint8)
    digit[0, row, column] = 255
    return digit


@pytest.mark.parametrize("down, right", [(0, 1), (0, -1), (1, 0), (-1, 0)])
def test_a_moved_window_moves_the_digit_by_one_pixel_the_other_way(down, right):
    seen = view(point(14, 12), 0, 1, down, right)[0]
    assert seen.sum().item() == pytest.approx(1, abs=1e-4)
    assert seen[14 - down, 12 - right].item() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("angle, size", [(7, 1), (-7, 1), (0, 0.93), (0, 1.07)])
def test_turned_and_resized_views_are_scipys(angle, size):
    digit = np.zeros((28, 28), np.float32)
    digit[6:22, 9:13] = 1
    digit = ndimage.gaussian_filter(digit, 1)
    turn = np.deg2rad(angle)
    # Output to input, rows first: against the turn, and divided by the size.
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / size
    middle = np.array([13.5, 13.5])
    expected = ndimage.affine_transform(digit, matrix, middle - matrix @ middle, order=1)
    levels = torch.tensor(np.round(255 * digit)).to(torch.uint8)[None]
    assert np.abs(view(levels, angle, size, 0, 0)[0].numpy() - expected).max() < 0.01


def test_there_are_nine_views_in_pairs_that_undo_each_other():
    assert len(set(VIEWS)) == 9 and VIEWS[0] == (0, 1, 0, 0)
    assert np.sum(VIEWS, 0) == pytest.approx([0, 9, 0, 0])
    angle, size, down, right = np.abs(np.array(VIEWS) - [0, 1, 0, 0]).max(0)
    assert (angle, down, right) == (7, 1, 1) and size == pytest.approx(0.07)


def test_probabilities_are_averaged_not_logits():
    class Corner(torch.nn.Module):
        """Sure of 0 where the middle pixel is bright, sure of 1 where it is dark."""

        def __init__(self):
            super().__init__()
            self.anchor = torch.nn.Parameter(torch.zeros(1))

        def forward(self, x):
            bright = (x[:, 0, 14, 14] > 1).float()
            return 50 * torch.nn.functional.one_hot(1 - bright.long(), 10) + self.anchor

    found = view_answers(Corner(), point(14, 14))[0]
    # Four shifts move the point away; both turns and the two sizes leave enough of it there.
    assert found[:2].tolist() == pytest.approx([5 / 9, 4 / 9], abs=1e-6)
    assert found.sum().item() == pytest.approx(1)
