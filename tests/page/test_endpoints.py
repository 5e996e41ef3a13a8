"""Endpoints as plain functions: answers of the networks and the detector, refusals in words."""

import inspect
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest
from PIL import Image
from scipy.signal import correlate2d

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.page import api
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit
from mnist_cnn.reading.predict import predict
from mnist_cnn.sharing.live import LiveWeights
from tests.page.conftest import png

REFUSED = {"several": "several", "no digit": "no digit", "blank": "blank"}


@pytest.mark.parametrize("kind, reason", REFUSED.items())
def test_what_is_no_digit_is_refused_everywhere(weights, files, kind, reason):
    file = files[kind]
    answers = [
        *(api.classify_image(weights, file, key) for key in weights.models),
        *api.compare(weights, file).values(),
        *api.classify_batch(weights, [lambda: file]),
    ]
    assert len(answers) == 7
    assert {(answer["label"], answer["reason"]) for answer in answers} == {(None, reason)}


def test_the_notebooks_pipelines_refuse_nothing_but_a_blank_paper(weights, files):
    for kind in ("several", "no digit"):
        answers = api.compare(weights, files[kind], "notebook").values()
        assert not {answer["reason"] for answer in answers} & {"several", "no digit"}


@pytest.mark.parametrize("key", ["fc", "conv", "aug"])
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_one_network_answers_in_one_pipeline(weights, files, key, pipeline):
    answer = api.classify_image(weights, files["seven"], key, pipeline)
    digit = to_digit(preprocess(files["seven"], pipeline))
    plain = predict({key: weights.models[key]}, digit)[key]
    assert (answer["model"], answer["preprocessing"]) == (key, pipeline)
    assert list(answer["probabilities"].values()) == list(plain.probabilities)
    assert answer == api.compare(weights, files["seven"], pipeline)[key]
    assert answer == api.classify_batch(weights, [lambda: files["seven"]], key, pipeline)[0]


def test_a_batch_answers_in_order(weights, files):
    order = ["seven", "blank", "several", "seven"]
    given = [lambda name=name: files[name] for name in order]

    def refused():
        raise ImageError("this file was not uploaded; send a picture file")

    given[2:2] = [refused, lambda: b"no picture", lambda: None]
    answers = api.classify_batch(weights, given)
    assert [answer.get("label") for answer in answers] == [7, None, None, None, None, None, 7]
    assert [answer.get("reason") for answer in answers[:2]] == [None, "blank"]
    assert answers[2] == {"error": "image: this file was not uploaded; send a picture file."}
    assert answers[3]["error"].startswith("image: the file is no image")
    assert answers[4]["error"].startswith("image: none came")
    assert answers[5]["reason"] == "several"


def test_a_batch_holds_at_most_100(weights):
    def unread():
        raise ImageError("unread")

    assert len(api.classify_batch(weights, [unread] * 100)) == 100
    with pytest.raises(RequestError, match="images: 101 came; send at most 100 at once"):
        api.classify_batch(weights, [unread] * 101)


def test_a_batch_holds_at_most_600_megapixels_and_none_is_decoded_for_that(weights, monkeypatch):
    decoded = []
    monkeypatch.setattr(api, "classify_image", lambda *asked: decoded.append(asked) or {})
    large = png(Image.new("1", (7000, 8000)))  # 56 megapixels
    given = [lambda: large] * 10
    assert len(api.classify_batch(weights, given)) == len(decoded) == 10
    with pytest.raises(RequestError, match="images: 616 megapixels came; send at most 600 at once"):
        api.classify_batch(weights, [*given, lambda: large])
    assert len(decoded) == 10


def test_pixels_are_used_as_they_are(weights):
    test = embedded_test_set()
    for index, key in ((0, "aug"), (3675, "conv"), (8, "fc")):
        answer = api.classify_pixels(weights, test.images[index].tolist(), key)
        plain = predict(weights.models, test.images[index].numpy())[key]
        assert list(answer["probabilities"].values()) == list(plain.probabilities)
        assert answer["model"] == key
    shares = (test.images[0].numpy() / 255).tolist()
    whole = test.images[0].tolist()
    assert api.classify_pixels(weights, shares) == api.classify_pixels(weights, whole)
    assert api.classify_pixels(weights, [[0] * 28] * 28)["reason"] == "blank"


