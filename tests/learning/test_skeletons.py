"""Centre lines: where the strokes are, one pixel thin, and what people write as each digit."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.learning import skeletons as module
from mnist_cnn.learning.skeletons import TEMPLATES, normalised, skeletons, template, thin
from mnist_cnn.networks.models import MAIN
from mnist_cnn.networks.weights import DIRECTORY, load_model, weights_path
from mnist_cnn.reading.predict import logits

DIGITS = embedded_test_set().images[:300].numpy()
EIGHT_CONNECTED = np.ones((3, 3))


def pieces_and_holes(ink):
    return ndimage.label(ink, EIGHT_CONNECTED)[1], ndimage.label(~np.pad(ink, 1))[1]


def written(skeleton, size=140, reach=50):
    """A skeleton as (28, 28) uint8 of MNIST's size, written with a round pen."""
    places = np.concatenate([np.linspace(a, b, 200) for a, b in skeleton.reshape(-1, 2, 2)])
    page = np.ones((size, size))
    x, y = (places * reach + size / 2).round().astype(int).T
    page[y, x] = 0
    ink = ndimage.distance_transform_edt(page) < 6
    return np.uint8(255 * ink.reshape(28, 5, 28, 5).mean((1, 3)))


def test_thinned_digits_are_thin_and_in_one_piece_as_before():
    ink = module._zoomed(DIGITS) > module.INK
    thinned = thin(ink)
    assert thinned.dtype == bool and not (thinned & ~ink).any()
    for before, after in zip(ink, thinned):
        assert pieces_and_holes(before) == pieces_and_holes(after)
        solid = ndimage.minimum_filter(after, (3, 3), mode="constant")
        assert not solid.any()  # nowhere three pixels wide


def test_a_bar_is_thinned_to_its_middle():
    bar = np.zeros((1, 30, 30), bool)
    bar[0, 5:25, 12:17] = True
    y, x = np.nonzero(thin(bar)[0])
    assert set(x) == {14} and len(y) > 14 and np.array_equal(np.unique(y), np.sort(y))


def test_skeletons_are_normalised_and_lie_in_the_middle_of_the_strokes():
    for digit, skeleton in zip(DIGITS[:50], skeletons(DIGITS[:50])):
        assert skeleton.dtype == np.float32 and skeleton.shape[1:] == (2, 2)
        low, high = skeleton.min((0, 1)), skeleton.max((0, 1))
        assert np.allclose(low + high, 0, atol=1e-5) and np.isclose(high.max(), 1)
        lengths = np.linalg.norm(skeleton[:, 0] - skeleton[:, 1], axis=1)
        assert lengths.max() < 0.15  # neighbouring pixels only
        # A pen along the skeleton writes what was written, but for its width and size.
        extents = [
            [np.ptp(along) for along in np.nonzero(image > 128)]
            for image in (digit, written(skeleton))
        ]
        (height, width), again = extents
        assert np.allclose(np.divide(again, max(again)), np.divide((height, width), 19), atol=0.25)


def test_a_skeleton_goes_as_its_stroke_goes():
    digit = np.zeros((1, 28, 28), np.uint8)
    digit[0, 4:24, 6:9] = digit[0, 21:24, 6:20] = 255  # an L
    corner, top, right = [-0.64, 1], [-0.64, -1], [0.64, 1]
    places = skeletons(digit)[0].reshape(-1, 2)
    for wanted in (corner, top, right):
        assert np.linalg.norm(places - wanted, axis=1).min() < 0.25
    assert not ((places[:, 0] > 0) & (places[:, 1] < 0.5)).any()


