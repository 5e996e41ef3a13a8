"""What benchmarks/training.py measures on a CPU: an epoch, a whole training, and how time grows."""

import json
import os
import time
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from statistics import mean

import torch

from benchmarks.timing import machine, medians, ratio, times
from mnist_cnn.dataset.digits import load_digits, split_indices
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.records import Run
from mnist_cnn.learning.training import fit
from mnist_cnn.networks.models import MODELS

LEDGER = Path(__file__).parent.parent / "weights" / "ledger.json"
EPOCH = DATASET.learned  # training digits of a whole epoch
# Digits of a part of it that is timed: batches of up to 1,024 fill it, for ours drops the rest.
BLOCK = {"fc": 12_288} | {key: 3_072 for key in MODELS if key != "fc"}
BATCH_SIZES = [16, 32, 64, 128, 256, 512, 1024, 2048]
IMAGES = [DATASET.training * share // 6 for share in (1, 2, 4, 6)]


def silent(epoch):
    """A report that says nothing."""


def train(key, training, validation, recipe, seed=0):
    """Our loop: the trained model and its history. The one place that knows how it is called."""
    run = Run(key, recipe.as_dict(), seed, len(training))
    build = MODELS[key].build
    return fit(build, training, validation, recipe, run, report=silent)


class Waiting(Exception):
    """A part cannot run here yet; the message says what it waits for."""


@cache
def training_digits(directory, most):
    return load_digits(directory, train=True)[:most]


def block_of(digits, count):
    """Part of an epoch: digits to train on, and as many to validate on as go with them.

    They are the same digits: a block is only timed, and nothing is judged by it.
    """
    return digits[:count], digits[: max(1, count // 5)]


def our_block(key, digits, count, **changes):
    """Train one epoch of a block by the recipe "default", with `changes`."""
    recipe = replace(RECIPES[key]["default"], epochs=1, **changes)
    train(key, *block_of(digits, count), recipe)


def epoch(settings, figures):
    from benchmarks import notebook_loop  # here, since torchvision is slow to import

    rows = {}
    digits = training_digits(settings.data_dir, settings.digits)
    for key in settings.models:
        count = min(BLOCK[key], len(digits))
        batch_size = RECIPES[key]["lesson"].batch_size
        training, validation = block_of(range(len(digits)), count)
        theirs = (
            notebook_loop.mnist(settings.data_dir, key, training, varied=True),
            notebook_loop.mnist(settings.data_dir, key, validation),
        )
        works = {
            "notebook": partial(notebook_loop.train, key, *theirs, epochs=1),
            "ours": partial(our_block, key, digits, count, batch_size=batch_size),
        }
        times(works, 1)  # the first ones warm up
        timed = times(works, settings.repeats)
        rows[key] = {name: medians(row, EPOCH / count) for name, row in timed.items()} | {
            "batch_size": batch_size,
            "digits_timed": count,
            "turns": settings.repeats,
            "seconds_ratio": ratio(timed["notebook"], timed["ours"], 0),
            "cpu_seconds_ratio": ratio(timed["notebook"], timed["ours"], 1),
        }
    return {"models": rows}


def lesson_runs():
    """{key: the group of weights/ledger.json trained as the notebook trains, on all its digits}."""
    if not LEDGER.exists():
        return {}
    groups = json.loads(LEDGER.read_text(encoding="utf-8"))["groups"]
    wanted = {"recipe": "lesson", "training_images": EPOCH}
    return {group["model"]: group for group in groups if wanted.items() <= group.items()}


def quick(key, training, validation, test, seed=0):
    """A training by the recipe "quick", from nothing to the test errors that it reaches."""
    start, start_cpu = time.perf_counter(), time.process_time()
    model, history = train(key, training, validation, RECIPES[key]["quick"], seed)
    seconds = time.perf_counter() - start
    steps_seconds = sum(past.seconds for past in history)  # with the validation after each epoch
    return {
        "seed": seed,
        "epochs": len(history),
        "seconds": seconds,
        "cpu_seconds": time.process_time() - start_cpu,
        "training_seconds": steps_seconds,
        "setup_seconds": seconds - steps_seconds,  # the model, warming up, recording a graph
        "test_errors": round(len(test) * (1 - accuracy(model, test))),
    }


def split(settings):
    """Training, validation and test digits."""
    digits = training_digits(settings.data_dir, settings.digits)
    training, validation = (digits[index] for index in split_indices(len(digits)))
    return training, validation, load_digits(settings.data_dir, train=False)[: settings.digits]


def whole_notebook(settings, key, test):
    """The notebook's loop to its own end."""
    from benchmarks import notebook_loop

    training, validation = (
        index.tolist()
        for index in split_indices(len(training_digits(settings.data_dir, settings.digits)))
    )
    start = time.process_time()
    model, history = notebook_loop.train(
        key,
        notebook_loop.mnist(settings.data_dir, key, training, varied=True),
        notebook_loop.mnist(settings.data_dir, key, validation),
    )
    return {
        "cpu_seconds": time.process_time() - start,
        "epochs": len(history),
        "test_errors": round(len(test) * (1 - accuracy(model, test))),
        "products": [],
    }


def product_notebook(settings, key, figures):
    """What the notebook's loop would cost: its epochs in the ledger, at what one costs here."""
    lesson, timed = lesson_runs().get(key), figures.get("epoch", {})
    if lesson is None:
        raise Waiting(f"runs of {key} by the recipe lesson in weights/ledger.json; or --whole")
    if timed.get("machine") != machine(settings.threads) or key not in timed["models"]:
        raise Waiting(f"the part epoch: {key} is not timed on this machine with these threads")
    epochs = mean(run["epochs"] for run in lesson["runs"])
    return {
        "cpu_seconds": epochs * timed["models"][key]["notebook"]["cpu_seconds"],
        "epochs": epochs,
        "test_errors": mean(run["errors"] for run in lesson["runs"]),
        "products": ["cpu_seconds"],  # of epochs run and CPU seconds per epoch measured
    }


def goal(settings, figures):
    training, validation, test = split(settings)
    rows = {}
    for key in settings.models:
        if settings.whole:
            notebook = whole_notebook(settings, key, test)
        else:
            notebook = product_notebook(settings, key, figures)
        runs = [quick(key, training, validation, test, seed) for seed in range(settings.seeds)]
        ours = {name: mean(run[name] for run in runs) for name in ("cpu_seconds", "test_errors")}
        rows[key] = {
            "notebook": notebook,
            "ours": ours | {"epochs": mean(run["epochs"] for run in runs), "runs": runs},
            "times_fewer": notebook["cpu_seconds"] / ours["cpu_seconds"],
            "reached": ours["test_errors"] <= notebook["test_errors"],
        }
    return {"models": rows}


def growth(settings, figures):
    digits = training_digits(settings.data_dir, settings.digits)

    def on_threads(count, work):
        torch.set_num_threads(count)
        work()
        torch.set_num_threads(settings.threads)

    rows = {}
    for key in settings.models:
        block = {  # whole batches, four at least
            size: min(size * max(4, BLOCK[key] // size), len(digits)) for size in BATCH_SIZES
        }
        by_batch = {
            size: partial(our_block, key, digits, block[size], batch_size=size) for size in block
        }
        count = min(BLOCK[key], len(digits))
        by_threads = {
            threads: partial(on_threads, threads, partial(our_block, key, digits, count))
            for threads in range(1, os.cpu_count() + 1)
        }
        # All images are really trained on: whether time grows in step with them is the question.
        by_images = {
            images: partial(our_block, key, digits, images)
            for images in sorted({min(images, len(digits)) for images in IMAGES})
        }
        times(by_batch, 1)
        rows[key] = {
            "batch_size": [
                {"value": size, **medians(row, EPOCH / block[size])}
                for size, row in times(by_batch, settings.repeats).items()
            ],
            "threads": [
                {"value": threads, **medians(row, EPOCH / count)}
                for threads, row in times(by_threads, settings.repeats).items()
            ],
            "images": [
                {"value": images, **medians(row)}
                for images, row in times(by_images, settings.repeats if key == "fc" else 1).items()
            ],
        }
    return {"models": rows}
