"""Train the out-of-distribution detector: what it accepts, and what it rejects."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from mnist_cnn.dataset.digits import Digits, to_unit
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.non_digits import picture
from mnist_cnn.networks.models import MAIN, ConvNet
from mnist_cnn.networks.weights import file_sha256, save_tensors, weights_path
from mnist_cnn.reading.detector import OutlierDetector
from mnist_cnn.reading.pipelines import preprocess, to_digit

NON_DIGITS = 6000  # how many are made; an eighth of the digits where these are few


def train_detector(
    network: ConvNet,
    digits: torch.Tensor,
    non_digits: torch.Tensor,
    seed: int = 0,
    epochs: int = 50,
) -> OutlierDetector:
    """A detector that tells digits from pictures of anything else, in eval mode.

    Args:
        network: the main network, whose features the detector reads.
        digits: (N, 28, 28) uint8, to be accepted.
        non_digits: (M, 28, 28) uint8, to be rejected.
    """
    torch.manual_seed(seed)
    detector = OutlierDetector(network)
    seen = torch.cat([detector.see(digits), detector.see(non_digits)]).clone()
    wanted = torch.cat([torch.ones(len(digits)), torch.zeros(len(non_digits))])
    # Both classes have the same total weight, however many there are of each.
    weights = torch.where(wanted > 0, 0.5 / len(digits), 0.5 / len(non_digits)) * len(wanted)
    mean, spread = seen[: len(digits)].mean(0), seen[: len(digits)].std(0) + 0.01
    seen = (seen - mean) / spread
    optimizer = torch.optim.AdamW(detector.probe.parameters(), 1e-3, weight_decay=1e-3)
    for _ in range(epochs):
        for index in torch.randperm(len(seen)).split(512):
            answer = detector.probe(seen[index])[:, 0]
            loss = F.binary_cross_entropy_with_logits(answer, wanted[index], weights[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():  # the probe takes features that are not normalised
        detector.probe.bias.sub_((detector.probe.weight[0] * mean / spread).sum())
        detector.probe.weight.div_(spread)
    return detector.eval()


def make_detector(
    network: ConvNet, training: Digits, augmentation: Augmentation, directory: str | Path
) -> None:
    """Train the detector that belongs to the main network in `directory`, and write it there.

    Args:
        training: what it learns from: a quarter as they are, a quarter augmented; non-digits are
            made of all of them.
    """
    count = min(NON_DIGITS, max(1, len(training) // 8))
    half = len(training) // 4
    plain, others = training[:half], training[half : 2 * half]
    generator = torch.Generator().manual_seed(0)
    varied = augmentation(to_unit(others.images), others.labels, generator)
    digits = torch.cat([plain.images, (255 * varied).round().to(torch.uint8)])
    images = training.images.numpy()
    made = np.stack([to_digit(preprocess(picture(seed, images))) for seed in range(count)])
    made = made[made.any((1, 2))]  # what came out blank is rejected without a detector
    detector = train_detector(network, digits, torch.from_numpy(made))
    header = {MAIN: file_sha256(weights_path(directory, MAIN))}
    save_tensors(weights_path(directory, "guard"), detector.probe.state_dict(), header)
