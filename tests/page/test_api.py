"""Programs get what the page and the package get: the real client against the running app."""

import json
import urllib.request

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from scipy.signal import correlate2d

from mnist_cnn import classify, evaluate
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations
from mnist_cnn.explaining.convolution import KERNELS
from mnist_cnn.explaining.shifts import shift_map
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.models import MODELS
from mnist_cnn.reading.page import read_page
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit
from mnist_cnn.reading.predict import predict
from tests.conftest import draw_seven
from tests.reading.corpus import corpus

# The client itself leaves sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

NAMES = [
    *("/classify", "/classify_pixels", "/classify_batch", "/compare", "/read_page"),
    *("/preprocess", "/convolve", "/activations", "/shift_map", "/models", "/errors", "/evaluate"),
]


@pytest.fixture(scope="module")
def client(app):
    client = Client(app, verbose=False)
    yield client
    client.close()


@pytest.fixture(scope="module")
def seven_file(seven, tmp_path_factory):
    path = tmp_path_factory.mktemp("api") / "seven.png"
    seven.save(path)
    return path


def test_only_the_documented_endpoints_are_public(client):
    api = client.view_api(return_format="dict", print_info=False)
    assert sorted(api["named_endpoints"]) == sorted(NAMES) and not api["unnamed_endpoints"]
    for endpoint in api["named_endpoints"].values():
        assert endpoint["description"]
    defaults = {
        parameter["parameter_name"]: parameter["parameter_default"]
        for parameter in api["named_endpoints"]["/classify"]["parameters"]
        if parameter["parameter_has_default"]
    }
    assert defaults == {"model": "aug", "preprocessing": "mnist"}


@pytest.mark.parametrize("key", MODELS)
@pytest.mark.parametrize("way", PIPELINES)
def test_classify_says_what_the_package_says(client, seven_file, key, way):
    answer = client.predict(handle_file(seven_file), key, way, api_name="/classify")
    expected = classify(seven_file, key, way).as_dict()
    assert answer.pop("probabilities") == pytest.approx(expected.pop("probabilities"), abs=1e-5)
    assert answer.pop("confidence") == pytest.approx(expected.pop("confidence"), abs=1e-5)
    assert answer == expected


def test_defaults(client, seven_file):
    answer = client.predict(handle_file(seven_file), api_name="/classify")
    assert (answer["label"], answer["model"], answer["preprocessing"]) == (7, "aug", "mnist")


def test_compare_is_three_times_classify(client, seven_file):
    answers = client.predict(handle_file(seven_file), api_name="/compare")
    assert list(answers) == list(MODELS)
    for key, answer in answers.items():
        assert answer == client.predict(handle_file(seven_file), key, api_name="/classify")


def test_read_page_says_what_the_package_says(client, tmp_path):
    paper = Image.new("L", (2000, 800), 255)  # larger than what is looked at
    for place in range(3):
        paper.paste(draw_seven(400, 30), (100 + 600 * place, 200))
    paper.save(tmp_path / "page.png")
    answers = client.predict(handle_file(tmp_path / "page.png"), api_name="/read_page")
    assert len(answers) == 3
    for place, (answer, digit) in enumerate(zip(answers, read_page(paper).digits)):
        corners = 200 + 600 * place, 280, 400 + 600 * place, 540
        assert np.abs(np.subtract(answer["box"], corners)).max() < 30
        assert np.array_equal(answer["digit"], to_digit(digit.reading.frames))
        assert answer["label"] is None and answer["row"] == 0 and not answer["touching"]
        for key, prediction in digit.reading.predictions.items():
            assert answer["predictions"][key]["label"] == prediction.label == 7
    assert client.predict(answers[0]["digit"], api_name="/classify_pixels")["label"] == 7


def test_a_test_set_of_ones_own_gets_the_packages_figures(client, seven_file):
    files = [handle_file(seven_file)] * 3
    answer = client.predict(files, [7, 7, 1], api_name="/evaluate")
    digits = np.stack([to_digit(preprocess(seven_file))] * 3)
    assert answer == evaluate(digits, [7, 7, 1])
    assert answer["models"]["aug"]["errors"] == [2]


