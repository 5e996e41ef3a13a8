"""Equal replicas behind nginx, as in deploy/nginx.conf: one is killed while a class works."""

import json
import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from benchmarks.replicas import nginx
from mnist_cnn.dataset.digits import embedded_test_set
from tests.conftest import running_app

REPLICAS, CLIENTS = 3, 12
DIGITS = embedded_test_set()[:CLIENTS]


class Client:
    """Somebody's browser, as far as cookies go; it sends one digit again and again."""

    def __init__(self, url, number):
        self.url, self.jar, self.failures = url, CookieJar(), 0
        self.open = build_opener(HTTPCookieProcessor(self.jar), ProxyHandler({})).open
        self.pixels = DIGITS.images[number].tolist()
        self.open(url).close()

    def ask(self):
        """The network's answer, in two requests that the same replica must get."""
        address = f"{self.url}gradio_api/call/classify_pixels"
        body = json.dumps({"data": [self.pixels, "aug"]}).encode()
        with self.open(Request(address, body, {"Content-Type": "application/json"})) as reply:
            event = json.load(reply)["event_id"]
        with self.open(f"{address}/{event}") as stream:
            return json.loads(stream.read().decode().rsplit("data: ", 1)[1])[0]

    def replica(self):
        return next(cookie.value for cookie in self.jar)

    def answers(self, until):
        """Every answer until then; a request that fails is asked again, as the page does."""
        got = []
        while time.monotonic() < until():
            try:
                got.append(self.ask()["label"])
            except (OSError, HTTPException, ValueError, IndexError, TypeError):
                self.failures += 1
        return got


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")
def test_a_replica_is_killed_and_everybody_goes_on(tmp_path):
    with ExitStack() as running:
        ports = []
        for number in range(REPLICAS):
            (tmp_path / str(number)).mkdir()
            address, _ = running.enter_context(running_app(tmp_path / str(number)))
            ports.append(address.rstrip("/").rsplit(":", 1)[1])
        (tmp_path / "nginx").mkdir()
        url = f"http://127.0.0.1:{running.enter_context(nginx(tmp_path / 'nginx', ports))}/"
        clients = [Client(url, number) for number in range(CLIENTS)]
        kept = [client.replica() for client in clients]
        assert len(set(kept)) == CLIENTS  # each has a cookie of its own
        end = float("inf")
        with ThreadPoolExecutor(CLIENTS) as pool:
            waiting = [pool.submit(client.answers, lambda: end) for client in clients]
            time.sleep(4)
            assert not any(client.failures for client in clients)
            os.kill(int((tmp_path / "0" / "pid").read_text()), signal.SIGKILL)
            time.sleep(6)
            end = 0
            answers = [done.result() for done in waiting]
        assert [client.replica() for client in clients] == kept
        assert all(client.failures <= 1 for client in clients)  # what was on its way is lost
        assert any(client.failures for client in clients)  # the dead one had work
        for label, got in zip(DIGITS.labels.tolist(), answers):
            assert len(got) > 2 and set(got) == {label}  # nobody got another's digit
