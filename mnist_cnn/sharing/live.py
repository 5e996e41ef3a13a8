"""The weights that answer: the shipped ones at once, others once they are there and verified."""

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.robustness import load_robustness
from mnist_cnn.networks.weights import DIRECTORY, load_metrics, load_models
from mnist_cnn.reading.detector import OutlierDetector, load_detector


@dataclass(frozen=True, eq=False)
class WeightSet:
    """Networks and all that is known of them; to be used as a whole."""

    directory: Path  # where its files lie
    models: dict[str, nn.Module]  # as weights.load_models returns them
    detector: OutlierDetector
    metrics: dict  # as weights.load_metrics returns it
    robustness: dict  # as robustness.load_robustness returns it
    ledger: dict  # as ledger.load_ledger returns it
    repo_id: str | None = None  # on the Hub; None: shipped with the code
    commit: str | None = None  # 40 hex digits: pins this very set


def shipped():
    """The WeightSet that travels with the code.

    Raises:
        WeightsError: a file of it is missing or damaged.
    """
    models = load_models()
    detector = load_detector(models["aug"])
    return WeightSet(DIRECTORY, models, detector, load_metrics(), load_robustness(), load_ledger())


class LiveWeights:
    """Which WeightSet answers.

    Whoever answers a request takes `current` once and keeps to it: it is replaced as a whole.
    """

    def __init__(self, weights):
        self.current = weights