def test_preprocess_gives_steps_and_digit(client, seven_file):
    result = client.predict(handle_file(seven_file), api_name="/preprocess")
    steps = preprocess(seven_file)
    assert [row["name"] for row in result["steps"]] == [step.name for step in steps]
    assert [tuple(row["shape"]) for row in result["steps"]] == [step.image.shape for step in steps]
    assert np.array_equal(result["digit"], to_digit(steps))
    assert client.predict(result["digit"], api_name="/classify_pixels")["label"] == 7


def test_convolve_is_scipys_correlation(client, seven_file):
    numbers = [[0.5, -2, 0], [1, 0, 3], [0, 0.25, -1]]
    digits = {
        (3675,): embedded_test_set().images[3675].numpy() / 255,
        (7,): embedded_test_set().images[7].numpy() / 255,
        (0, seven_file): to_digit(preprocess(seven_file)) / 255,
    }
    for arguments, digit in digits.items():
        for kernel in ("sobel-vertical", numbers):
            sent = [handle_file(a) if a is seven_file else a for a in arguments]
            answer = client.predict(kernel, *sent, api_name="/convolve")
            weights = KERNELS[kernel].weights if isinstance(kernel, str) else numbers
            expected = correlate2d(digit, weights, mode="same")
            assert np.allclose(answer["input"], digit, rtol=0, atol=1e-6)
            assert np.allclose(answer["output"], expected, rtol=0, atol=1e-6)
            assert np.array_equal(answer["kernel"], weights)
    assert client.predict("blur", api_name="/convolve") == client.predict(
        "blur", 3675, None, api_name="/convolve"
    )


def test_pixels_of_test_digits(client):
    test = embedded_test_set()
    for index in (0, 3675):
        answer = client.predict(test.images[index].tolist(), "conv", api_name="/classify_pixels")
        assert answer["label"] == test.labels[index]
    blank = client.predict([[0] * 28] * 28, api_name="/classify_pixels")
    assert (blank["label"], blank["reason"]) == (None, "blank")


def test_shift_map_of_a_test_digit_and_of_a_picture(client, models, seven_file):
    """Beside the package, and in the middle the plain prediction."""
    for arguments, digit in (
        ({"index": 0, "max_shift": 2}, embedded_test_set().images[0].numpy()),
        ({"image": handle_file(seven_file)}, to_digit(preprocess(seven_file))),
    ):
        answer = client.predict(**arguments, api_name="/shift_map")
        middle = arguments.get("max_shift", 8)
        for key, plain in predict(models, digit).items():
            seen = shift_map({key: models[key]}, digit, middle)[key]
            assert np.allclose(answer[key], seen.probability, atol=1e-5)
            assert answer[key][middle][middle] == pytest.approx(plain.confidence, abs=1e-5)
    assert np.shape(client.predict(api_name="/shift_map")["conv"]) == (17, 17)


def test_models_say_what_they_are(client):
    rows = client.predict(api_name="/models")
    metrics = load_metrics()["models"]
    for row in rows:
        known = metrics[row["key"]]
        assert row["sha256"] == known["sha256"]
        assert row["test_accuracy"] == known["test"]["accuracy"]
        assert row["interval"] == known["test"]["interval"]
        assert row["parameters"] == known["parameters"] and row["title"] and row["layers"]
        assert (row["source"], row["revision"]) == ("embedded", None)
    assert [row["key"] for row in rows] == list(MODELS)


def test_batch_answers_in_order_and_one_bad_file_spoils_no_other(client, seven_file):
    files = [handle_file(seven_file), handle_file(__file__), handle_file(seven_file)]
    first, bad, last = client.predict(files, "conv", api_name="/classify_batch")
    assert first == last == client.predict(files[0], "conv", api_name="/classify")
    assert list(bad) == ["error"] and bad["error"].startswith("image: the file is no image")
    assert client.predict([], api_name="/classify_batch") == []


