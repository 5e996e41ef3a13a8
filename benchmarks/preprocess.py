"""Milliseconds of each transform of the pipeline "mnist": a 280 px drawing, a 12-megapixel photo.

Run `python benchmarks/preprocess.py` while nothing else runs. Decoding is timed by itself; the ink
finder runs on one thread.
"""

import io
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.reading.images import open_image
from mnist_cnn.reading.ink_finder import load_ink_finder
from mnist_cnn.reading.pipelines import PIPELINES, WORKING_SIDE

REPEATS = 30


def drawn(width, height, pen):
    """A 7, black on white."""
    picture = Image.new("RGB", (width, height), "white")
    points = [
        (0.25 * width, 0.2 * height),
        (0.75 * width, 0.2 * height),
        (0.45 * width, 0.85 * height),
    ]
    ImageDraw.Draw(picture).line(points, "black", pen, joint="curve")
    return picture


def encoded(picture, kind):
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def photographed():
    """The same with shade, grain and grey paper, 4000×3000."""
    shade = np.linspace(0.6, 1, 4000)[None, :, None]
    grain = np.random.default_rng(0).normal(0, 4, (3000, 4000, 1))
    values = (0.6 * np.asarray(drawn(4000, 3000, 120), np.float32) + 40) * shade + grain
    return Image.fromarray(np.uint8(values.clip(0, 255)))


def main():
    torch.set_num_threads(1)
    finder = load_ink_finder()
    files = {
        "drawing, 280×280": encoded(drawn(280, 280, 18), "PNG"),
        "photo, 4000×3000": encoded(photographed(), "JPEG"),
    }
    for name, file in files.items():
        times = {}
        for _ in range(REPEATS):
            start = time.perf_counter()
            value = open_image(file, WORKING_SIDE)
            times.setdefault("(decoding)", []).append(time.perf_counter() - start)
            for row in PIPELINES["mnist"].transforms:
                start = time.perf_counter()
                value = row.apply(value, finder) if row.finds_ink else row.apply(value)
                times.setdefault(row.name, []).append(time.perf_counter() - start)
        medians = {name: 1000 * statistics.median(seconds) for name, seconds in times.items()}
        total = sum(medians.values()) - medians["(decoding)"]
        print(f"{name}: {total:.1f} ms after decoding")
        for transform, milliseconds in medians.items():
            print(f"  {transform:14} {milliseconds:6.2f} ms")


if __name__ == "__main__":
    main()
