"""What many runs come to, on runs made by hand, and a ledger that is damaged."""

import copy
import json
import math

import pytest

from mnist_cnn.judging.ledger import load_ledger, summary
from mnist_cnn.networks.weights import (
    WeightsError,
)
from tests.judging.ledgers import LEDGER


def test_a_summary_is_mean_sd_and_student_s_interval():
    # 22, 24, 29: variance (9 + 1 + 16) / 2 = 13; t for two degrees of freedom is 4.303.
    found = summary([22, 24, 29])
    reach = 4.303 * (13 / 3) ** 0.5
    assert found["mean"] == 25 and found["sd"] == pytest.approx(13**0.5)
    assert found["interval"] == pytest.approx([25 - reach, 25 + reach], abs=0.01)
    assert summary([1, 9])["interval"][0] == 0
    assert summary([7]) == {"mean": 7, "sd": None, "interval": None}


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
