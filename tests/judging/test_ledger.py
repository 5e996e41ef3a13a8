"""What many runs come to, on runs made by hand, and a ledger that is damaged."""

import copy
import json
import math

import pytest

from mnist_cnn.judging.ledger import load_ledger, summary
from mnist_cnn.learning.seed_study import finished_runs
from mnist_cnn.learning.shipping import ship
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    WeightsError,
    load_metrics,
    save_metrics,
    save_model,
    weights_path,
)
from tests.judging.ledgers import LEDGER


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
        "test": {"accuracy": 1 - errors / 10_000, "errors": list(range(errors))},
        "history": [{"training_accuracy": 0.9, "validation_accuracy": validation}],
    }
    save_metrics(folder, key, row | more)


def test_a_summary_is_mean_sd_and_student_s_interval():
    # 22, 24, 29: variance (9 + 1 + 16) / 2 = 13; t for two degrees of freedom is 4.303.
    found = summary([22, 24, 29])
    reach = 4.303 * (13 / 3) ** 0.5
    assert found["mean"] == 25 and found["sd"] == pytest.approx(13**0.5)
    assert found["interval"] == pytest.approx([25 - reach, 25 + reach], abs=0.01)
    assert summary([1, 9])["interval"][0] == 0
    assert summary([7]) == {"mean": 7, "sd": None, "interval": None}


def test_shipped_is_the_best_on_validation_whatever_the_test_says(tmp_path):
    for seed, errors, validation in ((0, 30, 0.991), (1, 90, 0.995), (2, 20, 0.993)):
        put(tmp_path, "fc", seed, errors, validation)
        put(tmp_path, "fc", seed, errors // 2, validation, "augmented")
        put(tmp_path, "fc", seed, 1, 0.999, images=100)
        put(tmp_path, "fc", seed, 1, 0.999, "lesson")
        put(tmp_path, "conv", seed, 1, 0.999, images=100)
    assert ship(tmp_path, tmp_path / "out") == {"fc": 1, "fc-augmented": 1}
    metrics = load_metrics(tmp_path / "out")
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
    assert ensemble["members"] == 2 and 8_000 < ensemble["test_errors"] < 9_900


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
    row = load_metrics(tmp_path / "second" / "conv-default-50000-seed3")["models"]["conv"]
    row["run"]["recipe"] = {"epochs": 3}  # other settings: they replace
    save_metrics(tmp_path / "second" / "conv-default-50000-seed3", "conv", row)
    ship(tmp_path / "second", output)

    ledger = load_ledger(output)
    errors = [
        {run["seed"]: round(10_000 * (1 - run["test_accuracy"])) for run in group["runs"]}
        for group in ledger["groups"]
    ]
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
    row = load_metrics(tmp_path / "fc-default-50000-seed1")["models"]["fc"]
    row["run"]["recipe"] = {"epochs": 3}
    save_metrics(tmp_path / "fc-default-50000-seed1", "fc", row)
    with pytest.raises(WeightsError, match=r"seed0 and .*seed1 were trained by different"):
        ship(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


BAD_LEDGERS = {
    "no JSON": "{",
    "a list": "[]",
    "nothing in it": '{"groups": [], "beside": []}',
    "far too deep": "[" * 100_000,
    "markup for a model": lambda ledger: ledger["groups"][0].update(model="<script>"),
    "a list for a model": lambda ledger: ledger["groups"][0].update(model=["fc"]),
    "no images": lambda ledger: ledger["groups"][0].update(training_images=0),
    "half an image": lambda ledger: ledger["groups"][0].update(training_images=0.5),
    "no runs": lambda ledger: ledger["groups"][0].update(runs=[]),
    "far too many runs": lambda ledger: ledger["groups"][0].update(
        runs=ledger["groups"][0]["runs"] * 5_001
    ),
    "an accuracy above 1": lambda ledger: ledger["groups"][0]["runs"][0].update(test_accuracy=99),
    "an accuracy in words": lambda ledger: ledger["groups"][0]["runs"][0].update(
        validation_accuracy="high"
    ),
    "no number in a curve": lambda ledger: ledger["groups"][0]["runs"][0].update(
        validation_curve=[0.9, math.nan]
    ),
    "half an interval": lambda ledger: ledger["groups"][0]["test_errors"].update(interval=[1.0]),
    "no mean": lambda ledger: ledger["groups"][0]["test_errors"].pop("mean"),
    "an odd line beside": lambda ledger: ledger["beside"][0].update(what="<b>"),
    "words for members": lambda ledger: ledger["beside"][1].update(members="<b>"),
}


def test_a_ledger_is_read_whole_and_may_be_absent(tmp_path):
    assert load_ledger(tmp_path) == {}
    (tmp_path / "ledger.json").write_text(json.dumps(LEDGER))
    assert load_ledger(tmp_path) == LEDGER
    (tmp_path / "ledger.json").write_text(json.dumps(LEDGER | {"beside": []}))
    assert load_ledger(tmp_path)["beside"] == []


@pytest.mark.parametrize("damage", BAD_LEDGERS)
def test_a_damaged_ledger_is_refused_with_the_repair(tmp_path, damage):
    content = BAD_LEDGERS[damage]
    if callable(content):
        ledger = copy.deepcopy(LEDGER)
        content(ledger)
        content = json.dumps(ledger)
    (tmp_path / "ledger.json").write_text(content)
    with pytest.raises(WeightsError, match=r"ledger.json is damaged. Run `python train\.py`"):
        load_ledger(tmp_path)
