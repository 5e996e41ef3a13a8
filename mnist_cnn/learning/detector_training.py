"""Train the out-of-distribution detector: what it accepts, and what it rejects."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from mnist_cnn.dataset.digits import Digits, Splits, to_batch, to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.non_digits import non_digit
from mnist_cnn.learning.optimization import add_dropout, make_learner
from mnist_cnn.learning.pen import draw, fitted, wear
from mnist_cnn.learning.recipes import Recipe
from mnist_cnn.learning.skeletons import normalised, skeletons, template
from mnist_cnn.networks.weights import FORMAT_VERSION, save_tensors, weights_path
from mnist_cnn.reading.detector import NO_DIGIT, SEVERAL, THRESHOLD, OutlierDetector
from mnist_cnn.reading.pipelines import from_ink, to_digit

STEPS = 4000
CHUNK = 250  # seeds that a process works on at a time
WORKERS = os.cpu_count() or 0  # processes that make what the detector learns from
UNSEEN, UNSEEN_COUNT = 10**6, 4000  # seeds of what the detector is judged by
FEW = 0.005  # share of digits that may be refused: see detector.THRESHOLD
SYMMETRIC = (0, 1, 8)  # what stays a digit in a mirror: people's slant to the left, MNIST's not
WIDTHS = 0.5, 1.8  # of a digit's own width: people's 2 and 7 are narrow, their 0 and 6 may lie
AUGMENTED = 0.7  # share of each batch that is varied; the rest stays as it is
RECIPE = Recipe(
    learning_rate=0.003,
    batch_size=256,
    epochs=1,
    patience=1,
    schedule="one-cycle",
    weight_decay=0.05,
    beta2=0.99,
    ema_decay=0.998,
    dropout=0.2,
)


@dataclass(frozen=True)
class Source:
    """A row of what the detector learns from."""

    name: str
    make: Callable[[Digits, range], Digits]  # from training digits and seeds; labels of 12 classes
    count: int  # how many are made
    share: float  # of each batch


def _as_they_are(digits, seeds):
    return digits[torch.as_tensor(seeds) % len(digits)]


def _worn(digits, seeds):
    """Digits enlarged and worn, as the pipeline makes them of imperfect ink."""
    random = np.random.default_rng(seeds.start)
    chosen = digits[torch.as_tensor(seeds) % len(digits)]
    pages = (fitted(Image.fromarray(image), random) for image in chosen.images.numpy())
    return _as_digits((wear(page, random) for page in pages), chosen.labels)


def _redrawn(digits, seeds):
    """The centre lines of digits, drawn with any pen."""
    random = np.random.default_rng(seeds.start)
    chosen = digits[torch.as_tensor(seeds) % len(digits)]
    lines = skeletons(chosen.images.numpy())
    for line, label in zip(lines, chosen.labels.tolist()):
        if label in SYMMETRIC and random.random() < 0.5:
            line[:, :, 0] *= -1
    return _as_digits(_written(lines, random), chosen.labels)


def _templates(digits, seeds):
    """Digits as people write them and MNIST hardly has them."""
    random = np.random.default_rng(seeds.start)
    labels = torch.as_tensor(seeds) % DATASET.classes
    lines = (template(int(label), random) for label in labels)
    return _as_digits(_written(lines, random), labels)


def _written(lines, random):
    """The worn ink of skeletons, some of them made narrow or wide."""
    for line in lines:
        width = np.exp(random.uniform(*np.log(WIDTHS))) if random.random() < 0.3 else 1
        yield wear(draw(normalised(line * np.float32([width, 1])), random), random)


def _non_digits(digits, seeds):
    made = [found for seed in seeds if (found := non_digit(seed, digits))]
    labels = [SEVERAL if kind.several else NO_DIGIT for _, kind in made]
    return Digits(torch.from_numpy(np.stack([image for image, _ in made])), torch.tensor(labels))


def _as_digits(inks, labels):
    images = np.stack([to_digit(from_ink(ink)) for ink in inks])
    return Digits(torch.from_numpy(images), labels)


SOURCES = (
    Source("MNIST's digits", _as_they_are, DATASET.learned, 0.2),
    Source("worn digits", _worn, 8000, 0.1),
    Source("redrawn digits", _redrawn, 8000, 0.1),
    Source("templates", _templates, 16_000, 0.1),
    Source("non-digits", _non_digits, 48_000, 0.5),
)


class _Chunks(Dataset):
    """What a source makes of digits, some seeds at a time."""

    def __init__(self, source, digits, seeds):
        self.source, self.digits = source, digits
        self.chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]

    def __len__(self):
        return len(self.chunks)

    def __getitem__(self, index):
        made = self.source.make(self.digits, self.chunks[index])
        return made.images, made.labels


def make_all(source: Source, digits: Digits, seeds: range) -> Digits:
    """What a source makes of these seeds; the same, however many processes share the work."""
    chunks = _Chunks(source, digits, seeds)
    loader = DataLoader(chunks, None, num_workers=WORKERS if len(chunks) > 1 else 0)
    images, labels = zip(*loader)
    return Digits(torch.cat(images), torch.cat(labels))


def train_detector(
    pools: list[tuple[Digits, float]],
    augmentation: Augmentation,
    steps: int = STEPS,
    seed: int = 0,
) -> OutlierDetector:
    """A detector that tells single digits from several, and from anything else, in eval mode.

    Args:
        pools: what it learns from, labels of its 12 classes, and each pool's share of a batch.
        augmentation: of AUGMENTED of each batch, digits or not.
    """
    torch.manual_seed(seed)
    device = pools[0][0].images.device
    generator = torch.Generator(device).manual_seed(seed)
    detector = OutlierDetector().to(device).to(memory_format=torch.channels_last)
    add_dropout(detector, RECIPE.dropout)
    learner = make_learner(detector, RECIPE, steps)
    for _ in tqdm(range(steps), desc="guard", unit="step", leave=False, disable=None):
        batches = [
            pool[torch.randint(len(pool), (round(share * RECIPE.batch_size),), generator=generator,
                               device=device)]
            for pool, share in pools
        ]  # fmt: skip
        images = to_unit(torch.cat([batch.images for batch in batches]))
        labels = torch.cat([batch.labels for batch in batches])
        varied = torch.rand(len(images), generator=generator, device=device) < AUGMENTED
        images[varied] = augmentation(images[varied], labels[varied], generator)
        learner.step(F.cross_entropy(detector(to_batch(images)), labels))
    trained = OutlierDetector().to(device)
    trained.load_state_dict(learner.judged.state_dict())
    return trained.eval()


def make_detector(
    splits: Splits,
    augmentation: Augmentation,
    directory: str | Path,
    report: Callable[[str], None] = print,
) -> None:
    """Train the detector and write it into a folder of weights.

    Args:
        splits: on the device to train on; the detector learns from the training digits alone.
        report: called with a line on each source: how many of its pictures, which the detector has
            not seen, it refuses, and below which score FEW of them are: for THRESHOLD.
    """
    training, device = splits.training.to("cpu"), splits.training.images.device

    def of(count):  # of few digits, fewer are made, and learned from for a shorter time
        return max(8, count * len(training) // DATASET.learned)

    pools = []
    for source in SOURCES:
        made = make_all(source, training, range(of(source.count)))
        pools.append((made.to(device), source.share))
        report(f"{source.name}: {len(made):,}")
    detector = train_detector(pools, augmentation, of(STEPS))
    save_tensors(
        weights_path(directory, "guard"),
        detector.state_dict(),
        {"format_version": FORMAT_VERSION, "torch": str(torch.__version__)},
    )
    validation = splits.validation.to("cpu")
    for source in SOURCES:
        unseen = make_all(source, validation, range(UNSEEN, UNSEEN + of(UNSEEN_COUNT)))
        scores = detector.score(unseen.images).cpu().double()
        refused, low = (scores < THRESHOLD).double().mean(), scores.quantile(FEW)
        report(
            f"{source.name}: {refused:.1%} of {len(unseen):,} others refused, "
            f"{FEW:.1%} score below {low:.2f}"
        )
