"""A process that trains for the page: a job a line on standard input, what is seen on the output.

A process of its own, for torch's random state is one for all threads of a process, and for the page
must answer meanwhile. Jobs and orders, JSON:

{"train": {fields of Experiment}, "digit": base64 of 784 bytes or null}
    points as Watcher sends them, {"epoch_done": ...} after each epoch, then {"network": base64 of a
    safetensors file, "was_cut_off"} or {"error": sentence}
{"order": "pause" | "step" | "go" | "stop"}, {"digit": base64}
    to the training that runs
{"test": base64 of a safetensors file}
    {"errors", "total"} on MNIST's test digits, or {"error": sentence}
"""

import json
import os
import sys
from base64 import b64decode, b64encode
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import Any

import numpy as np
import torch

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_splits
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.metrics import evaluate
from mnist_cnn.learning.experiments import Experiment, Stopped, train
from mnist_cnn.learning.records import Epoch
from mnist_cnn.learning.watching import Watcher
from mnist_cnn.networks.variants import from_file
from mnist_cnn.networks.weights import WeightsError

NICENESS = 10  # strokes go before
IDLE = 600  # s without a job, after which the process ends


def main() -> None:
    """Work until standard input ends."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    torch.set_num_threads(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    warm_up(device)
    send({"ready": device})
    jobs: Queue = Queue()
    orders: Queue = Queue()
    Thread(target=listen, args=(jobs, orders), daemon=True).start()
    while job := next_job(jobs):
        orders.queue.clear()
        if "train" in job:
            run(job, orders, device)
        else:
            send(tested(job["test"]))


def next_job(jobs: Queue) -> dict[str, Any] | None:
    """The next job; None where none comes for long: the memory is others' then."""
    try:
        return jobs.get(timeout=IDLE)
    except Empty:
        return None


def warm_up(device: str) -> None:
    """Take the first step of all: that of a process takes a second longer than those after it."""

    def stop(learner, _):
        raise Stopped(learner.judged)

    train(Experiment(digits=100), observe=stop, device=device)


def listen(jobs: Queue, orders: Queue) -> None:
    """Sort what comes; at its end, end the training, too: nobody listens any more."""
    for line in sys.stdin:
        said = json.loads(line)
        if "train" in said or "test" in said:
            jobs.put(said)
        else:
            orders.put(said["order"] if "order" in said else to_pixels(said["digit"]))
    os._exit(0)


def run(job: dict[str, Any], orders: Queue, device: str) -> None:
    """A training, watched."""
    try:
        experiment = Experiment(**job["train"])
    except (RequestError, TypeError) as error:
        return send({"error": str(error)})
    watcher = Watcher(experiment, embedded_splits().validation.to(device), send, orders)
    if job.get("digit"):
        orders.put(to_pixels(job["digit"]))

    def report(epoch: Any) -> None:
        if isinstance(epoch, Epoch):
            send({"epoch_done": epoch.epoch, "whole_validation": epoch.validation_accuracy})

    variant = train(experiment, report, watcher, device)
    file = b64encode(variant.file).decode()
    return send({"network": file, "was_cut_off": watcher.was_cut_off})


def tested(file: str) -> dict[str, Any]:
    """How a network fares on MNIST's test digits; {"error": sentence} where the file is none."""
    try:
        model = from_file(b64decode(file)).model
    except (ValueError, WeightsError) as error:  # ValueError: no base64
        return {"error": str(error)}
    test = embedded_splits().test
    return {"errors": len(evaluate(model, test)["errors"]), "total": len(test)}


def to_pixels(encoded: str) -> np.ndarray:
    """(28, 28) uint8 of base64."""
    pixels = bytearray(b64decode(encoded))  # torch wants them writable
    return np.frombuffer(pixels, np.uint8).reshape(DATASET.side, DATASET.side)


def send(message: dict[str, Any]) -> None:
    """A line to whoever started this process."""
    with suppress(BrokenPipeError):
        print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
