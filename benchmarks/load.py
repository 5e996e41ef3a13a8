"""How the app answers a class: people who draw at once, and programs that ask at full speed.

Run `python benchmarks/load.py` while nothing else runs; it writes load.json and prints the table.
Each person loads the page, then draws every three seconds; every fifth opens other rooms instead.
They speak the page's own protocol, as its config has it. Programs ask /classify; the same payload
goes to an endpoint that does nothing, of a bare Gradio app. Every answer is compared with what the
networks say of that very drawing: another's answer is a wrong one. `--against FOLDER` measures
another checkout in turns with this one; `--table` prints the table of load.json.
"""

import argparse
import asyncio
import base64
import io
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.timing import hardware_name
from mnist_cnn.reading.detector import load_weights
from mnist_cnn.reading.predict import read

ROOT = Path(__file__).parent.parent
PERIOD = 3.0  # seconds from one stroke of a person to the next
STROKES = 6  # of each person
ROOM_SHARE = 5  # of so many people, one opens rooms instead of drawing
ROOMS = ("compare", "whatif", "convolution", "inside", "results")
PEOPLE = {"1 person": 1, "50 people": 50, "200 people": 200}
CALLERS = 50  # programs that ask /classify at full speed
SECONDS = 8.0  # for which they do
IN_FLIGHT = 100  # calls of one program, beside which somebody draws
REPEATS = 3
SIDE = 280  # px of a drawing
DRAWINGS = 400


@dataclass(frozen=True)
class Drawing:
    """What a person draws, and what is to come back."""

    data_url: str
    digit: np.ndarray  # (28, 28) uint8, what the networks are to see
    label: int


def make_drawings(count: int) -> list[Drawing]:
    """Test digits, enlarged to strokes of black ink, each elsewhere on the paper."""
    weights, test = load_weights(), embedded_test_set()
    choice, drawings = random.Random(0), []
    for pixels in test.images.numpy():
        side = choice.randrange(180, 261)
        grey = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
        ink = np.clip((np.asarray(grey, np.float32) / 255 - 0.5) * 4 + 0.5, 0, 1)
        paper = Image.new("RGBA", (SIDE, SIDE), "white")
        at = choice.randrange(SIDE - side + 1), choice.randrange(SIDE - side + 1)
        paper.paste(Image.fromarray(np.rint(255 * (1 - ink)).astype(np.uint8)), at)
        file = io.BytesIO()
        paper.save(file, "PNG")
        reading = read(file.getvalue(), weights)
        if (label := reading.predictions["aug"].label) is not None:
            url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
            digit = np.rint(255 * reading.digit).astype(np.uint8)
            drawings.append(Drawing(url, digit, label))
        if len(drawings) == count:
            return drawings
    return drawings


@dataclass
class Tally:
    """What a load has met with."""

    seconds: dict[str, list[float]] = field(default_factory=dict)  # by what was asked
    refused: int = 0
    wrong: int = 0

    def add(self, what: str, seconds: float) -> None:
        self.seconds.setdefault(what, []).append(seconds)


class Refused(Exception):
    """The server was too busy, or the answer an error."""


