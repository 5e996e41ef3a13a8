"""Predictions in, words and bars out."""

import re

import pytest

from mnist_cnn.page.texts.english import common as common_texts
from mnist_cnn.page.widgets.answer import (
    answer,
    answer_in_words,
    answer_lines,
    bars,
    large_answer,
)
from tests.page.predictions import BLANK, NO_DIGIT, NOTHING_LEFT, SEVERAL, UNSURE, prediction


@pytest.mark.parametrize(
    "given, words",
    [
        (prediction({7: 0.9}), "7"),
        (prediction({0: 0.9}), "0"),
        (BLANK, "nothing"),
        (UNSURE, "9 or 4"),
        (SEVERAL, "several digits"),
        (NO_DIGIT, "no digit"),
    ],
)
def test_an_answer_in_a_word_or_two(given, words):
    assert answer_in_words(given) == words


@pytest.mark.parametrize(
    "given, numeral, certainty",
    [
        (prediction({7: 0.99999}), "7", "sure, &gt; 99.9 %"),
        (prediction({7: 0.99}), "7", "sure, 99.0 %"),
        (prediction({7: 0.989}), "7", "almost sure, 98.9 %"),
        (prediction({7: 0.9}), "7", "almost sure, 90.0 %"),
        (prediction({7: 0.899}), "7", "not quite sure, 89.9 %"),
        (UNSURE, "?", "Not sure: 9 or 4, 45.0 %"),
    ],
)
def test_a_large_numeral_and_how_sure_it_is(given, numeral, certainty):
    assert large_answer(given) == (
        f'<div class="numeral">{numeral}</div><p class="certainty">{certainty}</p>'
    )


@pytest.mark.parametrize(
    "given, large, why",
    [
        (BLANK, *common_texts.BLANK),
        (SEVERAL, *common_texts.REFUSED["several"]),
        (NO_DIGIT, *common_texts.REFUSED["no digit"]),
    ],
)
def test_why_there_is_no_numeral(given, large, why):
    assert large_answer(given) == (
        f'<div class="numeral none">{large}</div><p class="certainty">{why}</p>'
    )


def test_a_blank_paper_to_draw_on_is_an_invitation():
    for words, is_drawn in ((common_texts.INVITATION, True), (common_texts.BLANK, False)):
        shown = answer(BLANK, {}, is_drawn)
        assert all(word in shown for word in words)


def rows_of(html):
    return re.findall(
        r'<li( class="top")?><b>(\d)</b><span><i style="width:([\d.]+)%"></i></span>'
        r"<em>([^<]*)</em></li>",
        html,
    )


def test_ten_bars_as_long_as_their_probabilities():
    given = prediction({7: 0.6, 1: 0.25, 2: 0.0999, 3: 0.0001, 0: 0.05})
    rows = rows_of(bars(given))
    assert [row[1] for row in rows] == list("0123456789")
    assert [row[2] for row in rows[:4]] == ["5.00", "25.00", "9.99", "0.01"]
    assert [row[3] for row in rows[:4]] == ["5.0 %", "25.0 %", "10.0 %", "0.0 %"]
    assert [row[1] for row in rows if row[0]] == ["7"]
    assert 'aria-label="Probabilities: 7 60.0 %, 1 25.0 %, 2 10.0 %"' in bars(given)


def test_the_top_bar_of_a_refused_digit_is_the_likeliest():
    assert [row[1] for row in rows_of(bars(UNSURE)) if row[0]] == ["9"]


@pytest.mark.parametrize("nothing", [BLANK, NOTHING_LEFT])
def test_bars_are_empty_where_there_is_no_digit(nothing):
    rows = rows_of(bars(nothing))
    assert [row[::2] for row in rows] == [("", "0.00")] * 10
    assert {row[3] for row in rows} == {""}
    assert 'aria-label="Probabilities: no digit yet"' in bars(nothing)


@pytest.mark.parametrize("key", ["fc", "conv", "aug"])
def test_bars_are_in_the_colour_of_their_network(key):
    assert f'style="--model:var(--{key})"' in bars(prediction(model=key))


def test_one_line_per_network():
    lines = answer_lines(
        {"fc": prediction({3: 0.75}), "conv": UNSURE, "aug": prediction({5: 0.6}, "several")}
    )
    fc, conv, aug = re.findall("<li>(.*?)</li>", lines)
    assert ">Fully connected</span> <b>3</b> 75.0 %" in fc
    assert ">ConvNet</span> <b>9 or 4</b> 45.0 %" in conv
    assert ">ConvNet, augmented data</span> <b>would say 5</b> 60.0 %" in aug


def test_a_blank_papers_lines_say_nothing():
    for nothing in (BLANK, NOTHING_LEFT):
        assert answer_lines({"fc": nothing}).endswith("Fully connected</span> </li></ul>")


def test_the_whole_answer():
    other = prediction({4: 0.7})
    whole = answer(prediction({7: 0.9}), {"fc": other}, is_drawn=True)
    assert whole.startswith('<div class="answer"><div class="numeral">7</div>')
    assert ">ConvNet, augmented data</span><br>almost sure, 90.0 %</p>" in whole
    assert answer_lines({"fc": other}) + bars(prediction({7: 0.9})) in whole
    assert "ConvNet" not in answer(SEVERAL, {"fc": other}, is_drawn=True)  # the guard says it
