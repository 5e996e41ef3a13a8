"""Whole sets of weights replace each other while the page is used, or nothing changes."""

import gc
import json
import shutil
import time
from dataclasses import replace

import pytest
import torch
from gradio_client import Client

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks.weights import DIRECTORY, file_sha256, load_model, save_model
from mnist_cnn.page.current_digit import from_test_set
from mnist_cnn.page.page import build_page
from mnist_cnn.sharing import hub
from mnist_cnn.sharing.golden import save_golden
from mnist_cnn.sharing.hub import HubError, follow, set_files
from mnist_cnn.sharing.live import LiveWeights, shipped
from tests.conftest import running_app
from tests.sharing.hub_stand_in import HubStandIn

# The client itself leaves sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
SEVEN = embedded_test_set().images[0].tolist()


REQUESTS = {
    "classify": [".readme/page.png", "aug", "mnist"],
    "classify_pixels": [SEVEN, "aug"],
    "classify_batch": [[lambda: ".readme/page.png"] * 3, "aug", "mnist"],
    "compare": [".readme/page.png", "mnist"],
    "activations": ["conv", "features.0", 0, None],
    "errors": ["aug"],
    "shift_map": [None, 0, 1],
    "models": [],
    "show_again": [from_test_set(0), "mnist"],  # of the page itself: what a new visitor sees
}


class Counting(LiveWeights):
    """Counts how often a request looks up what answers."""

    looked = 0

    @property
    def current(self):
        self.looked += 1
        return self._current

    @current.setter
    def current(self, weights):
        self._current = weights


def test_one_request_is_answered_by_one_set():
    live = Counting(shipped())
    page = build_page(live)
    functions = {function.api_name: function.fn for function in page.fns.values()}
    for name, arguments in REQUESTS.items():
        live.looked = 0
        functions[name](*arguments)
        assert live.looked == 1, name
    live.current = replace(shipped(), repo_id="teacher/other", commit="c" * 40)
    shown = functions["show_again"](*REQUESTS["show_again"])
    assert any("teacher/other" in str(value) for value in shown.values())
    del page, functions
    gc.collect()  # Gradio leaves event loops behind: they go while their warnings are let pass


def test_a_pull_that_fails_changes_nothing(monkeypatch, capsys):
    def fail(*_):
        raise HubError("the Hub itself fails (status 500): try again later")

    live = LiveWeights(old := object())
    monkeypatch.setattr(hub, "pull", fail)
    follow(live, "teacher/mnist").join()
    assert live.current is old
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "status 500" in said and "go on answering" in said


@pytest.fixture
def turned(tmp_path):
    """A folder of weights whose conv takes every digit for the next one."""
    folder = shutil.copytree(DIRECTORY, tmp_path / "turned")
    model, header = load_model(folder / "conv.safetensors", "conv")
    with torch.no_grad():
        model.classifier[-1].weight.copy_(model.classifier[-1].weight.roll(1, 0))
        model.classifier[-1].bias.copy_(model.classifier[-1].bias.roll(1, 0))
    save_model(folder / "conv.safetensors", "conv", model, run=header["run"])
    metrics = json.loads((folder / "metrics.json").read_text())
    metrics["models"]["conv"]["sha256"] = file_sha256(folder / "conv.safetensors")
    (folder / "metrics.json").write_text(json.dumps(metrics))
    save_golden(folder)
    return folder


def conv_row(client):
    return next(row for row in client.predict(api_name="/models") if row["key"] == "conv")


def test_the_app_changes_over_to_a_repository_once_it_is_verified(turned, tmp_path):
    stand_in = HubStandIn()
    variables = {"HF_ENDPOINT": stand_in.start(), "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": ""}
    try:
        stand_in.put("teacher/turned", set_files("teacher/turned", turned))
        commit = stand_in.repos["model", "teacher/turned"].refs["main"]
        directory = tmp_path / "good"
        directory.mkdir()
        arguments = "--hub-repo", "teacher/turned"
        with running_app(directory, *arguments, HF_HOME=str(directory), **variables) as (url, log):
            client = Client(url, verbose=False)
            for _ in range(240):
                row = conv_row(client)
                if row["source"] != "embedded":
                    break
                time.sleep(0.25)
            assert (row["source"], row["revision"]) == ("teacher/turned", commit), log.read_text()
            assert row["sha256"] == file_sha256(turned / "conv.safetensors")
            assert client.predict(SEVEN, "conv", api_name="/classify_pixels")["label"] == 8
            assert client.predict(SEVEN, "aug", api_name="/classify_pixels")["label"] == 7
            client.close()

        stand_in.put("teacher/turned", {"conv.safetensors": b"cut off"})
        directory = tmp_path / "bad"
        directory.mkdir()
        variables |= {"MNIST_CNN_HUB_REPO": "teacher/turned", "HF_HOME": str(directory)}
        with running_app(directory, **variables) as (url, log):
            client = Client(url, verbose=False)
            for _ in range(240):
                if "go on answering" in log.read_text():
                    break
                time.sleep(0.25)
            assert "is refused" in log.read_text() and "Traceback" not in log.read_text()
            assert conv_row(client)["source"] == "embedded"
            assert client.predict(SEVEN, "conv", api_name="/classify_pixels")["label"] == 7
            client.close()
    finally:
        stand_in.stop()