def test_diagonals_do_not_cut_corners():
    thinned = np.zeros((2, 5, 5), bool)
    thinned[0, 1, 1:4] = thinned[0, 1:4, 3] = True  # a corner: 4 joins
    thinned[1, [1, 2, 3], [1, 2, 3]] = True  # a diagonal: 2 joins
    corner, diagonal = module._segments(thinned)
    assert (len(corner), len(diagonal)) == (4, 2)
    anti = module._segments(thinned[1:, :, ::-1])[0]
    assert len(anti) == 2 and np.allclose(anti.sum(2), 4)


def test_stairs_are_smoothed_and_ends_stay():
    thinned = np.zeros((1, 9, 20), bool)
    x = np.arange(1, 19)
    thinned[0, 2 + x // 4, x] = True
    places = module._segments(thinned)[0].reshape(-1, 2)
    from_line = places[:, 1] - (2 - 0.375 + places[:, 0] / 4)  # within 0.375 where not smoothed
    inner = (places[:, 0] > 3) & (places[:, 0] < 16)
    assert np.abs(from_line[inner]).max() < 0.3
    assert [places[:, 0].min(), places[:, 0].max()] == [1, 18]


def test_without_ink_or_with_a_dot_there_are_no_segments():
    digits = np.zeros((3, 28, 28), np.uint8)
    digits[1, 14, 14] = 255
    digits[2, 4:24, 13:16] = 255
    blank, dot, bar = skeletons(digits)
    assert blank.shape == (0, 2, 2) and len(dot) <= 3 and len(bar) > 30
    assert normalised(np.zeros((0, 2, 2))).dtype == np.float32


def test_batches_change_nothing(monkeypatch):
    whole = skeletons(DIGITS[:20])
    monkeypatch.setattr(module, "AT_ONCE", 7)
    for one, other in zip(whole, skeletons(DIGITS[:20])):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("digit", range(10))
def test_templates_are_normalised_seeded_and_various(digit):
    made = [template(digit, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(made[0], made[1])
    assert made[0].shape != made[2].shape or not np.allclose(made[0], made[2])
    for skeleton in made:
        low, high = skeleton.min((0, 1)), skeleton.max((0, 1))
        assert skeleton.dtype == np.float32 and np.allclose(low + high, 0, atol=1e-5)
        assert np.isclose(high.max(), 1)
    random = np.random.default_rng(digit)
    segments = {len(template(digit, random)) for _ in range(60)}
    lengths = [
        sum((5 if stroke.is_curved else 1) * (len(stroke.points) - 1) for stroke in way)
        for way in TEMPLATES[digit]
    ]
    assert len(lengths) >= 5 and segments == set(lengths)  # every way has its turn


@pytest.mark.parametrize("digit", range(10))
def test_with_a_ruler_there_are_straight_lines_alone(digit):
    random = np.random.default_rng(digit)
    straight = {
        sum(len(stroke.points) - 1 for stroke in way)
        for way in TEMPLATES[digit]
        if not any(stroke.is_curved for stroke in way)
    }
    assert {len(template(digit, random, ruled=True)) for _ in range(60)} == straight


def test_with_a_ruler_lines_are_steady():
    """Of the ones that are a single line: each is upright, or nearly so."""
    random = np.random.default_rng(0)
    drawn = {ruled: [template(1, random, ruled) for _ in range(200)] for ruled in (False, True)}
    leaning = {
        ruled: [abs(shape[0, 1, 0] - shape[0, 0, 0]) for shape in shapes if len(shape) == 1]
        for ruled, shapes in drawn.items()
    }
    assert max(leaning[True]) < 0.15 < np.median(leaning[False])


@pytest.mark.parametrize("digit", range(10))
def test_most_templates_are_read_as_their_digit(digit):
    """By a network that never saw them; what it misreads are shapes that MNIST hardly has."""
    random = np.random.default_rng(digit)
    images = np.stack([written(template(digit, random)) for _ in range(60)])
    network, _ = load_model(weights_path(DIRECTORY, MAIN), MAIN)
    answers = logits(network, torch.from_numpy(images)).argmax(1)
    assert (answers == digit).float().mean() > 0.6
