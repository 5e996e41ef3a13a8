"""Whether the app's memory grows with what it has answered.

Run `python benchmarks/memory.py`; it writes memory.json and prints the table. One app is asked by
WORKERS programs for classifications, each call a session of its own as Gradio has it, and then for
pages, with what a page asks for by itself and a stroke. What the process holds is noted after every
tenth of them; of the second half of these the slope is told: what grows there grows for ever.
`--table` prints the table of memory.json.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.load import ROOT, Drawing, Visitor, make_drawings, memory_mb, served
from mnist_cnn.judging.timing import hardware_name

WORKERS = 8
PARTS = 10


async def classify(port: int, drawing: Drawing) -> None:
    """One call of /classify."""
    answer = await Visitor(port).call("classify", [{"url": drawing.data_url}, "aug", "mnist"])
    assert isinstance(answer, dict) and answer["label"] == drawing.label


async def load_page(port: int, drawing: Drawing) -> None:
    """One page, and a stroke on it."""
    visitor = Visitor(port)
    await visitor.open_page()
    await visitor.fire(visitor.find("sketch", "input"), drawing.data_url)


Asking = Callable[[int, Drawing], Awaitable[None]]
KINDS: dict[str, tuple[Asking, int]] = {
    "classifications": (classify, 10_000),
    "page loads": (load_page, 1_000),
}


async def repeated(asking: Asking, count: int, port: int, drawings: list[Drawing]) -> None:
    """So many of them, WORKERS at a time."""
    numbers = iter(range(count))

    async def worker():
        for number in numbers:
            await asking(port, drawings[number % len(drawings)])

    await asyncio.gather(*(worker() for _ in range(WORKERS)))


def table(figures: dict) -> str:
    """The figures as a table of Markdown."""
    head = ("after", "memory before", "memory after", "times", "slope of the second half")
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    for name, row in figures["kinds"].items():
        memory = row["memory_mb"]
        half = memory[len(memory) // 2 :]
        thousands = row["count"] / 1000 / PARTS * np.arange(len(half))
        slope = np.polyfit(thousands, half, 1)[0]
        cells = f"{memory[0]:.0f} MB", f"{memory[-1]:.0f} MB", f"{memory[-1] / memory[0]:.2f}"
        lines.append(" | ".join([f"{row['count']:,} {name}", *cells, f"{slope:+.1f} MB per 1,000"]))
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--table", action="store_true", help="print the table of memory.json")
    add("--share", type=float, default=1.0, help="of the numbers of requests; default: %(default)s")
    add("--output", type=Path, default=Path(__file__).with_suffix(".json"))
    settings = parser.parse_args()
    if settings.table:
        return print(table(json.loads(settings.output.read_text(encoding="utf-8"))))
    drawings, kinds = make_drawings(40), {}
    with served(["app.py"], ROOT) as (port, process):
        for asking, _ in KINDS.values():
            asyncio.run(asking(port, drawings[0]))  # what is made once is made
        for name, (asking, most) in KINDS.items():
            part = int(most * settings.share / PARTS)
            memory = [memory_mb(process)]
            for _ in range(PARTS):
                asyncio.run(repeated(asking, part, port, drawings))
                memory.append(memory_mb(process))
            kinds[name] = {"count": part * PARTS, "memory_mb": memory}
            print(name, *(f"{each:.0f}" for each in memory), flush=True)
    figures = {"kinds": kinds, "hardware": hardware_name("cpu")}
    settings.output.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(table(figures))


if __name__ == "__main__":
    main()
