"""What several test files need: real MNIST where it is at hand, a small MNIST, a running app."""

import gzip
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: the workers share the cores

import torch
from PIL import Image, ImageDraw

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks.weights import load_models

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One worker per core, but no more than pay: each loads torch and may start an app."""
    return min(os.cpu_count(), 8)


@pytest.fixture(scope="session")
def models():
    """The shipped networks."""
    return load_models()


@pytest.fixture(scope="session")
def mnist_dir():
    """The folder of the whole MNIST."""
    if not (SHARED / "data" / "MNIST").exists():
        pytest.skip("needs the whole of MNIST in ../shared/data")
    return SHARED / "data"


@pytest.fixture(scope="session")
def small_mnist_dir(tmp_path_factory):
    """1,200 training and 300 test digits in MNIST's file format, cut from the embedded test set."""
    raw = tmp_path_factory.mktemp("small") / "MNIST" / "raw"
    raw.mkdir(parents=True)
    digits = embedded_test_set()
    for name, part in {"train": slice(0, 1200), "t10k": slice(1200, 1500)}.items():
        images, labels = digits.images[part].numpy(), digits.labels[part].to(torch.uint8).numpy()
        count = len(labels).to_bytes(4, "big")
        sides = (28).to_bytes(4, "big") * 2
        with gzip.open(raw / f"{name}-images-idx3-ubyte.gz", "wb") as file:
            file.write((0x803).to_bytes(4, "big") + count + sides + images.tobytes())
        with gzip.open(raw / f"{name}-labels-idx1-ubyte.gz", "wb") as file:
            file.write((0x801).to_bytes(4, "big") + count + labels.tobytes())
    return raw.parent.parent


def draw_seven(size=280, width=18, mode="RGB", paper="white", ink="black"):
    """A 7 as somebody draws it on a canvas."""
    image = Image.new(mode, (size, size), paper)
    points = [(0.25, 0.2), (0.75, 0.2), (0.45, 0.85)]
    ImageDraw.Draw(image).line(
        [(x * size, y * size) for x, y in points], fill=ink, width=width, joint="curve"
    )
    return image


@pytest.fixture(scope="session")
def seven():
    """Black on white, 280×280."""
    return draw_seven()


@pytest.fixture
def windows(monkeypatch):
    """The rule of Windows: what is open or mapped in this process is not replaced or deleted."""
    if not Path("/proc/self/maps").exists():
        pytest.skip("needs /proc to see what is open")

    def refusing(call):
        def refuse_open(*paths, **settings):
            opened = [os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()]
            mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
            for path in map(os.path.realpath, paths):
                if path in opened or path in mapped:
                    raise PermissionError(f"{path} is used by a process")
            call(*paths, **settings)

        return refuse_open

    for name in ("replace", "rename", "unlink", "remove"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))


@contextmanager
def running_app(directory, *arguments, **variables):
    """The app as a newcomer starts it, in a process of its own; yields its address and its log.

    Its number lies in `pid` in the directory, for whoever wants to kill it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = variables.get("GRADIO_SERVER_PORT", probe.getsockname()[1])
    environment = os.environ | {
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(directory),
        "NO_PROXY": "127.0.0.1,localhost",
        **variables,
    }
    log = directory / "log"
    with open(log, "w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "app.py", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=file,
        )
    (directory / "pid").write_text(str(process.pid))
    url = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(240):
            if process.poll() is not None:
                pytest.fail(f"app.py ended: {log.read_text(encoding='utf-8')}")
            try:
                urllib.request.urlopen(url).close()
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail(f"app.py did not answer: {log.read_text(encoding='utf-8')}")
        yield url, log
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The running app's address.

    Every request to the outside would go through a proxy that is this test: none may come.
    """
    with socket.create_server(("127.0.0.1", 0)) as outside:
        outside.setblocking(False)
        proxy = f"http://127.0.0.1:{outside.getsockname()[1]}"
        directory = tmp_path_factory.mktemp("gradio")
        with running_app(directory, HTTP_PROXY=proxy, HTTPS_PROXY=proxy) as (url, log):
            yield url
        with pytest.raises(BlockingIOError):
            outside.accept()  # somebody knocked: the app asked for something outside
        # What the tests provoke is refused in Gradio's own code; ours never fails.
        assert "mnist_cnn/" not in log.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")
