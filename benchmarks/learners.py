"""Trainings in the room Train: how soon one is seen to learn, and what thirty at once wait for.

Run `python benchmarks/learners.py` while nothing else runs; it writes learners.json and prints the
table. A learner opens the page, then the room, and presses Train when the processes are ready; the
parts of the answer are timed as they arrive. Thirty do so at once, while DRAWERS others draw every
three seconds. The CPU time is that of the same training without a page, after a first step.
`--table` prints the table of learners.json.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.load import ROOT, Tally, Visitor, make_drawings, person, served
from mnist_cnn.dataset.digits import embedded_splits
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.judging.timing import hardware_name
from mnist_cnn.learning.experiments import Experiment, train
from mnist_cnn.learning.worker import warm_up

LEARNERS, DRAWERS, REPEATS = 30, 5, 3
READY = 20  # s after the room was opened
EXPERIMENTS = {
    "small ConvNet, 10,000 digits": Experiment(digits=10_000),
    "fully connected, 10,000 digits": Experiment(
        "fc", 10_000, learning_rate=0.003, batch_norm=False
    ),
    "small ConvNet, 1,000 digits": Experiment(),
}


async def learner(port: int, experiment: Experiment) -> tuple[list[float], float]:
    """Press Train once: seconds at which each point arrived, and of the whole."""
    visitor = Visitor(port)
    await visitor.open_page()
    await visitor.fire(visitor.find("train", "select"))
    return await press(visitor, experiment)


async def press(visitor: Visitor, experiment: Experiment) -> tuple[list[float], float]:
    listener = visitor.find("train-go", "click")
    table = [visitor.values[key] for key in listener["inputs"][:3]]
    begin = time.perf_counter()
    await visitor.fire(listener, *table, *vars(experiment).values())
    points = [
        at - begin for at, part in visitor.arrivals if b'"step"' in part or b"filters" in part
    ]
    assert points, visitor.arrivals[-1]
    return points, time.perf_counter() - begin


async def alone(port: int) -> dict[str, dict[str, float]]:
    """One learner after another; medians of REPEATS."""
    visitor = Visitor(port)
    await visitor.open_page()
    await visitor.fire(visitor.find("train", "select"))
    await asyncio.sleep(READY)
    rows = {}
    for name, experiment in EXPERIMENTS.items():
        runs = [await press(visitor, experiment) for _ in range(REPEATS)]
        rows[name] = {
            "first_point_ms": median(1000 * points[0] for points, _ in runs),
            "points_per_second": median(len(points) / seconds for points, seconds in runs),
            "seconds": median(seconds for _, seconds in runs),
        }
    return rows


async def together(port: int, experiment: Experiment) -> dict[str, float]:
    """LEARNERS at once, while DRAWERS draw."""
    tally, drawings = Tally(), make_drawings(60)
    begin = time.perf_counter()
    learning = asyncio.gather(*(learner(port, experiment) for _ in range(LEARNERS)))
    while not learning.done():
        await asyncio.gather(*(person(port, number, drawings, tally) for number in range(DRAWERS)))
    runs = await learning
    strokes = 1000 * np.array(tally.seconds["stroke"])
    return {
        "all_done_seconds": max(points[-1] for points, _ in runs),
        "median_seconds": median(seconds for _, seconds in runs),
        "strokes": len(strokes),
        "stroke_p95_ms": float(np.percentile(strokes, 95)),
        "refused": tally.refused,
        "wrong": tally.wrong,
        "with_drawing_seconds": time.perf_counter() - begin,
    }


def cpu(experiment: Experiment) -> dict[str, float]:
    """Of the same training without a page: CPU seconds and validation accuracy."""
    begin = time.process_time()
    network = train(experiment, report=lambda _: None)
    seconds = time.process_time() - begin
    return {
        "cpu_seconds": seconds,
        "validation": accuracy(network.model, embedded_splits().validation),
    }


def table(figures: dict) -> str:
    """The figures as tables of Markdown."""
    lines = [
        "one learner | first point | points/s | to its end | CPU of the training | validation",
        " | ".join(["---"] * 6),
    ]
    lines += [
        f"{name} | {row['first_point_ms']:.0f} ms | {row['points_per_second']:.1f} "
        f"| {row['seconds']:.1f} s | {row['cpu_seconds']:.2f} s | {100 * row['validation']:.2f} %"
        for name, row in figures["alone"].items()
    ]
    lines += ["", f"{LEARNERS} at once | all done after | median | stroke p95 | refused | wrong"]
    lines += [" | ".join(["---"] * 6)]
    lines += [
        f"{name} | {row['all_done_seconds']:.0f} s | {row['median_seconds']:.0f} s "
        f"| {row['stroke_p95_ms']:.0f} ms of {row['strokes']} | {row['refused']} | {row['wrong']}"
        for name, row in figures["together"].items()
    ]
    return "\n".join(f"| {line} |" if line else "" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", action="store_true", help="only print that of learners.json")
    path = Path(__file__).with_suffix(".json")
    if not parser.parse_args().table:
        torch.set_num_threads(1)
        warm_up("cpu")
        costs = {name: cpu(experiment) for name, experiment in EXPERIMENTS.items()}
        with served(["app.py"], ROOT) as (port, _):
            rows = asyncio.run(alone(port))
            print(rows, file=sys.stderr)
            crowd = {
                name: asyncio.run(together(port, EXPERIMENTS[name]))
                for name in EXPERIMENTS
                if "small" in name
            }
        figures = {
            "hardware": hardware_name("cpu"),
            "alone": {name: row | costs[name] for name, row in rows.items()},
            "together": crowd,
        }
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(table(json.loads(path.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
