"""How much more several equal replicas answer than one, and what is lost when one is killed.

Run `python benchmarks/replicas.py` while nothing else runs; it needs nginx, writes replicas.json
and prints the table. The replicas stand behind deploy/nginx.conf. Programs with addresses and
cookies of their own ask /classify as fast as they get answers; each answer is compared with what
the networks say of that very drawing. In the last run a replica is killed half-way. Load, nginx and
replicas share this machine's cores. `--table` prints the table of replicas.json.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.load import (
    DRAWINGS,
    ROOT,
    Drawing,
    Tally,
    Visitor,
    caller,
    in_turns,
    make_drawings,
    measured,
    served,
)
from mnist_cnn.judging.timing import hardware_name

CLIENTS = 200
SECONDS = 60.0
REPLICAS = (1, 2, 3)

SERVER = "server lesson:7860 max_fails=1 fail_timeout=5s;"
# Of nginx, when it is no service of the system: {0} is its folder.
CONFIGURATION = """
pid {0}/pid;
error_log {0}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {0}/body;
    proxy_temp_path {0}/proxy;
    fastcgi_temp_path {0}/fastcgi;
    uwsgi_temp_path {0}/uwsgi;
    scgi_temp_path {0}/scgi;
    include {0}/lesson.conf;
}}
"""


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[int]:
    """deploy/nginx.conf with these replicas, on a free port of loopback, which it yields."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert text.count(SERVER) == text.count("listen 80;") == 1
    servers = "".join(SERVER.replace("lesson:7860", f"127.0.0.1:{each}") for each in ports)
    text = text.replace(SERVER, servers).replace("listen 80;", f"listen 127.0.0.1:{port};")
    (folder / "lesson.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder), encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    subprocess.run([*command, "-t", "-q"], check=True)
    process = subprocess.Popen(command)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


async def programs(
    port: int, drawings: list[Drawing], count: int, seconds: float, victim: int | None = None
) -> Tally:
    """So many programs at full speed; half-way the process `victim` is killed."""
    tally, turns = Tally(), in_turns(drawings)
    visitors = [Visitor(port, f"127.0.{1 + n // 250}.{1 + n % 250}") for n in range(count)]
    await asyncio.gather(*(visitor.fetch("GET", "/") for visitor in visitors))  # the cookies
    until = time.perf_counter() + seconds
    if victim is not None:
        asyncio.get_running_loop().call_later(seconds / 2, os.kill, victim, signal.SIGKILL)
    await asyncio.gather(
        *(caller(visitor, turns, tally, "classify", until) for visitor in visitors)
    )
    return tally


def table(figures: dict) -> str:
    """The figures as a table of Markdown."""
    head = ("replicas", "answers/s", "times one", "median", "p95", "cores", "failed", "wrong")
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    rows = figures["runs"]
    for row in rows:
        cells = [
            f"{row['replicas']}{', one killed half-way' if row['killed'] else ''}",
            f"{row['per_second']:.1f}",
            f"{row['per_second'] / rows[0]['per_second']:.2f}",
            *(f"{row[name]:.0f} ms" for name in ("median_ms", "p95_ms")),
            f"{row['cpu_ms'] * row['per_second'] / 1000:.2f}",
            f"{100 * row['refused'] / (row['answers'] + row['refused']):.2f} %",
            f"{row['wrong']}",
        ]
        lines.append(" | ".join(cells))
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--table", action="store_true", help="print the table of replicas.json")
    add("--replicas", metavar="N", type=int, nargs="+", default=REPLICAS)
    add("--clients", type=int, default=CLIENTS)
    add("--seconds", type=float, default=SECONDS)
    add("--output", type=Path, default=Path(__file__).with_suffix(".json"))
    settings = parser.parse_args()
    if settings.table:
        return print(table(json.loads(settings.output.read_text(encoding="utf-8"))))
    drawings, runs = make_drawings(DRAWINGS), []
    most = max(settings.replicas)
    with ExitStack() as running:
        servers = [running.enter_context(served(["app.py"], ROOT)) for _ in range(most)]
        ports, processes = zip(*servers)
        for count, victim in [*((n, None) for n in settings.replicas), (most, processes[-1])]:
            with tempfile.TemporaryDirectory() as folder, nginx(Path(folder), ports[:count]) as at:
                asked = drawings, settings.clients, settings.seconds, victim
                load = measured(at, processes[:count], lambda port, a=asked: programs(port, *a))
            runs.append({"replicas": count, "killed": victim is not None} | load)
            print(json.dumps(runs[-1]), flush=True)
    load = {"clients": settings.clients, "seconds": settings.seconds, "runs": runs}
    text = json.dumps(load | {"hardware": hardware_name("cpu")}, indent=1)
    settings.output.write_text(text + "\n", encoding="utf-8")
    print(table(load))


if __name__ == "__main__":
    main()
