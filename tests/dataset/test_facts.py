"""The row of the dataset says what its files hold; another dataset takes another row."""

import gzip
import subprocess
import sys

import pytest
import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.dataset.facts import DATASET
from tests.conftest import ROOT


def test_the_row_fits_the_embedded_files():
    digits = embedded_test_set()
    assert digits.images.shape == (DATASET.test, DATASET.side, DATASET.side)
    assert digits.labels.unique().tolist() == list(range(DATASET.classes))
    assert DATASET.learned == 50_000
    inked = digits.images[:500] > 0
    heights = inked.any(2).sum(1)
    widths = inked.any(1).sum(1)
    assert torch.maximum(heights, widths).median() == DATASET.box
    ink = digits.images[:500].double()
    rows = (ink.sum(2) * torch.arange(28.0)).sum(1) / ink.sum((1, 2))
    assert rows.mean().item() == pytest.approx(DATASET.centre, abs=0.1)


def test_pixels_are_normalised_by_mean_and_spread():
    assert DATASET.normalise(DATASET.mean) == 0
    assert DATASET.normalise(DATASET.mean + 2 * DATASET.std) == pytest.approx(2)


def test_label_errors_are_of_the_test_set_and_differ_from_its_labels():
    labels = embedded_test_set().labels
    assert len(DATASET.label_errors) == 15  # the published count
    for index, seen in DATASET.label_errors.items():
        assert seen is None or (0 <= seen <= 9 and seen != labels[index])


def test_only_ones_have_serifs():
    assert DATASET.serif_class == 1


OTHER = """
import sys
from dataclasses import replace
from pathlib import Path

from mnist_cnn.dataset import facts

facts.DATASET = replace(
    facts.MNIST, title="KMNIST", torchvision="KMNIST", mean=0.1918, std=0.3483, box=28,
    training=60, held_out=20, test=30, sha256s={}, serif_class=None, label_errors={},
)
from mnist_cnn.dataset import digits

digits.EMBEDDED = Path(sys.argv[1]) / "embedded"
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.runs import plan, train
from mnist_cnn.networks.weights import load_model, load_tensors, weights_path

splits = digits.Splits.load(sys.argv[1], "cpu")
sizes = [len(part) for part in (splits.training, splits.validation, splits.test)]
out = Path(sys.argv[1])
train(plan(splits, "aug", "default", 0, epochs=1, batch_size=8), splits, out, report=lambda _: None)
load_model(weights_path(out, "aug"), "aug")
try:
    digits.load_digits(out / "nowhere", train=True)
except digits.DataError as error:
    message = str(error)
header = load_tensors(weights_path(out, "aug"))[1]
print(sizes, len(digits.embedded_test_set()), header["mean"], message)
"""


@pytest.mark.slow
def test_another_dataset_is_another_row_and_two_embedded_files(tmp_path):
    digits = embedded_test_set()
    for folder, parts in {
        tmp_path / "KMNIST" / "raw": {"train": slice(0, 60), "t10k": slice(60, 90)},
        tmp_path / "embedded": {"t10k": slice(60, 90)},
    }.items():
        folder.mkdir(parents=True)
        for name, part in parts.items():
            images, labels = digits.images[part].numpy(), digits.labels[part].byte().numpy()
            count, side = len(labels).to_bytes(4, "big"), (28).to_bytes(4, "big")
            for kind, header, values in (
                ("images-idx3", (0x803).to_bytes(4, "big") + count + side + side, images),
                ("labels-idx1", (0x801).to_bytes(4, "big") + count, labels),
            ):
                with gzip.open(folder / f"{name}-{kind}-ubyte.gz", "wb") as file:
                    file.write(header + values.tobytes())
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / "KMNIST").write_text("a file where a folder should be")
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", OTHER, tmp_path],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("[40, 20, 30] 30 0.1918 KMNIST is not in"), run.stdout
    assert "nowhere/KMNIST/raw" in run.stdout
