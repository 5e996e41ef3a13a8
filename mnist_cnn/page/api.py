"""What the page can do, a program can do: endpoints by their stable names.

An endpoint is a function and a row of ENDPOINTS. Its first argument is the weight set that answers;
the others are the inputs of the endpoint, whose components are made from their names.
"""

import functools
import inspect
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from gradio.components import Component

from mnist_cnn.arguments import RequestError, check_choice, check_index, check_pixels
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations, layers
from mnist_cnn.explaining.convolution import check_kernel, correlate
from mnist_cnn.explaining.perturbations import MAX_SHIFT
from mnist_cnn.explaining.shifts import shift_map
from mnist_cnn.judging.own_digits import check_labels, evaluate
from mnist_cnn.networks.models import MAIN, MODELS, multiply_adds, parameter_count
from mnist_cnn.page.current_digit import FIRST_INDEX
from mnist_cnn.page.widgets.upload import picture_file, picture_files, refusal
from mnist_cnn.reading.images import SEND, ImageError, pixel_count
from mnist_cnn.reading.page import read_page
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit
from mnist_cnn.reading.predict import Reading, classify, logits, predict, read
from mnist_cnn.sharing.live import LiveWeights
from mnist_cnn.sharing.weight_set import WeightSet

MOST_IMAGES = 100  # in one request
MOST_MEGAPIXELS = 600  # of them together: fifty photos of a phone
FIRST_LAYER = "features.0"  # the first convolution

ImageFile = Path | bytes | None  # what an upload hands over


def classify_image(
    weights: WeightSet, image: ImageFile, model: str = MAIN, preprocessing: str = "mnist"
) -> dict:
    """One network's answer to a picture of one handwritten digit.

    Args:
        image: picture file (PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC), at most 25 MB and 60
            megapixels; fewer of kinds that take more than 140 MB to open, such as WebP.
        model: "fc", "conv" or "aug".
        preprocessing: "mnist" (MNIST's own way), "notebook" or "notebook-contrast".

    Returns:
        {"label": 0 to 9 or null, "reason": null, "blank", "unsure", "several" or
        "no digit", "confidence": 0 to 1,
        "probabilities": {"0": 0 to 1, ..., "9": 0 to 1}, "model", "preprocessing"}
    """
    return classify(_given(image), model, preprocessing, weights).as_dict()


def classify_pixels(weights: WeightSet, pixels: list, model: str = MAIN) -> dict:
    """One network's answer to a digit that is 28×28 already; the pixels are used as they are.

    Args:
        pixels: 28 rows of 28 numbers from 0 to 255, or all from 0 to 1, ink bright.
        model: "fc", "conv" or "aug".

    Returns:
        As /classify.
    """
    check_choice("model", model, weights.models)
    models = {model: weights.models[model]}
    return predict(models, check_pixels(pixels))[model].as_dict()


def classify_batch(
    weights: WeightSet,
    images: list[Callable[[], ImageFile]],
    model: str = MAIN,
    preprocessing: str = "mnist",
) -> list[dict]:
    """One network's answers to many pictures of one digit each.

    Args:
        images: list of picture files, at most 100 and 600 megapixels, each as in /classify.
        model, preprocessing: as in /classify.

    Returns:
        A list in the same order: each as from /classify, or {"error": one sentence} for a file
        that is no picture.
    """
    check_choice("model", model, weights.models)
    check_choice("preprocessing", preprocessing, PIPELINES)
    _check_batch(images)

    def answer(image):
        try:
            return classify_image(weights, image(), model, preprocessing)
        except ImageError as error:
            return {"error": f"image: {error}."}

    return [answer(image) for image in images]


def evaluate_images(
    weights: WeightSet,
    images: list[Callable[[], ImageFile]],
    labels: list,
    preprocessing: str = "mnist",
) -> dict:
    """How well the networks read a test set of one's own; the likeliest digit counts.

    Args:
        images: as in /classify_batch.
        labels: list of the true digits, 0 to 9, one for each picture.
        preprocessing: as in /classify.

    Returns:
        {"count": pictures, "models": {"fc": row, "conv": row, "aug": row}, "pairs": [{"models":
        ["fc", "conv"], "only": [misread by the first alone, by the other alone], "p": of McNemar's
        test, "needed": pictures that would tell them apart, or null}, ...]}; a row is
        {"accuracy", "interval": [low, high], "errors": places of the misread pictures,
        "predicted": the answers to these, "confusion": 10 rows (true) of 10 counts (predicted)}
    """
    check_choice("preprocessing", preprocessing, PIPELINES)
    _check_batch(images)
    check_labels(labels, len(images))

    def digit(place, image):
        try:
            frames = preprocess(_given(image()), preprocessing, weights.ink_finder)
        except ImageError as error:
            raise RequestError(f"images: at place {place}, {error}") from error
        return to_digit(frames)

    digits = np.stack([digit(place, image) for place, image in enumerate(images)])
    return evaluate(digits, labels, weights)