def test_a_page_of_nothing_has_no_digits_and_no_picture_gets_a_sentence(weights, files):
    assert api.read_page_image(weights, files["blank"]) == []
    (only,) = api.read_page_image(weights, files["seven"])
    assert {row["label"] for row in only["predictions"].values()} == {7}
    for nothing in (None, b"no picture"):
        with pytest.raises(ImageError, match="send a"):
            api.read_page_image(weights, nothing)


def test_preprocess_says_every_step(weights, files):
    for pipeline in PIPELINES:
        result = api.preprocess_image(weights, files["seven"], pipeline)
        frames = preprocess(files["seven"], pipeline)
        assert result["steps"] == [
            {"name": it.name, "why": it.why, "shape": list(it.image.shape)} for it in frames
        ]
        assert np.array_equal(result["digit"], to_digit(frames))


def test_convolve_is_scipys_correlation(weights, files):
    kernel = [[0.5, -2, 0], [1, 0, 3], [0, 0.25, -1]]
    images = embedded_test_set().images.numpy()
    for answer, digit in (
        (api.convolve(weights, kernel), images[3675]),
        (api.convolve(weights, kernel, 7), images[7]),
        (api.convolve(weights, kernel, 7, files["seven"]), to_digit(preprocess(files["seven"]))),
    ):
        assert np.array_equal(answer["input"], digit / 255)
        assert np.allclose(answer["output"], correlate2d(digit / 255, kernel, mode="same"))
        assert answer["kernel"] == kernel
    assert api.convolve(weights, "identity", 7)["output"] == (images[7] / 255).tolist()


def test_activations_are_of_the_layer_and_network(weights, files):
    answer = api.activations_of(weights)
    assert (answer["layer"], answer["shape"]) == ("features.0", [32, 26, 26])
    assert np.shape(answer["values"]) == (32, 26, 26)
    answer = api.activations_of(weights, "fc", "probabilities", 0)
    plain = predict(weights.models, embedded_test_set().images[0].numpy())["fc"]
    assert np.allclose(answer["values"], plain.probabilities, atol=1e-6)
    answer = api.activations_of(weights, "aug", "probabilities", 0, files["seven"])
    plain = predict(weights.models, to_digit(preprocess(files["seven"])))["aug"]
    assert np.allclose(answer["values"], plain.probabilities, atol=1e-6)


def test_errors_are_those_of_the_network(weights):
    test = embedded_test_set()
    for key in weights.models:
        rows = api.errors(weights, key)
        known = weights.metrics["models"][key]["test"]
        assert [row["index"] for row in rows] == known["errors"]
        assert [row["predicted"] for row in rows] == known["predicted"]
        assert [row["true"] for row in rows] == test.labels[known["errors"]].tolist()
        plain = predict(weights.models, test.images[rows[0]["index"]].numpy())[key]
        assert rows[0]["probability"] == pytest.approx(plain.confidence, abs=1e-6)
    bare = replace(weights, metrics={"models": {}})
    with pytest.raises(RequestError, match="no test results of aug are stored"):
        api.errors(bare, "aug")


def test_a_shift_map_has_the_plain_answer_in_its_middle(weights, files):
    images = embedded_test_set().images.numpy()
    for answer, digit in (
        (api.shift_map_of(weights, max_shift=1), images[3675]),
        (api.shift_map_of(weights, None, 8, 1), images[8]),
        (api.shift_map_of(weights, files["seven"], 8, 1), to_digit(preprocess(files["seven"]))),
    ):
        assert list(answer) == list(weights.models)
        for key, plain in predict(weights.models, digit).items():
            assert np.shape(answer[key]) == (3, 3)
            assert answer[key][1][1] == pytest.approx(plain.confidence, abs=1e-5)


def test_models_say_what_is_known_of_them(weights):
    named = replace(weights, repo_id="teacher/mnist", commit="c" * 40)
    rows = api.list_models(named)
    assert [row["key"] for row in rows] == list(weights.models)
    assert {(row["source"], row["revision"]) for row in rows} == {("teacher/mnist", "c" * 40)}
    assert {row["source"] for row in api.list_models(weights)} == {"embedded"}
    conv = rows[1]
    # 1·32·9 + 32, 32·32·9 + 32, 32·64·9 + 64, 64·64·9 + 64, and 4 batch norms, 2 dense layers, 1.
    assert conv["parameters"] == (
        320 + 9248 + 18496 + 36928 + 2 * (32 + 32 + 64 + 64) + 1024 * 512 + 512 + 2 * 512 + 5130
    )
    assert (
        conv["test_accuracy"] == 1 - len(weights.metrics["models"]["conv"]["test"]["errors"]) / 1e4
    )
    assert conv["interval"][0] < conv["test_accuracy"] < conv["interval"][1]
    assert conv["layers"][0] == "input" and conv["layers"][-1] == "probabilities"
    bare = api.list_models(replace(weights, metrics={"models": {}}))
    assert {row["test_accuracy"] for row in bare} == {row["sha256"] for row in bare} == {None}


