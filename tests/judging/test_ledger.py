"""What many runs come to, on runs made by hand, and a ledger that is damaged."""

import copy
import json
import math

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from mnist_cnn.judging.ledger import (
    interval_of_mean,
    load_ledger,
    main,
    markdown_table,
    spread,
    summary,
)
from mnist_cnn.networks.weights import WeightsError
from tests.judging.ledgers import LEDGER, of, replaced


def test_a_summary_is_mean_sd_and_student_s_interval():
    # 22, 24, 29: variance (9 + 1 + 16) / 2 = 13; t for two degrees of freedom is 4.303.
    found = summary([22, 24, 29])
    half_width = 4.303 * (13 / 3) ** 0.5
    assert found["mean"] == 25 and found["sd"] == pytest.approx(13**0.5)
    assert found["interval"] == pytest.approx([25 - half_width, 25 + half_width], abs=0.01)
    assert summary([1, 9])["interval"] is None  # it would reach below 0
    assert summary([7]) == {"mean": 7, "sd": None, "count": 1, "interval": None}


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
    "more errors than digits": lambda ledger: ledger["groups"][0]["runs"][0].update(errors=10_001),
    "an accuracy in words": lambda ledger: ledger["groups"][0]["runs"][0].update(
        validation_accuracy="high"
    ),
    "no number in a curve": lambda ledger: ledger["groups"][0]["runs"][0].update(
        validation_curve=[0.9, math.nan]
    ),
    "no mean": lambda ledger: ledger["beside"][0]["test_errors"].pop("mean"),
    "an infinite sd": lambda ledger: ledger["beside"][0]["test_errors"].update(sd=math.inf),
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
    said = r"ledger.json is damaged \(.*\)\. Run `python train\.py` to make it again\.$"
    with pytest.raises(WeightsError, match=said):
        load_ledger(tmp_path)


def test_the_interval_of_a_mean_is_scipys():
    errors = [132, 141, 133, 138, 130]
    expected = ttest_1samp(errors, 0).confidence_interval(0.95)
    found = summary(errors)
    assert found["interval"] == pytest.approx([expected.low, expected.high])
    assert found["sd"] == pytest.approx(np.std(errors, ddof=1)) and found["count"] == 5
    assert spread(errors) == {name: found[name] for name in ("mean", "sd", "count")}
    assert interval_of_mean(5.0, 1.0, None) is interval_of_mean(5.0, None, 1) is None
    assert interval_of_mean(5.0, 1.0, 1) is None


def test_a_ledger_of_the_older_form_is_read_and_computed_anew(tmp_path):
    runs = [
        {"seed": seed, "validation_accuracy": 0.99, "test_accuracy": accuracy,
         "training_curve": [0.9], "validation_curve": [0.9]}
        for seed, accuracy in ((0, 0.9864), (1, 0.9859))
    ]  # fmt: skip
    stale = {"mean": 1, "sd": 2, "interval": [3, 4]}
    group = {"model": "fc", "recipe": "default", "training_images": 50_000,
             "test_errors": stale, "runs": runs}  # fmt: skip
    beside = [{"model": "aug", "what": "tta", "test_errors": stale}]
    (tmp_path / "ledger.json").write_text(json.dumps({"groups": [group], "beside": beside}))
    ledger = load_ledger(tmp_path)
    [found] = ledger["groups"]
    assert [run["errors"] for run in found["runs"]] == [136, 141]
    assert [run["test_accuracy"] for run in found["runs"]] == [0.9864, 0.9859]
    assert found["test_errors"]["mean"] == 138.5 and found["test_errors"]["count"] == 2
    assert ledger["beside"][0]["test_errors"] == {"mean": 1, "sd": 2, "interval": None}


def test_the_table_holds_what_the_runs_on_all_digits_came_to(capsys):
    table = markdown_table(LEDGER)
    head, _, *rows = table.split("\n")
    assert "misread, of 10,000: mean" in head and len(rows) == 7
    assert "| ConvNet | default | 2 | 53.0 | 4.2 | 14.9 to 91.1 |" in rows
    assert rows[-2].endswith("| nine views of each digit together |  | 28.5 | 1.5 | 26.1 to 30.9 |")
    assert rows[-1].endswith("| all seeds together | 7 | 26.0 | – | – |")
    one = markdown_table(replaced(of("fc", [150])))
    assert "| Fully connected | default | 1 | 150.0 | – | – |" in one
    main([])
    assert capsys.readouterr().out == markdown_table(load_ledger()) + "\n"
