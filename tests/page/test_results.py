"""What the room Results says of many trainings is what the ledger holds, whichever way it falls."""

import copy
import re

import pytest

from mnist_cnn.explaining.activations import layers
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.rooms.results.amounts import amounts
from mnist_cnn.page.rooms.results.architecture import stages_of, twist_words
from mnist_cnn.page.rooms.results.error_gallery import ANY, error_gallery, matches
from mnist_cnn.page.rooms.results.layout import rows_of, taken_words
from mnist_cnn.page.rooms.results.leak import leak, points_words
from mnist_cnn.page.rooms.results.learning_curves import band, curve_lines, curve_words
from mnist_cnn.page.rooms.results.scores import (
    accuracy_table,
    beside_people,
    effects,
    no_gpu_words,
    people_words,
)
from mnist_cnn.page.rooms.results.seeds import luck
from mnist_cnn.page.shared import Room
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.confusion import confusion_matrix, confusions
from mnist_cnn.page.widgets.verdict import chance_words, p_words, pair_verdict
from tests.judging.ledgers import LEDGER, of, replaced
from tests.page.words import text


def test_without_a_ledger_there_is_nothing():
    rows = load_metrics()["models"]
    assert luck(rows, {}) == amounts({}) == leak({}) == ""
    assert band({}, "fc") == ([], "")


def test_seeds_are_shown_with_mean_sd_interval_and_what_stands_beside():
    html = luck({}, LEDGER)
    assert "var(--conv)" in html and "#0405" not in html  # the page's colours, in the chart too
    said = text(html)
    assert "ConvNet 2 53.0 4.2 14.9 to 91.1" in said
    assert "28.5 1.5 26.1 to 30.9" in said and "7 trainings answer together 7 26 –" in said
    assert "Fully connected: 150, 160; ConvNet: 50, 56" in said
    alone = copy.deepcopy(LEDGER)
    alone["beside"][1]["members"] = 1  # nobody answers together with anybody
    assert "answer together 7" not in (left := text(luck({}, alone))) and "28.5 1.5" in left
    assert "trainings answer together" not in left
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
    assert "1,000 – – 98.75 % ± 0.07" in said
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
        (of("aug", [62, 64], **NOT), False, "same"),
        (of("aug", [63, 65], **NOT), False, "more"),
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
        assert (words.format(luck=2 * 2**0.5) in said) == (name == case)


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


def row(errors, interval=(0.99, 0.995), accuracy=0.9925, **more):
    """A row of metrics.json of a network that misreads these test digits."""
    test = {"errors": list(errors), "accuracy": accuracy, "interval": list(interval)}
    return {"title": "Net", "test": test, **more}


@pytest.mark.parametrize(
    "fc, conv, words",
    [
        (range(100), range(90, 130), "ConvNet misreads 60 digits fewer than Fully connected"),
        (range(90, 130), range(100), "Fully connected misreads 60 digits fewer than ConvNet"),
        (range(3), range(2, 5), "ConvNet and Fully connected misread equally many."),
    ],
)
def test_of_two_networks_the_better_is_named(fc, conv, words):
    assert words in text(pair_verdict({"fc": row(fc), "conv": row(conv)}, "fc", "conv"))


def test_a_pair_is_told_apart_by_the_digits_that_only_one_misreads():
    said = text(pair_verdict({"fc": row(range(12)), "conv": row([0, 1, 77])}, "fc", "conv"))
    # 10 of 11 go to one of two equal networks: 2 · (1 + 11) / 2¹¹ = 0.0117
    assert "misreads 9 digits fewer than" in said
    assert (
        "Of the 11 that only one of the two misreads, 1 are misread by ConvNet , 10 by Fully"
        in said
    )
    assert "p = 0.012. That is more than chance explains." in said


@pytest.mark.parametrize(
    "p, words, verdict",
    [
        (1.0, "= 1", 2),
        (0.0501, "= 0.05", 2),
        (0.05, "= 0.05", 1),
        (0.0011, "= 0.0011", 1),
        (0.001, "= 0.001", 0),
        (0.00099, "< 0.001", 0),
        (1e-20, "< 0.001", 0),
    ],
)
def test_chance_is_judged_at_its_thresholds(p, words, verdict):
    assert p_words(p) == words
    assert chance_words(p) == results_texts.VERDICTS[verdict][1]
    assert "far more than chance" in chance_words(0.0001) and "alone could" in chance_words(0.2)


