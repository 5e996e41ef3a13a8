"""A trained network calibrated, judged, and written: its weights, and its row of metrics.json."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from mnist_cnn.dataset.digits import Digits, Splits, to_unit
from mnist_cnn.judging.calibration import calibrate, calibration_error
from mnist_cnn.judging.metrics import accuracy, evaluate, figures, save_metrics
from mnist_cnn.judging.timing import hardware_name, milliseconds_per_digit
from mnist_cnn.judging.views import view_answers
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.recipes import recipe_from
from mnist_cnn.learning.records import Epoch, Run, TrainingError
from mnist_cnn.networks.models import MODELS, multiply_adds, parameter_count
from mnist_cnn.networks.weights import file_sha256, load_model, save_model, weights_path

VARIED_TESTS = 5  # how often the leaking recipe's augmented test digits are drawn


def save_results(
    run: Run,
    model: nn.Module,
    history: list[Epoch],
    splits: Splits,
    folder: Path,
    report: Callable[[object], None] = print,
) -> None:
    """Calibrate and judge a trained model; write its weights and its row of metrics.json.

    Raises:
        TrainingError: what was written cannot be read back.
    """
    path, test = weights_path(folder, run.key), splits.test
    facts = {
        "run": asdict(run),
        "temperature": calibrate(model, splits.validation),
        "recipe_name": run.recipe_name,
        "available_images": len(splits.training),
        "threads": torch.get_num_threads(),
        "training_hardware": hardware_name(str(test.images.device)),
        "epochs": len(history),
        "validation_accuracy": max(epoch.validation_accuracy for epoch in history),
    }
    # The test digits are read through a file: what is measured is what is shipped.
    model = _written_and_read(path.with_suffix(".draft.safetensors"), run.key, model, facts)
    counts = evaluate(model, test)
    judged = figures(counts)
    save_model(path, run.key, model, **facts, test_accuracy=judged["accuracy"])
    row = {
        "title": MODELS[run.key].title,
        "sha256": file_sha256(path),
        **facts,
        "test": counts | {"calibration_error": calibration_error(model, test)},
        **_of_augmented_digits(run, model, test),
        "history": [asdict(epoch) for epoch in history],
        "parameters": parameter_count(model),
        "multiply_adds": multiply_adds(model),
        "training_seconds": sum(epoch.seconds for epoch in history),
        "milliseconds_per_digit": milliseconds_per_digit(model.cpu(), test.images.cpu()),
        "inference_hardware": hardware_name("cpu", threads=1),
        "torch": str(torch.__version__),
    }
    save_metrics(folder, run.key, row)
    low, high = judged["interval"]
    report(
        f"{path}: {len(counts['errors'])} of {len(test)} misread, test accuracy "
        f"{judged['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})\n"
    )


def _written_and_read(path, key, model, facts):
    """The model as a file gives it back, on the model's device; the file goes again."""
    trained, device = model.state_dict(), next(model.parameters()).device
    save_model(path, key, model, **facts)
    read = load_model(path, key)[0].to(device)
    if any(not torch.equal(trained[name], tensor) for name, tensor in read.state_dict().items()):
        raise TrainingError(f"{path} holds other weights than the trained model. Check the disk.")
    path.unlink()
    return read


def _of_augmented_digits(run, model, test):
    """What is known only of networks that learned from augmented digits, for metrics.json."""
    recipe, found = recipe_from(run.recipe), {}
    if recipe.augmentation is not None:
        answers = view_answers(model, test.images).argmax(1)
        found["errors_over_views"] = (answers != test.labels).sum().item()
    if recipe.leak:
        found["varied_test_accuracies"] = varied_accuracies(model, test, recipe.augmentation)
    return found


def varied_accuracies(model: nn.Module, test: Digits, augmentation: Augmentation) -> list[float]:
    """What the notebook takes for test accuracy: that on augmented test digits, several draws."""
    generator = torch.Generator(test.images.device).manual_seed(0)
    accuracies = []
    for _ in range(VARIED_TESTS):
        images = augmentation(to_unit(test.images), test.labels, generator)
        varied = Digits((255 * images).round().to(torch.uint8), test.labels)
        accuracies.append(accuracy(model, varied))
    return accuracies
