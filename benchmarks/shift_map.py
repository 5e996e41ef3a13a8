"""Milliseconds that the room What if takes: all shift maps (289 predictions each), all curves.

Run `python benchmarks/shift_map.py` on an idle machine. One thread, as in the app.
"""

import statistics
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.perturbations import MAX_SHIFT, shifted
from mnist_cnn.explaining.shifts import curves, shift_map
from mnist_cnn.networks.weights import load_models
from mnist_cnn.reading.predict import logits

REPEATS = 30  # digits, of which the median is printed


def one_by_one(models, digit):
    """The slow way to a shift map, for comparison: every network reads every shifted copy."""
    shifts = range(-MAX_SHIFT, MAX_SHIFT + 1)
    copies = [shifted(digit[None], down, right)[0] for down in shifts for right in shifts]
    for model in models.values():
        logits(model, torch.stack([torch.from_numpy(copy) for copy in copies]), 50)


def main():
    torch.set_num_threads(1)
    models, digits = load_models(), embedded_test_set().images.numpy()
    for work, repeats in ((shift_map, REPEATS), (curves, REPEATS), (one_by_one, 5)):
        times = []
        for digit in digits[:repeats]:
            start = time.perf_counter()
            work(models, digit)
            times.append(1000 * (time.perf_counter() - start))
        print(f"{work.__name__:12} {statistics.median(times):6.1f} ms")


if __name__ == "__main__":
    main()
