"""A training run on disk after each epoch: enough to go on as if it had not been stopped."""

from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import torch

from mnist_cnn.learning.optimization import Learner
from mnist_cnn.learning.records import Epoch, Run, TrainingError
from mnist_cnn.networks.weights import WeightsError, load_tensors, save_tensors


def save_checkpoint(
    path: Path, run: Run, learner: Learner, history: list[Epoch], best: dict[str, torch.Tensor]
) -> None:
    """Write all that the next epoch depends on: weights, EMA, moments, history, best weights."""
    states = {"model": learner.model.state_dict(), "best": best}
    if learner.ema is not None:
        states["ema"] = learner.ema.state_dict()
    for index, moments in learner.optimizer.state_dict()["state"].items():
        states[f"optimizer.{index}"] = moments
    tensors = {f"{part}.{name}": t for part, state in states.items() for name, t in state.items()}
    header = {"run": asdict(run), "history": [asdict(epoch) for epoch in history]}
    save_tensors(path, tensors, header)


def load_checkpoint(
    path: Path, run: Run, learner: Learner
) -> tuple[list[Epoch], dict[str, torch.Tensor]]:
    """The history and the best weights of a checkpoint; all else goes into the learner.

    Raises:
        TrainingError: the file is damaged, of another run, or of another version of the code.
    """
    try:
        tensors, header = load_tensors(path)
    except WeightsError as error:
        raise TrainingError(f"{error}. Delete it, or train without --resume.") from error
    if header.get("run") != asdict(run):
        raise TrainingError(f"{path} is of other settings. Give the same ones, or delete it.")
    parts: dict[str, dict[str, torch.Tensor]] = defaultdict(dict)
    for name, tensor in tensors.items():
        part, name = name.split(".", 1)
        parts[part][name] = tensor
    try:
        learner.model.load_state_dict(parts["model"])
        if learner.ema is not None:
            learner.ema.load_state_dict(parts["ema"])
        _load_moments(learner.optimizer, parts["optimizer"])
    except (RuntimeError, ValueError, IndexError) as error:  # torch's, for names and shapes
        raise TrainingError(
            f"{path} was written by another version of the code. Delete it, and train again."
        ) from error
    device = next(learner.model.parameters()).device
    best = {name: tensor.to(device) for name, tensor in parts["best"].items()}
    return [Epoch(**epoch) for epoch in header["history"]], best


def _load_moments(optimizer, tensors):
    """Put {"index.name": tensor} into the optimizer's state."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    moments = defaultdict(dict)
    for name, tensor in tensors.items():
        index, name = name.split(".")
        if tensor.ndim == 4:  # the file knows no channels_last, and fused Adam takes it for granted
            tensor = torch.empty_like(parameters[int(index)]).copy_(tensor)
        moments[int(index)][name] = tensor
    optimizer.load_state_dict(optimizer.state_dict() | {"state": dict(moments)})
