"""Milliseconds of the room What if: 867 predictions of the three shift maps, and the curves.

Run `python benchmarks/shift_map.py` while nothing else runs. One thread, as in the app.
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

REPEATS = 30


def one_by_one(models, digit):
    """What the shift map replaces: every shifted copy through every network."""
    steps = range(-MAX_SHIFT, MAX_SHIFT + 1)
    copies = [shifted(digit[None], down, right)[0] for down in steps for right in steps]
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
