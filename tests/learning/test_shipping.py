"""What many runs come to, and which is shipped: on runs made by hand."""

import json

import pytest
import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.metrics import save_metrics, stored_metrics
from mnist_cnn.learning import seed_study
from mnist_cnn.learning.seed_study import finished_runs
from mnist_cnn.learning.shipping import ship
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import WeightsError, save_model, weights_path


@pytest.fixture(autouse=True)
def few_test_digits(monkeypatch):
    """The ensemble answers 1,000 test digits instead of all."""
    few = embedded_test_set()[torch.arange(1000)]
    monkeypatch.setattr(seed_study, "embedded_test_set", lambda: few)


def put(directory, key, seed, errors, validation, recipe="default", images=50_000, **more):
    """A finished run as runs.train leaves it, but for what no ledger asks for."""
    folder = directory / f"{key}-{recipe}-{images}-seed{seed}"
    save_model(weights_path(folder, key), key, MODELS[key].build(), seed=seed)
    row = {
        "title": MODELS[key].title,
        "run": {
            "key": key,
            "recipe": {},
            "recipe_name": recipe,
            "training_images": images,
            "seed": seed,
        },
        "validation_accuracy": validation,
        "available_images": 50_000,
        "epochs": 2,
        "training_seconds": 3.0,
        "training_hardware": "a machine",
        "test": {"errors": list(range(errors)), "confusion": [[10_000 - errors, errors]]},
        "history": [{"training_accuracy": 0.9, "validation_accuracy": validation}],
    }
    save_metrics(folder, key, row | more)


def test_shipped_is_the_best_on_validation_whatever_the_test_says(tmp_path):
    for seed, errors, validation in ((0, 30, 0.991), (1, 90, 0.995), (2, 20, 0.993)):
        put(tmp_path, "fc", seed, errors, validation)
        put(tmp_path, "fc", seed, errors // 2, validation, "augmented")
        put(tmp_path, "fc", seed, 1, 0.999, images=100)
        put(tmp_path, "fc", seed, 1, 0.999, "lesson")
        put(tmp_path, "conv", seed, 1, 0.999, images=100)
    assert ship(tmp_path, tmp_path / "out") == {"fc": 1, "fc-augmented": 1}
    metrics = stored_metrics(tmp_path / "out")
    assert list(metrics["models"]) == ["fc"] and list(metrics["beside"]) == ["fc-augmented"]
    assert len(metrics["models"]["fc"]["test"]["errors"]) == 90
    assert metrics["beside"]["fc-augmented"]["title"] == "Fully connected, augmented data"
    shipped = weights_path(tmp_path / "out", "fc").read_bytes()
    run = tmp_path / "fc-default-50000-seed1"
    assert shipped == weights_path(run, "fc").read_bytes()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "fc.safetensors", "ledger.json", "metrics.json"
    ]  # fmt: skip


def test_what_is_shipped_can_be_read_as_a_ledger(tmp_path):
    draws = {"varied_test_accuracies": [0.98, 0.99]}
    for seed in (0, 1):
        put(tmp_path, "aug", seed, 30 + 4 * seed, 0.99, errors_over_views=25 + seed)
        put(tmp_path, "aug", seed, 50, 0.999, "notebook-leak", 60_000, **draws)
    put(tmp_path, "conv", 0, 50, 0.99)
    ship(tmp_path, tmp_path / "out")
    ledger = load_ledger(tmp_path / "out")
    kinds = [(g["model"], g["recipe"], g["training_images"]) for g in ledger["groups"]]
    assert kinds == [("conv", "default", 50_000), ("aug", "default", 50_000),
                     ("aug", "notebook-leak", 60_000)]  # fmt: skip
    assert ledger["groups"][1]["test_errors"]["mean"] == 32
    assert ledger["groups"][2]["runs"][1] | draws == ledger["groups"][2]["runs"][1]
    views, ensemble = ledger["beside"]
    assert views["test_errors"]["mean"] == 25.5
    # Untrained networks answer at random, together too.
    assert ensemble["members"] == 2 and 800 < ensemble["test_errors"] < 990


def test_an_earlier_ledger_keeps_what_was_not_trained_again(tmp_path):
    output = tmp_path / "out"
    put(tmp_path / "first", "fc", 0, 30, 0.99)
    put(tmp_path / "first", "fc", 1, 40, 0.99)
    put(tmp_path / "first", "conv", 0, 50, 0.99)
    put(tmp_path / "first", "aug", 0, 20, 0.99, errors_over_views=25)
    ship(tmp_path / "first", output)
    put(tmp_path / "second", "fc", 1, 44, 0.99)  # the same settings: seeds are put together
    put(tmp_path / "second", "fc", 2, 50, 0.99)
    put(tmp_path / "second", "conv", 3, 60, 0.99)
    row = stored_metrics(tmp_path / "second" / "conv-default-50000-seed3")["models"]["conv"]
    row["run"]["recipe"] = {"epochs": 3}  # other settings: they replace
    save_metrics(tmp_path / "second" / "conv-default-50000-seed3", "conv", row)
    ship(tmp_path / "second", output)

    ledger = load_ledger(output)
    errors = [{run["seed"]: run["errors"] for run in group["runs"]} for group in ledger["groups"]]
    assert errors == [{0: 30, 1: 44, 2: 50}, {3: 60}, {0: 20}]
    assert ledger["groups"][0]["test_errors"]["mean"] == pytest.approx(124 / 3)
    assert [row["what"] for row in ledger["beside"]] == ["tta", "ensemble"]


