"""Train the guard: what it learns to let through, and what to refuse."""

import numpy as np
import torch
import torch.nn.functional as F

from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.learning.non_digits import picture
from mnist_cnn.networks.models import MAIN
from mnist_cnn.networks.weights import file_sha256, save_tensors, weights_path
from mnist_cnn.reading.detector import OutlierDetector
from mnist_cnn.reading.pipelines import preprocess, to_digit

NON_DIGITS = 6000  # how many are made; fewer where there are few digits


def train_detector(network, digits, non_digits, seed=0, epochs=50):
    """A guard that tells digits from what is none.

    Args:
        network: the aug network.
        digits: (N, 28, 28) uint8, to be let through.
        non_digits: (M, 28, 28) uint8, to be refused.
    """
    torch.manual_seed(seed)
    detector = OutlierDetector(network)
    seen = torch.cat([detector.see(digits), detector.see(non_digits)]).clone()
    wanted = torch.cat([torch.ones(len(digits)), torch.zeros(len(non_digits))])
    # Both kinds count the same in all, however many there are of each.
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
    with torch.no_grad():  # the probe takes features as they are
        detector.probe.bias -= (detector.probe.weight[0] * mean / spread).sum()
        detector.probe.weight /= spread
    return detector.eval()


def make_detector(network, training, augmentation, directory):
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
    detector = train_detector(network, digits, made)
    header = {MAIN: file_sha256(weights_path(directory, MAIN))}
    save_tensors(weights_path(directory, "guard"), detector.probe.state_dict(), header)
