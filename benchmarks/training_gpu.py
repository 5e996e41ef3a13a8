"""What benchmarks/training.py measures on a GPU: how fast each goal is reached, start included."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

import torch

from benchmarks.training_parts import Waiting, lesson_runs, quick, split, train
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.learning.recipes import RECIPES
from mnist_cnn.networks.models import MAIN

BATCH_SIZES = [64, 128, 256, 512, 1024, 2048, 4096]


def race(settings):
    """All networks by the recipe "quick", each once, in this process."""
    digits = [part.to(settings.device) for part in split(settings)]
    return {key: quick(key, *digits) for key in settings.models}


def races(settings):
    """`race` in processes of their own, from their start to their end."""
    command = [
        *(
            sys.executable,
            Path(__file__).with_name("training.py"),
            "race",
            "--device",
            settings.device,
        ),
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
        figures["goals"][key] = mean(run["errors"] for run in group["runs"])

    training, validation, test = (part.to(settings.device) for part in split(settings))
    start, errors = time.perf_counter(), []
    for seed in range(settings.best):
        model, _ = train(MAIN, training, validation, RECIPES[MAIN]["default"], seed)
        errors.append(round(len(test) * (1 - accuracy(model, test))))
    figures["best"] = {"seconds": time.perf_counter() - start, "test_errors": errors}

    def epoch_seconds(key, **changes):
        """Median of whole epochs, without what comes before the first."""
        recipe = replace(RECIPES[key]["default"], epochs=4, patience=4, **changes)
        _, history = train(key, training, validation, recipe)
        return median(past.seconds for past in history[1:])

    figures["growth"] = {}
    for key in settings.models:
        figures["growth"][key] = [
            {"value": size, "seconds": epoch_seconds(key, batch_size=size)}
            for size in BATCH_SIZES
            if size <= len(training)
        ]
    return figures