def test_without_runs_nothing_is_shipped(tmp_path):
    assert finished_runs(tmp_path / "none") == []
    with pytest.raises(WeightsError, match=r"no finished run. Run `python train\.py --seeds"):
        ship(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_runs_of_one_name_and_two_recipes_are_not_averaged(tmp_path):
    put(tmp_path, "fc", 0, 30, 0.99)
    put(tmp_path, "fc", 1, 30, 0.99)
    row = stored_metrics(tmp_path / "fc-default-50000-seed1")["models"]["fc"]
    row["run"]["recipe"] = {"epochs": 3}
    save_metrics(tmp_path / "fc-default-50000-seed1", "fc", row)
    with pytest.raises(WeightsError, match=r"seed0 and .*seed1 were trained by different"):
        ship(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_runs_stand_in_the_order_of_the_recipes_and_of_their_seeds(tmp_path):
    for key, seed, recipe, images in (
        ("aug", 0, "default", 50_000), ("fc", 10, "default", 50_000), ("fc", 9, "default", 50_000),
        ("fc", 0, "default", 100), ("fc", 0, "lesson", 50_000), ("fc", 0, "augmented", 50_000),
    ):  # fmt: skip
        put(tmp_path, key, seed, 10, 0.99, recipe, images)
    put(tmp_path, "fc", 1, 10, 0.99, "a recipe of long ago")
    names = [folder.name for folder, _ in finished_runs(tmp_path)]
    assert names == [
        "fc-default-50000-seed9", "fc-default-50000-seed10", "fc-default-100-seed0",
        "fc-augmented-50000-seed0", "fc-lesson-50000-seed0", "aug-default-50000-seed0",
    ]  # fmt: skip


def test_a_run_of_the_ledger_has_its_curves_and_what_they_cost(tmp_path):
    history = [
        {"training_accuracy": 0.123456, "validation_accuracy": 0.98765},
        {"training_accuracy": 0.5, "validation_accuracy": 0.99},
    ]
    put(tmp_path, "fc", 3, 30, 0.99, history=history)
    ship(tmp_path, tmp_path / "out")
    [group] = load_ledger(tmp_path / "out")["groups"]
    [run] = group["runs"]
    assert run == {
        "seed": 3, "validation_accuracy": 0.99, "epochs": 2, "training_seconds": 3.0,
        "training_hardware": "a machine",
        "errors": 30, "test_images": 10_000, "test_accuracy": 0.997,
        "training_curve": [0.1235, 0.5], "validation_curve": [0.9877, 0.99],
    }  # fmt: skip


def test_a_damaged_ledger_of_before_is_made_anew(tmp_path):
    put(tmp_path, "fc", 3, 30, 0.99)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ledger.json").write_text("{")
    assert ship(tmp_path, tmp_path / "out") == {"fc": 3}
    assert len(load_ledger(tmp_path / "out")["groups"]) == 1


def test_kinds_that_were_not_trained_again_stay_and_unknown_ones_go(tmp_path):
    put(tmp_path / "first", "fc", 0, 30, 0.99)
    put(tmp_path / "first", "conv", 0, 30, 0.99)
    put(tmp_path / "first", "fc", 0, 60, 0.99, images=100)
    output = tmp_path / "out"
    ship(tmp_path / "first", output)
    ledger = json.loads((output / "ledger.json").read_text())
    unknown = ledger["groups"][0] | {"recipe": "of long ago"}
    ledger["groups"].append(unknown)
    (output / "ledger.json").write_text(json.dumps(ledger))
    put(tmp_path / "second", "fc", 5, 40, 0.99)
    assert ship(tmp_path / "second", output) == {"fc": 5}
    groups = load_ledger(output)["groups"]
    assert [(g["model"], g["training_images"], len(g["runs"])) for g in groups] == [
        ("fc", 50_000, 2), ("fc", 100, 1), ("conv", 50_000, 1),
    ]  # fmt: skip
    # The networks of kinds that were not trained again stay, too.
    assert weights_path(output, "conv").exists()
    assert set(stored_metrics(output)["models"]) == {"fc", "conv"}


def test_an_ensemble_is_the_mean_of_its_members_probabilities(tmp_path, monkeypatch):
    """One is right on the first half and hardly wrong on the other, and the other way round."""
    labels = embedded_test_set().labels[:1000]
    right = torch.nn.functional.one_hot(labels, 10).float() * 8
    hardly_wrong = torch.nn.functional.one_hot((labels + 1) % 10, 10).float()
    halves = [torch.cat([right[:500], hardly_wrong[500:]]),
              torch.cat([hardly_wrong[:500], right[500:]])]  # fmt: skip
    monkeypatch.setattr(seed_study, "logits", lambda model, images: halves.pop())
    for seed in (0, 1):
        put(tmp_path, "aug", seed, 500, 0.99, errors_over_views=400 + 10 * seed)
    ship(tmp_path, tmp_path / "out")
    views, ensemble = load_ledger(tmp_path / "out")["beside"]
    assert ensemble == {"model": "aug", "what": "ensemble", "members": 2, "test_errors": 0}
    assert (views["what"], views["test_errors"]["mean"]) == ("tta", 405)
