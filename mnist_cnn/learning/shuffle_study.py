"""What shuffled pixels cost the small ConvNet, and the fully connected network.

python -m mnist_cnn shuffle_study [--seeds 3]

The room "Train it yourself" lets learners find it out; this measures it, by the same experiments.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import torch

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.digits import embedded_splits
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.learning.experiments import Experiment, train
from mnist_cnn.networks.weights import write_atomically

FILE = Path(__file__).with_suffix(".json")
# Each learns well at its rate: so said a few tries on validation digits.
NETWORKS = {
    "small": {"learning_rate": 0.01},
    "fc": {"learning_rate": 0.003, "batch_norm": False},
}
DIGITS = 10_000


def measure(seeds: Sequence[int]) -> dict[str, dict[str, list[float]]]:
    """{network: {"plain": validation accuracies, one per seed, "shuffled": the same}}."""
    validation = embedded_splits().validation

    def reached(key, seed, shuffled):
        experiment = Experiment(
            key, DIGITS, seed=seed, shuffled=shuffled, **NETWORKS[key]  # type: ignore[arg-type]
        )  # fmt: skip
        return accuracy(train(experiment, report=lambda _: None).model, validation)

    return {
        key: {
            name: [reached(key, seed, name == "shuffled") for seed in seeds]
            for name in ("plain", "shuffled")
        }
        for key in NETWORKS
    }


def lost(found: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    """{network: percentage points that shuffling costs it, mean of the seeds}."""
    return {key: 100 * (mean(row["plain"]) - mean(row["shuffled"])) for key, row in found.items()}


def load() -> dict[str, dict[str, list[float]]]:
    """What was measured, as `measure` returns it."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def main(words: Sequence[str] | None = None) -> None:
    """`shuffle_study`: measure, and write what the room says."""
    parser = CommandParser("shuffle_study", __doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="how many; default: 3")
    seeds = range(parser.parse_args(words).seeds)
    with exit_on(OSError):
        torch.set_num_threads(1)
        found = measure(seeds)
        write_atomically(FILE, (json.dumps(found, indent=1) + "\n").encode())
        for key, points in lost(found).items():
            print(f"{key}: {points:.1f} points lost, mean of {len(seeds)} seeds")
