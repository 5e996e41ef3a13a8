"""Train again what trained a file of weights, and compare bit for bit."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from mnist_cnn.dataset.digits import Splits
from mnist_cnn.judging.timing import hardware_name
from mnist_cnn.learning.recipes import recipe_from
from mnist_cnn.learning.records import Run, TrainingError
from mnist_cnn.learning.runs import train
from mnist_cnn.networks.weights import WeightsError, load_model, load_tensors, weights_path


def reproduce(
    path: Path, data_dir: str | Path, device: str, report: Callable[[object], None] = print
) -> bool:
    """Whether training again gives the weights of a file, bit for bit.

    Args:
        path: weights whose header `runs.train` wrote.
        data_dir, device: as for Splits.load.
        report: called with each epoch, and with the result.

    Raises:
        WeightsError: no such file, or its header names no run.
        TrainingError: the weights depend on other networks that were trained with them.
    """
    tensors, header = load_tensors(path)
    try:
        run = Run(**header["run"])
        recipe_from(run.recipe)
        torch.set_num_threads(header["threads"])
        load_model(path, run.key)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsError(f"{path} does not say how it was trained") from error
    if len(seeds := header.get("trained_together", [run.seed])) > 1:
        raise TrainingError(
            f"{path} was trained in one go with seeds {', '.join(map(str, seeds))}, which this "
            "code no longer does: its training cannot be repeated."
        )
    with TemporaryDirectory() as folder:
        train(run, Splits.load(data_dir, device), Path(folder), report=report)
        again, _ = load_tensors(weights_path(folder, run.key))
    apart = max((tensors[name].double() - again[name].double()).abs().max() for name in tensors)
    if apart == 0:
        report(f"{path}: trained again, and the same bit for bit")
    else:
        report(
            f"{path}: trained again, weights differ by up to {apart:.2g}. They were trained with "
            f"torch {header['torch']} on {header['training_hardware']}; here "
            f"are torch {torch.__version__} and {hardware_name(device)}."
        )
    return bool(apart == 0)
