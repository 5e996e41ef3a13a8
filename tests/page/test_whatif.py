"""What the room What if says is what its figures say; a click moves the digit where it points."""

import re

import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.perturbations import CURVES, PERTURBATIONS
from mnist_cnn.explaining.shifts import ShiftMap
from mnist_cnn.page.current_digit import from_test_set
from mnist_cnn.page.rooms.whatif import curves, layout, maps
from mnist_cnn.page.texts import whatif as texts
from tests.page.conftest import in_loop
from tests.page.test_shared import build_in_blocks
from tests.page.words import text

DIGIT = embedded_test_set().images[3675].numpy()


@pytest.mark.parametrize(
    "cell, shift",
    [((8, 8), (0, 0)), ((0, 16), (-8, 8)), ((11, 3), (3, -5)), ((17, 0), None), (None, None)],
)
def test_a_cell_is_a_shift_down_and_right(cell, shift):
    assert maps.shift_of(cell) == shift


def robustness(**accuracy):
    """Accuracy of each network: (where it is, 4 px away); 0.01 elsewhere."""
    rows = {}
    for key, (here, away) in accuracy.items():
        grid = np.full((17, 17), 0.01)
        grid[8, 8] = here
        grid[[4, 12], 8] = grid[8, [4, 12]] = away
        rows[key] = {"shifts": {"accuracy": grid.ravel().tolist()}}
    return rows


@pytest.mark.parametrize(
    "conv, aug, case",
    [
        ((0.99, 0.60), (0.99, 0.98), (True, True)),
        ((0.99, 0.60), (0.99, 0.62), (True, False)),
        ((0.99, 0.90), (0.99, 0.97), (True, True)),
        ((0.93, 0.90), (0.99, 0.96), (False, True)),
        ((0.99, 0.95), (0.99, 0.96), (False, False)),
        ((0.99, 0.60), (0.99, 0.30), (True, False)),
    ],
)
def test_the_verdict_on_shift_invariance_follows_from_the_figures(conv, aug, case):
    said = text(maps.verdict(robustness(fc=(0.98, 0.2), conv=conv, aug=aug)))
    for key, words in texts.VERDICTS.items():
        assert (words in said) == (key == case)
    figures = f"Fully connected 20.0 %, ConvNet {100 * conv[1]:.1f} %, ConvNet, augmented data"
    assert f"{figures} {100 * aug[1]:.1f} %." in said


def test_without_averages_there_is_no_verdict():
    assert text(maps.verdict({})) == texts.STALE + "."
    assert text(maps.verdict(robustness(conv=(1, 1)))) == texts.STALE + "."
    assert curves.best({}) == ""


def test_who_holds_out_best_is_the_one_with_the_highest_curve():
    low, high = [0.9, 0.1], [0.5, 0.8]
    rows = {
        "conv": {name: {"probability": high if name == "blur" else low} for name in CURVES},
        "aug": {name: {"probability": low if name == "blur" else high} for name in CURVES},
    }
    said = text(curves.best(rows))
    assert "ConvNet (blur); ConvNet, augmented data (turn right, make larger, thicken," in said
    assert texts.NOT_ALL in said
    rows["aug"]["blur"]["probability"] = [1, 1]
    assert texts.NOT_ALL not in text(curves.best(rows))


def test_where_curves_lie_furthest_apart():
    row = PERTURBATIONS["rotation"]  # -60, -50, ... 60 degrees
    flat = np.full(len(row.strengths), 0.5)
    other = flat.copy()
    other[2], other[4] = 0.9, 0.2  # at -40 and at -20 degrees
    said = text(curves.where_they_differ(row, {"conv": flat, "aug": other}))
    assert said.startswith("at −40 °") and "ConvNet 50 %" in said and "data 90 %" in said


def test_means_are_those_of_their_own_perturbation():
    rows = {"fc": {"blur": {"probability": [1, 2]}, "noise": {"probability": [3, 4]}}}
    assert curves.means_of("noise", rows) == {"fc": [3, 4]}


