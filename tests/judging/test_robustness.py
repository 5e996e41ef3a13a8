"""Averages over many digits: against one digit at a time, and the stored file."""

import json

import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.perturbations import CURVES, MAX_SHIFT, PERTURBATIONS
from mnist_cnn.explaining.shifts import curves, shift_map
from mnist_cnn.judging import robustness
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.judging.robustness import MEASURED, load_robustness, mean_at_distance, measure
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    save_model,
    weights_path,
)


def test_measure_counts_digit_by_digit(models):
    digits = embedded_test_set()[:4]
    means = measure(models["conv"], digits)
    assert set(means) == set(MEASURED)
    maps = [shift_map({"conv": models["conv"]}, digit)["conv"] for digit in digits.images]
    probability = np.mean([seen.probability for seen in maps], 0)
    right = np.mean([seen.labels == label for seen, label in zip(maps, digits.labels.numpy())], 0)
    assert means["shifts"]["probability"] == pytest.approx(probability.ravel(), abs=1e-4)
    assert means["shifts"]["accuracy"] == pytest.approx(right.ravel(), abs=1e-4)
    each = [curves({"conv": models["conv"]}, digit)["scale"]["conv"] for digit in digits.images]
    assert means["scale"]["probability"] == pytest.approx(np.mean(each, 0), abs=1e-4)


def test_the_stored_averages_are_of_the_shipped_networks():
    """After training: `python -m mnist_cnn robustness`."""
    stored, metrics = load_robustness(), load_metrics()["models"]
    assert list(stored) == list(MODELS)
    for key, means in stored.items():
        plain = metrics[key]["test"]["accuracy"]
        assert means["shifts"]["accuracy"][(2 * MAX_SHIFT + 1) ** 2 // 2] == pytest.approx(plain)
        for name in CURVES:
            unchanged = PERTURBATIONS[name].strengths.index(0)
            assert means[name]["accuracy"][unchanged] == pytest.approx(plain)


def test_averages_of_other_networks_are_ignored(models, tmp_path):
    save_model(weights_path(tmp_path, "fc"), "fc", models["fc"])
    save_model(weights_path(tmp_path, "conv"), "conv", models["conv"])
    sha256 = file_sha256(weights_path(tmp_path, "fc"))
    means = load_robustness()["fc"]
    rows = {key: {"sha256": sha256, "means": means} for key in ("fc", "conv")}
    path = tmp_path / "robustness.json"
    assert load_robustness(tmp_path) == {}
    path.write_text(json.dumps({"measured": MEASURED, "models": rows}))
    assert load_robustness(tmp_path) == {"fc": means}
    path.write_text(json.dumps({"measured": MEASURED | {"blur": [0]}, "models": rows}))
    assert load_robustness(tmp_path) == {}
    rows["fc"]["means"] = means | {"blur": {"probability": [1], "accuracy": [1]}}
    path.write_text(json.dumps({"measured": MEASURED, "models": rows}))
    with pytest.raises(WeightsError, match="is damaged"):
        load_robustness(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "7"])
def test_a_damaged_file_names_the_command(tmp_path, content):
    (tmp_path / "robustness.json").write_text(content)
    with pytest.raises(WeightsError, match=r"Run `python -m mnist_cnn robustness`"):
        load_robustness(tmp_path)


def test_the_stored_file_is_small():
    assert (DIRECTORY / "robustness.json").stat().st_size < 40_000


def test_a_mean_at_a_distance_takes_the_four_ends_of_a_cross():
    values = np.zeros((17, 17))
    values[8 - 3, 8], values[8 + 3, 8] = 1, 2  # up, down
    values[8, 8 - 3], values[8, 8 + 3] = 3, 6  # left, right
    values[8, 8] = 100
    assert mean_at_distance(values.ravel(), 3) == 3
    assert mean_at_distance(values.ravel(), 2) == 0
    assert mean_at_distance(values.ravel(), 0) == 100


def test_measured_again_is_read_as_what_was_measured(models, tmp_path, monkeypatch):
    for key, model in models.items():
        save_model(weights_path(tmp_path, key), key, model)
    means = load_robustness()
    measured = []

    def fake(model, digits):
        measured.append((model.__class__.__name__, len(digits)))
        return means["fc"]

    monkeypatch.setattr(robustness, "measure", fake)
    robustness.main([str(tmp_path)])
    assert measured == [("FCNet", 10_000), ("ConvNet", 10_000), ("ConvNet", 10_000)]
    assert load_robustness(tmp_path) == dict.fromkeys(MODELS, means["fc"])


@pytest.mark.parametrize("value", [-0.1, 1.1, "high", None])
def test_averages_that_are_no_shares_are_refused(tmp_path, value):
    stored = json.loads((DIRECTORY / "robustness.json").read_text())
    stored["models"]["fc"]["means"]["blur"]["accuracy"][0] = value
    (tmp_path / "robustness.json").write_text(json.dumps(stored))
    with pytest.raises(WeightsError, match=r"is damaged \(models.fc.means.blur.accuracy.0"):
        load_robustness(tmp_path)
