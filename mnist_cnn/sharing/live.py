"""The weights that answer: the shipped ones at once, others once they are there and verified."""

from dataclasses import dataclass
from pathlib import Path

from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.robustness import load_robustness
from mnist_cnn.networks.weights import DIRECTORY, load_metrics
from mnist_cnn.reading.detector import Weights, load_weights


@dataclass(frozen=True, eq=False)
class WeightSet(Weights):
    """Networks and all that is known of them; to be used as a whole."""

    directory: Path  # where its files lie
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
    return WeightSet(
        **vars(load_weights()),
        directory=DIRECTORY,
        metrics=load_metrics(),
        robustness=load_robustness(),
        ledger=load_ledger(),
    )


class LiveWeights:
    """Which WeightSet answers.

    Whoever answers a request takes `current` once and keeps to it: it is replaced as a whole.
    """

    def __init__(self, weights):
        self.current = weights