class Visitor:
    """A browser, or a program: one session, its cookie, and a connection that is kept.

    Args:
        address: from which it asks, of 127.0.0.0/8.
    """

    def __init__(self, port: int, address: str = "127.0.0.1"):
        self.port, self.address, self.session = port, address, f"{random.getrandbits(64):x}"
        self._streams: tuple | None = None
        self._cookie = ""
        self.arrivals: list[tuple[float, bytes]] = []  # the parts of the last stream, and when

    async def fetch(self, method: str, path: str, body: object = None) -> bytes:
        """The body of a response, read to its end.

        Raises:
            Refused: its status is no success.
            OSError, asyncio.IncompleteReadError: the connection broke; the next is a new one.
        """
        kept = self._streams is not None
        try:
            return await self._fetch(method, path, body)
        except (OSError, asyncio.IncompleteReadError) as error:
            self._streams = None
            unread = isinstance(error, ConnectionError) or not getattr(error, "partial", True)
            if kept and unread:  # the server had closed it meanwhile: browsers ask again, too
                return await self._fetch(method, path, body)
            raise

    async def _fetch(self, method: str, path: str, body: object) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            f"Cookie: {self._cookie}\r\n\r\n"
        )
        if self._streams is None:
            source = {"local_addr": (self.address, 0), "limit": 2**24}
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, **source)
        reader, writer = self._streams
        writer.write(head.encode() + content)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if "transfer-encoding: chunked" in lines:
            self.arrivals = []
            while size := int(await reader.readuntil(b"\n"), 16):
                part = (await reader.readexactly(size + 2))[:-2]
                self.arrivals.append((time.perf_counter(), part))
            answer = b"".join(part for _, part in self.arrivals)
            await reader.readuntil(b"\n")
        else:
            found = re.search(r"content-length: (\d+)", lines)
            answer = await reader.readexactly(int(found[1]) if found else 0)
        if cookie := re.search(r"^set-cookie: ([^;]+)", lines, re.M):
            self._cookie = cookie[1]
        status = int(lines.split()[1])
        if status >= 400:
            raise Refused(f"{status} {answer[:200]!r}")
        return answer

    async def call(self, endpoint: str, data: list) -> object:
        """What an endpoint for programs answers."""
        url = f"/gradio_api/call/{endpoint}"
        event = json.loads(await self.fetch("POST", url, {"data": data}))["event_id"]
        answer = (await self.fetch("GET", f"{url}/{event}")).decode()
        found = re.search(r"^event: complete\ndata: (.*)$", answer, re.M)
        if found is None:
            raise Refused(answer[-200:])
        return json.loads(found[1])[0]

    async def open_page(self) -> None:
        """Load the page, and what it asks for by itself."""
        page = (await self.fetch("GET", "/")).decode()
        config = re.search(r"window\.gradio_config = (.*?);</script>", page, re.S)
        assert config is not None
        parsed = json.loads(config[1])
        self.names = {row["id"]: row["props"].get("elem_id") for row in parsed["components"]}
        self.values = {row["id"]: row["props"].get("value") for row in parsed["components"]}
        self.listeners = {row["id"]: row for row in parsed["dependencies"]}
        await self.follow(await self.fire(self.find(None, "load")))

    def find(self, elem_id: str | None, event: str) -> dict:
        """The page's listener to an event of a component; None is the page."""
        for row in self.listeners.values():
            for target, name in row["targets"]:
                if name == event and self.names.get(target) == elem_id:
                    return row
        raise LookupError(f"{elem_id}.{event}")

    async def fire(self, listener: dict, *first: object) -> tuple[dict, dict]:
        """The listener, and what it puts into which component: {elem_id: value}.

        Args:
            first: values of its first inputs; the others have those that they have on the page.
        """
        values = [self.values.get(key) for key in listener["inputs"]]
        body = {
            "data": [*first, *values[len(first) :]],
            "fn_index": listener["id"],
            "session_hash": self.session,
        }
        if listener["queue"]:
            joined = await self.fetch("POST", "/gradio_api/queue/join", body)
            event = json.loads(joined)["event_id"]
            address = f"/gradio_api/queue/data?session_hash={self.session}"
            lines = (await self.fetch("GET", address)).decode().splitlines()
            messages = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
            answer = next(
                message
                for message in messages
                if message["msg"] == "process_completed" and message["event_id"] == event
            )
            if not answer["success"]:
                raise Refused(str(answer["output"]))
            values = answer["output"]["data"]
        else:
            values = json.loads(await self.fetch("POST", "/gradio_api/run/predict", body))["data"]
        kept = {
            key: value
            for key, value in zip(listener["outputs"], values)
            if not (isinstance(value, dict) and value.get("__type__") == "update")
        }
        self.values |= kept
        return listener, {self.names.get(key): value for key, value in kept.items()}

    async def follow(self, fired: tuple[dict, dict]) -> None:
        """Fire what the page listens with to the end of that, as the browser does."""
        for row in self.listeners.values():
            if row["trigger_after"] == fired[0]["id"]:
                await self.follow(await self.fire(row))


def is_right(views: dict, drawing: Drawing) -> bool:
    """Whether the page shows this very drawing's digit and answer."""
    numeral = re.search(r'class="numeral[^"]*">([^<]*)<', views["answer"])
    picture = re.search(r"data:image/png;base64,([^\"]*)", views["head"])
    if numeral is None or picture is None or numeral[1] != str(drawing.label):
        return False
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture[1]))))
    return np.array_equal(shown, drawing.digit)


