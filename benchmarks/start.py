"""What the app costs to run: seconds from its start to its first answer, and memory.

Run `python benchmarks/start.py` while nothing else runs; it writes start.json. It starts the app
without a Hub and with one that cannot be reached, in turns, and takes the median of several starts:
the second must not be slower.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

from torch import Tensor

sys.path.insert(0, str(Path(__file__).parent.parent))

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.timing import hardware_name

ROOT = Path(__file__).parent.parent
REPEATS = 5
NO_HUB = {"HF_ENDPOINT": "http://192.0.2.1", "MNIST_CNN_HUB_REPO": "nobody/nothing"}


def ask(url: str, digit: Tensor) -> dict[str, Any]:
    """The app's prediction for a (28, 28) digit, through its endpoint for programs.

    Raises:
        OSError: the app does not listen yet.
    """
    call = f"{url}/gradio_api/call/classify_pixels"
    body = json.dumps({"data": [digit.tolist(), "aug"]}).encode()
    request = urllib.request.Request(call, body, {"Content-Type": "application/json"})
    event = json.load(urllib.request.urlopen(request))["event_id"]
    answer = urllib.request.urlopen(f"{call}/{event}").read().decode()
    (data,) = re.findall(r"^event: complete\ndata: (.*)$", answer, re.M)
    return json.loads(data)[0]


def start(variables: dict[str, str], digit: Tensor) -> tuple[float, float]:
    """Seconds from the start of the app to its first answer, and its peak memory in MB.

    Args:
        variables: of the environment, on top of this process's.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        own = {"GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port), "HF_HOME": home}
        begin = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=os.environ | own | variables,
            stdout=subprocess.DEVNULL,
        )
        try:
            while process.poll() is None:
                try:
                    assert ask(f"http://127.0.0.1:{port}", digit)["label"] is not None
                    break
                except OSError:
                    time.sleep(0.05)
            seconds = time.perf_counter() - begin
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
            (kilobytes,) = re.findall(r"VmHWM:\s*(\d+) kB", status)
            return seconds, int(kilobytes) / 1000
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def main() -> None:
    digit = embedded_test_set().images[0]
    start({}, digit)  # warms the disk cache
    runs = [(start({}, digit), start(NO_HUB, digit)) for _ in range(REPEATS)]
    plain, unreachable = ([run[kind] for run in runs] for kind in (0, 1))
    figures = {
        "seconds_to_first_answer": median(seconds for seconds, _ in plain),
        "with_an_unreachable_hub": median(seconds for seconds, _ in unreachable),
        "memory_mb": max(memory for _, memory in plain),
        "hardware": hardware_name("cpu"),
        "starts": REPEATS,
    }
    text = json.dumps(figures, indent=1) + "\n"
    Path(__file__).with_suffix(".json").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
