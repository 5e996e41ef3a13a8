"""One reading per image, pipeline and weight set; never one of other weights."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_cnn.page import readings as module
from mnist_cnn.page.current_digit import InputImage, from_test_set
from mnist_cnn.page.readings import Readings, kept
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.pipelines import PIPELINES
from mnist_cnn.reading.predict import read


@pytest.fixture
def calls(monkeypatch):
    """What `read` was asked: (file, weights, pipeline), ..."""
    asked = []

    def counted(*question):
        asked.append(question)
        return read(*question)

    monkeypatch.setattr(module, "read", counted)
    return asked


FIRST, OTHER = from_test_set(0), from_test_set(8)


def test_what_was_read_is_not_read_again(weights, calls):
    readings = Readings()
    first = readings.read(FIRST, "mnist", weights)
    assert readings.read(FIRST, "mnist", weights) is first
    assert (
        readings.read(InputImage(FIRST.file, "elsewhere", bright_ink=True), "mnist", weights)
        is first
    )
    assert readings.digit(FIRST, "mnist", weights).dtype == np.uint8
    assert len(calls) == 1


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_kept_reading_is_what_reading_anew_gives(weights, pipeline):
    readings, plain = Readings(), read(FIRST.file, weights, pipeline, bright_ink=True)
    for _ in range(2):
        kept = readings.read(FIRST, pipeline, weights)
        assert kept.predictions == plain.predictions and kept.rejection == plain.rejection
        assert [frame.name for frame in kept.frames] == [frame.name for frame in plain.frames]
        assert np.array_equal(kept.digit, plain.digit)
        digit = readings.digit(FIRST, pipeline, weights)
        assert np.array_equal(digit, np.rint(255 * plain.digit))


def test_another_image_pipeline_or_weight_set_is_another_reading(weights, calls):
    readings, answers = Readings(), {}
    turned = replace(weights, models={**weights.models, "aug": weights.models["fc"]})
    for image in (FIRST, OTHER):
        for pipeline in ("mnist", "notebook"):
            for name, answering in {"shipped": weights, "turned": turned}.items():
                reading = readings.read(image, pipeline, answering)
                answers[image, pipeline, name] = reading.predictions["aug"]
    assert len(calls) == len({answer.probabilities for answer in answers.values()}) == 8
    assert {answer.preprocessing for answer in answers.values()} == {"mnist", "notebook"}
    for (image, pipeline, name), answer in answers.items():
        answering = {"shipped": weights, "turned": turned}[name]
        assert readings.read(image, pipeline, answering).predictions["aug"] == answer
    assert len(calls) == 8


def test_only_the_latest_are_kept(weights, calls):
    readings = Readings(count=2)
    for index in (0, 1, 0, 2):  # 1 is the one that was not asked for the longest time
        readings.read(from_test_set(index), "mnist", weights)
    assert len(calls) == 3
    readings.read(from_test_set(0), "mnist", weights)
    assert len(calls) == 3
    readings.read(from_test_set(1), "mnist", weights)
    assert len(calls) == 4


def test_what_is_no_picture_is_kept_nowhere(weights):
    readings = Readings()
    for _ in range(2):
        with pytest.raises(ImageError):
            readings.read(InputImage(b"no picture", "x"), "mnist", weights)


def test_a_view_is_made_once_for_each_digit_weight_set_and_rest(weights):
    asked = []

    @kept
    def view(weights, digit, whose):
        digit[0, 0] += 1  # of a copy
        asked.append((weights, digit.sum(), whose))
        return len(asked)

    ones, other = np.ones((28, 28), np.uint8), replace(weights)
    for _ in range(2):
        assert [view(weights, ones, "own"), view(weights, ones.T, "mean")] == [1, 2]
        assert [view(weights, 2 * ones, "own"), view(other, ones, "own")] == [3, 4]
    assert asked[0] == (weights, 785, "own") and len(asked) == 4 and (ones == 1).all()
