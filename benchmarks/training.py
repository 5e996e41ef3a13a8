"""How fast training is, against the notebook's own loop; into training.json and training.svg.

`python benchmarks/training.py` runs all parts, `python benchmarks/training.py epoch goal` some: the
others stay as they are in the file. Run it while nothing else runs; "load_before" tells whether
that was so. `--table` prints the tables that the documentation shows.

epoch    seconds per epoch at the notebook's batch size, in turns with the notebook's loop
goal     CPU seconds until the notebook's test accuracy is reached (needs epoch)
growth   seconds per epoch against batch size, threads and number of images
gpu      the goals on a GPU; where there is none it waits for one
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.timing import machine
from benchmarks.training_gpu import gpu, race
from benchmarks.training_parts import Waiting, epoch, goal, growth
from benchmarks.training_report import draw, tables
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS

PARTS = {"epoch": epoch, "goal": goal, "growth": growth, "gpu": gpu}


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
    add("--best", type=int, default=20, help="networks by the best recipe in gpu")
    add("--whole", action="store_true", help="in goal run the notebook's loop to its own end")
    add("--device", default="cuda", help="of gpu; cpu is to try it out")
    add("--digits", type=int, default=DATASET.training, help="use fewer: only to try it out")
    settings = parser.parse_args()
    for part in settings.parts:
        if part not in {*PARTS, "race"}:
            parser.error(f"{part!r} is none of {', '.join(PARTS)}")
    return settings


def main():
    settings = parse_arguments()
    torch.set_num_threads(settings.threads)
    if settings.parts == ["race"]:
        print(json.dumps(race(settings)))
        return
    output = settings.output
    figures = json.loads(output.read_text(encoding="utf-8")) if output.exists() else {}
    for part in [] if settings.table else settings.parts or PARTS:
        load, start = os.getloadavg()[0], time.perf_counter()
        try:
            result = PARTS[part](settings, figures)
        except Waiting as message:
            print(f"{part} waits for {message}")
            continue
        took = {"load_before": load, "took_seconds": time.perf_counter() - start}
        device = settings.device if part == "gpu" else "cpu"
        figures[part] = {"machine": machine(settings.threads, device), **took, **result}
        output.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")

    parts = [part for part in settings.parts or PARTS if part in figures]
    print(tables({part: figures[part] for part in parts}), end="")
    if "growth" in parts:
        draw(figures["growth"], output.with_suffix(".svg"))


if __name__ == "__main__":
    main()