async def timed(tally: Tally, what: str, asked: Awaitable) -> object:
    """What was asked for; None, and counted, where it was refused."""
    begin = time.perf_counter()
    try:
        answer = await asked
    except (Refused, OSError, asyncio.IncompleteReadError) as refusal:
        tally.refused += 1
        print(f"{what}: {refusal}", file=sys.stderr)
        return None
    tally.add(what, time.perf_counter() - begin)
    return answer


async def draw(visitor: Visitor, tally: Tally, drawing: Drawing) -> None:
    """One stroke: the answer is timed, and what the page does afterwards is waited for."""
    fired = await timed(
        tally, "stroke", visitor.fire(visitor.find("sketch", "input"), drawing.data_url)
    )
    if fired:
        tally.wrong += not is_right(fired[1], drawing)
        await timed(tally, "after", visitor.follow(fired))


async def person(port: int, number: int, drawings: list[Drawing], tally: Tally) -> None:
    """Someone who loads the page, and draws, or opens rooms, every PERIOD seconds."""
    visitor = Visitor(port)
    await asyncio.sleep(PERIOD * random.random())
    await timed(tally, "page", visitor.open_page())
    in_rooms = number % ROOM_SHARE == ROOM_SHARE - 1
    for turn in range(STROKES):
        begin = time.perf_counter()
        if in_rooms:
            room = visitor.find(ROOMS[(number + turn) % len(ROOMS)], "select")
            await timed(tally, "room", visitor.fire(room))
        else:
            await draw(visitor, tally, drawings[(number * STROKES + turn) % len(drawings)])
        await asyncio.sleep(max(0, PERIOD - (time.perf_counter() - begin)))


async def people(port: int, count: int, drawings: list[Drawing]) -> Tally:
    """So many people at once."""
    tally = Tally()
    await asyncio.gather(*(person(port, number, drawings, tally) for number in range(count)))
    return tally


async def caller(
    visitor: Visitor, drawings: Iterator[Drawing], tally: Tally, endpoint: str, until: float
) -> None:
    """A program that asks as soon as it has an answer."""
    while time.perf_counter() < until:
        drawing = next(drawings)
        data = [{"path": None, "url": drawing.data_url}, "aug", "mnist"]
        answer = await timed(tally, "call", visitor.call(endpoint, data))
        if isinstance(answer, dict):
            tally.wrong += answer["label"] != drawing.label and endpoint != "nothing"


def in_turns(drawings: list[Drawing]) -> Iterator[Drawing]:
    """The drawings for ever."""
    while True:
        yield from drawings


async def callers(port: int, drawings: list[Drawing], endpoint: str) -> Tally:
    """CALLERS programs at full speed."""
    tally, turns = Tally(), in_turns(drawings)
    until = time.perf_counter() + SECONDS
    await asyncio.gather(
        *(caller(Visitor(port), turns, tally, endpoint, until) for _ in range(CALLERS))
    )
    return tally


async def beside_calls(port: int, drawings: list[Drawing]) -> Tally:
    """Somebody draws while one program has IN_FLIGHT calls in flight."""
    tally, others, turns = Tally(), Tally(), in_turns(drawings[STROKES:])
    until = time.perf_counter() + PERIOD * (STROKES + 1)
    calls = [caller(Visitor(port), turns, others, "classify", until) for _ in range(IN_FLIGHT)]
    await asyncio.gather(person(port, 0, drawings, tally), *calls)
    tally.wrong += others.wrong
    return tally


