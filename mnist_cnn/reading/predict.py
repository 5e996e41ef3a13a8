"""What the networks say of a digit: probabilities, and a label or the honest reason for none."""

from dataclasses import dataclass

import torch

from mnist_cnn.arguments import check_choice
from mnist_cnn.dataset.digits import to_batch
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import load_models
from mnist_cnn.reading.detector import load_detector
from mnist_cnn.reading.preprocess import WAYS, preprocess, to_digit

UNSURE_BELOW = 0.5  # of the likeliest digit: below it, the answer is more likely wrong than right
BLANK_BELOW = 2.0  # total ink, in fully inked pixels: MNIST's scarcest digit has 10 times as much


@dataclass(frozen=True)
class Prediction:
    """One network's answer to one digit."""

    label: int | None  # 0..9; None where `reason` says why not
    reason: str | None  # None, "blank", "unsure", "several" (digits) or "no digit"
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
    def ranking(self):
        """The digits 0..9, likeliest first."""
        return sorted(range(DATASET.classes), key=lambda digit: -self.probabilities[digit])

    def as_dict(self):
        """The prediction as JSON-ready values."""
        probabilities = {str(digit): value for digit, value in enumerate(self.probabilities)}
        return {**self.__dict__, "probabilities": probabilities}


@torch.inference_mode()
def logits(model, digits, batch_size=None):
    """The model's raw answers, (N, 10), on the model's device.

    Args:
        digits: (N, 28, 28) uint8 in 0..255 or float in [0, 1]; 1 is ink.
        batch_size: digits at once; None takes what is fastest: few for the cache of a CPU.
    """
    device = next(model.parameters()).device
    batch_size = batch_size or (100 if device.type == "cpu" else 2_000)
    batches = torch.as_tensor(digits).split(batch_size)
    return torch.cat([model(to_batch(batch.to(device))) for batch in batches])


def predict(models, digit, preprocessing="mnist", rejection=None):
    """Each model's answer to one digit.

    Args:
        models: {key: module in eval mode}.
        digit: (28, 28) uint8 array, ink bright.
        preprocessing: the key of the way that the digit came, for the record.
        objection: why no model is to name a digit: what guard.Guard.objection returned.

    Returns:
        {key: Prediction}
    """
    if is_blank(digit):
        even = (1 / DATASET.classes,) * DATASET.classes
        return {key: Prediction(None, "blank", even[0], even, key, preprocessing) for key in models}
    return {
        key: _predict_one(model, digit, key, preprocessing, rejection)
        for key, model in models.items()
    }


def is_blank(digit):
    """Whether a digit, (28, 28) uint8, has too little ink to be one."""
    return digit.sum() / 255 < BLANK_BELOW


def _predict_one(model, digit, key, preprocessing, rejection):
    # In double precision, so that the ten of them sum to one.
    probabilities = tuple(logits(model, digit[None])[0].double().softmax(0).tolist())
    confidence = max(probabilities)
    reason = rejection or ("unsure" if confidence < UNSURE_BELOW else None)
    label = probabilities.index(confidence) if reason is None else None
    return Prediction(label, reason, confidence, probabilities, key, preprocessing)


def classify(image, model="aug", preprocessing="mnist", models=None, detector=None):
    """One network's answer to a picture of one digit.

    Args:
        image: path, bytes of an image file, PIL image, or array (H, W[, 3 or 4]), uint8 in 0..255
            or float in [0, 1].
        model: "fc", "conv" or "aug".
        preprocessing: "mnist" (MNIST's own way), "notebook" or "notebook-contrast".
        models: what `load_models` returned; None loads the shipped weights anew, and their guard.
        guard: what `guard.load_guard` returned; None beside `models` refuses nothing.

    Raises:
        ImageError: `image` is no picture.
        RequestError: no such model or preprocessing.
        WeightsError: the shipped weights are missing or damaged.
    """
    check_choice("model", model, MODELS)
    check_choice("preprocessing", preprocessing, WAYS)
    if models is None:
        models = load_models()
        detector = load_detector(models["aug"])
    steps = preprocess(image, preprocessing)
    rejection = None if detector is None else detector.rejection(steps)
    return predict({model: models[model]}, to_digit(steps), preprocessing, rejection)[model]
