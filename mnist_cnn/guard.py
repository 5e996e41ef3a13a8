"""The guard: refuses what is not one digit, before a network puts a number to it.

A network that was shown only digits finds one in everything. The guard is one linear layer over
what the aug network sees in a picture (its last feature maps and its dense layer), trained to tell
MNIST's digits from letters, scribbles, textures and spliced digits.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .non_digits import picture
from .preprocess import preprocess, shows_several, to_batch, to_digit, to_unit
from .weights import DIRECTORY, WeightsError, file_sha256, load_tensors, save_tensors, weights_path

# Chosen on handwriting that is kept for development, so that few of its digits lie below.
LEAST_LIKENESS = -2.3
NON_DIGITS = 6000  # how many are made; fewer where there are few digits
FEATURES = 64 * 4 * 4 + 512


class Guard(nn.Module):
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
    def likeness(self, digits):
        """(N,) how much (N, 28, 28) digits are like MNIST's; above LEAST_LIKENESS is a digit."""
        return self.probe(self.see(torch.as_tensor(digits)))[:, 0]

    def objection(self, steps):
        """Why a picture is not to be read: "several", "no digit", or None.

        Args:
            steps: what preprocess returned for MNIST's own way; the notebook's is let through,
                for what it does to digits is its lesson.
        """
        if steps[-1].name != "Centred":
            return None
        if shows_several(steps):
            return "several"
        return "no digit" if self.likeness(to_digit(steps)[None]) < LEAST_LIKENESS else None


def load_guard(network, directory=None):
    """The guard that belongs to the aug network.

    Raises:
        WeightsError: missing, damaged, or trained on another aug network.
    """
    directory = DIRECTORY if directory is None else directory
    path = weights_path(directory, "guard")
    repair = "Run `python train.py guard` to make it again."
    guard = Guard(network)
    try:
        tensors, header = load_tensors(path)
        guard.probe.load_state_dict(tensors)
    except (WeightsError, RuntimeError) as error:
        problem = error.problem if isinstance(error, WeightsError) else f"{path} does not fit"
        raise WeightsError(problem, repair) from error
    if header.get("aug") != file_sha256(weights_path(directory, "aug")):
        raise WeightsError(f"{path} belongs to another aug network", repair)
    return guard.eval()


def train_guard(network, digits, non_digits, seed=0, epochs=50):
    """A guard that tells digits from what is none.

    Args:
        network: the aug network.
        digits: (N, 28, 28) uint8, to be let through.
        non_digits: (M, 28, 28) uint8, to be refused.
    """
    torch.manual_seed(seed)
    guard = Guard(network)
    seen = torch.cat([guard.see(digits), guard.see(non_digits)]).clone()
    wanted = torch.cat([torch.ones(len(digits)), torch.zeros(len(non_digits))])
    # Both kinds count the same in all, however many there are of each.
    weights = torch.where(wanted > 0, 0.5 / len(digits), 0.5 / len(non_digits)) * len(wanted)
    mean, spread = seen[: len(digits)].mean(0), seen[: len(digits)].std(0) + 0.01
    seen = (seen - mean) / spread
    optimizer = torch.optim.AdamW(guard.probe.parameters(), 1e-3, weight_decay=1e-3)
    for _ in range(epochs):
        for index in torch.randperm(len(seen)).split(512):
            answer = guard.probe(seen[index])[:, 0]
            loss = F.binary_cross_entropy_with_logits(answer, wanted[index], weights[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():  # the probe takes features as they are
        guard.probe.bias -= (guard.probe.weight[0] * mean / spread).sum()
        guard.probe.weight /= spread
    return guard.eval()


def make_guard(network, training, augmentation, directory):
    """Train the guard that belongs to the aug network in `directory`, and write it there.

    Args:
        training: data.Digits of MNIST's training set.
        augmentation: what half of the digits are varied by.
    """
    count = min(NON_DIGITS, max(1, len(training) // 8))
    half = len(training) // 4
    plain, varied = training[:half], training[half : 2 * half]
    generator = torch.Generator().manual_seed(0)
    varied = augmentation(to_unit(varied.images), varied.labels, generator)
    digits = torch.cat([plain.images, (255 * varied).round().to(torch.uint8)])
    images = training.images.numpy()
    made = np.stack([to_digit(preprocess(picture(seed, images))) for seed in range(count)])
    made = torch.from_numpy(made[made.any((1, 2))])
    guard = train_guard(network, digits, made)
    header = {"aug": file_sha256(weights_path(directory, "aug"))}
    save_tensors(weights_path(directory, "guard"), guard.probe.state_dict(), header)
