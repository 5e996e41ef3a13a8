"""Sets of another age are read: with a network less, or more, than the table MODELS."""

import json
import shutil

import pytest

from mnist_cnn.networks.models import MODELS, FCNet, ModelRow
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    save_model,
)
from mnist_cnn.sharing.golden import save_golden
from mnist_cnn.sharing.space import space_files
from mnist_cnn.sharing.weight_set import files_of, load_pulled, load_shipped, required_files
from tests.sharing.bad_sets import as_json, listing

EXTRA = ModelRow("Extra", ("#000000", "#ffffff"), "x", FCNet)
LESSON = ["fc", "conv", "aug"]


@pytest.fixture
def fourth(monkeypatch):
    """A fourth row of MODELS, which the lesson does not require."""
    monkeypatch.setitem(MODELS, "extra", EXTRA)


def unpacked(files, folder):
    """The set as it lies in the cache of a client."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def trained(fourth, tmp_path):
    """A folder of weights in which the fourth network is trained, too."""
    folder = shutil.copytree(DIRECTORY, tmp_path / "weights")
    save_model(folder / "extra.safetensors", "extra", EXTRA.build())
    metrics = json.loads((folder / "metrics.json").read_text())
    sha256 = file_sha256(folder / "extra.safetensors")
    metrics["models"]["extra"] = metrics["models"]["fc"] | {"title": "Extra", "sha256": sha256}
    (folder / "metrics.json").write_bytes(as_json(metrics))
    return folder


def test_an_older_set_is_read_without_the_network_that_it_lacks(fourth, files, tmp_path):
    folder = unpacked(files, tmp_path / "old")
    assert "extra.safetensors" not in required_files(folder)
    weights = load_pulled(folder, "teacher/old", "c" * 40)
    assert list(weights.models) == list(weights.metrics["models"]) == LESSON
    assert (weights.repo_id, weights.commit) == ("teacher/old", "c" * 40)


def test_an_untrained_network_is_not_sent(fourth, files):
    assert files_of(DIRECTORY) | {"README.md": files["README.md"]} == files
    assert list(load_shipped().models) == LESSON
    assert "weights/extra.safetensors" not in space_files("teacher/space")


def test_a_newer_set_is_sent_whole_and_read_by_older_code(monkeypatch, tmp_path, trained):
    with pytest.raises(WeightsError, match="holds no golden pairs"):
        files_of(trained)
    save_golden(trained)
    files = files_of(trained)
    config = json.loads(files["config.json"])
    assert config["models"]["extra"] == {"file": "extra.safetensors", "architecture": "FCNet"}
    folder = unpacked(files, tmp_path / "new")
    assert "extra.safetensors" in required_files(folder)
    assert list(load_pulled(folder, "teacher/new", "c" * 40).models) == [*LESSON, "extra"]

    monkeypatch.delitem(MODELS, "extra")
    assert "extra.safetensors" not in required_files(folder)
    weights = load_pulled(folder, "teacher/new", "c" * 40)
    assert list(weights.models) == list(weights.metrics["models"]) == LESSON


def test_metrics_without_a_network_are_not_sent(trained):
    shutil.copy(DIRECTORY / "metrics.json", trained)
    save_golden(trained)
    with pytest.raises(WeightsError, match=r"metrics.json lacks a network"):
        files_of(trained)


def test_config_says_what_is_in_the_set(files):
    assert json.loads(files["config.json"]) == {
        "format_version": 1,
        "models": {
            "fc": {"file": "fc.safetensors", "architecture": "FCNet"},
            "conv": {"file": "conv.safetensors", "architecture": "ConvNet"},
            "aug": {"file": "aug.safetensors", "architecture": "ConvNet"},
        },
        "mean": 0.1307,
        "std": 0.3081,
    }


@pytest.mark.parametrize("lacking", LESSON)
def test_a_set_without_a_network_that_the_lesson_requires_is_refused(files, tmp_path, lacking):
    folder = unpacked(listing(files, *[key for key in LESSON if key != lacking]), tmp_path / "set")
    with pytest.raises(WeightsError, match=f"config.json lists no {lacking}"):
        required_files(folder)


def test_required_files_are_those_of_a_set(files, tmp_path):
    assert required_files(unpacked(files, tmp_path / "set")) == (
        "config.json",
        "metrics.json",
        "fc.safetensors",
        "conv.safetensors",
        "aug.safetensors",
        "guard.safetensors",
        "golden.safetensors",
    )
