"""How good a network is: accuracy with its interval, confusion, errors, and time per digit."""

import platform
import statistics
import time

import torch
from scipy.stats import binomtest

from .models import CLASSES
from .predict import logits


def accuracy_interval(correct, total):
    """95 % Wilson interval [low, high] of the accuracy correct / total."""
    interval = binomtest(correct, total).proportion_ci(0.95, method="wilson")
    return [interval.low, interval.high]


def accuracy(model, digits):
    """Share of `digits` (data.Digits) that the model reads right."""
    return (logits(model, digits.images).argmax(1) == digits.labels).double().mean().item()


def score(model, digits):
    """Everything that metrics.json says of a model's answers on `digits` (data.Digits).

    Returns:
        {"accuracy", "interval", "errors": indices in order, "predicted": the answers at these
        indices, "confusion": 10×10 counts, rows true, columns predicted}
    """
    predicted, labels = logits(model, digits.images).argmax(1).cpu(), digits.labels.cpu()
    wrong = (predicted != labels).nonzero().flatten()
    correct = len(labels) - len(wrong)
    confusion = torch.bincount(labels * CLASSES + predicted, minlength=CLASSES**2)
    return {
        "accuracy": correct / len(labels),
        "interval": accuracy_interval(correct, len(labels)),
        "errors": wrong.tolist(),
        "predicted": predicted[wrong].tolist(),
        "confusion": confusion.view(CLASSES, CLASSES).tolist(),
    }


def milliseconds_per_digit(model, digits, repeats=200):
    """Median time of one answer to one digit, on the model's device, one thread on a CPU.

    Args:
        digits: (N, 28, 28) uint8.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times = []
        for index in range(repeats):
            start = time.perf_counter()
            logits(model, digits[index % len(digits)][None]).cpu()  # .cpu() waits for a GPU
            times.append(time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    return 1000 * statistics.median(times[repeats // 10 :])  # the first ones warm up


def hardware_name(device):
    """The processor's own name: of the GPU, or of the CPU."""
    if torch.device(device).type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        with open("/proc/cpuinfo") as file:
            lines = [line for line in file if line.startswith("model name")]
    except OSError:
        lines = []
    name = lines[0].partition(":")[2].strip() if lines else platform.machine()
    threads = torch.get_num_threads()
    return f"{name}, {threads} thread{'s' * (threads > 1)}"
