"""Whole sets of weights replace each other while the page is used, or nothing changes."""

import gc
from dataclasses import replace

import pytest
import torch

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.networks.weights import save_tensors
from mnist_cnn.page.current_digit import from_test_set
from mnist_cnn.page.page import build_page
from mnist_cnn.sharing import hub
from mnist_cnn.sharing.failures import HubError
from mnist_cnn.sharing.live import LiveWeights, pull_in_background
from mnist_cnn.sharing.weight_set import load_shipped
from tests.sharing.bad_sets import flipped
from tests.sharing.in_client import in_background

# Gradio's client leaves sockets to the garbage collector.
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
    "evaluate": [[lambda: ".readme/page.png"] * 3, [0, 1, 2], "mnist"],
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
    live = Counting(load_shipped())
    page = build_page(live)
    functions = {function.api_name: function.fn for function in page.fns.values()}
    for name, arguments in REQUESTS.items():
        live.looked = 0
        functions[name](*arguments)
        assert live.looked == 1, name
    live.current = replace(live.current, repo_id="teacher/other", commit="c" * 40)
    shown = functions["show_again"](*REQUESTS["show_again"])
    assert any("teacher/other" in str(value) for value in shown.values())
    del page, functions
    gc.collect()  # Gradio leaves event loops behind: they go while their warnings are let pass


def test_a_pull_that_fails_changes_nothing(monkeypatch, capsys):
    def fail(*_):
        raise HubError("the Hub itself fails (status 500): try again later")

    live = LiveWeights(old := object())
    monkeypatch.setattr(hub, "pull", fail)
    pull_in_background(live, "teacher/mnist").join()
    assert live.current is old
    assert capsys.readouterr().out == (
        "weights: those from before go on answering, for the Hub itself fails (status 500): "
        "try again later\n"
    )


def test_a_pull_asks_for_the_revision_and_its_set_answers(monkeypatch, capsys):
    asked = []
    new = replace(load_shipped(), repo_id="teacher/mnist", commit="c" * 40)

    def pull(*arguments):
        assert live.current is old  # until the new one is there
        asked.append(arguments)
        return new

    live = LiveWeights(old := object())
    monkeypatch.setattr(hub, "pull", pull)
    thread = pull_in_background(live, "teacher/mnist", "v1")
    assert thread.daemon  # the app can end meanwhile
    thread.join()
    assert asked == [("teacher/mnist", "v1")] and live.current is new
    assert capsys.readouterr().out == f"weights: teacher/mnist at {'c' * 40} answers now\n"


def test_the_log_says_whose_guard_is_used(monkeypatch, capsys, tmp_path):
    linear = {"weight": torch.zeros(1, 1536), "bias": torch.zeros(1)}
    save_tensors(tmp_path / "guard.safetensors", linear, {"aug": "0" * 64})
    older = replace(load_shipped(), directory=tmp_path, repo_id="teacher/old", commit="c" * 40)
    monkeypatch.setattr(hub, "pull", lambda *_: older)
    pull_in_background(LiveWeights(object()), "teacher/old").join()
    assert capsys.readouterr().out.splitlines()[1:] == [
        "weights: its guard is of an older kind; the shipped one is used"
    ]


def test_only_a_verified_set_answers(call, stand_in, repo_id, files):
    head = stand_in.repos["model", repo_id].refs["main"]
    assert call(in_background, repo_id)["commit"] == head
    stand_in.put(repo_id, {"conv.safetensors": flipped(files["conv.safetensors"])})
    assert call(in_background, repo_id) == "old"
