"""A file of weights is trained again: the same, not the same, or never to be repeated."""

import json
import shutil

import pytest
import torch

from mnist_cnn.dataset.digits import Splits
from mnist_cnn.learning.records import TrainingError
from mnist_cnn.learning.reproduction import reproduce
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    load_tensors,
    save_tensors,
    weights_path,
)


@pytest.fixture
def said(monkeypatch, splits):
    monkeypatch.setattr(Splits, "load", lambda *_: splits)
    return []


def test_the_same_training_gives_the_same_file(trained, said):
    path = weights_path(trained[1], "fc")
    assert reproduce(path, "data", "cpu", said.append)
    assert said[-1] == f"{path}: trained again, and the same bit for bit"
    assert sum(line.startswith("epoch") for line in map(str, said)) == 3


def test_weights_that_come_out_otherwise_are_said_to_differ(trained, said, tmp_path):
    tensors, header = load_tensors(weights_path(trained[1], "fc"))
    tensors["output.bias"] += 1
    path = tmp_path / "fc.safetensors"
    save_tensors(path, tensors, header | {"training_hardware": "an abacus"})
    assert not reproduce(path, "data", "cpu", said.append)
    assert f"{path}: trained again, weights differ by up to 1. They were trained" in said[-1]
    assert "on an abacus" in said[-1] and torch.__version__ in said[-1]


def test_what_was_trained_in_one_go_with_others_cannot_be_repeated(said):
    path = weights_path(DIRECTORY, "fc")
    with pytest.raises(TrainingError) as error:
        reproduce(path, "data", "cpu", said.append)
    assert str(error.value) == (
        f"{path} was trained in one go with seeds 0, 1, 2, 3, 4, which this code no longer does: "
        "its training cannot be repeated."
    )
    assert said == []


def test_weights_of_before_that_were_trained_alone_can_be_repeated(trained, said, tmp_path):
    tensors, header = load_tensors(weights_path(trained[1], "fc"))
    path = tmp_path / "fc.safetensors"
    save_tensors(path, tensors, header | {"trained_together": [header["run"]["seed"]]})
    assert reproduce(path, "data", "cpu", said.append)


@pytest.mark.parametrize("damage", ["no run", "no recipe", "odd recipe", "no threads", "no file"])
def test_a_file_that_does_not_say_how_it_was_trained_is_refused(trained, said, tmp_path, damage):
    path = tmp_path / "fc.safetensors"
    shutil.copy(weights_path(trained[1], "fc"), path)
    tensors, header = load_tensors(path)
    header = json.loads(json.dumps(header))
    if damage == "no run":
        del header["run"]
    elif damage == "no recipe":
        header["run"]["recipe"] = {}
    elif damage == "odd recipe":
        header["run"]["recipe"]["epochs"] = 0
    elif damage == "no threads":
        del header["threads"]
    save_tensors(path, tensors, header)
    if damage == "no file":
        path.unlink()
    with pytest.raises(WeightsError, match=r"does not say how it was trained|is missing"):
        reproduce(path, "data", "cpu", said.append)
