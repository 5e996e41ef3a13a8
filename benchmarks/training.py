"""How fast training is, against the notebook's own loop; into training.json and training.svg.

`python benchmarks/training.py` runs all parts, `python benchmarks/training.py epoch goal` some: the
others stay as they stand in the file. Run it while nothing else runs; "load_before" tells whether
that was so. `--table` prints the file as the tables of the README.

epoch    seconds per epoch at the notebook's batch size, in turns with the notebook's loop
goal     CPU seconds until the notebook's test accuracy is reached (needs epoch)
growth   seconds per epoch against batch size, threads and number of images
stacked  many networks at once against one by one
gpu      all of it on a GPU; where there is none it waits for one
"""

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from unittest.mock import patch

import torch
from huggingface_hub.utils import disable_progress_bars

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.dataset.digits import load_mnist, split_indices
from mnist_cnn.judging.metrics import accuracy, hardware_name
from mnist_cnn.learning import training as our_loop
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.learning.stacked import fit_stacked
from mnist_cnn.networks.models import MODELS

LEDGER = Path(__file__).parent.parent / "weights" / "ledger.json"
EPOCH = 50_000  # training digits of a whole epoch
# Digits of a part of it that is timed: batches of up to 1,024 fill it, for ours drops the rest.
BLOCK = {"fc": 12_288, "conv": 3_072, "aug": 3_072}
BATCH_SIZES = [16, 32, 64, 128, 256, 512, 1024, 2048]
GPU_BATCH_SIZES = [64, 128, 256, 512, 1024, 2048, 4096]
IMAGES = [10_000, 20_000, 40_000, 60_000]


def silent(epoch):
    """A report that says nothing."""


def train(key, training, validation, recipe, seed=0):
    """Our loop: the trained model and its history. The one place that knows how it is called."""
    run = our_loop.Run(key, recipe.as_dict(), seed, len(training))
    build = MODELS[key].build
    return our_loop.fit(build, training, validation, recipe, run, report=silent)


def eager():
    """While this lasts, our loop records no graph."""
    warnings.filterwarnings("ignore", ".*without CUDA graph capture")
    return patch.object(our_loop, "repeatable", lambda step: step)


class Waiting(Exception):
    """A part cannot run here yet; the message says what it waits for."""


@cache
def training_digits(directory, most):
    return load_mnist(directory, train=True)[:most]


