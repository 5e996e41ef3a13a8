"""MNIST comes in whole, is split once and for all, and says where to put it when it is missing."""

import hashlib

import pytest
import torch

from mnist_cnn.dataset.digits import (
    DataError,
    Digits,
    embedded_test_set,
    load_digits,
    split_indices,
)
from mnist_cnn.dataset.facts import DATASET


def test_split_is_disjoint_whole_and_fixed():
    training, validation = split_indices(60_000)
    assert (len(training), len(validation)) == (50_000, 10_000)
    assert not set(training.tolist()) & set(validation.tolist())
    assert sorted(torch.cat([training, validation]).tolist()) == list(range(60_000))
    again = split_indices(60_000)
    assert torch.equal(training, again[0]) and torch.equal(validation, again[1])


def test_split_does_not_depend_on_the_global_seed():
    first = split_indices(600)[1]
    torch.manual_seed(123)
    assert torch.equal(first, split_indices(600)[1])


def test_embedded_test_set_is_mnists_own():
    digits = embedded_test_set()
    assert len(digits) == 10_000
    header = bytes.fromhex("00000803 00002710 0000001c 0000001c")
    content = header + digits.images.numpy().tobytes()
    assert hashlib.sha256(content).hexdigest() == (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    )
    assert digits.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_files_are_the_embedded_test_set(mnist_dir):
    digits, embedded = load_digits(mnist_dir, train=False), embedded_test_set()
    assert torch.equal(digits.images, embedded.images)
    assert torch.equal(digits.labels, embedded.labels)
    again = load_digits(mnist_dir, train=False)
    assert torch.equal(digits.images, again.images)


def test_mean_and_std_are_those_of_the_training_images(mnist_dir):
    pixels = load_digits(mnist_dir, train=True).images.double() / 255
    assert pixels.mean().item() == pytest.approx(DATASET.mean, abs=5e-5)
    assert pixels.std().item() == pytest.approx(DATASET.std, abs=5e-5)


def test_gzipped_files_are_unpacked(small_mnist_dir):
    assert len(load_digits(small_mnist_dir, train=True)) == 1200
    assert len(load_digits(small_mnist_dir, train=False)) == 300


def test_missing_and_not_downloadable_says_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setattr("torchvision.datasets.MNIST.mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(DataError, match=r"could not be downloaded.*train-images-idx3-ubyte"):
        load_digits(tmp_path, train=True)


def test_damaged_files_are_refused(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{name}-ubyte").write_bytes(b"no digits")
    with pytest.raises(DataError, match="damaged"):
        load_digits(tmp_path, train=True)


def test_digits_check_themselves():
    with pytest.raises(ValueError):
        Digits(torch.zeros(2, 28, 28), torch.zeros(2))


def test_label_errors_are_of_the_test_set_and_differ_from_its_labels():
    labels = embedded_test_set().labels
    assert len(DATASET.label_errors) == 15  # the published count
    for index, seen in DATASET.label_errors.items():
        assert seen is None or (0 <= seen <= 9 and seen != labels[index])
