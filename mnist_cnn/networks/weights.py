"""Weights on disk: safetensors whose header says what they are, loaded strictly or not at all."""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS

FORMAT_VERSION = 1  # of headers and of what lies beside them; there is no older one yet
HEADER_KEY = "mnist_cnn"  # one key: safetensors shuffles several, and the sha256 would change
LFS_POINTER = b"version https://git-lfs"  # what lies in a clone that was made without git LFS
DIRECTORY = Path(__file__).parents[2] / "weights"


class WeightsError(Exception):
    """A weights file is missing, damaged or not what it should be; the message says what to run.

    Args:
        problem: what is wrong, without a full stop; kept for callers that know another repair.
        repair: a sentence.
    """

    def __init__(self, problem: str, repair: str | None = None):
        super().__init__(f"{problem}. {repair}" if repair else problem)
        self.problem = problem


def weights_path(directory: str | Path, key: str) -> Path:
    """The path of a model's weights in a folder."""
    return Path(directory) / f"{key}.safetensors"


def write_atomically(path: str | Path, content: bytes) -> None:
    """Write bytes so that a process that is killed meanwhile leaves the old file whole."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)  # a temporary file is private; weights are not
        os.replace(draft, path)  # after it was closed: Windows moves and deletes no open file
    except BaseException:
        os.unlink(draft)
        raise


def read_json(path: str | Path) -> Any:
    """What a JSON file of our own holds, unchecked; None when there is no such file.

    Raises:
        WeightsError: the file is no JSON.
    """
    try:
        return json.loads(Path(path).read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:
        raise WeightsError(
            f"{path} is damaged", "Run `python train.py` to make it again."
        ) from error


def save_tensors(path: str | Path, tensors: dict[str, Tensor], header: dict) -> None:
    """Write named tensors and a JSON-ready header to a safetensors file, atomically."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {HEADER_KEY: json.dumps(header, sort_keys=True)}
    write_atomically(path, save(tensors, metadata))


def load_tensors(path: str | Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Named tensors and header of a file that `save_tensors` wrote.

    Raises:
        WeightsError: no such file, not safetensors, or without our header.
    """
    try:
        with safe_open(path, "pt") as file:
            header = dict(json.loads((file.metadata() or {})[HEADER_KEY]))
            # Copies: what is mapped from a file keeps Windows from replacing that file.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
            return tensors, header
    except FileNotFoundError as error:
        raise WeightsError(f"{path} is missing") from error
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        what = "damaged, or no weights file of this project"
        if _starts_with(path, LFS_POINTER):
            what = "git LFS's pointer to the file, not the file (`git lfs pull` fetches it)"
        raise WeightsError(f"{path} is {what}") from error


def _starts_with(path, start):
    try:
        with open(path, "rb") as file:
            return file.read(len(start)) == start
    except OSError:
        return False


def repair(name: str) -> str:
    """What to do where a network's file does not hold."""
    return f"Run `python train.py {name}` to make it again, or `git lfs pull` to download it again."


def save_model(path: str | Path, key: str, model: nn.Module, **facts: Any) -> None:
    """Write a model's weights; `facts` (recipe, seed, accuracies, ...) join the header."""
    header = identity(key) | {"torch": str(torch.__version__)} | facts
    save_tensors(path, model.state_dict(), header)


def identity(key: str) -> dict[str, Any]:
    """The entries that the header of a model's file must have for its tensors to be read."""
    return {
        "format_version": FORMAT_VERSION,
        "model": key,
        "architecture": MODELS[key].architecture,
        "mean": DATASET.mean,
        "std": DATASET.std,
    }


def check_format(version: Any, path: str | Path) -> None:
    """Raise WeightsError, with what to do, unless this code reads files of this format version."""
    if version != FORMAT_VERSION:
        raise WeightsError(
            f"{path} is of format {version!r} and this code reads {FORMAT_VERSION}: update the "
            "code if the file is newer, take weights that were made anew if it is older"
        )


def load_model(
    path: str | Path, key: str, sha256: str | None = None
) -> tuple[nn.Module, dict[str, Any]]:
    """The model `key` in eval mode on the CPU, and the header of its file.

    Args:
        path: a file that `save_model` wrote.
        key: of MODELS; the file must hold this model.
        sha256: the file's expected sha256 in hex; None checks none.

    Raises:
        WeightsError: the file is missing, damaged, or holds anything else; nothing is loaded.
    """
    try:
        tensors, header = load_tensors(path)
        if sha256 is not None and (found := file_sha256(path)) != sha256:
            raise WeightsError(
                f"{path} has sha256 {found[:12]}…, metrics.json says {sha256!s:.12}…"
            )
        check_format(header.get("format_version"), path)
        for name, expected in identity(key).items():
            if header.get(name) != expected:
                raise WeightsError(f"{path}: {name} is {header.get(name)!r}, not {expected!r}")
        model = MODELS[key].build()
        try:
            model.load_state_dict(tensors)  # strict: every name, every shape
        except RuntimeError as error:
            detail = " ".join(str(error).split())
            raise WeightsError(f"{path} does not fit the model {key}: {detail}") from error
    except WeightsError as error:
        raise WeightsError(error.problem, repair(key)) from error.__cause__
    return model.eval(), header


def load_models(directory: str | Path | None = None) -> dict[str, nn.Module]:
    """The lesson's networks, ready to predict.

    A row of MODELS that is not trained yet is left out, unless the lesson requires it.

    Args:
        directory: folder with the safetensors files and metrics.json; None is the shipped one.

    Returns:
        {key of MODELS: nn.Module in eval mode, from (N, 1, 28, 28) normalised digits to (N, 10)
        logits}

    Raises:
        WeightsError: a file is missing, damaged or another one than metrics.json was made for.
    """
    directory = Path(directory or DIRECTORY)
    sha256s = recorded_sha256s(directory)
    return {
        key: load_model(weights_path(directory, key), key, sha256s.get(key))[0]
        for key, row in MODELS.items()
        if row.is_required or key in sha256s or weights_path(directory, key).exists()
    }


def recorded_sha256s(directory: str | Path) -> dict[str, str | None]:
    """{key: sha256 of the weights that a row of metrics.json is about, None where it has none}.

    There are no rows when there is no such file.

    Raises:
        WeightsError: the file is not the JSON that train.py writes.
    """
    path = Path(directory) / "metrics.json"
    metrics = read_json(path)
    try:
        rows = metrics["models"] if metrics is not None else {}
        return {key: row.get("sha256") for key, row in rows.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise WeightsError(
            f"{path} is damaged", "Run `python train.py` to make it again."
        ) from error


def file_sha256(path: str | Path) -> str:
    """A file's sha256 in hex."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
