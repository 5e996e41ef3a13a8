"""A set of weights: networks, their guard, and the files that say what they are.

A set is used as a whole or not at all. Which networks are in it says its config.json; a set made
before a network joined MODELS lacks that one and is read all the same.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.handwriting import load_handwriting
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.judging.robustness import load_robustness
from mnist_cnn.judging.stored import read
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import DIRECTORY, FORMAT_VERSION, WeightsError, check_format
from mnist_cnn.reading.detector import Weights, guard_path, load_weights
from mnist_cnn.sharing.golden import load_verified

CONFIG, METRICS = "config.json", "metrics.json"
# These travel where they exist.
OPTIONAL = ("ink.safetensors", "handwriting.json", "robustness.json", "ledger.json")


@dataclass(frozen=True, eq=False)
class WeightSet(Weights):
    """Networks and all that is known of them; to be used as a whole."""

    directory: Path  # of its files
    metrics: dict  # as load_metrics returns it
    robustness: dict  # as load_robustness returns it
    ledger: dict  # as load_ledger returns it
    handwriting: dict  # as load_handwriting returns it
    repo_id: str | None = None  # on the Hub; None: shipped with the code
    commit: str | None = None  # 40 hex digits: pins this very set

    @cached_property
    def has_own_guard(self) -> bool:
        """Whether its guard is its own; that of an older set is replaced by the shipped one."""
        return guard_path(self.directory).parent == self.directory


def load_shipped() -> WeightSet:
    """The set that travels with the code.

    Raises:
        WeightsError: a file of it is missing or damaged.
    """
    return WeightSet(
        **vars(load_weights()),
        directory=DIRECTORY,
        metrics=load_metrics(),
        robustness=load_robustness(),
        ledger=load_ledger(),
        handwriting=load_handwriting(),
    )


def load_pulled(directory: Path, repo_id: str, commit: str) -> WeightSet:
    """A stranger's set, verified: nothing of it that the page uses is taken on trust.

    Raises:
        WeightsError: a file is missing or damaged, or a network does not answer as its golden
            pairs say.
    """
    metrics = load_metrics(directory)
    weights = load_verified(directory)
    rows = metrics["models"]
    if unknown := [key for key in weights.models if key not in rows]:
        raise WeightsError(f"{METRICS} says nothing of {unknown[0]}")
    return WeightSet(
        **vars(weights),
        directory=directory,
        metrics=metrics | {"models": {key: rows[key] for key in weights.models}},
        robustness=load_robustness(directory),
        ledger=_unless_damaged(load_ledger, directory),
        handwriting=_unless_damaged(load_handwriting, directory),
        repo_id=repo_id,
        commit=commit,
    )


def _unless_damaged(load: Callable[[Path], dict], directory: Path) -> dict:
    """What a file says that only adds to the page; {} where it is damaged."""
    try:
        return load(directory)
    except WeightsError:
        return {}


def tensor_files(networks) -> tuple[str, ...]:
    """Names of the safetensors files of a set that holds `networks`, keys of MODELS."""
    return tuple(f"{key}.safetensors" for key in (*networks, "guard", "golden"))


def required_files(directory: Path) -> tuple[str, ...]:
    """Names of the files that the set of a folder must hold, by its config.json.

    Raises:
        WeightsError: config.json is damaged, of another format, or lacks a network that the
            lesson requires.
    """
    config = read(directory / CONFIG, "SetConfig")
    if config is None:
        raise WeightsError(f"{CONFIG} is missing")
    check_format(config["format_version"], CONFIG)
    networks = config.get("models", {})
    for key, row in MODELS.items():
        if row.is_required and key not in networks:
            raise WeightsError(f"{CONFIG} lists no {key}")
    return CONFIG, METRICS, *tensor_files(key for key in MODELS if key in networks)


def files_of(directory: Path) -> dict[str, bytes]:
    """{name: content} of the set that a folder of trained networks becomes, wherever it is sent.

    Raises:
        WeightsError: the folder holds no whole set that answers as its golden pairs say.
    """
    networks = check_local(directory)
    names = [*tensor_files(networks), METRICS, *(n for n in OPTIONAL if (directory / n).exists())]
    files = {name: (directory / name).read_bytes() for name in names}
    config = {
        "format_version": FORMAT_VERSION,
        "models": {
            key: {"file": f"{key}.safetensors", "architecture": MODELS[key].architecture}
            for key in networks
        },
        "mean": DATASET.mean,
        "std": DATASET.std,
    }
    return files | {CONFIG: (json.dumps(config, indent=1) + "\n").encode()}


def check_local(directory: Path) -> list[str]:
    """Keys of a folder's networks, which are whole and answer as they should.

    Raises:
        WeightsError: they are not.
    """
    networks = list(load_verified(directory).models)
    if load_metrics(directory)["models"].keys() != set(networks):
        raise WeightsError(f"{METRICS} lacks a network", "Run `python train.py`.")
    return networks
