"""How the detector is trained: on features made by hand, so that the answer is known."""

import math

import numpy as np
import pytest
import torch
from PIL import Image

from mnist_cnn.learning import detector_training
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.detector_training import make_detector, train_detector
from mnist_cnn.networks.weights import file_sha256, load_tensors, weights_path


class ByHand(torch.nn.Module):
    """A detector that sees two features of a digit: its first two pixels."""

    def __init__(self, network):
        super().__init__()
        self.probe = torch.nn.Linear(2, 1)

    def see(self, digits):
        return digits[:, 0, :2].float()

    def answer(self, first, second):
        with torch.no_grad():
            return self.probe(torch.tensor([[first, second]])).item()


def digits_with(features):
    digits = torch.zeros(len(features), 28, 28, dtype=torch.uint8)
    digits[:, 0, :2] = torch.tensor(features, dtype=torch.uint8)
    return digits


@pytest.fixture
def by_hand(monkeypatch):
    monkeypatch.setattr(detector_training, "OutlierDetector", ByHand)


def test_both_kinds_count_the_same_however_many_there_are(by_hand):
    """Where both kinds look the same, only their weights speak: even odds are a score of 0."""
    few, many = digits_with([(100, 50)] * 100), digits_with([(100, 50)] * 900)
    for digits, others in ((few, many), (many, few)):
        detector = train_detector(None, digits, others, epochs=150)
        assert abs(detector.answer(100.0, 50.0)) < 0.4 < math.log(9)


def features_around(first, second, count=40):
    random = np.random.default_rng(first)
    return [(int(a), int(b)) for a, b in random.normal((first, second), 4, (count, 2)).round()]


def test_the_probe_takes_features_as_they_are(by_hand):
    """It was trained on features less their mean, by their spread; both are worked in."""
    digits, others = digits_with(features_around(200, 60)), digits_with(features_around(170, 60))
    detector = train_detector(None, digits, others, epochs=1500)
    assert detector.answer(200.0, 60.0) > 0.5 and detector.answer(170.0, 60.0) < -2
    # A score is a straight line through these; the second feature says nothing.
    assert abs(detector.answer(185.0, 70.0) - detector.answer(185.0, 50.0)) < 1.5
    assert not detector.training


def test_the_same_seed_gives_the_same_detector(by_hand):
    digits, others = digits_with(features_around(200, 60)), digits_with(features_around(170, 60))
    one, same, other = (
        train_detector(None, digits, others, seed, epochs=1).answer(180.0, 60.0)
        for seed in (0, 0, 1)
    )
    assert one == same != other


def test_it_learns_from_plain_and_augmented_digits_and_from_no_blank_picture(
    splits, tmp_path, monkeypatch
):
    def half_blank(seed, images):
        assert images.shape == (240, 28, 28)
        page = Image.new("L", (140, 140), 255)
        if seed % 2:
            page.paste(0, (40, 20, 100, 120))
        return page

    given = {}

    def train(network, digits, non_digits):
        given.update(network=network, digits=digits, non_digits=non_digits)
        return ByHand(network)

    monkeypatch.setattr(detector_training, "picture", half_blank)
    monkeypatch.setattr(detector_training, "train_detector", train)
    weights_path(tmp_path, "aug").write_bytes(b"the aug network")
    augmentation = Augmentation(brightness=0.5)
    make_detector("aug", splits.training, augmentation, tmp_path)

    assert given["network"] == "aug"
    plain, varied = given["digits"][:60], given["digits"][60:]
    assert torch.equal(plain, splits.training.images[:60]) and len(varied) == 60
    half = splits.training[torch.arange(60, 120)]
    generator = torch.Generator().manual_seed(0)
    wanted = 255 * augmentation(half.images / 255, half.labels, generator)
    assert varied.dtype == torch.uint8 and (varied - wanted).abs().max() <= 0.51
    assert len(given["non_digits"]) == 15  # of 240 / 8, the odd ones
    assert given["non_digits"].amax((1, 2)).min() > 200
    tensors, header = load_tensors(weights_path(tmp_path, "guard"))
    assert set(tensors) == {"weight", "bias"}
    assert header == {"aug": file_sha256(weights_path(tmp_path, "aug"))}


def test_many_digits_get_no_more_than_6000_non_digits(monkeypatch, tmp_path):
    class Many:
        images, labels = torch.zeros(4, 28, 28, dtype=torch.uint8), torch.zeros(4).long()

        def __len__(self):
            return 50_000

        def __getitem__(self, _):
            return self

    asked = []
    monkeypatch.setattr(detector_training, "picture", lambda seed, _: asked.append(seed))
    monkeypatch.setattr(detector_training, "preprocess", lambda picture: picture)
    monkeypatch.setattr(
        detector_training, "to_digit", lambda frames: np.full((28, 28), 9, np.uint8)
    )
    monkeypatch.setattr(detector_training, "train_detector", lambda *_: ByHand(None))
    weights_path(tmp_path, "aug").write_bytes(b"the aug network")
    make_detector("aug", Many(), lambda images, labels, generator: images, tmp_path)
    assert asked == list(range(6000))