@pytest.mark.parametrize(
    "low, high, case",
    [
        (0.31, 0.5, "more"),
        (0.25, 0.5, "same"),
        (0.3, 0.5, "same"),
        (0.1, 0.19, "less"),
        (0.1, 0.2, "same"),
        (0.05, 0.9, "same"),
    ],
)
def test_people_are_compared_with_the_whole_interval(low, high, case):
    assert people_words(low, high) == results_texts.PEOPLE[case]
    assert results_texts.PEOPLE["more"].startswith("more than")
    assert results_texts.PEOPLE["less"].startswith("less than")


def test_the_best_network_stands_beside_people():
    best = row([947, 1621, 5], interval=(0.9965, 0.9985), accuracy=0.9976)
    said = beside_people(best)  # 0.15 to 0.35 % misread
    assert "Net misreads 0.24 %, which cannot be told" in said
    assert "Of the 15 digits with doubtful labels it “misreads” 2:" in said


@pytest.mark.parametrize(
    "training, inference, on_cpu",
    [("CPU X, 4 threads", "CPU X, 1 thread", True), ("GPU H", "CPU X, 1 thread", False)],
)
def test_that_no_gpu_took_part_is_said_where_none_did(training, inference, on_cpu):
    rows = {"fc": {"training_hardware": training, "inference_hardware": inference}}
    assert no_gpu_words(rows) == (f" {results_texts.NO_GPU}" if on_cpu else "")


def test_one_training_on_a_gpu_is_enough():
    rows = {
        "fc": {"training_hardware": "CPU X", "inference_hardware": "CPU X"},
        "conv": {"training_hardware": "GPU H", "inference_hardware": "CPU X"},
    }
    assert no_gpu_words(rows) == ""


def history(*pairs):
    return [
        {"epoch": number, "training_accuracy": training, "validation_accuracy": validation}
        for number, (training, validation) in enumerate(pairs, 1)
    ]


@pytest.mark.parametrize(
    "last, augmentation, words",
    [
        ((0.999, 0.99), None, results_texts.ABOVE.format("0.90")),
        ((0.999, 0.99), {}, results_texts.ABOVE.format("0.90")),
        ((0.98, 0.99), None, results_texts.BELOW[False]),
        ((0.98, 0.99), {}, results_texts.BELOW[True]),
    ],
)
def test_over_fitting_is_the_gap_at_the_end(last, augmentation, words):
    epochs = history((0.9, 0.95), (0.97, 0.9912), (0.98, 0.9912), last)
    run = {"recipe": {"augmentation": augmentation}}
    said = curve_words({"history": epochs, "run": run})
    assert said.endswith(f"{words}.")
    assert "Best validation accuracy 99.12 %, in epoch 2 of 4." in said
    assert "training 9" in said and "varied" in results_texts.BELOW[True]


def test_the_dot_lies_at_the_kept_epoch():
    training, validation, dot = curve_lines(history((0.9, 0.8), (0.95, 0.99), (0.99, 0.9)), "--fc")
    assert (training.y, training.style) == (pytest.approx([90, 95, 99]), "--")
    assert (validation.y, validation.style) == (pytest.approx([80, 99, 90]), "-")
    assert (list(dot.x), dot.y, dot.style) == ([2], [99], "o")


COUNTS = [[0] * 10 for _ in range(10)]
COUNTS[4][9], COUNTS[9][4], COUNTS[7][2], COUNTS[1][7], COUNTS[3][3] = 5, 2, 3, 1, 90


def test_confusions_are_named_from_the_most_frequent():
    assert confusions(COUNTS)[:2] == [(5, 4, 9), (3, 7, 2)] and len(confusions(COUNTS)) == 4
    said = text(confusion_matrix("conv", {"conv": {"test": {"confusion": COUNTS}}}))
    expected = "Most often, ConvNet reads a 4 as a 9 (5×), a 7 as a 2 (3×), a 9 as a 4 (2×)."
    assert expected in said
    assert confusion_matrix("conv", {}) == ""


def pressed(html):
    return re.findall(r'data-pick="([^"]*)"[^>]*aria-pressed="true"', html)


def test_what_was_picked_is_marked(weights):
    rows = {key: weights.metrics["models"][key] for key in ("fc", "conv", "aug")}
    _, true, predicted = confusions(rows["fc"]["test"]["confusion"])[0]
    picked = [f"{true} {predicted}"]
    assert pressed(confusion_matrix("fc", rows, "fc", true, predicted)) == picked
    for other in (("conv", true, predicted), ("fc", true, ANY), ()):
        assert pressed(confusion_matrix("fc", rows, *other)) == []
    index = rows["fc"]["test"]["errors"][0]
    assert pressed(error_gallery(rows, "fc", ANY, ANY, index)) == [str(index)]
    assert pressed(error_gallery(rows, "fc", ANY, ANY)) == []


