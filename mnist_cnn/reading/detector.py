"""The out-of-distribution detector: refuses a picture of anything but one digit.

A network that was trained on digits alone finds a digit in everything. The detector is one linear
layer over features of the network "aug" (its last feature maps and its dense layer), trained to
tell MNIST's digits from letters, scribbles, textures and spliced digits. Its weights lie in
guard.safetensors.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from mnist_cnn.dataset.digits import to_batch
from mnist_cnn.networks.models import MAIN, ConvNet
from mnist_cnn.networks.unet import UNet
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    load_models,
    load_tensors,
    weights_path,
)
from mnist_cnn.reading.ink_finder import load_ink_finder
from mnist_cnn.reading.pipelines import PIPELINES, Frame, images_by_id, to_digit
from mnist_cnn.reading.reasons import Reason
from mnist_cnn.reading.strokes import show_several

# Chosen on handwriting that was set aside for development: few of its digits score less.
THRESHOLD = -2.3
FEATURES = 64 * 4 * 4 + 512  # feature maps (64, 4, 4) and 512 units of the dense layer


class OutlierDetector(nn.Module):
    """Scores how much a digit resembles MNIST's, and refuses it below THRESHOLD.

    Args:
        network: the ConvNet whose features the detector is trained on.
    """

    def __init__(self, network: ConvNet):
        super().__init__()
        self.features, self.dense = network.features, network.classifier[:4]
        self.probe = nn.Linear(FEATURES, 1)

    @torch.inference_mode()
    def see(self, digits: Tensor) -> Tensor:
        """(N, FEATURES) features of (N, 28, 28) digits."""
        maps = [self.features(to_batch(batch)).flatten(1) for batch in digits.split(500)]
        return torch.cat([torch.cat([part, self.dense(part)], 1) for part in maps])

    @torch.inference_mode()
    def score(self, digits) -> Tensor:
        """(N,) scores of (N, 28, 28) digits, the log-odds of being one; refused below THRESHOLD."""
        return self.probe(self.see(torch.as_tensor(digits)))[:, 0]

    def rejection(self, frames: tuple[Frame, ...], preprocessing: str) -> Reason | None:
        """Why a picture is not to be read, or None.

        Args:
            frames: what pipelines.preprocess returned.
            preprocessing: id of the pipeline; one that is not guarded lets everything through.
        """
        if not PIPELINES[preprocessing].guarded:
            return None
        if show_several(images_by_id(frames)["ink"]):
            return Reason.SEVERAL
        return Reason.NO_DIGIT if self.score(to_digit(frames)[None]) < THRESHOLD else None


@dataclass(frozen=True, eq=False)
class Weights:
    """The networks that find the ink, that answer, and that may refuse; they belong together."""

    models: dict[str, nn.Module]  # as weights.load_models returns them
    detector: OutlierDetector | None  # None refuses nothing
    ink_finder: UNet | None = field(default=None, kw_only=True)  # None is the shipped one


def load_detector(network: ConvNet, directory: Path | str | None = None) -> OutlierDetector:
    """The detector that belongs to the network "aug", in eval mode.

    Args:
        network: the network "aug" of the same folder.
        directory: folder of the weights; None is the shipped one.

    Raises:
        WeightsError: missing, damaged, or trained on another network.
    """
    directory = DIRECTORY if directory is None else directory
    path = weights_path(directory, "guard")
    repair = "Run `python train.py guard` to make it again."
    detector = OutlierDetector(network)
    try:
        tensors, header = load_tensors(path)
        detector.probe.load_state_dict(tensors)
    except (WeightsError, RuntimeError) as error:
        problem = error.problem if isinstance(error, WeightsError) else f"{path} does not fit"
        raise WeightsError(problem, repair) from error
    if header.get(MAIN) != file_sha256(weights_path(directory, MAIN)):
        raise WeightsError(f"{path} belongs to another aug network", repair)
    return detector.eval()


def load_weights(directory: Path | str | None = None) -> Weights:
    """The Weights of a folder; None is the shipped one.

    Raises:
        WeightsError: a file is missing, damaged, or does not belong to the others.
    """
    models = load_models(directory)
    detector = load_detector(cast(ConvNet, models[MAIN]), directory)
    return Weights(models, detector, ink_finder=load_ink_finder(directory))
