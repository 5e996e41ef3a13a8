"""Runs: a network trained by a recipe with a seed, judged once, and kept in a folder of its own."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from huggingface_hub.utils import disable_progress_bars

from mnist_cnn.dataset.digits import Digits, load_mnist, split_indices, to_unit
from mnist_cnn.judging.metrics import (
    accuracy,
    calibrate,
    calibration_error,
    hardware_name,
    milliseconds_per_digit,
    score,
    view_answers,
)
from mnist_cnn.learning.recipes import RECIPES, recipe_from
from mnist_cnn.learning.stacked import fit_stacked
from mnist_cnn.learning.training import Run, TrainingError, fit
from mnist_cnn.networks.models import MODELS, multiply_adds, parameter_count
from mnist_cnn.networks.weights import (
    WeightsError,
    file_sha256,
    load_metrics,
    load_model,
    load_tensors,
    save_metrics,
    save_model,
    weights_path,
)

STACKED, STACK = {"fc"}, 8  # small enough that so many at once are faster than one by one
# Without these, glibc hands the memory of every large tensor back to the kernel, step by step.
MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "2000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "134217728",
}
VARIED_TESTS = 5  # how often the leak's varied test digits are drawn


@dataclass(frozen=True, eq=False)
class Mnist:
    """MNIST as the lesson uses it: 50,000, 10,000 and 10,000 digits."""

    training: Digits
    validation: Digits
    test: Digits

    @classmethod
    def load(cls, directory, device):
        """From a folder, onto a device; DataError where it is not to be had."""
        digits = load_mnist(directory, train=True)
        training, validation = (digits[index].to(device) for index in split_indices(len(digits)))
        return cls(training, validation, load_mnist(directory, train=False).to(device))

    def digits_of(self, run):
        """The training digits of a run."""
        if run.recipe["leak"]:
            parts = zip(vars(self.training).values(), vars(self.validation).values())
            return Digits(*(torch.cat(part) for part in parts))
        return self.training[torch.arange(run.training_images)]

    def plan(self, key, recipe_name, seed, images=None, **changes):
        """The Run of a model by a recipe of the table.

        Args:
            images: how many training digits; None means all, and a number adapts the recipe.
            changes: fields of the recipe.
        """
        recipe = RECIPES[key][recipe_name]
        if images is not None:
            recipe = recipe.for_few(images)
        recipe = replace(recipe, **changes)
        count = min(images or len(self.training), len(self.training))
        if recipe.leak:
            count = len(self.training) + len(self.validation)
        return Run(key, recipe.as_dict(), seed, count, recipe_name)


def train(run, mnist, folder, resume=False, report=print):
    """Train one run into a folder: weights, and its row of metrics.json.

    Args:
        run: training.Run.
        mnist: Mnist on the device to train on.
        folder: holds the checkpoint meanwhile.
        resume: go on from a checkpoint, and leave alone what is finished.
        report: called with what there is to say.
    """
    path = weights_path(folder, run.key)
    checkpoint = path.with_suffix(".checkpoint.safetensors")
    if resume and not checkpoint.exists() and is_finished(run, folder):
        report(f"{path} is of this very run already")
        return
    recipe, digits = recipe_from(run.recipe), mnist.digits_of(run)
    model, history = fit(
        MODELS[run.key].build, digits, mnist.validation, recipe, run, checkpoint, resume, report
    )
    _keep(run, model, history, mnist, folder, report)
    checkpoint.unlink(missing_ok=True)


def train_stacked(runs, mnist, folders, report=print):
    """Train runs that differ in their seed alone, in one go, each into its folder."""
    seeds = [run.seed for run in runs]

    def tell(epochs):
        number, count = max(epoch.epoch for epoch in epochs), len(epochs)
        mean = sum(epoch.validation_accuracy for epoch in epochs) / count
        report(f"epoch {number:3d}   validation {mean:.2%} on average of {count}")

    trained = fit_stacked(
        MODELS[runs[0].key].build,
        mnist.digits_of(runs[0]),
        mnist.validation,
        recipe_from(runs[0].recipe),
        seeds,
        tell,
    )
    for run, folder, (model, history) in zip(runs, folders, trained):
        _keep(run, model, history, mnist, folder, report, seeds)


def _keep(run, model, history, mnist, folder, report, seeds=None):
    """Judge a trained model, and write its weights and its row of metrics.json."""
    row, path = MODELS[run.key], weights_path(folder, run.key)
    device, test = str(mnist.test.images.device), mnist.test
    facts = {
        "run": asdict(run),
        "temperature": calibrate(model, mnist.validation),
        "recipe_name": run.recipe_name,
        "available_images": len(mnist.training),
        "trained_together": seeds or [run.seed],  # which the weights depend on
        "threads": torch.get_num_threads(),
        "training_hardware": hardware_name(device),
        "epochs": len(history),
        "validation_accuracy": max(epoch.validation_accuracy for epoch in history),
    }
    # The test digits are read once, through a file: what is measured is what is shipped.
    draft = path.with_suffix(".draft.safetensors")
    save_model(draft, run.key, model, **facts)
    trained, model = model.state_dict(), load_model(draft, run.key)[0].to(device)
    if any(not torch.equal(trained[name], read) for name, read in model.state_dict().items()):
        raise TrainingError(f"{draft} holds other weights than the trained model. Check the disk.")
    test_score = score(model, test)
    save_model(path, run.key, model, **facts, test_accuracy=test_score["accuracy"])
    draft.unlink()
    more = {}
    recipe = recipe_from(run.recipe)
    if recipe.augmentation is not None:
        answers = view_answers(model, test.images).argmax(1)
        more["errors_over_views"] = (answers != test.labels).sum().item()
    if recipe.leak:
        more["varied_test_accuracies"] = _varied_accuracies(model, test, recipe.augmentation)
    save_metrics(
        folder,
        run.key,
        {
            "title": row.title,
            "sha256": file_sha256(path),
            **facts,
            "test": test_score | {"calibration_error": calibration_error(model, test)},
            **more,
            "history": [asdict(epoch) for epoch in history],
            "parameters": parameter_count(model),
            "multiply_adds": multiply_adds(model),
            "training_seconds": sum(epoch.seconds for epoch in history),
            "milliseconds_per_digit": milliseconds_per_digit(model.cpu(), test.images.cpu()),
            "inference_hardware": hardware_name("cpu", threads=1),
            "torch": str(torch.__version__),
        },
    )
    low, high = test_score["interval"]
    report(
        f"{path}: {len(test_score['errors'])} of {len(test)} misread, test accuracy "
        f"{test_score['accuracy']:.2%} (95 % interval {low:.2%} to {high:.2%})\n"
    )


def _varied_accuracies(model, test, augmentation):
    """What the notebook takes for test accuracy: of test digits that it varies, anew each time."""
    generator = torch.Generator(test.images.device).manual_seed(0)
    return [
        accuracy(
            model,
            Digits(
                (255 * augmentation(to_unit(test.images), test.labels, generator))
                .round()
                .to(torch.uint8),
                test.labels,
            ),
        )
        for _ in range(VARIED_TESTS)
    ]


def is_finished(run, folder):
    """Whether a folder holds the weights and the row of this very run."""
    try:
        _, header = load_model(weights_path(folder, run.key), run.key)
        row = load_metrics(folder)["models"].get(run.key, {})
    except WeightsError:
        return False
    return header.get("run") == row.get("run") == asdict(run)


def folder_of(run, directory):
    """Where a run is kept among others."""
    name = f"{run.key}-{run.recipe_name}-{run.training_images}-seed{run.seed}"
    return Path(directory) / name


def train_all(runs, data_dir, device, directory, jobs, report=print):
    """Train many runs, several at a time; what is finished is left alone.

    Stopped, it leaves what is finished, and the checkpoints of what is not: called again, it goes
    on from there; only stacks begin anew.

    Args:
        runs: [training.Run].
        data_dir, device: as for Mnist.load.
        directory: gets one folder per run.
        jobs: how many processes work side by side.
        report: called with a line after each run.

    Raises:
        TrainingError: a checkpoint is of another run, or a process was killed.
    """
    missing = [run for run in runs if not is_finished(run, folder_of(run, directory))]
    report(f"{len(runs)} runs, {len(runs) - len(missing)} of them finished already")
    tasks = _tasks(missing)
    # The same however many runs are missing: a weight's last bits depend on the threads.
    threads = max(1, (os.cpu_count() or 1) // jobs)
    jobs = max(1, min(jobs, len(tasks)))
    os.environ |= MALLOC | os.environ  # processes that are started from here on
    done, start = 0, time.perf_counter()
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin) as pool:
        work = partial(_train_task, data_dir, device, directory, threads)
        try:
            for finished in as_completed([pool.submit(work, task) for task in tasks]):
                done += finished.result()
                left = (time.perf_counter() - start) / done * (len(missing) - done) / 60
                report(f"{done} of {len(missing)} runs done, about {left:.0f} minutes to go")
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            if isinstance(error, BrokenProcessPool):
                lost = "A process was killed, perhaps for want of memory. Try fewer --jobs."
                raise TrainingError(lost) from error
            raise


def _tasks(runs):
    """Runs in groups that train together: one alone, or a stack that differs in its seeds."""
    kinds = {}
    for run in runs:
        alone = None if run.key in STACKED else run.seed
        kinds.setdefault((run.key, run.recipe_name, run.training_images, alone), []).append(run)
    starts = [(kind, first) for kind in kinds.values() for first in range(0, len(kind), STACK)]
    return [kind[first : first + STACK] for kind, first in starts]


def _begin():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    disable_progress_bars()


def _train_task(data_dir, device, directory, threads, runs):
    """Train runs that differ in their seed alone; returns how many."""
    torch.set_num_threads(threads)
    mnist = Mnist.load(data_dir, device)
    name = folder_of(runs[0], "").name

    def report(line):
        print(f"{name}  {line}", flush=True)

    if len(runs) > 1:
        train_stacked(runs, mnist, [folder_of(run, directory) for run in runs], report)
    else:
        train(runs[0], mnist, folder_of(runs[0], directory), resume=True, report=report)
    return len(runs)


def reproduce(path, data_dir, device, report=print):
    """Train again what trained a file of weights.

    Args:
        path: weights of which `train` or `train_all` wrote the header.
        data_dir, device: as for Mnist.load.
        report: called with what there is to say.

    Returns:
        Whether the weights are the same, bit for bit.

    Raises:
        WeightsError: no such file, or its header names no run.
    """
    tensors, header = load_tensors(path)
    try:
        run = Run(**header["run"])
        recipe_from(run.recipe)
        torch.set_num_threads(header["threads"])
        load_model(path, run.key)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsError(f"{path} does not say how it was trained") from error
    mnist = Mnist.load(data_dir, device)
    seeds = header.get("trained_together", [run.seed])
    runs = [replace(run, seed=seed) for seed in seeds]
    with TemporaryDirectory() as directory:
        folders = [folder_of(each, directory) for each in runs]
        if len(runs) > 1:
            train_stacked(runs, mnist, folders, report)
        else:
            train(run, mnist, folders[0], report=report)
        again, _ = load_tensors(weights_path(folder_of(run, directory), run.key))
    apart = max((tensors[name].double() - again[name].double()).abs().max() for name in tensors)
    if apart == 0:
        report(f"{path}: trained again, and the same bit for bit")
    else:
        report(
            f"{path}: trained again, weights differ by up to {apart:.2g}. They were trained with "
            f"torch {header['torch']} on {header['training_hardware']}; here "
            f"are torch {torch.__version__} and {hardware_name(device)}."
        )
    return apart == 0