def _check_batch(images):
    """Raise RequestError for more pictures, or more of their pixels, than one request may have."""
    if len(images) > MOST_IMAGES:
        raise RequestError(f"images: {len(images)} came; send at most {MOST_IMAGES} at once")
    megapixels = math.ceil(sum(map(_pixels, images)) / 1e6)
    if megapixels > MOST_MEGAPIXELS:
        raise RequestError(
            f"images: {megapixels} megapixels came; send at most {MOST_MEGAPIXELS} at once"
        )


def _pixels(image):
    try:
        return pixel_count(image())
    except ImageError:  # it is answered with why
        return 0


def compare(weights: WeightSet, image: ImageFile, preprocessing: str = "mnist") -> dict:
    """All three networks' answers to one picture.

    Args:
        image, preprocessing: as in /classify.

    Returns:
        {"fc": Prediction, "conv": Prediction, "aug": Prediction}, each as from /classify.
    """
    predictions = _read(weights, image, preprocessing).predictions
    return {key: prediction.as_dict() for key, prediction in predictions.items()}


def read_page_image(weights: WeightSet, image: ImageFile) -> list[dict]:
    """Every digit of a page: a photo, scan or drawing with many digits, or the printed sheet.

    Args:
        image: as in /classify; at most 400 digits.

    Returns:
        [{"box": [left, top, right, bottom] in pixels of the image, upright, "row": from 0,
        "digit": 28 rows of 28 integers, 0 to 255, "label": the true digit, 0 to 9, in a box of the
        printed sheet, else null, "touching": whether it is several digits that could not be told
        apart, "unsure": whether a network would not have answered, had the digit been alone,
        "predictions": as from /compare}, ...], in reading order
    """
    return read_page(_given(image), weights).as_list()


def preprocess_image(weights: WeightSet, image: ImageFile, preprocessing: str = "mnist") -> dict:
    """What becomes of a picture before a network sees it.

    Args:
        image, preprocessing: as in /classify.

    Returns:
        {"steps": [{"name", "why", "shape"}, ...], "digit": 28 rows of 28 integers, 0 to 255}
    """
    check_choice("preprocessing", preprocessing, PIPELINES)
    frames = preprocess(_given(image), preprocessing, weights.ink_finder)
    rows = [{"name": frame.name, "why": frame.why, "shape": list(frame.shape)} for frame in frames]
    return {"steps": rows, "digit": to_digit(frames).tolist()}


def convolve(
    weights: WeightSet,
    kernel: str | list,
    index: float = FIRST_INDEX,
    image: ImageFile = None,
) -> dict:
    """What a filter of nine numbers answers at every pixel of a digit.

    Args:
        kernel: "identity", "blur", "sharpen", "laplacian", "sobel-horizontal",
            "sobel-vertical", or 3 rows of 3 numbers.
        index: of a test digit, 0 to 9999.
        image: as in /classify; None takes the test digit `index`.

    Returns:
        {"kernel": 3 rows of 3 numbers, "input": 28 rows of 28 numbers from 0 to 1, 1 is ink,
        "output": 28 rows of 28 numbers}, zeros beyond the border of the input.
    """
    numbers = check_kernel(kernel)
    digit = _digit(weights, image, index) / 255
    values = {"kernel": numbers, "input": digit, "output": correlate(digit, numbers)}
    return {name: array.tolist() for name, array in values.items()}


def activations_of(
    weights: WeightSet,
    model: str = "conv",
    layer: str = FIRST_LAYER,
    index: float = FIRST_INDEX,
    image: ImageFile = None,
) -> dict:
    """What one layer of a network makes of a digit.

    Args:
        model: "fc", "conv" or "aug".
        layer: one of those that /models lists.
        index: of a test digit, 0 to 9999.
        image: as in /classify; where one comes, it is taken and not the test digit.

    Returns:
        {"layer", "shape": [C, H, W] or [N], "values": nested lists of that shape}
    """
    check_choice("model", model, weights.models)
    outputs = activations(weights.models[model], _digit(weights, image, index))
    check_choice("layer", layer, outputs)
    values = outputs[layer]
    return {"layer": layer, "shape": list(values.shape), "values": values.tolist()}


def errors(weights: WeightSet, model: str = MAIN) -> list[dict]:
    """Every digit of MNIST's test set that a network misreads.

    Args:
        model: "fc", "conv" or "aug".

    Returns:
        [{"index": 0 to 9999, "true": 0 to 9, "predicted": 0 to 9, "probability": 0 to 1, of the
        predicted one}, ...]
    """
    check_choice("model", model, weights.models)
    if model not in weights.metrics["models"]:
        raise RequestError(f"model: no test results of {model} are stored with these weights")
    indices = weights.metrics["models"][model]["test"]["errors"]
    wrong = embedded_test_set()[indices]
    probabilities, predicted = logits(weights.models[model], wrong.images).softmax(1).max(1)
    columns = (wrong.labels.tolist(), predicted.tolist(), probabilities.tolist())
    names = ("index", "true", "predicted", "probability")
    return [dict(zip(names, row)) for row in zip(indices, *columns)]


