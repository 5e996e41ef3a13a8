"""Made-up pages: the same seed gives the same page, and its ink is where the truth says."""

import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.learning.pages import SIDE, page
from mnist_cnn.learning.skeletons import skeletons

COUNT = 300


@pytest.fixture(scope="module")
def lines():
    return skeletons(embedded_test_set().images[:40].numpy())


@pytest.fixture(scope="module")
def pages(lines):
    """(grey, ink) of some pages, each (COUNT, SIDE, SIDE) in [0, 1]."""
    made = [page(seed, lines) for seed in range(COUNT)]
    return tuple(np.stack(kind) / np.float32(255) for kind in zip(*made))


def test_the_seed_decides(lines):
    for one, other in zip(page(5, lines), page(5, lines)):
        assert one.shape == (SIDE, SIDE) and one.dtype == np.uint8 and np.array_equal(one, other)
    assert not np.array_equal(page(5, lines)[0], page(6, lines)[0])


def test_most_pages_have_some_ink_and_some_have_none(pages):
    share = (pages[1] > 0.5).mean((1, 2))
    assert 0.03 < (share == 0).mean() < 0.2
    assert np.median(share) < 0.2 and share.max() < 0.7 and (share > 0.001).mean() > 0.8


def test_ink_differs_from_the_paper_beside_it(pages):
    """Wherever there is ink, it is darker than most of the page, or lighter than most of it."""
    grey, ink = pages
    differs = []
    for page_, inked in zip(grey, ink > 0.7):
        if inked.sum() > 30:
            paper = page_[~inked]
            differs.append(abs(np.median(page_[inked]) - np.median(paper)) / max(paper.std(), 0.01))
    assert np.median(differs) > 1.5 and (np.array(differs) > 0.2).mean() > 0.85


def test_pages_are_of_every_kind(pages):
    grey, ink = pages
    flat = np.array([(np.diff(page_) == 0).mean() > 0.7 for page_ in grey])
    assert 0.05 < flat.mean() < 0.5  # drawings and scans, not photos
    paper = np.array([np.median(page_[inked < 0.1]) for page_, inked in zip(grey, ink)])
    assert (paper < 0.3).mean() > 0.1 and (paper > 0.6).mean() > 0.2
    two = np.array([len(np.unique(page_)) for page_ in grey])
    assert two.min() <= 3 and np.median(two) > 60


def test_other_lines_than_the_pens_are_no_ink(pages):
    """Ruled and squared paper: as many dark pixels again as there is ink, on many pages."""
    grey, ink = pages
    stands_out = np.abs(grey - np.median(grey, (1, 2), keepdims=True)) > 0.08
    beside = (stands_out & (ink < 0.02)).sum((1, 2)) > (ink > 0.5).sum((1, 2))
    assert beside.mean() > 0.3
