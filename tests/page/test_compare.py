"""What Compare says of three networks and three pipelines."""

import re

import gradio as gr
import pytest

from mnist_cnn.page.current_digit import from_photo, from_test_set
from mnist_cnn.page.rooms import compare
from mnist_cnn.page.rooms.compare import networks_side_by_side, pipeline_verdict
from mnist_cnn.reading.pipelines import PIPELINES
from mnist_cnn.reading.predict import read
from tests.conftest import draw_seven
from tests.page.conftest import in_loop, png
from tests.page.predictions import BLANK, SEVERAL, prediction

SAME = "Here all ways lead to the same answers."


def labels(fc, conv, aug):
    """One pipeline's predictions; a label that is None is that of several digits."""
    given = {"fc": fc, "conv": conv, "aug": aug}
    return {key: SEVERAL if it is None else prediction({it: 0.9}) for key, it in given.items()}


def names(html):
    return re.findall(r"<span[^>]*>([^<]*)</span>", html)


@pytest.mark.parametrize(
    "own, notebook, contrast, changed",
    [
        ((7, 7, 7), (7, 7, 7), (7, 7, 7), []),
        ((7, 7, 7), (1, 7, 7), (7, 7, 7), ["Fully connected"]),
        ((7, 7, 7), (7, 7, 7), (7, 7, 1), ["ConvNet, augmented data"]),
        ((7, 7, 7), (1, 2, 7), (7, 7, 7), ["Fully connected", "ConvNet"]),
        ((7, 2, 3), (7, 2, 3), (7, 2, 3), []),  # they differ, but not by the pipeline
        ((None, 7, 7), (7, 7, 7), (7, 7, 7), ["Fully connected"]),
        ((None, None, None), (None, None, None), (None, None, None), []),
    ],
)
def test_whose_answer_depends_on_the_pipeline(own, notebook, contrast, changed):
    verdict = pipeline_verdict(
        {"mnist": labels(*own), "notebook": labels(*notebook), "contrast": labels(*contrast)}
    )
    assert names(verdict) == changed
    assert (SAME in verdict) == (not changed)
    assert ("The way changes the answer of" in verdict) == bool(changed)


def test_blank_papers_are_not_judged():
    blank = dict.fromkeys(("fc", "conv", "aug"), BLANK)
    assert pipeline_verdict({"mnist": blank, "notebook": blank}) == ""
    assert names(pipeline_verdict({"mnist": blank, "notebook": labels(7, 7, 7)})) != []


def test_what_a_network_costs(weights):
    row = {
        "parameters": 407_050,
        "multiply_adds": 406_528,
        "milliseconds_per_digit": 0.0251,
        "test": {"accuracy": 0.98765, "interval": [0.98531, 0.98969]},
    }
    reading = read(from_test_set(0).file, weights)
    cards = networks_side_by_side(reading, {"fc": row}).split("<section>")[1:]
    figures = re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", cards[0])
    assert figures == [
        ("Parameters", "407,050"),
        ("Multiply-adds", "406,528"),
        ("Time per digit", "0.03 ms"),
        ("Test accuracy", "98.77 %<small>95 % interval 98.53 to 98.97</small>"),
    ]
    assert len(cards) == 3 and "<dl>" not in cards[1] + cards[2]  # no results of these are known
    assert all('<div class="numeral">7</div>' in card for card in cards)
    assert [names(card)[0] for card in cards] == [
        *("Fully connected", "ConvNet", "ConvNet, augmented data"),
    ]


def build_room(shared):
    with gr.Blocks(analytics_enabled=False):
        return compare.build(shared)


def test_the_room_shows_the_chosen_pipeline_and_all_of_them(weights, shared):
    fill, inputs, (columns, pipelines) = in_loop(build_room, shared)
    assert inputs == [shared.picture, shared.pipeline]
    image = from_photo(png(draw_seven(paper="silver")))
    for pipeline in PIPELINES:
        shown = fill(image, pipeline)
        reading = read(image.file, weights, pipeline)
        assert shown[columns] == networks_side_by_side(reading, weights.metrics["models"])
        titles = re.findall("<section><h3>(.*?)</h3>", shown[pipelines])
        assert [title.replace("&#39;", "'") for title in titles] == [
            row.title for row in PIPELINES.values()
        ]
    pictures = re.findall('src="([^"]*)"', shown[pipelines])
    assert len(set(pictures)) == 3
