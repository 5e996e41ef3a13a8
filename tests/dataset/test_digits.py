"""MNIST comes in whole, is split once and for all, and says where to put it when it is missing."""

import gzip
import hashlib
from pathlib import Path

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


def test_gzipped_files_are_read_and_split(small_mnist_dir):
    training, test = (load_digits(small_mnist_dir, train) for train in (True, False))
    embedded = embedded_test_set()
    assert torch.equal(training.images, embedded.images[:1200])
    assert torch.equal(test.labels, embedded.labels[1200:1500])
    splits = Splits.load(small_mnist_dir, "cpu")
    index, held_out = split_indices(1200)
    assert torch.equal(splits.training.images, training.images[index])
    assert torch.equal(splits.validation.labels, training.labels[held_out])
    assert torch.equal(splits.test.images, test.images)
    names = {path.suffix for path in (small_mnist_dir / "MNIST" / "raw").iterdir()}
    assert names == {".gz"}  # nothing was unpacked


def test_missing_and_not_downloadable_says_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setattr("torchvision.datasets.MNIST.mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(DataError, match=r"could not be downloaded.*train-images-idx3-ubyte") as no:
        load_digits(tmp_path, train=True)
    assert str(no.value).endswith(f"into {tmp_path / 'MNIST' / 'raw'}.")


@pytest.fixture
def flat(small_mnist_dir, tmp_path):
    """The small MNIST, straight in a folder, unpacked and spelled as some mirrors do."""
    for path in (small_mnist_dir / "MNIST" / "raw").iterdir():
        name = path.stem.replace("-idx", ".idx")
        (tmp_path / name).write_bytes(gzip.decompress(path.read_bytes()))
    return tmp_path


def test_files_straight_in_the_folder_and_other_spellings_are_found(flat, small_mnist_dir):
    for train in (True, False):
        found, expected = (load_digits(folder, train) for folder in (flat, small_mnist_dir))
        assert torch.equal(found.images, expected.images)
        assert torch.equal(found.labels, expected.labels)


def whole(images):
    """A file of as many images as MNIST has test digits."""
    return bytes.fromhex("00000803 00002710 0000001c 0000001c") + images


DAMAGE = {  # of the file of training images
    "empty": ("", b"", "cut off"),
    "cut off": ("", bytes.fromhex("00000803 00000002 0000001c 0000001c") + bytes(784), "cut off"),
    "labels": ("", bytes.fromhex("00000801 00000002") + bytes(2), "cut off, or not MNIST's"),
    "all blank": (
        "",
        bytes.fromhex("00000803 00000001 0000001c 0000001c") + bytes(784),
        "holds no",
    ),
    "another 10,000": ("", whole(bytes(7_839_999) + b"1"), "sha256 is not that of MNIST's train"),
    "HTML": (".gz", b"<html>", "Not a gzipped file"),
    "half a .gz": (".gz", gzip.compress(bytes(9999))[:20], "ended before the end"),
    "a damaged .gz": (".gz", gzip.compress(b"")[:10] + b"\xff" * 20, "invalid block"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_named_and_a_good_copy_beside_it_is_read(flat, case):
    ending, content, said = DAMAGE[case]
    good = flat / "train-images.idx3-ubyte"
    raw = flat / "MNIST" / "raw"
    raw.mkdir(parents=True)
    bad = raw / f"train-images-idx3-ubyte{ending}"
    bad.write_bytes(content)
    assert len(load_digits(flat, train=True)) == 1200  # as if the good one came later
    good.unlink()
    with pytest.raises(DataError, match=said) as no:
        load_digits(flat, train=True)
    assert str(no.value).startswith(f"{bad} is damaged (")
    assert str(no.value).endswith("Delete it, and try again.")
    assert len(load_digits(flat, train=False)) == 300


def test_labels_are_digits_and_as_many_as_the_images(flat):
    path = flat / "train-labels.idx1-ubyte"
    labels = path.read_bytes()
    path.write_bytes(labels[:-1] + bytes([10]))
    with pytest.raises(DataError, match=r"idx1-ubyte is damaged \(it holds no digits"):
        load_digits(flat, train=True)
    path.write_bytes(bytes.fromhex("00000801 000004af") + labels[8:-1])
    with pytest.raises(DataError, match=r"1,200 images .* 1,199 labels. Delete both"):
        load_digits(flat, train=True)


def test_what_is_downloaded_comes_whole_into_its_place(flat, tmp_path, monkeypatch):
    """The stand-in of torchvision writes the small MNIST where it is told to."""

    def download(folder, download):
        raw = Path(folder) / "MNIST" / "raw"
        raw.mkdir(parents=True)
        for path in flat.glob("*-ubyte"):
            (raw / path.name.replace(".idx", "-idx")).write_bytes(path.read_bytes())

    monkeypatch.setattr("torchvision.datasets.MNIST", download)
    new = tmp_path / "new"
    assert len(load_digits(new, train=True)) == 1200
    assert [path.name for path in new.iterdir()] == ["MNIST"]
    assert len(list((new / "MNIST" / "raw").iterdir())) == 4


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