def block_of(digits, count):
    """Part of an epoch: digits to train on, and as many to validate on as go with them.

    They are the same digits: a block is only timed, and nothing is judged by it.
    """
    return digits[:count], digits[: max(1, count // 5)]


def our_block(key, digits, count, **changes):
    """Train one epoch of a block by the recipe "default", with `changes`."""
    recipe = replace(RECIPES[key]["default"], epochs=1, **changes)
    train(key, *block_of(digits, count), recipe)


def times(works, repeats):
    """Seconds and process CPU seconds of each of `works` {name: function}, in turns.

    Returns:
        {name: [(seconds, CPU seconds), ...]}
    """
    rows = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            start, start_cpu = time.perf_counter(), time.process_time()
            work()
            rows[name].append((time.perf_counter() - start, time.process_time() - start_cpu))
    return rows


def medians(row, scale=1.0):
    """Medians of what `times` returned for one of its works, times `scale`."""
    seconds, cpu_seconds = (scale * median(column) for column in zip(*row))
    return {"seconds": seconds, "cpu_seconds": cpu_seconds}


def ratio(slow, fast, column):
    """How many times less the fast one takes: of the medians, and lowest and highest of the turns.

    Args:
        slow, fast: rows of `times`.
        column: 0 for seconds, 1 for CPU seconds.
    """
    slow, fast = ([turn[column] for turn in row] for row in (slow, fast))
    turns = [one / other for one, other in zip(slow, fast)]
    return {"ratio": median(slow) / median(fast), "lowest": min(turns), "highest": max(turns)}


def machine(settings, device="cpu"):
    """What the figures depend on besides the code."""
    return {
        "hardware": hardware_name(device),
        "threads": settings.threads,
        "torch": str(torch.__version__),
        "malloc": {name: text for name, text in os.environ.items() if name.startswith("MALLOC_")},
    }


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
    groups = json.loads(LEDGER.read_text())["groups"]
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
    return training, validation, load_mnist(settings.data_dir, train=False)[: settings.digits]


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
    if timed.get("machine") != machine(settings) or key not in timed["models"]:
        raise Waiting(f"the part epoch: {key} is not timed on this machine with these threads")
    epochs = mean(run["epochs"] for run in lesson["runs"])
    return {
        "cpu_seconds": epochs * timed["models"][key]["notebook"]["cpu_seconds"],
        "epochs": epochs,
        "test_errors": lesson["test_errors"]["mean"],
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


def _one_thread(settings, key, count):
    """What a process of its own does."""
    disable_progress_bars()
    torch.set_num_threads(1)
    our_block(key, training_digits(settings.data_dir, settings.digits), count)


def stacked(settings, figures):
    digits = training_digits(settings.data_dir, settings.digits)
    count = min(BLOCK["fc"], len(digits))
    recipe = replace(RECIPES["fc"]["default"], epochs=1)
    seeds = range(settings.networks)
    block = block_of(digits, count)
    works = {
        "together": partial(fit_stacked, MODELS["fc"].build, *block, recipe, seeds, silent),
        "one_by_one": lambda: [train("fc", *block, recipe, seed) for seed in seeds],
    }
    rows = {"fc": many(works, len(seeds), count, settings.repeats)}

    count = min(BLOCK["conv"], len(digits))
    with ProcessPoolExecutor(settings.threads, get_context("spawn")) as pool:

        def side_by_side():
            jobs = [
                pool.submit(_one_thread, settings, "conv", count) for _ in range(settings.threads)
            ]
            for job in jobs:
                job.result()

        works = {
            "together": side_by_side,
            "one_by_one": lambda: [
                our_block("conv", digits, count) for _ in range(settings.threads)
            ],
        }
        rows["conv"] = many(works, settings.threads, count, settings.repeats)
    return {"models": rows}


def many(works, networks, count, repeats):
    """Seconds per network and epoch, of several at once and of one after the other."""
    times(works, 1)
    timed = times(works, repeats)
    scale = EPOCH / count / networks
    return {
        "networks": networks,
        "digits_timed": count,
        "turns": repeats,
        **{name: medians(row, scale)["seconds"] for name, row in timed.items()},
        "ratio": ratio(timed["one_by_one"], timed["together"], 0),
    }


def race(settings):
    """All networks by the recipe "quick", each once, in this process."""
    digits = [part.to(settings.device) for part in split(settings)]
    return {key: quick(key, *digits) for key in settings.models}


def races(settings):
    """`race` in processes of their own, from their start to their end."""
    command = [
        *(sys.executable, __file__, "race", "--device", settings.device),
        *("--data-dir", settings.data_dir, "--digits", str(settings.digits)),
        *("--threads", str(settings.threads), "--models", *settings.models),
    ]
    rows = []
    for _ in range(settings.repeats):
        start = time.perf_counter()
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        seconds, models = time.perf_counter() - start, json.loads(output)
        rows.append(
            {
                "process_seconds": seconds,
                "training_seconds": sum(row["training_seconds"] for row in models.values()),
                "setup_seconds": sum(row["setup_seconds"] for row in models.values()),
                "models": models,
            }
        )
    return rows


def gpu(settings, figures):
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise Waiting("a GPU; there is none here, and the command stays the same")
    figures = {"races": races(settings), "goals": {}}
    for key, group in lesson_runs().items():
        figures["goals"][key] = group["test_errors"]["mean"]

    training, validation, test = (part.to(settings.device) for part in split(settings))
    start, errors = time.perf_counter(), []
    for seed in range(settings.best):
        model, _ = train("aug", training, validation, RECIPES["aug"]["default"], seed)
        errors.append(round(len(test) * (1 - accuracy(model, test))))
    figures["best"] = {"seconds": time.perf_counter() - start, "test_errors": errors}

    def epoch_seconds(key, **changes):
        """Median of whole epochs, without what comes before the first."""
        recipe = replace(RECIPES[key]["default"], epochs=4, patience=4, **changes)
        _, history = train(key, training, validation, recipe)
        return median(past.seconds for past in history[1:])

    figures["steps"], figures["growth"] = {}, {}
    for key in settings.models:
        ways = {"graph": nullcontext, "eager": eager}
        figures["steps"][key] = {}
        for name, way in ways.items():
            with way():
                figures["steps"][key][name] = epoch_seconds(key)
        figures["growth"][key] = [
            {"value": size, "seconds": epoch_seconds(key, batch_size=size)}
            for size in GPU_BATCH_SIZES
            if size <= len(training)
        ]
    return figures


PARTS = {"epoch": epoch, "goal": goal, "growth": growth, "stacked": stacked, "gpu": gpu}


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)}; default: all")
    add("--table", action="store_true", help="run nothing: print the file's tables, and draw it")
    add("--data-dir", default="data", help="holds MNIST/raw; default: %(default)s")
    add("--output", type=Path, default=Path(__file__).with_suffix(".json"))
    add("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    add("--threads", type=int, default=torch.get_num_threads(), help="default: %(default)s")
    add("--repeats", type=int, default=7, help="turns, of which medians are taken")
    add("--seeds", type=int, default=3, help="runs of ours in goal; default: %(default)s")
    add("--networks", type=int, default=8, help="of fc at once in stacked; default: %(default)s")
    add("--best", type=int, default=20, help="networks by the best recipe in gpu")
    add("--whole", action="store_true", help="in goal run the notebook's loop to its own end")
    add("--device", default="cuda", help="of gpu; cpu is to try it out")
    add("--digits", type=int, default=60_000, help="use fewer: only to try it out")
    settings = parser.parse_args()
    for part in settings.parts:
        if part not in {*PARTS, "race"}:
            parser.error(f"{part!r} is none of {', '.join(PARTS)}")
    return settings


def main():
    settings = parse_arguments()
    disable_progress_bars()
    torch.set_num_threads(settings.threads)
    if settings.parts == ["race"]:
        print(json.dumps(race(settings)))
        return
    output = settings.output
    figures = json.loads(output.read_text()) if output.exists() else {}
    for part in [] if settings.table else settings.parts or PARTS:
        load, start = os.getloadavg()[0], time.perf_counter()
        try:
            result = PARTS[part](settings, figures)
        except Waiting as message:
            print(f"{part} waits for {message}")
            continue
        took = {"load_before": load, "took_seconds": time.perf_counter() - start}
        device = settings.device if part == "gpu" else "cpu"
        figures[part] = {"machine": machine(settings, device), **took, **result}
        output.write_text(json.dumps(figures, indent=1) + "\n")

    from benchmarks.training_report import draw, tables

    parts = [part for part in settings.parts or PARTS if part in figures]
    print(tables({part: figures[part] for part in parts}), end="")
    if "growth" in parts:
        draw(figures["growth"], output.with_suffix(".svg"))


if __name__ == "__main__":
    main()
