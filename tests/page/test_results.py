"""What the room Results says of many trainings is what the ledger holds, whichever way it falls."""

import copy
import re

import pytest

from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import load_metrics
from mnist_cnn.page.rooms.results.amounts import amounts
from mnist_cnn.page.rooms.results.leak import leak
from mnist_cnn.page.rooms.results.learning_curves import band
from mnist_cnn.page.rooms.results.scores import accuracy_table, effects
from mnist_cnn.page.rooms.results.seeds import luck
from mnist_cnn.page.texts import results as results_texts
from tests.judging.ledgers import LEDGER, of, replaced


def text(html):
    """What is read of a piece of HTML, its code left out."""
    html = re.sub("<(details|svg).*?</\\1>", " ", html, flags=re.S)
    return " ".join(re.sub("<.*?>", " ", html).split())


def test_without_a_ledger_there_is_nothing():
    rows = load_metrics()["models"]
    assert luck(rows, {}) == amounts({}) == leak({}) == ""
    assert band({}, "fc") == ([], "")


def test_seeds_are_shown_with_mean_sd_interval_and_what_stands_beside():
    html = luck({}, LEDGER)
    assert "var(--conv)" in html and "#0405" not in html  # the page's colours, in the chart too
    said = text(html)
    assert "ConvNet 2 53.0 2.0 10.5 to 99.5" in said
    assert "28.5 1.5 25.0 to 32.0" in said and "7 trainings answer together 7 26 –" in said
    assert "Fully connected: 150, 160; ConvNet: 50, 56" in said
    one = text(luck({}, replaced(of("conv", [50]))))
    assert "ConvNet 1 50.0 – –" in one
    assert results_texts.APART not in one  # one seed cannot tell


def test_networks_whose_seeds_overlap_are_named():
    assert results_texts.APART in text(luck({}, LEDGER))
    said = text(luck({}, replaced(of("aug", [30, 50]))))
    assert "overlap for ConvNet and ConvNet, augmented data :" in said
    assert results_texts.APART not in said


def test_the_networks_of_the_page_were_picked_by_validation_or_it_is_not_said():
    rows = {
        "fc": {"run": {"seed": 1}, "test": {"accuracy": 1 - 160 / 10_000}},
    }
    found = replaced(of("fc", [150, 160]))
    found["groups"][-1]["runs"][0]["validation_accuracy"] = 0.98
    assert "in place 2 of 2 ( Fully connected )" in text(luck(rows, found))
    found["groups"][-1]["runs"][0]["validation_accuracy"] = 0.995
    assert "in place" not in text(luck(rows, found))


def test_the_band_goes_from_the_lowest_to_the_highest_seed_of_each_epoch():
    found = replaced(of("fc", [1, 2, 3]))
    found["groups"][-1]["runs"][1]["validation_curve"] = [0.96]  # it stopped early
    (line,), words = band(found, "fc")
    assert list(line.x) == [1, 2]
    assert line.band == (pytest.approx([95, 96]), pytest.approx([96, 98]))
    assert "3 seeds" in words and "96.00 % and 98.00 %" in words
    assert band(replaced(of("fc", [1])), "fc") == ([], "")


def test_amounts_say_how_many_digits_are_enough():
    said = text(amounts(LEDGER))
    assert "Fully connected takes 50,000" in said
    assert "ConvNet, augmented data takes 1,000" in said
    assert "1,000 – – 98.75 % ± 0.02" in said
    assert "fewer after 1,000 digits than Fully connected after 50,000" in said
    said = text(amounts(replaced(of("fc", [700]), of("aug", [600]))))
    assert "Fully connected does not get there with any" in said
    assert "fewer after" not in said
    said = text(amounts({"groups": LEDGER["groups"][3:5]}))  # no amount is large enough
    assert "fewer after" not in said and "ConvNet takes" not in said


FLATTERED = {"validation": 0.997}
NOT = {"validation": 0.985}


@pytest.mark.parametrize(
    "leaky, flatters, case",
    [
        (of("aug", [61, 63], **FLATTERED), True, "same"),
        (of("aug", [61, 63], **NOT), False, "same"),
        (of("aug", [40, 42], **NOT), False, "fewer"),
        (of("aug", [80, 82], **FLATTERED), True, "more"),
        (of("aug", [61], **FLATTERED), None, "one"),
    ],
)
def test_the_leak_is_judged_by_its_figures(leaky, flatters, case):
    leaky |= {"recipe": "notebook-leak", "training_images": 60_000}
    said = text(leak(replaced(leaky)))
    for name, words in results_texts.LEAK_DOES_VERDICTS.items():
        assert (words in said) == (name is flatters)
    for name, words in results_texts.LEAK_DOES_NOT_VERDICTS.items():
        assert (words.format(sd=2.0) in said) == (name == case)


def test_what_the_notebook_prints_is_shown_with_its_range():
    said = text(leak(LEDGER))
    assert "99.15 % to 99.25 % lowest and highest of 4" in said
    assert "prints lies 0.18 points below" in said and "up to 0.10 points more or less" in said
    silent = replaced(of("aug", [61, 63], "notebook-leak", 60_000))
    assert "prints lies" not in text(leak(silent))


@pytest.mark.parametrize(
    "errors, difference, sign", [(20, "−26", -1), (46, "+0", 0), (80, "+34", 1)]
)
def test_a_row_beside_the_three_tells_augmentation_from_convolution(errors, difference, sign):
    rows = copy.deepcopy(load_metrics()["models"])
    for key in MODELS:
        rows[key]["test"]["errors"] = list(range(46))
    beside = copy.deepcopy(rows["fc"]) | {"title": "<script>"}
    beside["test"]["errors"] = list(range(errors))
    said = text(effects(rows, beside))
    assert f"that becomes {errors} ({difference});" in said and results_texts.MORE[sign] in said
    table = accuracy_table(rows, beside)
    assert table.count("<tr>") == 5 and "<script>" not in table
    assert accuracy_table(rows, None).count("<tr>") == 4


def test_accuracies_that_agree_are_not_a_difference_of_nothing():
    same = replaced(of("aug", [100, 100], "lesson", validation=0.99))
    assert "without it, less than 0.01 points from" in text(leak(same))
    assert "0.00 points" not in text(leak(same))
