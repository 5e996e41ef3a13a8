"""The verbs push, pull and space, and train.py's own words for pushing."""

import logging
import os
import subprocess
import sys

import pytest

import train
from mnist_cnn.learning import command_line
from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.sharing import client, commands, space
from mnist_cnn.sharing.golden import load_verified
from tests.conftest import ROOT
from tests.sharing import fresh
from tests.sharing.test_hub import SET


def test_one_clone_pushes_and_another_pulls(command, stand_in, environment, tmp_path):
    status, out, err = command(commands.push, "teacher/first", "--tag", "v1")
    assert (status, err) == (0, "")
    commit = stand_in.repos["model", "teacher/first"].refs["v1"]
    address = f"{environment['HF_ENDPOINT']}/teacher/first"
    pinned = f"MNIST_CNN_HUB_REPO=teacher/first MNIST_CNN_HUB_REVISION={commit}"
    assert out == f"{address} is at commit {commit}\nto pin it: {pinned} python app.py\n"
    stand_in.put("teacher/first", {"ledger.json": None})  # main goes on; the commit stays
    folder = tmp_path / "new" / "pulled"
    pull = commands.pull_to_folder, "teacher/first", folder, "--revision", commit
    status, out, err = command(*pull, token=None)
    assert (status, err) == (0, "")
    assert out == f"{folder} holds teacher/first at commit {commit}, verified\n"
    optional = {"ink.safetensors", "handwriting.json", "robustness.json", "ledger.json"}
    assert {path.name for path in folder.iterdir()} == SET | optional
    assert list(folder.parent.iterdir()) == [folder]
    for path in folder.iterdir():  # files, not links into the client's cache
        assert not path.is_symlink()
        if path.name != "config.json":
            assert path.read_bytes() == (DIRECTORY / path.name).read_bytes()
    assert list(load_verified(folder).models) == ["fc", "conv", "aug"]

    status, out, err = command(*pull, token=None)
    assert (status, out) == (1, "")
    assert err == f"mnist_cnn: {folder} exists already: name a folder that does not\n"


def test_a_push_of_a_private_folder_says_what_fails(command, stand_in, tmp_path):
    words = "teacher/empty", "--private", "--directory", tmp_path
    status, out, err = command(commands.push, *words)
    assert (status, out) == (1, "") and err.startswith("mnist_cnn: nothing was sent: ")
    status, out, err = command(commands.push, "teacher/secret", "--private")
    assert status == 0 and stand_in.repos["model", "teacher/secret"].private


def test_a_space_is_sent(command, stand_in, environment):
    status, out, err = command(commands.space, "teacher/lesson")
    commit = stand_in.repos["space", "teacher/lesson"].refs["main"]
    address = f"{environment['HF_ENDPOINT']}/spaces/teacher/lesson"
    assert (status, out, err) == (0, f"{address} is at commit {commit}\n", "")


def test_a_dry_run_lists_what_a_space_would_get(monkeypatch, capsys):
    monkeypatch.setattr(client, "HfApi", None)  # nobody is asked, and no token is needed
    monkeypatch.setattr(client, "silence", lambda: None)
    commands.space(["teacher/dry", "--dry-run"])
    lines = capsys.readouterr().out.splitlines()
    assert f"{len((ROOT / 'app.py').read_bytes()):12,}  app.py" in lines
    total = sum(map(len, space.space_files("teacher/dry").values()))
    assert lines[-1] == f"{total:12,}  bytes in {len(lines) - 1} files; nothing was sent"


@pytest.mark.parametrize(
    "verb, words, said",
    [
        (commands.push, ["a--b"], "names no repository"),
        (commands.push, ["teacher/x"], "there is no token"),
        (commands.space, ["teacher/x"], "there is no token"),
        (commands.pull_to_folder, ["x"], "names no repository"),
        (commands.pull_to_folder, [], "the following arguments are required: USER/REPO"),
        (commands.push, ["teacher/x", "--revision", "v1"], "unrecognized arguments: --revision"),
    ],
)
def test_a_wrong_command_gets_one_sentence_and_status_2(monkeypatch, capsys, verb, words, said):
    monkeypatch.setattr(client, "get_token", lambda: None)
    with pytest.raises(SystemExit) as ended:
        verb(words)
    error = capsys.readouterr().err
    assert ended.value.code == 2 and said in error and len(error.splitlines()) == 1


def test_a_stopped_command_says_so(monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "silence", lambda: None)
    monkeypatch.setattr(commands, "space_files", stop)
    with pytest.raises(SystemExit, match="mnist_cnn: stopped"):
        commands.space(["teacher/x", "--dry-run"])


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--push-to-hub", "a--b"], "names no repository"),
        (["--push-to-hub", "a/b"], "there is no token"),
        (["--tag", "v1"], "belong to --push-to-hub"),
    ],
)
def test_training_asks_for_name_and_token_before_it_starts(monkeypatch, capsys, arguments, said):
    monkeypatch.setattr(client, "get_token", lambda: None)
    with pytest.raises(SystemExit) as ended:
        command_line.parse(arguments, None, train.push_problem)
    error = capsys.readouterr().err
    assert ended.value.code == 2 and said in error and len(error.splitlines()) == 1


def test_a_hub_that_is_not_there_is_told_at_once(environment, tmp_path):
    closed = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    # As `python -m mnist_cnn` does, but imported before the clock starts.
    code = """
import runpy, time
import mnist_cnn.sharing.commands
start = time.perf_counter()
try:
    runpy.run_module("mnist_cnn", run_name="__main__")
finally:
    print(time.perf_counter() - start)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "pull", "a/b", tmp_path / "x"],
        cwd=ROOT, env=os.environ | environment | closed, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and "http://127.0.0.1:9 cannot be reached" in done.stderr
    assert len(done.stderr.splitlines()) == 1 and not (tmp_path / "x").exists()
    assert float(done.stdout) < 20  # the client does not retry


def test_importing_changes_nothing_and_a_command_is_silent(worker, command):
    before, after = worker.around_the_import
    assert before == after and before[1:] == (logging.WARNING, True)
    command(commands.pull_to_folder, "teacher/nothing")
    assert worker.submit(fresh.settings).result()[1:] == (logging.ERROR, False)
