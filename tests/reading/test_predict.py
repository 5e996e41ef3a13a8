"""Answers are honest: probabilities that sum to one, and no label where there is none to give."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

import mnist_cnn
from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading import predict as predict_module
from mnist_cnn.reading.detector import Weights
from mnist_cnn.reading.pipelines import preprocess, to_digit
from mnist_cnn.reading.predict import (
    Prediction,
    classify,
    is_blank,
    logits,
    predict,
    predict_all,
    read,
)
from mnist_cnn.reading.reasons import Reason
from tests.reading import non_digits

TEST = embedded_test_set()


def test_a_drawn_seven_is_a_seven_for_all_three(models, seven):
    for key in models:
        prediction = classify(seven, key, weights=Weights(models, None))
        assert (prediction.label, prediction.reason, prediction.model) == (7, None, key)
        assert sum(prediction.probabilities) == pytest.approx(1)
        assert prediction.confidence == max(prediction.probabilities) > 0.9


def test_probabilities_are_the_softmax_of_the_logits(models):
    digit = TEST.images[3675].numpy()
    x = (torch.from_numpy(digit / 255.0).float() - 0.1307) / 0.3081
    expected = torch.softmax(models["conv"](x[None, None]), 1)[0].tolist()
    prediction = predict(models, digit)["conv"]
    assert prediction.probabilities == pytest.approx(expected, abs=1e-5)


class Fixed(torch.nn.Module):
    """A network that gives a 4 this probability, a 9 the rest, whatever it sees."""

    def __init__(self, probability):
        super().__init__()
        answer = torch.full((10,), -40.0)
        answer[4], answer[9] = np.log(probability), np.log(1 - probability)
        self.answer = torch.nn.Parameter(answer)

    def forward(self, x):
        return self.answer.expand(len(x), 10)


EMPTY, DIGIT = np.zeros((28, 28), np.uint8), TEST.images[0].numpy()


@pytest.mark.parametrize(
    "digit, rejection, probability, label, reason",
    [
        (DIGIT, None, 0.99, 4, None),
        (DIGIT, None, 0.51, 4, None),
        (DIGIT, None, 0.01, 9, None),
        (DIGIT, None, 0.5, 4, None),  # at the limit, an answer; numbers are rounded in its favour
        (DIGIT, None, 0.499999, 9, None),
        (DIGIT, "several", 0.99, None, "several"),
        (DIGIT, "no digit", 0.99, None, "no digit"),
        (EMPTY, None, 0.99, None, "blank"),
        (EMPTY, "no digit", 0.5, None, "no digit"),  # there is ink, but it makes no digit
    ],
)
def test_label_or_reason(digit, rejection, probability, label, reason):
    prediction = predict({"fc": Fixed(probability)}, digit, "notebook", rejection)["fc"]
    assert (prediction.label, prediction.reason) == (label, reason)
    assert (prediction.model, prediction.preprocessing) == ("fc", "notebook")


class Undecided(Fixed):
    """A network that gives a 4 less than one in two, and no digit more."""

    def __init__(self, probability):
        super().__init__(0.5)
        rest = (1 - probability) / 9
        answer = torch.tensor([rest] * 10).log()
        answer[4] = np.log(probability)
        self.answer = torch.nn.Parameter(answer)


@pytest.mark.parametrize("rejection, reason", [(None, "unsure"), ("no digit", "no digit")])
def test_less_than_one_in_two_is_unsure(rejection, reason):
    prediction = predict({"fc": Undecided(0.49)}, DIGIT, rejection=rejection)["fc"]
    assert (prediction.label, prediction.reason) == (None, reason)
    assert prediction.confidence == pytest.approx(0.49) and prediction.ranking[0] == 4
    assert prediction.probabilities[:2] == pytest.approx((0.51 / 9, 0.51 / 9))


def test_ranking_is_likeliest_first():
    assert predict({"fc": Fixed(0.3)}, DIGIT)["fc"].ranking == [9, 4, 0, 1, 2, 3, 5, 6, 7, 8]


def test_blank_is_a_state_not_a_guess(models):
    for key, prediction in predict(models, EMPTY).items():
        assert (prediction.label, prediction.reason) == (None, "blank")
        assert prediction.probabilities == (0.1,) * 10 and prediction.model == key


def test_of_an_empty_digit_no_network_is_asked():
    for rejection in (None, "no digit"):
        prediction = predict({"fc": Fixed(0.9)}, EMPTY, rejection=rejection)["fc"]
        assert prediction.saw_nothing and prediction.probabilities == (0.1,) * 10
    assert not predict({"fc": Fixed(0.9)}, DIGIT, rejection="no digit")["fc"].saw_nothing


def test_many_digits_are_answered_as_one_at_a_time(models, seven):
    digits = np.stack([EMPTY, to_digit(preprocess(seven)), EMPTY, DIGIT])
    for rejections in ([None] * 4, ["no digit"] * 4, [None, "several", "no digit", None]):
        found = predict_all(models, digits, rejections=rejections)
        for digit, rejection, answers in zip(digits, rejections, found):
            for key, alone in predict(models, digit, rejection=rejection).items():
                same = pytest.approx(alone.probabilities, abs=1e-5)
                assert answers[key].probabilities == same and answers[key].model == key
                assert (answers[key].label, answers[key].reason) == (alone.label, alone.reason)


@pytest.mark.parametrize("pixels, blank", [(0, True), (1, True), (2, False), (20, False)])
def test_blank_is_less_than_two_inked_pixels(pixels, blank):
    digit = EMPTY.copy()
    digit.flat[300 : 300 + pixels] = 255
    assert is_blank(digit) is blank


def test_the_thinnest_test_digits_are_not_blank():
    scarcest = TEST.images.sum((1, 2)).argsort()[:20]
    assert not any(is_blank(digit) for digit in TEST.images[scarcest].numpy())


def test_reasons_say_what_the_api_says():
    assert [str(reason) for reason in Reason] == ["blank", "several", "no digit", "unsure"]
    assert json.dumps(Reason.NO_DIGIT) == '"no digit"'


def test_logits_of_many_keep_their_order(models):
    digits = TEST.images[:230]
    x = (digits[:, None] / 255 - 0.1307) / 0.3081
    with torch.inference_mode():
        expected = models["fc"](x)
    for size in (None, 7, 1000):
        assert torch.allclose(logits(models["fc"], digits, size), expected, atol=1e-4)


def test_prediction_checks_itself():
    even = (0.1,) * 10
    with pytest.raises(ValueError):
        Prediction(1, None, 0.1, (0.2,) * 10, "fc", "mnist")
    with pytest.raises(ValueError):
        Prediction(None, None, 0.1, even, "fc", "mnist")
    assert set(Prediction(None, "blank", 0.1, even, "fc", "mnist").as_dict()) == {
        "label", "reason", "confidence", "probabilities", "model", "preprocessing",
    }  # fmt: skip


def test_a_prediction_as_json():
    row = predict({"fc": Fixed(0.25)}, DIGIT)["fc"].as_dict()
    assert json.loads(json.dumps(row)) == row
    assert (row["label"], row["reason"], row["model"]) == (9, None, "fc")
    assert row["confidence"] == row["probabilities"]["9"] == pytest.approx(0.75)
    assert row["probabilities"]["4"] == pytest.approx(0.25)
    assert list(row["probabilities"]) == [*"0123456789"]


def test_a_reading_holds_frames_and_answers(models, seven):
    reading = read(seven, Weights(models, None), "notebook")
    frames = preprocess(seven, "notebook")
    assert [frame.id for frame in reading.frames] == [frame.id for frame in frames]
    assert np.array_equal(reading.digit, frames[-1].image) and reading.rejection is None
    assert reading.predictions == predict(models, to_digit(frames), "notebook")


def test_the_detector_refuses_for_all_or_not_at_all(models):
    two = non_digits.pictures("two digits")[0]
    shipped = mnist_cnn.load_weights()
    refused, open_to_all = read(two, shipped), read(two, Weights(models, None))
    assert refused.rejection == "several" and open_to_all.rejection is None
    assert {answer.reason for answer in refused.predictions.values()} == {"several"}
    assert open_to_all.predictions["aug"].reason in (None, "unsure")
    assert mnist_cnn.classify(two).reason == "several"
    assert mnist_cnn.classify(two, weights=shipped).reason == "several"
    assert classify(two, "aug", "notebook").reason in (None, "unsure")


def test_models_do_not_come_without_a_word_on_their_detector(models, seven):
    with pytest.raises(TypeError):
        classify(seven, models=models)
    with pytest.raises(TypeError):
        Weights(models)


def test_shipped_weights_are_read_once(seven, monkeypatch):
    opened = []

    def counted(path, *rest):
        opened.append(Path(path).name)
        return safe_open(path, *rest)

    monkeypatch.setattr("mnist_cnn.networks.weights.safe_open", counted)
    predict_module.load_once.cache_clear()
    answers = {classify(seven, key).confidence for key in ("aug", "aug", "conv", "fc")}
    assert len(answers) == 3
    assert sorted(opened) == [
        "aug.safetensors", "conv.safetensors", "fc.safetensors", "guard.safetensors",
            "ink.safetensors",
    ]  # fmt: skip


def test_the_package_without_a_server(seven):
    assert mnist_cnn.classify(np.asarray(seven)).label == 7
    models = mnist_cnn.load_models()
    assert list(models) == ["fc", "conv", "aug"]
    assert models["aug"](torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert mnist_cnn.classify(seven, "conv", "notebook").preprocessing == "notebook"


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"model": "resnet"}, "model: 'resnet' is none of fc, conv, aug"),
        ({"model": None}, "model: 'None'"),
        ({"preprocessing": "mine"}, "preprocessing: 'mine' is none of mnist"),
    ],
)
def test_what_does_not_exist_is_named(seven, models, settings, said):
    with pytest.raises(RequestError, match=said):
        classify(seven, weights=Weights(models, None), **settings)
