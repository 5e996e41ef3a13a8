"""The ink finder learns, goes on where it was stopped, and its file says what it is."""

from dataclasses import replace

import pytest
import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.learning import ink_training
from mnist_cnn.learning.ink_training import ink_loss, make_ink_finder, train_ink_finder
from mnist_cnn.learning.records import TrainingError
from mnist_cnn.networks.weights import load_tensors
from mnist_cnn.reading.ink_finder import load_ink_finder

DIGITS = embedded_test_set().images[:20]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Two steps of four pages in an epoch."""
    monkeypatch.setattr(ink_training, "PAGES", 8)
    monkeypatch.setattr(ink_training, "VALIDATION", 4)
    monkeypatch.setattr(ink_training, "WORKERS", 0)
    monkeypatch.setattr(ink_training, "RECIPE", replace(ink_training.RECIPE, batch_size=4))


def test_a_file_that_is_read(tmp_path):
    said = []
    make_ink_finder(DIGITS, tmp_path, epochs=1, report=said.append)
    assert not load_ink_finder(tmp_path).training
    _, header = load_tensors(tmp_path / "ink.safetensors")
    assert header["run"]["seed"] == 0 and header["run"]["recipe"]["epochs"] == 1
    assert 0 <= header["overlap"] <= 1 and len(said) == 1 and said[0].startswith("epoch   1")
    assert [file.name for file in tmp_path.iterdir()] == ["ink.safetensors"]


def test_a_finished_run_is_left_alone_where_it_is_resumed(tmp_path):
    path, said = tmp_path / "ink.safetensors", []
    make_ink_finder(DIGITS, tmp_path, epochs=1, report=lambda line: None)
    before = path.stat().st_mtime_ns
    make_ink_finder(DIGITS, tmp_path, epochs=1, resume=True, report=said.append)
    assert said == [f"{path} is of this very run already"]
    assert path.stat().st_mtime_ns == before
    make_ink_finder(DIGITS, tmp_path, seed=1, epochs=1, resume=True, report=said.append)
    assert len(said) == 2 and load_tensors(path)[1]["run"]["seed"] == 1
    path.write_bytes(b"damaged")
    make_ink_finder(DIGITS, tmp_path, seed=1, epochs=1, resume=True, report=said.append)
    assert len(said) == 3


def test_resuming_gives_what_one_go_gives(tmp_path, monkeypatch):
    settings = {"epochs": 2, "report": lambda line: None}
    whole, _ = train_ink_finder(DIGITS, **settings)

    def stop(line):
        raise KeyboardInterrupt

    path = tmp_path / "ink.checkpoint.safetensors"
    with pytest.raises(KeyboardInterrupt):
        train_ink_finder(DIGITS, epochs=2, checkpoint=path, report=stop)
    said = []
    resumed, _ = train_ink_finder(
        DIGITS, epochs=2, checkpoint=path, resume=True, report=said.append
    )
    assert said[0] == "resumed after epoch 1" and len(said) == 2
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
    with pytest.raises(TrainingError, match="other settings"):
        train_ink_finder(DIGITS, seed=1, epochs=2, checkpoint=path, resume=True)


def test_the_loss_is_low_where_ink_is_found():
    ink = torch.zeros(1, 1, 16, 16)
    ink[..., 5:9, :] = 1
    found, missed, empty = 10 * (2 * ink - 1), 10 * (1 - 2 * ink), torch.full_like(ink, -10)
    assert ink_loss(found, ink) < 0.01 < 1 < ink_loss(empty, ink) < ink_loss(missed, ink)
    assert ink_loss(empty, 0 * ink) < 0.01  # an empty page that is found empty
    # A thin stroke that is missed costs nearly as much as a thick one.
    thin = torch.zeros_like(ink)
    thin[..., 5:6, 4:12] = 1
    assert ink_loss(empty, thin) > 0.4