@pytest.mark.parametrize("key", MODELS)
def test_errors_are_the_misread_test_digits(client, models, key):
    rows = client.predict(key, api_name="/errors")
    known = load_metrics()["models"][key]["test"]
    test = embedded_test_set()
    assert [row["index"] for row in rows] == known["errors"]
    assert [row["predicted"] for row in rows] == known["predicted"]
    for row in rows[:5]:
        assert row["true"] == test.labels[row["index"]] != row["predicted"]
        answer = predict(models, test.images[row["index"]].numpy())[key]
        assert row["probability"] == pytest.approx(answer.probabilities[row["predicted"]], abs=1e-5)


def test_activations_are_the_packages(client, models, seven_file):
    answer = client.predict(api_name="/activations")
    digit = embedded_test_set().images[3675].numpy()
    assert (answer["layer"], answer["shape"]) == ("features.0", [32, 26, 26])
    assert np.allclose(
        answer["values"], activations(models["conv"], digit)["features.0"], atol=1e-5
    )
    arguments = {"model": "fc", "layer": "probabilities", "image": handle_file(seven_file)}
    answer = client.predict(**arguments, api_name="/activations")
    assert answer["shape"] == [10] and np.argmax(answer["values"]) == 7


@pytest.mark.parametrize(
    "name, arguments, said",
    [
        ("/classify", ["FILE", "resnet"], "model: 'resnet' is none of fc, conv, aug."),
        ("/classify", ["FILE", "aug", "mine"], "preprocessing: 'mine' is none of mnist"),
        ("/classify", [None], "image: none came; send a PNG"),
        ("/classify", ["text"], "image: 'text' came; send a picture file."),
        ("/classify", ["README"], "image: the file is no image that can be read"),
        ("/compare", ["FILE", 3], "preprocessing: '3' is none of"),
        ("/preprocess", [None], "image: none came"),
        ("/classify_batch", [["text"]], "images: ['text'] came; send a list of picture files."),
        ("/classify_batch", [["FILE"] * 101], "images: 101 came; send at most 100 at once."),
        ("/classify_batch", [["FILE"], "x"], "model: 'x' is none of"),
        ("/evaluate", [["FILE"], [7, 7]], "labels: 2 came for 1 digits; send one for each."),
        ("/evaluate", [["FILE"], ["x"]], "labels: 'x' came at place 0; send digits, 0 to 9."),
        ("/evaluate", [["FILE"], 7], "labels: '7' came; send a list of digits, 0 to 9."),
        ("/evaluate", [[], []], "labels: 0 came for 0 digits"),
        ("/evaluate", [["FILE", "README"], [7, 7]], "images: at place 1, the file is no image"),
        ("/evaluate", [["FILE"] * 101, [7] * 101], "images: 101 came; send at most 100 at once."),
        ("/evaluate", [["FILE"], [7], "x"], "preprocessing: 'x' is none of"),
        ("/errors", ["x"], "model: 'x' is none of"),
        ("/convolve", ["sobel"], "kernel: 'sobel' is none of identity, blur"),
        ("/convolve", [[[1, 2], [3, 4]]], "kernel: shape (2, 2) came; send identity, blur"),
        ("/convolve", [[["a", 2, 3]] * 3], "kernel: this is no table of numbers"),
        ("/convolve", ["blur", 10000], "index: 10000 came; send a whole number from 0 to 9999"),
        ("/convolve", ["blur", 0, "README"], "image: the file is no image that can be read"),
        ("/activations", ["x"], "model: 'x' is none of fc, conv, aug."),
        ("/activations", ["fc", "features.0"], "'features.0' is none of input, flatten, hidden"),
        ("/activations", ["fc", "relu", 10_000], "index: 10000 came; send a whole number from 0"),
        ("/shift_map", [None, 10_000], "index: 10000 came; send a whole number from 0 to 9999"),
        ("/shift_map", [None, "x"], "index: 'x' came; send a whole number from 0 to 9999"),
        ("/shift_map", [None, 0, 13], "max_shift: 13 came; send a whole number from 0 to 12"),
        ("/shift_map", [None, 0, 1.5], "max_shift: 1.5 came; send a whole number from 0 to 12"),
        ("/shift_map", [None, 0, "x"], "max_shift: 'x' came; send a whole number from 0 to 12"),
        ("/classify_pixels", [[[1, 2]]], "pixels: shape (1, 2) came; send 28 rows"),
        ("/classify_pixels", ["seven"], "pixels: this is no table of numbers"),
        ("/classify_pixels", [[[0] * 28] * 28, "x"], "model: 'x' is none of"),
    ],
)
def test_wrong_input_gets_one_sentence_that_names_the_argument(
    client, seven_file, name, arguments, said
):
    files = {"FILE": seven_file, "README": __file__}

    def sent(argument):
        if isinstance(argument, list) and argument and isinstance(argument[0], str):
            return [sent(part) for part in argument]
        is_file = isinstance(argument, str) and argument in files
        return handle_file(files[argument]) if is_file else argument

    arguments = [sent(argument) for argument in arguments]
    with pytest.raises(AppError) as caught:
        client.predict(*arguments, api_name=name)
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert client.predict(handle_file(seven_file), api_name="/classify")["label"] == 7