def test_charts_are_drawn_with_mean_and_own_curves(models, monkeypatch):
    drawn, ranges = {}, {}

    def line_chart(lines, label, *_, **settings):
        drawn[label], ranges[label] = lines, settings
        return label

    def with_dots(label, lines, x_range, y_range, size):
        drawn[label] += lines
        assert ranges[label] == {"x_range": x_range, "y_range": y_range, "size": size}
        return label

    monkeypatch.setattr(curves, "line_chart", line_chart)
    monkeypatch.setattr(curves, "with_dots", with_dots)
    own = {name: {"conv": [place] * 3} for place, name in enumerate(CURVES)}
    monkeypatch.setattr(curves, "curves", lambda *_: own)
    means = {name: {"probability": [10 * place] * 3} for place, name in enumerate(CURVES)}
    weights = type("Weights", (), {"models": models, "robustness": {"conv": means}})
    words = text(curves.charts_of(weights, DIGIT))
    for place, name in enumerate(CURVES):
        row = PERTURBATIONS[name]
        mean_line, own_line = drawn[f"{row.title}, {row.unit}"]
        assert list(mean_line.y) == [10 * place] * 3
        assert list(own_line.y) == [place] * 3 and own_line.style == "s"
        assert mean_line.x == own_line.x == row.strengths and mean_line.colour == "--conv"
    assert f"{texts.WHOSE['mean']} at −60 °, where they differ most: ConvNet 0 %." in words
    assert f"{texts.WHOSE['mean']} at 0 %, where they differ most: ConvNet 5000 %." in words
    assert f"{texts.WHOSE['own']} at 0 %, where they differ most: ConvNet 500 %." in words


def test_a_map_writes_what_is_read_where_the_answer_is_lost(monkeypatch):
    labels = np.full((17, 17), 2)
    labels[3, 10] = 7  # 5 px up, 2 px to the right
    labels[8, 12:] = 5  # 4 px or more to the right
    seen = ShiftMap(2, np.full((17, 17), 0.75), labels)
    monkeypatch.setattr(maps, "shift_map", lambda *_: {"aug": seen})
    html = maps.maps_of(type("Weights", (), {"models": {}}), DIGIT, "own")
    assert '<text x="10.5" y="3.5">7</text>' in html and html.count("<text") == 6
    said = text(html)
    assert "Keeps its 2 at 283 of 289 places: up to 8 px up, 8 down, 8 to the left, 3" in said


def test_the_average_map_says_how_many_are_read_right_at_each_distance():
    grid = np.zeros((17, 17))
    for distance, share in ((2, 0.9), (4, 0.5), (8, 0.25)):
        grid[[8 - distance, 8 + distance], 8] = grid[8, [8 - distance, 8 + distance]] = share
    shifts = {"accuracy": grid.ravel().tolist(), "probability": grid.ravel().tolist()}
    weights = type("Weights", (), {"robustness": {"conv": {"shifts": shifts}}})
    said = text(maps.maps_of(weights, DIGIT, "mean"))
    assert "Reads 90.0 % of the test digits right when they are 2 px away, 50.0 % at 4 px" in said
    assert "25.0 % at 8 px" in said
    assert texts.STALE in text(maps.maps_of(type("W", (), {"robustness": {}}), DIGIT, "mean"))
    blank = np.zeros((28, 28), np.uint8)
    assert texts.BLANK in text(maps.maps_of(type("W", (), {"models": {}}), blank, "own"))


def test_another_digit_is_not_changed_as_the_last_one_was(shared):
    fill, inputs, outputs = in_loop(build_in_blocks, layout.build, shared)
    digit, *sliders = inputs[4:]
    three, five = from_test_set(18), from_test_set(15)
    first = next(fill(three, "mnist", "", "own", None, *(1,) * 8))
    assert [first[slider] for slider in sliders] == [0] * 8 and digit in outputs
    assert "--down:0;--right:0" in first[outputs[-4]]
    again = next(fill(three, "mnist", "", "own", first[digit], *(1,) * 8))
    assert not set(sliders) & set(again) and "--down:1;--right:1" in again[outputs[-4]]
    for image, pipeline in ((five, "mnist"), (three, "notebook")):
        assert next(fill(image, pipeline, "", "own", first[digit], *(1,) * 8))[sliders[0]] == 0


def test_the_answers_are_those_to_the_moved_digit(models, monkeypatch):
    asked = []

    def predict(models, digit):
        asked.append(digit)
        return {}

    monkeypatch.setattr(layout, "predict", predict)
    weights = type("Weights", (), {"models": models})
    html = layout.answers_to(weights, DIGIT, [3, -2])  # down, right
    np.testing.assert_array_equal(asked[0], np.pad(DIGIT, ((3, 0), (0, 2)))[:28, 2:])
    assert re.search(r"--down:3;--right:-2", html)