@contextmanager
def served(command: list[str], folder: Path) -> Iterator[tuple[int, int]]:
    """A server while the block runs: its port and the id of its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        tempfile.TemporaryDirectory() as home,
        open(Path(home) / "log", "w", encoding="utf-8") as log,
    ):
        own = {
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": str(port),
            "GRADIO_TEMP_DIR": home,
            "GRADIO_ANALYTICS_ENABLED": "False",
        }
        environment = os.environ | own
        process = subprocess.Popen(
            [sys.executable, *command], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            while process.poll() is None:
                try:
                    asyncio.run(Visitor(port).fetch("GET", "/"))
                    break
                except OSError:
                    time.sleep(0.1)
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def cpu_seconds(process: int) -> float:
    """That a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(process: int) -> float:
    """That a process holds now; 0 for one that was killed."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return sum(int(kilobytes) / 1000 for kilobytes in re.findall(r"VmRSS:\s*(\d+) kB", status))


def measured(port: int, processes: list[int], load: Callable[[int], Awaitable[Tally]]) -> dict:
    """The figures of a load on a server, which may be of several processes."""
    before, begin = sum(map(cpu_seconds, processes)), time.perf_counter()
    tally = asyncio.run(load(port))
    cpu, seconds = sum(map(cpu_seconds, processes)) - before, time.perf_counter() - begin
    main = tally.seconds.get("stroke") or tally.seconds.get("call") or [float("nan")]
    figures = {
        "answers": len(main),
        "per_second": len(main) / seconds,
        "median_ms": 1000 * float(np.percentile(main, 50)),
        "p95_ms": 1000 * float(np.percentile(main, 95)),
        "cpu_ms": 1000 * cpu / len(main),
        "refused": tally.refused,
        "wrong": tally.wrong,
        "memory_mb": sum(map(memory_mb, processes)),
    }
    for what in ("page", "after", "room"):
        if what in tally.seconds:
            figures[f"{what}_p95_ms"] = 1000 * float(np.percentile(tally.seconds[what], 95))
    return figures


LOADS: dict[str, Callable[[int, list[Drawing]], Awaitable[Tally]]] = {
    **{who: lambda port, d, n=count: people(port, n, d) for who, count in PEOPLE.items()},
    f"1 person beside {IN_FLIGHT} calls": beside_calls,
    f"{CALLERS} programs": lambda port, d: callers(port, d, "classify"),
}
NOTHING = f"{CALLERS} programs, nothing to do"


def serve_nothing() -> None:
    """A bare Gradio app whose one endpoint does nothing with the arguments of /classify."""
    import gradio as gr

    answer = {"label": None, "probabilities": {str(digit): 0.1 for digit in range(10)}}
    with gr.Blocks(analytics_enabled=False) as page:
        inputs = [gr.JSON(), gr.Textbox(), gr.Textbox()]
        gr.Button().click(lambda *_: answer, inputs, gr.JSON(), api_name="nothing")
    page.queue(max_size=None).launch(quiet=True)


def medians(rows: list[dict]) -> dict[str, float]:
    """The medians of the same figures of several runs."""
    return {name: median(row[name] for row in rows) for name in rows[0]}


def table(figures: dict) -> str:
    """The figures as a table of Markdown."""
    head = ("load", "answers/s", "median", "p95", "rooms p95", "CPU per answer", "refused", "wrong")
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    for name, row in figures["loads"].items():
        cells = [f"{row['per_second']:.1f}"]
        for column in ("median_ms", "p95_ms", "room_p95_ms", "cpu_ms"):
            cells.append(f"{row[column]:.0f} ms" if column in row else "–")
        lines.append(" | ".join([name, *cells, f"{row['refused']:.0f}", f"{row['wrong']:.0f}"]))
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--table", action="store_true", help="print the table of load.json")
    add("--nothing", action="store_true", help=argparse.SUPPRESS)
    add("--against", metavar="FOLDER", type=Path, help="another checkout, measured in turns")
    add("--only", metavar="LOAD", nargs="+", default=[*LOADS], help=f"of {', '.join(LOADS)}")
    add("--repeats", type=int, default=REPEATS)
    settings = parser.parse_args()
    path = Path(__file__).with_suffix(".json")
    if settings.nothing:
        return serve_nothing()
    if settings.table:
        return print(table(json.loads(path.read_text(encoding="utf-8"))))
    drawings = make_drawings(DRAWINGS)
    checkouts = {"now": ROOT} | ({"before": settings.against} if settings.against else {})
    rows: dict[str, dict[str, list[dict]]] = {}
    for _ in range(settings.repeats):
        for which, folder in checkouts.items():
            with served(["app.py"], folder) as (port, process):
                for name in settings.only:
                    load = LOADS[name]
                    row = measured(port, [process], lambda port, load=load: load(port, drawings))
                    rows.setdefault(which, {}).setdefault(name, []).append(row)
                    print(which, name, json.dumps(row), flush=True)
        with served([__file__, "--nothing"], ROOT) as (port, process):
            row = measured(port, [process], lambda port: callers(port, drawings, "nothing"))
            rows["now"].setdefault(NOTHING, []).append(row)
            print(NOTHING, json.dumps(row), flush=True)
    figures = {
        which: {"loads": {name: medians(runs) for name, runs in loads.items()}}
        for which, loads in rows.items()
    }
    for loads in figures.values():
        print(table(loads))
    if settings.only == [*LOADS]:
        result = figures["now"] | {"hardware": hardware_name("cpu"), "runs": settings.repeats}
        path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