def post(app, name, data):
    """What a program without the client gets: the text of the last event."""
    request = urllib.request.Request(
        f"{app}gradio_api/call/{name}",
        json.dumps({"data": data}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{app}gradio_api/call/{name}/{event}", timeout=60) as response:
        return response.read().decode()


@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}])
def test_files_of_the_server_are_out_of_reach(app, tmp_path, seven, meta):
    seven.save(tmp_path / "secret.png")
    file = {"path": str(tmp_path / "secret.png"), **meta}
    said = post(app, "classify", [file, "aug", "mnist"])
    assert "event: error" in said and "label" not in said and "secret" not in said
    said = post(app, "classify", [{"path": "\0"}, "aug", "mnist"])
    assert "event: error" in said and "label" not in said
    said = post(app, "classify_batch", [[file], "aug", "mnist"])
    assert "error" in said and "label" not in said and "secret" not in said


@pytest.mark.parametrize(
    "listener, value",
    [
        ("draw", "data:image/png;base64,AAAA"),
        ("draw", "data:image/png;base64,~~~"),
        ("draw", "javascript:alert(1)"),
        ("draw", 7),
        ("use_index", "many"),
        ("use_photo", {"path": "/etc/hostname"}),
        ("use_photo", {"url": "data:image/png;base64,~~~"}),
        ("use_photo", {"url": "data:image/png;base64,AAAA"}),
    ],
)
def test_hostile_values_to_the_pages_own_listeners(app, listener, value):
    said = post(app, listener, [value, None, "mnist"])
    assert "notice" in said or "event: error" in said
    assert "Traceback" not in said and "site-packages" not in said


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("endpoint", ["classify", "classify_batch"])
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a.png", "http://169.254.169.254/a.png", "https://a.invalid/a"]
)
def test_addresses_get_a_sentence_and_are_not_fetched(app, endpoint, address, marked):
    file = {"path": address, **({"meta": {"_type": "gradio.FileData"}} if marked else {})}
    said = post(app, endpoint, [[file] if endpoint == "classify_batch" else file, "aug", "mnist"])
    assert "error" in said and ("send a" in said or "send the picture file itself" in said)


def test_a_sample_of_odd_files_through_the_server(client, seven_file, tmp_path):
    """Each under a picture's name; the good one beside them is answered every time."""
    files = list(corpus().items())[::15]
    for number, (_, content) in enumerate(files):
        (tmp_path / f"{number}.png").write_bytes(content)
    given = [handle_file(tmp_path / f"{n}.png") for n in range(len(files)) if len(files[n][1])]
    for start in range(0, len(given), 10):
        part = [*given[start : start + 10], handle_file(seven_file)]
        *answers, good = client.predict(part, api_name="/classify_batch")
        assert good["label"] == 7 and len(answers) == len(part) - 1
        for answer in answers:
            assert "probabilities" in answer or answer["error"].startswith("image: ")
            assert str(tmp_path) not in str(answer) and "Traceback" not in str(answer)
