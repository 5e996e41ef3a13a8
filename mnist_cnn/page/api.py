"""What the page can do, a program can do: the endpoints of design/API.md, by their stable names."""

import functools

import gradio as gr

from mnist_cnn.arguments import RequestError, check_choice, check_index, check_pixels
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations, layers
from mnist_cnn.explaining.convolution import check_kernel, correlate
from mnist_cnn.explaining.perturbations import MAX_SHIFT
from mnist_cnn.explaining.shifts import shift_map
from mnist_cnn.networks.models import MODELS, multiply_adds, parameter_count
from mnist_cnn.page.current_digit import FIRST_INDEX
from mnist_cnn.page.widgets.components import picture_file, picture_files, refusal
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit
from mnist_cnn.reading.predict import classify, logits, predict, read

MOST_IMAGES = 100  # in one request
FIRST_LAYER = "features.0"  # the first convolution


def build(weights):
    """Make the endpoints. Their components are on the page, unseen: Gradio needs them there.

    Args:
        weights: live.LiveWeights.
    """

    def classify_image(image, model="aug", preprocessing="mnist"):
        """One network's answer to a picture of one handwritten digit.

        Args:
            image: picture file (PNG, JPEG, WebP, GIF, ...), at most 25 MB and 60 megapixels.
            model: "fc", "conv" or "aug".
            preprocessing: "mnist" (MNIST's own way), "notebook" or "notebook-contrast".

        Returns:
            {"label": 0 to 9 or null, "reason": null, "blank", "unsure", "several" or
            "no digit", "confidence": 0 to 1,
            "probabilities": {"0": 0 to 1, ..., "9": 0 to 1}, "model", "preprocessing"}
        """
        now = weights.current
        return classify(_given(image), model, preprocessing, now).as_dict()

    def classify_pixels(pixels, model="aug"):
        """One network's answer to a digit that is 28×28 already; the pixels are used as they are.

        Args:
            pixels: 28 rows of 28 numbers from 0 to 255, ink bright.
            model: "fc", "conv" or "aug".

        Returns:
            As /classify.
        """
        check_choice("model", model, MODELS)
        models = {model: weights.current.models[model]}
        return predict(models, check_pixels(pixels))[model].as_dict()

    def classify_batch(images, model="aug", preprocessing="mnist"):
        """One network's answers to many pictures of one digit each.

        Args:
            images: list of picture files, at most 100, each as in /classify.
            model, preprocessing: as in /classify.

        Returns:
            A list in the same order: each as from /classify, or {"error": one sentence} for a file
            that is no picture.
        """
        check_choice("model", model, MODELS)
        check_choice("preprocessing", preprocessing, PIPELINES)
        if len(images) > MOST_IMAGES:
            raise RequestError(f"images: {len(images)} came; send at most {MOST_IMAGES} at once")
        now = weights.current

        def answer(image):
            try:
                return classify(_given(image()), model, preprocessing, now).as_dict()
            except ImageError as error:
                return {"error": f"image: {error}."}

        return [answer(image) for image in images]

    def compare(image, preprocessing="mnist"):
        """All three networks' answers to one picture.

        Args:
            image, preprocessing: as in /classify.

        Returns:
            {"fc": Prediction, "conv": Prediction, "aug": Prediction}, each as from /classify.
        """
        check_choice("preprocessing", preprocessing, PIPELINES)
        answers = read(_given(image), weights.current, preprocessing).predictions
        return {key: answer.as_dict() for key, answer in answers.items()}

    def preprocess_image(image, preprocessing="mnist"):
        """What becomes of a picture before a network sees it.

        Args:
            image, preprocessing: as in /classify.

        Returns:
            {"steps": [{"name", "why", "shape"}, ...], "digit": 28 rows of 28 integers, 0 to 255}
        """
        check_choice("preprocessing", preprocessing, PIPELINES)
        steps = preprocess(_given(image), preprocessing)
        rows = [
            {"name": step.name, "why": step.why, "shape": list(step.image.shape)} for step in steps
        ]
        return {"steps": rows, "digit": to_digit(steps).tolist()}

    def convolve(kernel, index=FIRST_INDEX, image=None):
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
        weights = check_kernel(kernel)
        digit = _digit(image, index) / 255
        values = {"kernel": weights, "input": digit, "output": correlate(digit, weights)}
        return {name: array.tolist() for name, array in values.items()}

    def activations_of(model="conv", layer=FIRST_LAYER, index=FIRST_INDEX, image=None):
        """What one layer of a network makes of a digit.

        Args:
            model: "fc", "conv" or "aug".
            layer: one of those that /models lists.
            index: of a test digit, 0 to 9999.
            image: as in /classify; where one comes, it is taken and not the test digit.

        Returns:
            {"layer", "shape": [C, H, W] or [N], "values": nested lists of that shape}
        """
        check_choice("model", model, MODELS)
        outputs = activations(weights.current.models[model], _digit(image, index))
        check_choice("layer", layer, outputs)
        values = outputs[layer]
        return {"layer": layer, "shape": list(values.shape), "values": values.tolist()}

    def errors(model="aug"):
        """Every digit of MNIST's test set that a network misreads.

        Args:
            model: "fc", "conv" or "aug".

        Returns:
            [{"index": 0 to 9999, "true": 0 to 9, "predicted": 0 to 9, "probability": 0 to 1, of the
            predicted one}, ...]
        """
        check_choice("model", model, MODELS)
        now = weights.current
        if model not in now.metrics["models"]:
            raise RequestError(f"model: no test results of {model} are stored with these weights")
        indices = now.metrics["models"][model]["test"]["errors"]
        wrong = embedded_test_set()[indices]
        probabilities, predicted = logits(now.models[model], wrong.images).softmax(1).max(1)
        columns = (wrong.labels.tolist(), predicted.tolist(), probabilities.tolist())
        names = ("index", "true", "predicted", "probability")
        return [dict(zip(names, row)) for row in zip(indices, *columns)]

    def shift_map_of(image=None, index=FIRST_INDEX, max_shift=MAX_SHIFT):
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
        maps = shift_map(weights.current.models, _digit(image, index), max_shift)
        return {key: seen.probability.tolist() for key, seen in maps.items()}

    def list_models():
        """The networks that answer.

        Returns:
            [{"key", "title", "parameters", "multiply_adds", "test_accuracy", "interval": [low,
            high], "sha256", "source", "revision", "layers": [name, ...]}, ...]
        """
        now = weights.current
        return [_describe(key, now) for key in now.models]

    with gr.Column(visible=False):
        image = picture_file(label="image")
        images = picture_files(label="images")
        pixels = gr.JSON(label="pixels")
        model = _choice("model", MODELS, "aug")
        preprocessing = _choice("preprocessing", PIPELINES, "mnist")
        kernel = gr.JSON(label="kernel")
        index = gr.Number(FIRST_INDEX, label="index")
        network = _choice("model", MODELS, "conv")
        layer = gr.Textbox(FIRST_LAYER, label="layer")
        max_shift = gr.Number(MAX_SHIFT, label="max_shift")
        answer = gr.JSON(label="answer")
        button = gr.Button()
        for name, function, inputs in (
            ("classify", classify_image, [image, model, preprocessing]),
            ("classify_pixels", classify_pixels, [pixels, model]),
            ("classify_batch", classify_batch, [images, model, preprocessing]),
            ("compare", compare, [image, preprocessing]),
            ("preprocess", preprocess_image, [image, preprocessing]),
            ("convolve", convolve, [kernel, index, image]),
            ("activations", activations_of, [network, layer, index, image]),
            ("errors", errors, [model]),
            ("shift_map", shift_map_of, [image, index, max_shift]),
            ("models", list_models, []),
        ):
            button.click(_one_sentence(function), inputs, answer, api_name=name)


def _choice(label, choices, value):
    # Custom values are let through so that the refusal is ours: it names the argument.
    return gr.Dropdown(list(choices), value=value, label=label, allow_custom_value=True)


def _digit(image, index):
    """(28, 28) uint8: what the networks see of a picture or, where none came, a test digit."""
    if image is not None:
        return to_digit(preprocess(image))
    images = embedded_test_set().images
    return images[check_index(index, len(images))].numpy()


def _given(image):
    if image is None:
        raise ImageError("none came; send a PNG, JPEG, WebP or GIF")
    return image


def _one_sentence(function):
    """The same function; what it refuses reaches the caller as one sentence."""

    @functools.wraps(function)
    def endpoint(*arguments):
        try:
            return function(*arguments)
        except ImageError as error:
            raise refusal(f"image: {error}.") from error
        except RequestError as error:
            raise refusal(f"{error}.") from error

    return endpoint


def _describe(key, weights):
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
