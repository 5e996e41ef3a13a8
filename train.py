"""Train the lesson's networks on MNIST; `python train.py` writes weights/ and its metrics.json."""

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch

from mnist_cnn.data import DataError, load_mnist, split_indices
from mnist_cnn.evaluate import (
    accuracy,
    calibrate,
    calibration_error,
    hardware_name,
    milliseconds_per_digit,
    score,
)
from mnist_cnn.golden import save_golden
from mnist_cnn.guard import make_guard
from mnist_cnn.hub import HubError, check_name, check_tag, check_token, push, report_push
from mnist_cnn.models import MODELS, multiply_adds, parameter_count
from mnist_cnn.training import Run, TrainingError, fit
from mnist_cnn.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    load_model,
    save_metrics,
    save_model,
    weights_path,
)

RECIPES = ["default", "lesson"]


def parse_arguments(arguments=None):
    """Checked settings of the command line; wrong ones end with one sentence and status 2."""

    def number(kind, low, high):
        def parse(text):
            try:
                value = kind(text)
            except ValueError:
                value = None
            if value is None or not low <= value <= high:
                what = "a whole number" if kind is int else "a number"
                raise argparse.ArgumentTypeError(f"{text!r} is not {what} from {low:g} to {high:g}")
            return value

        return parse

    parser = argparse.ArgumentParser(prog="train.py", description=__doc__)
    # One sentence, without the usage that argparse puts before it.
    parser.error = lambda message: parser.exit(2, f"train.py: {message}\n")
    add = parser.add_argument
    add("models", nargs="*", metavar="model", help=f"{', '.join(MODELS)}, guard; default: all")
    add("--recipe", choices=RECIPES, default="default", help="default, or the lesson's own")
    add("--epochs", type=number(int, 1, 10_000), help="passes over the training digits, at most")
    add("--batch-size", type=number(int, 2, 50_000), help="digits per step")
    add("--learning-rate", type=number(float, 1e-6, 1), help="of Adam, at its highest")
    add("--patience", type=number(int, 1, 10_000), help="epochs without better validation")
    add("--seed", type=number(int, 0, 2**31 - 1), default=0, help="default: %(default)s")
    add("--device", choices=["auto", "cpu", "cuda"], default="auto", help="default: %(default)s")
    add("--data-dir", type=Path, default="data", help="holds MNIST/raw; default: %(default)s")
    add("--output-dir", type=Path, default=DIRECTORY, help="default: the weights/ beside train.py")
    add("--resume", action="store_true", help="go on after the last finished epoch")
    add("--push-to-hub", metavar="USER/REPO", help="then send the networks to the Hub")
    add("--private", action="store_true", help="only you are to see that repository")
    add("--tag", help="name for what is pushed")
    settings = parser.parse_args(arguments)

    if settings.push_to_hub:  # before the hours of training
        try:
            check_name(settings.push_to_hub)
            check_token()
            if settings.tag:
                check_tag(settings.tag)
        except HubError as error:
            parser.error(str(error))
    elif settings.private or settings.tag:
        parser.error("--private and --tag belong to --push-to-hub USER/REPO")
    known = [*MODELS, "guard"]
    unknown = [key for key in settings.models if key not in known]
    if unknown:
        parser.error(f"argument model: {unknown[0]!r} is none of {', '.join(known)}")
    settings.models = list(dict.fromkeys(settings.models)) or known
    if "aug" in settings.models and "guard" not in settings.models:
        settings.models.append("guard")  # it belongs to one aug network
    if settings.output_dir.exists() and not settings.output_dir.is_dir():
        parser.error(f"argument --output-dir: {settings.output_dir} is a file, not a folder")
    if settings.device == "auto":
        settings.device = "cuda" if torch.cuda.is_available() else "cpu"
    elif settings.device == "cuda" and not torch.cuda.is_available():
        parser.error("argument --device: cuda is not available here; use cpu or auto")
    return settings


