"""MNIST comes in whole, is split once and for all, and says where to put it when it is missing."""

import hashlib

import numpy as np
import pytest
import torch

from mnist_cnn.dataset.digits import (
    DataError,
    Digits,
    Splits,
    embedded_test_set,
    load_digits,
    split_indices,
    to_batch,
    to_unit,
)
from mnist_cnn.dataset.facts import DATASET


def test_split_is_disjoint_whole_and_fixed():
    training, validation = split_indices(60_000)
    assert (len(training), len(validation)) == (50_000, 10_000)
    assert not set(training.tolist()) & set(validation.tolist())
    assert sorted(torch.cat([training, validation]).tolist()) == list(range(60_000))
    # The split that the shipped networks were trained with.
    assert validation[:5].tolist() == [36044, 10678, 57327, 55074, 21567]
    assert [len(part) for part in split_indices(1200)] == [1000, 200]
    assert [len(part) for part in split_indices(11)] == [10, 1]


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
    assert digits.labels[:5].tolist() == [7, 2, 1, 0, 4] and digits.labels.dtype == torch.int64


@pytest.mark.slow
def test_files_are_the_embedded_test_set(mnist_dir):
    digits, embedded = load_digits(mnist_dir, train=False), embedded_test_set()
    assert torch.equal(digits.images, embedded.images)
    assert torch.equal(digits.labels, embedded.labels)


@pytest.mark.slow
def test_mean_and_std_are_those_of_the_training_images(mnist_dir):
    pixels = load_digits(mnist_dir, train=True).images.double() / 255
    assert len(pixels) == DATASET.training
    assert pixels.mean().item() == pytest.approx(DATASET.mean, abs=5e-5)
    assert pixels.std().item() == pytest.approx(DATASET.std, abs=5e-5)


def test_gzipped_files_are_unpacked_and_split(small_mnist_dir):
    training, test = (load_digits(small_mnist_dir, train) for train in (True, False))
    embedded = embedded_test_set()
    assert torch.equal(training.images, embedded.images[:1200])
    assert torch.equal(test.labels, embedded.labels[1200:1500])
    splits = Splits.load(small_mnist_dir, "cpu")
    index, held_out = split_indices(1200)
    assert torch.equal(splits.training.images, training.images[index])
    assert torch.equal(splits.validation.labels, training.labels[held_out])
    assert torch.equal(splits.test.images, test.images)


def test_missing_and_not_downloadable_says_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setattr("torchvision.datasets.MNIST.mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(DataError, match=r"could not be downloaded.*train-images-idx3-ubyte") as no:
        load_digits(tmp_path, train=True)
    assert str(no.value).endswith(f"into {tmp_path / 'MNIST' / 'raw'}.")


def test_damaged_files_are_refused(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{name}-ubyte").write_bytes(b"no digits")
    with pytest.raises(DataError, match="damaged"):
        load_digits(tmp_path, train=True)


def test_digits_check_themselves():
    labels = torch.zeros(2).long()
    Digits(torch.zeros(2, 28, 28, dtype=torch.uint8), labels)
    for images in (
        torch.zeros(2, 28, 28),
        torch.zeros(3, 28, 28, dtype=torch.uint8),
        torch.zeros(2, 28, 27, dtype=torch.uint8),
    ):
        with pytest.raises(ValueError, match="images are"):
            Digits(images, labels)


def test_pixels_become_ink_and_then_what_the_networks_take():
    pixels = np.zeros((1, 28, 28), np.uint8)
    pixels[0, 3, 4], pixels[0, 5, 6] = 255, 51
    unit = to_unit(pixels)
    assert unit.dtype == torch.float32 and unit[0, 3, 4] == 1
    assert unit[0, 5, 6].item() == pytest.approx(0.2)
    assert torch.equal(to_unit(unit.double()), unit)  # what is ink already stays
    x = to_batch(pixels)
    assert x.shape == (1, 1, 28, 28)
    assert x[0, 0, 3, 4].item() == pytest.approx((1 - 0.1307) / 0.3081)
    assert x[0, 0, 0, 0].item() == pytest.approx(-0.4242, abs=1e-4)
    torch.testing.assert_close(x, to_batch(unit))
