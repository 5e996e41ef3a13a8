"""Answers are honest: probabilities that sum to one, and no label where there is none to give."""

import numpy as np
import pytest
import torch

import mnist_cnn
from mnist_cnn.arguments import RequestError, check_pixels
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.reading.detector import Weights
from mnist_cnn.reading.predict import Prediction, classify, predict

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


def test_blank_is_a_state_not_a_guess(models):
    for prediction in predict(models, np.zeros((28, 28), np.uint8)).values():
        assert (prediction.label, prediction.reason) == (None, "blank")


def test_an_even_split_is_unsure():
    class Undecided(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.answer = torch.nn.Parameter(torch.tensor([0.0, 0, 0, 0, 5, 0, 0, 0, 0, 4.99]))

        def forward(self, x):
            return self.answer.expand(len(x), 10)

    prediction = predict({"fc": Undecided()}, TEST.images[0].numpy())["fc"]
    assert (prediction.label, prediction.reason) == (None, "unsure")
    assert prediction.ranking[:2] == [4, 9]


def test_prediction_checks_itself():
    even = (0.1,) * 10
    with pytest.raises(ValueError):
        Prediction(1, None, 0.1, (0.2,) * 10, "fc", "mnist")
    with pytest.raises(ValueError):
        Prediction(None, None, 0.1, even, "fc", "mnist")
    assert set(Prediction(None, "blank", 0.1, even, "fc", "mnist").as_dict()) == {
        "label", "reason", "confidence", "probabilities", "model", "preprocessing",
    }  # fmt: skip


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


def test_pixels_are_used_as_they_are():
    pixels = TEST.images[0].tolist()
    assert check_pixels(pixels).tolist() == pixels


@pytest.mark.parametrize(
    "pixels, said",
    [
        ([[1, 2], [3, 4]], r"shape \(2, 2\) came"),
        ([[1, 2], [3]], "no table of numbers"),
        ("drawing", "no table of numbers"),
        (None, "no table of numbers"),
        ([[256] * 28] * 28, "outside 0 to 255"),
        ([[-1] * 28] * 28, "outside 0 to 255"),
        ([[float("nan")] * 28] * 28, "outside 0 to 255"),
    ],
)
def test_wrong_pixels_are_named(pixels, said):
    with pytest.raises(RequestError, match=said):
        check_pixels(pixels)
