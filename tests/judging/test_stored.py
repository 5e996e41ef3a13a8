"""One reader for the files beside the weights; training does without what it checks them by."""

import copy
import json
import math
import subprocess
import sys

import pytest

from mnist_cnn.judging import metrics
from mnist_cnn.judging.metrics import figures, load_metrics, save_metrics, stored_metrics
from mnist_cnn.judging.stored import read
from mnist_cnn.networks.weights import DIRECTORY, WeightsError
from tests.conftest import ROOT

STORED = json.loads((DIRECTORY / "metrics.json").read_text())


def test_shipped_files_hold_counts_and_no_figures():
    for rows in STORED.values():
        for row in rows.values():
            assert set(row["test"]) == {"errors", "predicted", "confusion", "calibration_error"}
    ledger = json.loads((DIRECTORY / "ledger.json").read_text())
    for group in ledger["groups"]:
        assert "test_errors" not in group and "test_accuracy" not in group["runs"][0]
    assert "interval" not in (DIRECTORY / "ledger.json").read_text()
    assert "interval" not in (DIRECTORY / "handwriting.json").read_text()


def test_figures_follow_from_the_counts_whatever_an_older_file_stores(tmp_path):
    older = copy.deepcopy(STORED)
    older["models"]["fc"]["test"] |= {"accuracy": 0.1, "interval": [0.0, 0.2]}
    (tmp_path / "metrics.json").write_text(json.dumps(older))
    test = load_metrics(tmp_path)["models"]["fc"]["test"]
    assert test["accuracy"] == pytest.approx(1 - 143 / 10_000)
    assert test["interval"] == pytest.approx([0.98318, 0.98784], abs=1e-5)
    assert load_metrics(tmp_path) == load_metrics()
    # The two ConvNets are the same arithmetic: the shorter of their times is that of both.
    rows = stored_metrics(tmp_path)["models"]
    measured = [rows[key]["milliseconds_per_digit"] for key in ("conv", "aug")]
    shown = load_metrics(tmp_path)["models"]
    assert measured[0] != measured[1]
    assert shown["conv"]["milliseconds_per_digit"] == min(measured)
    assert shown["aug"]["milliseconds_per_digit"] == min(measured)
    assert shown["fc"]["milliseconds_per_digit"] < min(measured)
    assert "varied_test_accuracies" not in load_metrics()["models"]["fc"]  # absent stays absent


def test_another_interval_is_a_change_in_one_place(monkeypatch):
    """Clopper-Pearson for Wilson: whatever reads metrics.json follows."""
    from mnist_cnn.sharing.model_card import model_card

    def clopper_pearson(correct, total):
        return [correct / total - 0.125, correct / total + 0.0001]

    before = load_metrics()
    monkeypatch.setattr(metrics, "accuracy_interval", clopper_pearson)
    after = load_metrics()
    for part in ("models", "beside"):
        for key, row in after[part].items():
            accuracy = row["test"]["accuracy"]
            assert row["test"]["interval"] == [accuracy - 0.125, accuracy + 0.0001]
            assert row["test"]["interval"] != before[part][key]["test"]["interval"]
    assert "86.07 % to 98.58 %" in metrics.markdown_table(after)
    assert "86.07 % to 98.58 %" in model_card("teacher/mnist", after)


BAD = {
    "no sha256": lambda row: row.pop("sha256"),
    "a digit that there is not": lambda row: row["test"]["errors"].__setitem__(-1, 10_000),
    "a negative index": lambda row: row["test"]["errors"].__setitem__(0, -1),
    "an answer that is no digit": lambda row: row["test"]["predicted"].__setitem__(0, 10),
    "an answer too few": lambda row: row["test"]["predicted"].pop(),
    "no errors": lambda row: row["test"].update(errors=[], predicted=[]),
    "a confusion of nine rows": lambda row: row["test"]["confusion"].pop(),
    "a row of nine": lambda row: row["test"]["confusion"][0].pop(),
    "a confusion of other answers": lambda row: row["test"]["confusion"][0].__setitem__(1, 500),
    "half an error": lambda row: row["test"]["errors"].__setitem__(0, 114.5),
    "true for a number": lambda row: row.update(epochs=True),
    "words for a number": lambda row: row.update(parameters="407050"),
    "not a number": lambda row: row.update(temperature=math.nan),
    "an accuracy above 1": lambda row: row.update(validation_accuracy=1.01),
    "an endless epoch": lambda row: row["history"][0].update(loss=math.inf),
    "no epoch": lambda row: row.update(history=[]),
    "too many epochs": lambda row: row.update(history=row["history"] * 251),
    "no run": lambda row: row.pop("run"),
    "markup for a recipe": lambda row: row["run"].update(recipe="<b>"),
    "a list for an augmentation": lambda row: row["run"]["recipe"].update(augmentation=[1]),
    "a number for a title": lambda row: row.update(title=7),
}


