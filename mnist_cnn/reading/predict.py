"""What the networks make of a picture: ten probabilities, and a label or the reason for none."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from mnist_cnn.arguments import check_choice
from mnist_cnn.dataset.digits import to_batch
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks import weights as files
from mnist_cnn.networks.models import MAIN
from mnist_cnn.reading.detector import Weights, load_weights
from mnist_cnn.reading.pipelines import PIPELINES, Frame, preprocess, to_digit
from mnist_cnn.reading.reasons import Reason

UNSURE_BELOW = 0.5  # probability of the likeliest digit: below it, the answer is likelier wrong
BLANK_BELOW = 2.0  # ink in fully inked pixels: the MNIST digit with least ink has 10 times as much


@dataclass(frozen=True)
class Prediction:
    """One network's answer to one digit."""

    label: int | None  # 0..9; None where there is a reason
    reason: Reason | None
    confidence: float  # probability of the likeliest digit
    probabilities: tuple[float, ...]  # of the digits 0..9; they sum to one
    model: str
    preprocessing: str

    def __post_init__(self):
        total = sum(self.probabilities)
        if len(self.probabilities) != DATASET.classes or abs(total - 1) > 1e-4:
            raise ValueError(f"{len(self.probabilities)} probabilities that sum to {total}")
        if (self.label is None) == (self.reason is None):
            raise ValueError(f"label {self.label} with reason {self.reason}")

    @property
    def saw_nothing(self) -> bool:
        """Whether no network was asked, for the digit is empty: all probabilities are equal."""
        return min(self.probabilities) == max(self.probabilities)

    @property
    def ranking(self) -> list[int]:
        """The digits 0..9, likeliest first."""
        return sorted(range(DATASET.classes), key=lambda digit: -self.probabilities[digit])

    def as_dict(self) -> dict:
        """The prediction as JSON-ready values."""
        probabilities = {str(digit): value for digit, value in enumerate(self.probabilities)}
        return {**self.__dict__, "probabilities": probabilities}


@dataclass(frozen=True, eq=False)
class Reading:
    """What one pipeline and the networks make of a picture."""

    frames: tuple[Frame, ...]
    rejection: Reason | None  # why the detector refuses the picture
    predictions: dict[str, Prediction]  # by model

    @property
    def digit(self) -> np.ndarray:
        """(28, 28) float32 in [0, 1]: what the networks see."""
        return self.frames[-1].image


@torch.inference_mode()
def logits(model: nn.Module, digits, batch_size: int | None = None) -> Tensor:
    """(N, 10) logits of the model, on its device.

    Args:
        digits: (N, 28, 28) uint8 in 0..255 or float in [0, 1]; 1 is ink.
        batch_size: digits at once; None is the fastest, on a CPU what fits into its cache.
    """
    device = next(model.parameters()).device
    batch_size = batch_size or (100 if device.type == "cpu" else 2_000)
    batches = torch.as_tensor(digits).split(batch_size)
    return torch.cat([model(to_batch(batch.to(device))) for batch in batches])


def predict(
    models: dict[str, nn.Module],
    digit: np.ndarray,
    preprocessing: str = "mnist",
    rejection: Reason | None = None,
) -> dict[str, Prediction]:
    """Each model's answer to one digit: {key: Prediction}.

    Args:
        models: {key: module in eval mode}.
        digit: (28, 28) uint8, ink bright.
        preprocessing: id of the pipeline that made the digit, for the record.
        rejection: why no model is to give a label: what OutlierDetector.rejection returned.
    """
    return predict_all(models, digit[None], preprocessing, [rejection])[0]


def predict_all(
    models: dict[str, nn.Module],
    digits: np.ndarray,
    preprocessing: str = "mnist",
    rejections: Sequence[Reason | None] | None = None,
) -> list[dict[str, Prediction]]:
    """`predict` of each of (N, 28, 28) digits, each with its rejection; None rejects nothing.

    They pass through a network together.
    """
    rejections = rejections or [None] * len(digits)
    inked = [place for place, digit in enumerate(digits) if not is_blank(digit)]
    even = (1 / DATASET.classes,) * DATASET.classes
    predictions: list[dict[str, Prediction]] = [{} for _ in digits]
    for key, model in models.items():
        rows = dict.fromkeys(range(len(digits)), even)
        if inked:  # in double precision, so that the probabilities sum to one
            outputs = logits(model, digits[inked]).double().softmax(1).tolist()
            rows.update(zip(inked, map(tuple, outputs)))
        for place, row in rows.items():
            reason = rejections[place] or (None if place in inked else Reason.BLANK)
            predictions[place][key] = _prediction(row, reason, key, preprocessing)
    return predictions


def is_blank(digit: np.ndarray) -> bool:
    """Whether a digit, (28, 28) uint8, has too little ink to be one."""
    return bool(digit.sum() / 255 < BLANK_BELOW)


def _prediction(probabilities, reason, key, preprocessing):
    confidence = max(probabilities)
    reason = reason or (Reason.UNSURE if confidence < UNSURE_BELOW else None)
    label = probabilities.index(confidence) if reason is None else None
    return Prediction(label, reason, confidence, probabilities, key, preprocessing)


def read(
    source, weights: Weights, preprocessing: str = "mnist", bright_ink: bool = False
) -> Reading:
    """The Reading of a picture: every frame, and the answer of every model in `weights`.

    Args:
        source: whatever images.open_image takes.
        weights: the models, and the detector that may refuse on behalf of all of them.
        preprocessing: id of a pipeline.
        bright_ink: as in pipelines.preprocess.

    Raises:
        ImageError: `source` is no picture.
    """
    frames = preprocess(source, preprocessing, weights.ink_finder, bright_ink)
    detector = weights.detector
    rejection = None if detector is None else detector.rejection(frames, preprocessing)
    predictions = predict(weights.models, to_digit(frames), preprocessing, rejection)
    return Reading(frames, rejection, predictions)


# Read once per process, however often `classify` or `read_page` is called.
load_once = functools.cache(load_weights)


def classify(
    image, model: str = MAIN, preprocessing: str = "mnist", weights: Weights | None = None
) -> Prediction:
    """One network's answer to a picture of one digit.

    Args:
        image: whatever images.open_image takes: path, file, bytes of one, PIL image or array.
        model: "fc", "conv" or "aug".
        preprocessing: "mnist" (MNIST's own way), "notebook" or "notebook-contrast".
        weights: the models and their detector; None is the shipped set.

    Raises:
        ImageError: `image` is no picture.
        RequestError: no such model or preprocessing.
        WeightsError: the shipped weights are missing or damaged.
    """
    check_choice("preprocessing", preprocessing, PIPELINES)
    weights = weights or load_once(files.DIRECTORY)
    check_choice("model", model, weights.models)
    only = replace(weights, models={model: weights.models[model]})
    return read(image, only, preprocessing).predictions[model]
