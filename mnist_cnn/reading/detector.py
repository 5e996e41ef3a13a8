"""The guard: refuses what is not one digit, before a network puts a number to it.

A network that was shown only digits finds one in everything. The guard is one linear layer over
what the aug network sees in a picture (its last feature maps and its dense layer), trained to tell
MNIST's digits from letters, scribbles, textures and spliced digits.
"""

import torch
from torch import nn

from mnist_cnn.dataset.digits import to_batch
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    load_tensors,
    weights_path,
)
from mnist_cnn.reading.preprocess import shows_several, to_digit

# Chosen on handwriting that is kept for development, so that few of its digits lie below.
THRESHOLD = -2.3
FEATURES = 64 * 4 * 4 + 512


class OutlierDetector(nn.Module):
    """How much a digit is like MNIST's digits, and whether to refuse it.

    Args:
        network: the ConvNet whose features the guard was trained on.
    """

    def __init__(self, network):
        super().__init__()
        self.features, self.dense = network.features, network.classifier[:4]
        self.probe = nn.Linear(FEATURES, 1)

    @torch.inference_mode()
    def see(self, digits):
        """Features of (N, 28, 28) digits, (N, 1536)."""
        maps = [self.features(to_batch(batch)).flatten(1) for batch in digits.split(500)]
        return torch.cat([torch.cat([part, self.dense(part)], 1) for part in maps])

    @torch.inference_mode()
    def score(self, digits):
        """(N,) how much (N, 28, 28) digits are like MNIST's; above LEAST_LIKENESS is a digit."""
        return self.probe(self.see(torch.as_tensor(digits)))[:, 0]

    def rejection(self, steps):
        """Why a picture is not to be read: "several", "no digit", or None.

        Args:
            steps: what preprocess returned for MNIST's own way; the notebook's is let through,
                for what it does to digits is its lesson.
        """
        if steps[-1].name != "Centred":
            return None
        if shows_several(steps):
            return "several"
        return "no digit" if self.score(to_digit(steps)[None]) < THRESHOLD else None


def load_detector(network, directory=None):
    """The guard that belongs to the aug network.

    Raises:
        WeightsError: missing, damaged, or trained on another aug network.
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
    if header.get("aug") != file_sha256(weights_path(directory, "aug")):
        raise WeightsError(f"{path} belongs to another aug network", repair)
    return detector.eval()