@pytest.mark.parametrize("damage", BAD)
def test_metrics_that_do_not_fit_are_refused_with_place_and_repair(tmp_path, damage):
    changed = copy.deepcopy(STORED)
    BAD[damage](changed["models"]["fc"])
    (tmp_path / "metrics.json").write_text(json.dumps(changed))
    said = r"metrics.json is damaged \(models\.fc.*\)\. Run `python train\.py` to make it again\.$"
    with pytest.raises(WeightsError, match=said):
        load_metrics(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{", "7", '{"models": []}', "[" * 100_000])
def test_no_metrics_at_all_are_refused_by_both_readers(tmp_path, content):
    (tmp_path / "metrics.json").write_text(content)
    for reader in (load_metrics, stored_metrics):
        with pytest.raises(WeightsError, match=r"metrics.json is damaged.*Run `python train"):
            reader(tmp_path)


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / "metrics.json").mkdir()
    with pytest.raises(WeightsError, match=r"metrics.json cannot be read"):
        load_metrics(tmp_path)
    assert read(tmp_path / "nowhere.json", "Metrics") is None
    assert load_metrics(tmp_path / "nowhere") == {"models": {}}
    assert stored_metrics(tmp_path / "nowhere") == {"models": {}}


def test_a_place_in_a_file_is_said_in_one_short_line(tmp_path):
    (tmp_path / "metrics.json").write_text(json.dumps({"models": {"a\nb" * 500: 1}}))
    with pytest.raises(WeightsError) as raised:
        load_metrics(tmp_path)
    assert "\n" not in str(raised.value) and len(raised.value.problem) < 300 + len(str(tmp_path))


def test_saved_rows_keep_the_others_and_the_order_of_the_lesson(tmp_path):
    for key in ("aug", "others", "fc"):
        save_metrics(tmp_path, key, {"title": key})
    save_metrics(tmp_path, "aug", {"title": "anew"})
    assert json.loads((tmp_path / "metrics.json").read_text()) == {
        "models": {"fc": {"title": "fc"}, "aug": {"title": "anew"}},
        "beside": {"others": {"title": "others"}},
    }
    assert list(stored_metrics(tmp_path)["models"]) == ["fc", "aug"]


def test_figures_of_three_answers():
    counts = {"errors": [1], "predicted": [0], "confusion": [[1, 0], [1, 1]]}
    found = figures(counts)
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["interval"] == pytest.approx([0.2077, 0.9385], abs=1e-4)  # Wilson's, of 2 in 3


WITHOUT_PYDANTIC = """
import sys
sys.modules["pydantic"] = None
import train
from mnist_cnn.judging.metrics import load_metrics, save_metrics, stored_metrics
from mnist_cnn.networks.weights import WeightsError, load_models
import mnist_cnn.learning.results, mnist_cnn.learning.shipping, mnist_cnn.learning.seed_study
save_metrics(sys.argv[1], "fc", {"title": "a row"})
save_metrics(sys.argv[1], "conv", {"title": "another"})
print(stored_metrics(sys.argv[1])["models"]["fc"]["title"], *load_models())
try:
    load_metrics()
except WeightsError as error:
    print(error)
"""


def test_training_does_without_pydantic(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYDANTIC, tmp_path],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    first, second = run.stdout.splitlines()
    assert first == "a row fc conv aug"
    assert second.endswith("cannot be checked without pydantic. Run `pip install pydantic`.")
