"""How the detector is trained: on what, how much of it, and that it learns it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mnist_cnn.dataset.digits import Digits, embedded_test_set
from mnist_cnn.learning import detector_training
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.detector_training import (
    SOURCES,
    Source,
    _written,
    make_all,
    make_detector,
    train_detector,
)
from mnist_cnn.learning.pen import SIDE
from mnist_cnn.learning.skeletons import TEMPLATES
from mnist_cnn.networks.weights import load_tensors, weights_path
from mnist_cnn.reading.detector import THRESHOLD, load_detector

DIGITS = embedded_test_set()[:200]
NONE = Augmentation()
BY_NAME = {source.name: source for source in SOURCES}


def patterns(label, count=60):
    """Stripes, whose direction is that of their label."""
    images = torch.zeros(count, 28, 28, dtype=torch.uint8)
    if label == 11:
        images[:, 4:24:4, 4:24] = 255
    else:
        images[:, 4:24, 4:24:4] = 255
    return Digits(images, torch.full((count,), label))


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(
        detector_training, "RECIPE", replace(detector_training.RECIPE, batch_size=64)
    )
    monkeypatch.setattr(detector_training, "WORKERS", 0)


def test_it_learns_what_is_a_digit_and_what_is_not():
    pools = [(DIGITS, 0.5), (patterns(10), 0.25), (patterns(11), 0.25)]
    detector = train_detector(pools, Augmentation(rotation=5), steps=60)
    assert not detector.training
    assert detector.score(DIGITS.images).median() > 1
    for label in (10, 11):
        images = patterns(label, 3).images
        assert detector.score(images).max() < -1
        assert detector.answer(images).argmax(1).tolist() == [label] * 3


def test_the_same_seed_gives_the_same_detector():
    pools = [(DIGITS, 0.5), (patterns(11), 0.5)]
    one, same, other = (
        train_detector(pools, NONE, 3, seed).score(DIGITS.images[:20]) for seed in (0, 0, 1)
    )
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_each_pool_has_its_share_of_every_batch_and_most_of_it_is_varied(monkeypatch):
    given, varied = [], []

    def cross_entropy(logits, labels):
        given.append(labels)
        return logits.sum() * 0

    def augmentation(images, labels, generator):
        varied.append(len(images))
        return images

    monkeypatch.setattr(detector_training.F, "cross_entropy", cross_entropy)
    train_detector([(patterns(10), 0.25), (patterns(11), 0.75)], augmentation, steps=8)
    assert all((labels == 11).sum() == 48 and len(labels) == 64 for labels in given)
    assert 0.6 < sum(varied) / (8 * 64) < 0.8


@pytest.mark.parametrize("name", list(BY_NAME)[1:4])
def test_sources_of_digits_keep_their_labels(name, models):
    made = BY_NAME[name].make(DIGITS, range(40))
    assert made.images.shape == (40, 28, 28) and made.images.amax((1, 2)).min() > 100
    with torch.inference_mode():
        read = models["aug"]((made.images[:, None] / 255 - 0.1307) / 0.3081).argmax(1)
    assert (read == made.labels).double().mean() > 0.7  # some are hard, on purpose
    again = BY_NAME[name].make(DIGITS, range(40))
    assert torch.equal(made.images, again.images)
    others = BY_NAME[name].make(DIGITS, range(40, 80))
    assert not torch.equal(made.images, others.images)


def test_worn_and_redrawn_digits_come_from_those_that_are_given():
    for name in ("worn digits", "redrawn digits"):
        assert BY_NAME[name].make(DIGITS, range(195, 205)).labels.tolist() == [
            *DIGITS.labels[195:].tolist(), *DIGITS.labels[:5].tolist()
        ]  # fmt: skip
    labels = BY_NAME["templates"].make(DIGITS, range(20)).labels
    assert labels.tolist() == 2 * list(TEMPLATES)


def test_non_digits_are_several_or_none():
    made = BY_NAME["non-digits"].make(DIGITS, range(60))
    assert set(made.labels.tolist()) == {10, 11} and 40 < len(made) <= 60
    assert made.images.amax((1, 2)).min() > 0


def test_digits_of_all_seeds_are_made_in_the_order_of_the_seeds(monkeypatch):
    def make(digits, seeds):
        return digits[torch.as_tensor(seeds)]

    source = Source("some", make, 0, 1.0)
    for chunk in (7, 100, 1000):
        monkeypatch.setattr(detector_training, "CHUNK", chunk)
        made = make_all(source, DIGITS, range(3, 103))
        assert torch.equal(made.images, DIGITS.images[3:103])
        assert torch.equal(made.labels, DIGITS.labels[3:103])


def test_mnists_digits_come_as_they_are():
    made = BY_NAME["MNIST's digits"].make(DIGITS, range(195, 205))
    assert torch.equal(made.images, torch.cat([DIGITS.images[195:], DIGITS.images[:5]]))


def test_some_digits_are_made_narrow_and_some_wide():
    upright = np.array([[[-1, -1], [1, 1]], [[1, -1], [-1, 1]]], np.float32)  # a cross
    inks = [ink for ink in _written([upright] * 60, np.random.default_rng(0)) if len(ink) == SIDE]
    shapes = [np.ptp(columns) / np.ptp(rows) for rows, columns in map(np.nonzero, inks)]
    assert min(shapes) < 0.7 and max(shapes) > 1.4 and 0.9 < np.median(shapes) < 1.1


def test_shares_of_the_sources_make_a_batch():
    assert sum(source.share for source in SOURCES) == pytest.approx(1)


def test_it_learns_from_training_digits_and_is_judged_by_others(splits, tmp_path, monkeypatch):
    asked = []

    def make(digits, seeds):
        asked.append((len(digits), seeds))
        return digits[:50]

    given = []

    def train(pools, *rest):
        given.extend(pools)
        return train_detector(pools, *rest)

    monkeypatch.setattr(detector_training, "train_detector", train)
    monkeypatch.setattr(detector_training, "SOURCES", (Source("all", make, 5000, 1.0),))
    said = []
    make_detector(splits, NONE, tmp_path, said.append)
    training, validation = asked
    assert [(len(pool), share) for pool, share in given] == [(50, 1.0)]
    assert training == (len(splits.training), range(5000 * len(splits.training) // 50_000))
    assert validation == (len(splits.validation), range(10**6, 10**6 + 4000 * 240 // 50_000))
    scores = np.sort(load_detector(tmp_path).score(splits.validation[:50].images))
    refused = (scores < THRESHOLD).mean()
    low = scores[0] + 0.005 * 49 * (scores[1] - scores[0])  # among 50, near the lowest
    assert said == [
        "all: 50",
        f"all: {refused:.1%} of 50 others refused, 0.5% score below {low:.2f}",
    ]
    tensors, header = load_tensors(weights_path(tmp_path, "guard"))
    assert header["format_version"] == 1
    assert sum(tensor.numel() for tensor in tensors.values()) < 250_000
    assert load_detector(tmp_path).score(DIGITS.images[:2]).shape == (2,)