@pytest.mark.parametrize(
    "function, arguments, said",
    [
        (api.classify_image, ["seven", "resnet"], "model: 'resnet' is none of fc, conv, aug"),
        (api.classify_image, ["seven", "aug", "mine"], "preprocessing: 'mine' is none of mnist"),
        (api.classify_image, ["seven", None], "model: 'None' is none of"),
        (api.classify_pixels, [[[0] * 28] * 28, "x"], "model: 'x' is none of"),
        (api.classify_pixels, [[[1, 2]]], "pixels: shape"),
        (api.classify_batch, [[], "x"], "model: 'x' is none of"),
        (api.classify_batch, [[], "aug", "x"], "preprocessing: 'x' is none of"),
        (api.compare, ["seven", 3], "preprocessing: '3' is none of"),
        (api.preprocess_image, ["seven", "x"], "preprocessing: 'x' is none of"),
        (api.convolve, ["sobel"], "kernel: 'sobel' is none of"),
        (api.convolve, ["blur", -1], "index: -1 came; send a whole number from 0 to 9999"),
        (api.convolve, ["blur", 10_000], "index: 10000 came; send a whole number from 0 to 9999"),
        (api.convolve, ["blur", 0.5], "index: 0.5 came"),
        (api.activations_of, ["x"], "model: 'x' is none of"),
        (api.activations_of, ["fc", "features.0"], "layer: 'features.0' is none of input"),
        (api.errors, ["x"], "model: 'x' is none of"),
        (api.shift_map_of, [None, 0, 13], "max_shift: 13 came"),
        (api.shift_map_of, [None, "x"], "index: 'x' came"),
    ],
)
def test_wrong_input_is_named(weights, files, function, arguments, said):
    given = [files["seven"] if it == "seven" else it for it in arguments]
    with pytest.raises(RequestError) as caught:
        function(weights, *given)
    assert said in str(caught.value)


@pytest.mark.parametrize("function", [api.classify_image, api.compare, api.preprocess_image])
def test_no_image_is_said(weights, function):
    with pytest.raises(ImageError, match="none came; send a PNG, JPEG, WebP, GIF, BMP, TIFF"):
        function(weights, None)


def test_an_endpoint_takes_its_inputs_from_its_function():
    def double(weights, index: float, model: str = "fc", image=None):
        """Twice the index.

        Args:
            index: a number.
        """
        if index < 0:
            raise RequestError("index: too small")
        if image:
            raise ImageError("it is dark")
        return [weights, 2 * index, model]

    live = LiveWeights("first")
    endpoint = api.serve(double, live)
    assert list(inspect.signature(endpoint).parameters) == ["index", "model", "image"]
    assert endpoint.__doc__ == double.__doc__
    assert endpoint(3) == ["first", 6, "fc"]
    live.current = "second"
    assert endpoint(1, "aug") == ["second", 2, "aug"]
    for inputs, said in (((-1,), "index: too small."), ((1, "fc", True), "image: it is dark.")):
        with pytest.raises(gr.Error) as caught:
            endpoint(*inputs)
        assert (caught.value.message, caught.value.print_exception) == (said, False)


def test_every_endpoint_is_a_row_with_documentation(page):
    functions = {row.api_name: row for row in page.fns.values() if row.api_visibility == "public"}
    assert list(functions) == list(api.ENDPOINTS)
    for name, row in functions.items():
        function = api.ENDPOINTS[name]
        parameters = list(inspect.signature(function).parameters.values())
        assert [block.label for block in row.inputs] == [it.name for it in parameters[1:]]
        documented = inspect.getdoc(function)
        for block, parameter in zip(row.inputs, parameters[1:]):
            assert parameter.name in documented
            if parameter.default not in (None, parameter.empty):
                assert block.value == parameter.default
        assert "Returns:" in documented


def test_choices_of_others_reach_the_endpoint_which_names_the_argument(page):
    rows = {row.api_name: row for row in page.fns.values()}
    _, model, preprocessing = rows["classify"].inputs
    for block in (model, preprocessing):
        assert block.preprocess("x") == "x"
