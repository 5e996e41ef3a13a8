"""Clocks: several works timed in turns, so that other load on the machine affects all alike."""

import os
import time
from collections.abc import Callable
from statistics import median

import torch

from mnist_cnn.judging.timing import hardware_name

Turn = tuple[float, float]  # seconds, CPU seconds of the process


def times(works: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[Turn]]:
    """Seconds and process CPU seconds of each of `works` {name: function}, in turns.

    Returns:
        {name: [(seconds, CPU seconds), ...]}
    """
    rows: dict[str, list[Turn]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            start, start_cpu = time.perf_counter(), time.process_time()
            work()
            rows[name].append((time.perf_counter() - start, time.process_time() - start_cpu))
    return rows


def medians(row: list[Turn], scale: float = 1.0) -> dict[str, float]:
    """Medians of what `times` returned for one of its works, times `scale`."""
    seconds, cpu_seconds = (scale * median(column) for column in zip(*row))
    return {"seconds": seconds, "cpu_seconds": cpu_seconds}


def ratio(slow: list[Turn], fast: list[Turn], column: int) -> dict[str, float]:
    """How many times less the fast one takes: by the medians, and lowest and highest of the turns.

    Args:
        slow, fast: rows of `times`.
        column: 0 for seconds, 1 for CPU seconds.
    """
    ones, others = ([turn[column] for turn in row] for row in (slow, fast))
    turns = [one / other for one, other in zip(ones, others)]
    return {"ratio": median(ones) / median(others), "lowest": min(turns), "highest": max(turns)}


def machine(threads: int, device: str = "cpu") -> dict:
    """What the figures depend on besides the code."""
    return {
        "hardware": hardware_name(device),
        "threads": threads,
        "torch": str(torch.__version__),
        "malloc": {name: text for name, text in os.environ.items() if name.startswith("MALLOC_")},
    }