def shift_map_of(
    weights: WeightSet,
    image: ImageFile = None,
    index: float = FIRST_INDEX,
    max_shift: int = MAX_SHIFT,
) -> dict:
    """How sure each network stays of its answer while a digit is moved.

    Args:
        image: as in /classify; None takes the test digit `index`.
        index: of a test digit, 0 to 9999.
        max_shift: whole pixels to each side, 0 to 12.

    Returns:
        {"fc": rows, "conv": rows, "aug": rows}; 2 · max_shift + 1 rows from up to down, each of
        2 · max_shift + 1 probabilities from left to right, of the answer that the network gives
        to the digit where it is, in the middle.
    """
    maps = shift_map(weights.models, _digit(weights, image, index), max_shift)
    return {key: seen.probability.tolist() for key, seen in maps.items()}


def list_models(weights: WeightSet) -> list[dict]:
    """The networks that answer.

    Returns:
        [{"key", "title", "parameters", "multiply_adds", "test_accuracy", "interval": [low,
        high], "sha256", "source", "revision", "layers": [name, ...]}, ...]
    """
    return [_describe(key, weights) for key in weights.models]


ENDPOINTS: dict[str, Callable] = {
    "classify": classify_image,
    "classify_pixels": classify_pixels,
    "classify_batch": classify_batch,
    "evaluate": evaluate_images,
    "compare": compare,
    "read_page": read_page_image,
    "preprocess": preprocess_image,
    "convolve": convolve,
    "activations": activations_of,
    "errors": errors,
    "shift_map": shift_map_of,
    "models": list_models,
}


def _choice(choices: Iterable[str]) -> Callable[..., Component]:
    # Custom values are let through so that the refusal is ours: it names the argument.
    return functools.partial(gr.Dropdown, list(choices), allow_custom_value=True)


_COMPONENTS: dict[str, Callable[..., Component]] = {  # of an input, by its name
    "image": picture_file,
    "images": picture_files,
    "labels": gr.JSON,
    "pixels": gr.JSON,
    "kernel": gr.JSON,
    "model": _choice(MODELS),
    "preprocessing": _choice(PIPELINES),
    "layer": gr.Textbox,
    "index": gr.Number,
    "max_shift": gr.Number,
}


def build(live: LiveWeights) -> None:
    """Make the endpoints. Their components are on the page, unseen: Gradio needs them there."""
    with gr.Column(visible=False):
        answer, button = gr.JSON(label="answer"), gr.Button()
        for name, function in ENDPOINTS.items():
            endpoint = serve(function, live)
            inputs = [
                _COMPONENTS[row.name](label=row.name, **_default(row))
                for row in inspect.signature(endpoint).parameters.values()
            ]
            button.click(endpoint, inputs, answer, api_name=name)


def _default(parameter: inspect.Parameter) -> dict[str, Any]:
    is_given = parameter.default not in (None, parameter.empty)
    return {"value": parameter.default} if is_given else {}


def serve(function: Callable, live: LiveWeights) -> Callable:
    """The endpoint of a function: answered by one weight set, and in one sentence if refused."""

    @functools.wraps(function)
    def endpoint(*inputs):
        try:
            return function(live.current, *inputs)
        except ImageError as error:
            raise refusal(f"image: {error}.") from error
        except RequestError as error:
            raise refusal(f"{error}.") from error

    signature = inspect.signature(function)
    _, *others = signature.parameters.values()
    endpoint.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
    return endpoint


def _read(weights: WeightSet, image: ImageFile, preprocessing: str) -> Reading:
    check_choice("preprocessing", preprocessing, PIPELINES)
    return read(_given(image), weights, preprocessing)


def _given(image: ImageFile) -> Path | bytes:
    if image is None:
        raise ImageError(f"none came; {SEND}")
    return image


def _digit(weights: WeightSet, image: ImageFile, index: float) -> np.ndarray:
    """(28, 28) uint8: what the networks see of a picture or, where none came, a test digit."""
    if image is not None:
        return to_digit(preprocess(image, ink_finder=weights.ink_finder))
    images = embedded_test_set().images
    return images[check_index(index, len(images))].numpy()


@functools.lru_cache(maxsize=2 * len(MODELS))  # of the weights of now, and of those before
def _describe(key: str, weights: WeightSet) -> dict:
    model, row = weights.models[key], weights.metrics["models"].get(key, {})
    test = row.get("test", {})
    return {
        "key": key,
        "title": MODELS[key].title,
        "parameters": parameter_count(model),
        "multiply_adds": multiply_adds(model),
        "test_accuracy": test.get("accuracy"),
        "interval": test.get("interval"),
        "sha256": row.get("sha256"),
        "source": weights.repo_id or "embedded",
        "revision": weights.commit,
        "layers": [layer.name for layer in layers(model)],
    }
