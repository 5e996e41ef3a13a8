"""The out-of-distribution detector: refuses a picture of anything but one digit.

A network that was trained on digits alone finds a digit in everything. The detector is a small
ConvNet of its own, trained to tell the ten digits from several digits, and from letters, shapes,
scribbles and textures ("outlier exposure"). Its weights lie in guard.safetensors.
Source: Hendrycks, Mazeika and Dietterich 2019, "Deep Anomaly Detection with Outlier Exposure".
"""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from mnist_cnn.dataset.digits import to_batch
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.unet import UNet
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    check_format,
    load_models,
    load_tensors,
    repair,
    weights_path,
)
from mnist_cnn.reading.ink_finder import load_ink_finder
from mnist_cnn.reading.pipelines import PIPELINES, Frame, images_by_id, to_digit
from mnist_cnn.reading.reasons import Reason
from mnist_cnn.reading.strokes import is_paper, show_several

GUARD = "guard"  # the detector's name among the files of weights
# Chosen on validation digits, templates and kinds of non-digits that were left out of training.
THRESHOLD = -1.0
SEVERAL, NO_DIGIT = DATASET.classes, DATASET.classes + 1  # classes beside those of the digits


class OutlierDetector(nn.Module):
    """Scores how much a picture resembles one digit, and refuses it below THRESHOLD.

    Maps (B, 1, 28, 28) normalised digits to (B, 12) logits: of 0 to 9, of several digits, and of
    what is no digit.
    """

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *_conv_block(1, 32),  # (B, 32, 26, 26)
            *_conv_block(32, 32, stride=2),  # (B, 32, 12, 12)
            *_conv_block(32, 64),  # (B, 64, 10, 10)
            *_conv_block(64, 64, stride=2),  # (B, 64, 4, 4)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 1024)
            nn.Linear(64 * 4 * 4, 128),
            nn.ReLU(),
            nn.Linear(128, DATASET.classes + 2),  # (B, 12)
        )

    def forward(self, x):
        return self.classifier(self.features(x))

    @torch.inference_mode()
    def answer(self, digits) -> Tensor:
        """(N, 12) logits of (N, 28, 28) digits, uint8 or in [0, 1]."""
        batches = torch.as_tensor(digits).split(500)
        device = next(self.parameters()).device
        return torch.cat([self(to_batch(batch.to(device))) for batch in batches])

    def score(self, digits) -> Tensor:
        """(N,) scores of (N, 28, 28) digits, the log-odds of being one; refused below THRESHOLD."""
        return _log_odds(self.answer(digits))

    def rejection(self, frames: tuple[Frame, ...], preprocessing: str) -> Reason | None:
        """Why a picture is not to be read, or None.

        Args:
            frames: what pipelines.preprocess returned.
            preprocessing: id of the pipeline; one that is not guarded lets everything through.
        """
        if not PIPELINES[preprocessing].guarded:
            return None
        ink, digit = images_by_id(frames)["ink"], to_digit(frames)
        if not digit.any():
            return Reason.BLANK if is_paper(ink) else Reason.NO_DIGIT
        if show_several(ink):
            return Reason.SEVERAL
        (score,), (several,) = self.judge(digit[None])
        return refusal(score, several)

    def judge(self, digits) -> tuple[list[float], list[bool]]:
        """Scores of (N, 28, 28) digits, and whether each is rather several digits than none."""
        logits = self.answer(digits)
        return _log_odds(logits).tolist(), (logits[:, SEVERAL] > logits[:, NO_DIGIT]).tolist()


def refusal(score: float, several: bool) -> Reason | None:
    """Why what `judge` says of a digit means that it is not to be read, or None."""
    if score >= THRESHOLD:
        return None
    return Reason.SEVERAL if several else Reason.NO_DIGIT


def _log_odds(logits):
    """(N,) log-odds of one digit, of (N, 12) logits."""
    one, others = logits[:, : DATASET.classes], logits[:, DATASET.classes :]
    return one.logsumexp(1) - others.logsumexp(1)


def _conv_block(channels_in, channels_out, stride=1):
    convolution = nn.Conv2d(channels_in, channels_out, 3, stride)
    return convolution, nn.BatchNorm2d(channels_out), nn.ReLU()


@dataclass(frozen=True, eq=False)
class Weights:
    """The networks that find the ink, that answer, and that may refuse; they belong together."""

    models: dict[str, nn.Module]  # as weights.load_models returns them
    detector: OutlierDetector | None  # None refuses nothing
    ink_finder: UNet | None = field(default=None, kw_only=True)  # None is the shipped one


def guard_path(directory: Path | str | None = None) -> Path:
    """The file of the detector that is used with a folder's networks.

    That is the folder's own, or the shipped one where its own is of the first, linear kind, whose
    header did not yet name a format.
    """
    shipped = weights_path(DIRECTORY, GUARD)
    own = weights_path(directory, GUARD) if directory else shipped
    try:
        is_readable = own == shipped or "format_version" in load_tensors(own)[1]
    except WeightsError:  # which `load_detector` reports
        is_readable = True
    return own if is_readable else shipped


def load_detector(directory: Path | str | None = None) -> OutlierDetector:
    """The detector of a folder of weights, by `guard_path`, in eval mode; None is the shipped one.

    Raises:
        WeightsError: missing or damaged.
    """
    path = guard_path(directory)
    detector = OutlierDetector()
    try:
        tensors, header = load_tensors(path)
        check_format(header.get("format_version"), path)
        detector.load_state_dict(tensors)  # strict: every name, every shape
    except (WeightsError, RuntimeError) as error:
        problem = error.problem if isinstance(error, WeightsError) else f"{path} does not fit"
        raise WeightsError(problem, repair(GUARD)) from error
    return detector.eval()


def load_weights(directory: Path | str | None = None) -> Weights:
    """The Weights of a folder; None is the shipped one.

    Raises:
        WeightsError: a file is missing, damaged, or does not belong to the others.
    """
    models, detector = load_models(directory), load_detector(directory)
    return Weights(models, detector, ink_finder=load_ink_finder(directory))
