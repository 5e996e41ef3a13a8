"""What Compare says of three networks and three pipelines."""

import dataclasses
import re
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.disagreements import DISAGREEMENTS, DRAWN
from mnist_cnn.judging.drawings import DRAWINGS
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.recipes import RECIPES, recipe_from
from mnist_cnn.page.current_digit import from_photo, from_test_set
from mnist_cnn.page.rooms import compare
from mnist_cnn.page.rooms.compare import digits_to_try, networks_side_by_side, pipeline_verdict
from mnist_cnn.page.texts import compare as compare_texts
from mnist_cnn.page.widgets.augmented import augmented, varied_digits, varied_words
from mnist_cnn.reading.pipelines import PIPELINES
from mnist_cnn.reading.predict import read
from tests.conftest import draw_seven
from tests.page.conftest import in_loop, png
from tests.page.predictions import BLANK, SEVERAL, prediction
from tests.page.words import text

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
        ("Time per digit", "about 0.03 ms"),
        ("Test accuracy", "98.77 %<small>95 % interval 98.53 to 98.97</small>"),
    ]
    assert len(cards) == 3 and "<dl>" not in cards[1] + cards[2]  # no results of these are known
    assert all('<div class="numeral">7</div>' in card for card in cards)
    assert [names(card)[0] for card in cards] == [
        *("Fully connected", "ConvNet", "ConvNet, augmented data"),
    ]


def test_what_varies_the_training_digits_is_said_of_these_weights():
    metrics = load_metrics()["models"]
    assert augmented(metrics["conv"]) == augmented(None) == augmented({}) == ""
    assert augmented({"run": {"recipe": {"of": "another version"}}}) == ""
    assert recipe_from(metrics["aug"]["run"]["recipe"]) == RECIPES["aug"]["default"]
    (words,) = varied_words(
        RECIPES["aug"]["lesson"].augmentation, 0
    )  # nothing is written beside MNIST's
    assert words.split(": ")[1].startswith(
        "moved by up to 2.8 px; turned by up to 10°; scaled by up to 5 %; brighter or darker by "
        "up to 10 %; with up to 10 % more or less contrast."
    )
    fields = {field.name for field in dataclasses.fields(Augmentation)}
    assert fields - set(compare_texts.VARIED) == {"per_sample_strength"}


def test_the_picture_shows_each_digit_above_its_variations():
    digits = varied_digits(RECIPES["aug"]["default"].augmentation)
    assert digits.shape == (4 * 28, 10 * 28)
    test = embedded_test_set()
    for digit in range(10):
        column = digits[:, 28 * digit : 28 * digit + 28].reshape(4, 28, 28)
        first = test.images[test.labels == digit][0].numpy() / 255
        np.testing.assert_allclose(column[0], first, atol=1e-6)
        assert all(0.001 < abs(varied - first).mean() < 0.4 for varied in column[1:])
    still = varied_digits(Augmentation()).reshape(4, 28, 280)
    np.testing.assert_allclose(still[1:], still[:1].repeat(3, 0), atol=1e-5)


def picks(html):
    return re.findall(r'data-pick="([^"]+)"', html)


def test_the_digits_to_try_are_misread_by_some_and_not_by_all_alike(weights):
    html = digits_to_try(weights)
    assert picks(html) == [*map(str, DISAGREEMENTS), *DRAWN]
    assert 'aria-label="written 6, test digit 3030, a 6"' in html
    assert 'aria-label="written 1, our drawing, a 1"' in html
    assert f"from {len(DRAWINGS)} digits that we drew ourselves" in html
    # Other networks may agree on all of them.
    rows = {key: {"test": {"errors": [740], "predicted": [9]}} for key in weights.models}
    assert picks(digits_to_try(replace(weights, metrics={"models": rows}))) == [*DRAWN]
    alike = dict.fromkeys(weights.models, weights.models["conv"])
    assert digits_to_try(replace(weights, models=alike, metrics={"models": rows})) == ""
    rows["aug"] = {"test": {"errors": [740], "predicted": [8]}}
    apart = digits_to_try(replace(weights, metrics={"models": rows}))
    assert picks(apart) == ["740", *DRAWN]


def build_room(shared):
    with gr.Blocks(analytics_enabled=False):
        return compare.build(shared)


def test_the_room_shows_the_chosen_pipeline_and_all_of_them(weights, shared):
    fill, inputs, (columns, pipelines, trained, tries) = in_loop(build_room, shared)
    assert inputs == [shared.picture, shared.pipeline, shared.own]
    image = from_photo(png(draw_seven(paper="silver")))
    said = text(fill(image, "mnist", "")[trained])
    assert fill(image, "mnist", "")[tries] == digits_to_try(weights)
    assert "turned by up to 12.5°" in said and "24 for every 100" in said
    # Temperatures and errors of calibration, as metrics.json holds them.
    assert "Fully connected 0.57, ConvNet 0.47," in said and "Fully connected 0.3 %" in said
    for pipeline in PIPELINES:
        shown = fill(image, pipeline, "")
        reading = read(image.file, weights, pipeline)
        assert shown[columns] == networks_side_by_side(reading, weights.metrics["models"])
        titles = re.findall("<section><h3>(.*?)</h3>", shown[pipelines])
        assert [title.replace("&#39;", "'") for title in titles] == [
            row.title for row in PIPELINES.values()
        ]
    pictures = re.findall('src="([^"]*)"', shown[pipelines])
    assert len(set(pictures)) == 3