def test_a_cell_of_the_confusion_matrix_picks_its_own_digits():
    html = confusion_matrix("conv", {"conv": {"test": {"confusion": COUNTS}}})
    found = re.findall(r"--share:(\d+)%.*?data-pick=\"(\d \d)\".*?>(\d+)<", html)
    assert found == [
        ("20", "1 7", "1"),
        ("100", "4 9", "5"),
        ("60", "7 2", "3"),
        ("40", "9 4", "2"),
    ]
    assert '<td class="right">90</td>' in html


KEYS = ("fc", "conv", "aug")


@pytest.mark.parametrize(
    "wrong, sets",
    [
        (("fc",), {"fc"}),
        (("conv",), {"conv", "mended"}),
        (("aug",), {"aug", "broken"}),
        (("fc", "conv"), {"fc", "conv", "mended"}),
        (("fc", "aug"), {"fc", "aug", "broken"}),
        (("conv", "aug"), {"conv", "aug"}),
        (KEYS, {*KEYS, "all"}),
    ],
)
def test_misread_digits_belong_to_their_sets(wrong, sets):
    answers = dict.fromkeys(wrong, 3)
    found = {name for name in (*KEYS, "all", "mended", "broken")
             if matches(answers, 5, KEYS, name, ANY, ANY)}  # fmt: skip
    assert found == sets


@pytest.mark.parametrize(
    "misread_by, true, predicted, shown",
    [
        ("conv", 4, 9, True),
        ("conv", 9, 4, False),
        ("conv", ANY, 8, False),  # that is what fc read
        ("fc", ANY, 8, True),
        ("mended", ANY, 8, True),
        ("mended", 4, ANY, True),
        ("mended", 5, ANY, False),
        ("aug", ANY, 9, False),
        ("aug", ANY, ANY, False),
    ],
)
def test_the_gallery_is_filtered_by_what_was_written_and_read(misread_by, true, predicted, shown):
    answers = {"fc": 8, "conv": 9}
    assert matches(answers, 4, KEYS, misread_by, true, predicted) == shown


def test_the_gallery_shows_the_misread_digits():
    rows = {
        "fc": {"test": {"errors": [0, 947], "predicted": [2, 9]}},  # a 7 and an 8
        "conv": {"test": {"errors": [0], "predicted": [3]}},
    }
    html = error_gallery(rows, "fc", ANY, ANY)
    assert re.findall(r'data-pick="(\d+)"', html) == ["0", "947"]
    assert "Test digits: 2" in html and 'title="Test digit 0: 7 → 2/3"' in html
    assert html.count("doubtful") == 1 and "Test digit 947: 8 → 9; most people see a 9" in html
    assert re.findall(r'data-pick="(\d+)"', error_gallery(rows, "all", 7, 3)) == ["0"]
    assert "Test digits: 0" in error_gallery(rows, "fc", 2, ANY)


def test_what_was_taken_opens_in_the_rooms_that_show_it():
    rooms = {name: Room(name.title(), "", None) for name in ("draw", "inside", "results", "about")}
    html = taken_words(247, rooms)
    assert re.findall(r'data-room="(\w+)"', html) == ["draw", "inside"]
    assert "Test digit 247 lies" in html and taken_words(None, rooms) == ""


def test_the_twist_has_the_numbers_of_both_networks(models):
    said = twist_words(layers(models["fc"]), layers(models["conv"]))
    assert "596,330 against 407,050" in said  # parameters of conv and fc
    # The head has 1024 · 512 + 512 + 2 · 512 + 512 · 10 + 10 = 530,954 of them: 89 %.
    assert "Yet 89 % of them sit in its dense head." in said
    # The four convolutions: 320 + 9,248 + 18,496 + 36,928.
    assert "make do with 64,992," in said
    assert "but 25 times as many" in said  # 10,235,008 against 406,528


def test_only_layers_that_change_the_shape_are_stages(models):
    stages = stages_of(layers(models["fc"]))
    assert [sizes for _, sizes in stages] == [(1, 28, 28), (784,), (512,), (10,)]


@pytest.mark.parametrize(
    "share, words",
    [
        (0.0012, "0.12 points above"),
        (-0.0012, "0.12 points below"),
        (0.00004, results_texts.LEAK_SAME),
        (-0.00004, results_texts.LEAK_SAME),
    ],
)
def test_a_difference_of_accuracies_in_points(share, words):
    assert points_words(share) == words


def test_networks_of_the_page_are_those_that_have_weights():
    metrics = {"models": {"conv": {"a": 1}, "fc": {"a": 2}, "other": {}}}
    weights = type("Weights", (), {"models": {"conv": 0, "fc": 0}, "metrics": metrics})
    assert list(rows_of(weights)) == ["fc", "conv"]
    weights.models["aug"] = 0
    assert rows_of(weights) == {}
