"""Networks that learners train: an architecture with settings of its own, to a file and back.

A file is safetensors whose header says what to build. It may be anybody's: known architectures
only, loaded strictly or not at all.
"""

import hashlib
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import nn

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import ARCHITECTURES, build_variant
from mnist_cnn.networks.weights import (
    FORMAT_VERSION,
    WeightsError,
    check_format,
    load_tensors,
    save_tensors,
)

MAX_BYTES = 8_000_000  # of a file: twice the largest architecture
SETTINGS = ("batch_norm", "shuffled")  # of build_variant, each true or false


@dataclass(frozen=True, eq=False)
class Variant:
    """A trained network and what its file says of it."""

    model: nn.Module  # in eval mode, on the CPU
    architecture: str  # key of ARCHITECTURES
    settings: dict[str, bool]  # of build_variant
    facts: dict[str, Any] = field(default_factory=dict)  # JSON-ready: how it was trained

    @cached_property
    def file(self) -> bytes:
        """A safetensors file that `from_file` reads."""
        header = {
            "format_version": FORMAT_VERSION,
            "architecture": self.architecture,
            "settings": self.settings,
            "mean": DATASET.mean,
            "std": DATASET.std,
            "facts": self.facts,
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "own.safetensors"
            save_tensors(path, self.model.state_dict(), header)
            return path.read_bytes()

    @cached_property
    def sha256(self) -> str:
        """Of the file, in hex."""
        return hashlib.sha256(self.file).hexdigest()


def from_file(content: bytes) -> Variant:
    """The network in a file: a Variant's, or one that train.py wrote.

    Raises:
        WeightsError: damaged, too large, of an unknown architecture, or anything else.
    """
    if len(content) > MAX_BYTES:
        raise WeightsError(f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are read")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.safetensors"
        path.write_bytes(content)
        try:
            return _from_tensors(*load_tensors(path))
        except WeightsError as error:
            raise WeightsError(error.problem.replace(str(path), "The file")) from error


def _from_tensors(tensors, header):
    check_format(header.get("format_version"), "The file")
    architecture, settings = header.get("architecture"), header.get("settings", {})
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise WeightsError(f"The file holds a {str(architecture)[:40]}; known are {known}")
    is_known = isinstance(settings, dict) and settings.keys() <= set(SETTINGS)
    if not is_known or not all(isinstance(value, bool) for value in settings.values()):
        raise WeightsError(f"The file's settings are none of {', '.join(SETTINGS)}")
    if (header.get("mean"), header.get("std")) != (DATASET.mean, DATASET.std):
        raise WeightsError("The file's network takes other pixels: another mean or std")
    model, facts = build_variant(architecture, **settings), header.get("facts", {})
    try:
        model.load_state_dict(tensors)  # strict: every name, every shape
    except RuntimeError as error:
        raise WeightsError(f"The file's weights do not fit a {architecture}") from error
    if not all(tensor.isfinite().all() for tensor in model.state_dict().values()):
        raise WeightsError("The file's weights are not all numbers")
    return Variant(model.eval(), architecture, settings, facts if isinstance(facts, dict) else {})