def train_model(key, settings, training, validation, test):
    """Train one model, write its weights and its row of metrics.json, and read them back."""
    row = MODELS[key]
    changes = {
        name: getattr(settings, name)
        for name in ("epochs", "batch_size", "learning_rate", "patience")
        if getattr(settings, name) is not None
    }
    recipe = replace(row.recipes[settings.recipe], **changes)
    run = Run(key, recipe.as_dict(), settings.seed, len(training))
    path = weights_path(settings.output_dir, key)
    checkpoint = path.with_suffix(".checkpoint.safetensors")
    print(f"{key}: {row.title}, recipe {settings.recipe}, on {hardware_name(settings.device)}")
    if settings.resume and not checkpoint.exists() and _is_finished(path, key, run):
        print(f"{path} is of this very run already")
        return

    model, history = fit(
        row.build, training, validation, recipe, run, checkpoint, settings.resume, print
    )
    temperature = calibrate(model, validation)
    facts = {
        "run": asdict(run),
        "temperature": temperature,
        "recipe_name": settings.recipe,
        "epochs": len(history),
        "validation_accuracy": max(epoch.validation_accuracy for epoch in history),
    }
    # The test digits are read once, through a file: what is measured is what is shipped.
    draft = path.with_suffix(".draft.safetensors")
    save_model(draft, key, model, **facts)
    model = load_model(draft, key)[0].to(settings.device)
    if accuracy(model, validation) != facts["validation_accuracy"]:
        raise TrainingError(f"{draft} does not answer as the trained model did. Check the disk.")
    test_score = score(model, test)
    save_model(path, key, model, **facts, test_accuracy=test_score["accuracy"])
    draft.unlink()
    save_metrics(
        settings.output_dir,
        key,
        {
            "title": row.title,
            "sha256": file_sha256(path),
            **facts,
            "test": test_score | {"calibration_error": calibration_error(model, test)},
            "history": [asdict(epoch) for epoch in history],
            "parameters": parameter_count(model),
            "multiply_adds": multiply_adds(model),
            "training_seconds": sum(epoch.seconds for epoch in history),
            "training_hardware": hardware_name(settings.device),
            "milliseconds_per_digit": milliseconds_per_digit(model.cpu(), test.images.cpu()),
            "inference_hardware": hardware_name("cpu", threads=1),
            "torch": str(torch.__version__),
        },
    )
    checkpoint.unlink(missing_ok=True)
    low, high = test_score["interval"]
    print(
        f"{path}: {len(test_score['errors'])} of {len(test)} misread, test accuracy "
        f"{test_score['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})\n"
    )


def _is_finished(path, key, run):
    try:
        return load_model(path, key)[1].get("run") == asdict(run)
    except WeightsError:
        return False


def main():
    settings = parse_arguments()
    try:
        digits = load_mnist(settings.data_dir, train=True)
        training, validation = (
            digits[index].to(settings.device) for index in split_indices(len(digits))
        )
        test = load_mnist(settings.data_dir, train=False).to(settings.device)
        for key in settings.models:
            if key != "guard":
                train_model(key, settings, training, validation, test)
        if "guard" in settings.models:
            print("guard: what is no digit is refused")
            network, _ = load_model(weights_path(settings.output_dir, "aug"), "aug")
            augmentation = MODELS["aug"].recipes["default"].augmentation
            make_guard(network, training.to("cpu"), augmentation, settings.output_dir)
        if all(weights_path(settings.output_dir, key).exists() for key in [*MODELS, "guard"]):
            save_golden(settings.output_dir)
        if settings.push_to_hub:
            repo_id = settings.push_to_hub
            commit = push(repo_id, settings.output_dir, settings.private, settings.tag)
            report_push(repo_id, commit)
    except (DataError, HubError, TrainingError, WeightsError, OSError) as error:
        sys.exit(f"train.py: {error}")
    except KeyboardInterrupt:
        sys.exit("train.py: stopped; `--resume` with the same settings goes on")


if __name__ == "__main__":
    main()
