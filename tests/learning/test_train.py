"""train.py from the outside, on a small MNIST: its files, its words, stopped and called again."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch

import train as program
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.learning.command_line import parse
from mnist_cnn.learning.records import TrainingError
from mnist_cnn.networks.weights import load_model, load_tensors, weights_path
from mnist_cnn.sharing.golden import load_verified
from mnist_cnn.sharing.hub import HubError
from tests.conftest import ROOT

QUICK = ["--epochs", "2", "--batch-size", "100", "--device", "cpu"]


def command(*arguments):
    return [sys.executable, "-W", "error", "train.py", *map(str, arguments)]


def train(*arguments):
    return subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True)


def in_this_process(monkeypatch, *arguments):
    """train.py's own main(), without a process of its own: 0 or what it exits with."""
    monkeypatch.setattr(sys, "argv", ["train.py", *map(str, arguments)])
    try:
        program.main()
    except SystemExit as stopped:
        return stopped.code
    return 0


@pytest.mark.slow
def test_all_models_train_and_say_what_they_did(small_mnist_dir, tmp_path):
    run = train(*QUICK, "--data-dir", small_mnist_dir, "--output-dir", tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("validation") == 6 and run.stdout.count("patience") == 6
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "aug.safetensors", "conv.safetensors", "fc.safetensors", "golden.safetensors",
        "guard.safetensors", "metrics.json",
    ]  # fmt: skip
    rows = json.loads((tmp_path / "metrics.json").read_text())["models"]
    assert list(rows) == ["fc", "conv", "aug"]
    for key, model in load_verified(tmp_path).models.items():
        assert not model.training
        assert sum(map(sum, rows[key]["test"]["confusion"])) == 300
        assert rows[key]["run"]["training_images"] == 1000


def test_one_model_is_trained_said_and_left_alone_when_finished(
    small_mnist_dir, tmp_path, monkeypatch, capsys
):
    settings = ["fc", *QUICK, "--seed", 3, "--data-dir", small_mnist_dir, "--output-dir", tmp_path]
    assert in_this_process(monkeypatch, *settings) == 0
    said = capsys.readouterr().out
    assert said.startswith("fc: Fully connected, recipe default, on ")
    assert said.count("patience") == 2 and "of 300 misread, test accuracy" in said
    row = load_metrics(tmp_path)["models"]["fc"]
    assert row["run"]["seed"] == 3 and row["run"]["recipe"]["batch_size"] == 100
    assert row["available_images"] == 1000
    assert in_this_process(monkeypatch, *settings, "--resume") == 0
    assert "is of this very run already" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("key", ["fc", "aug"])
def test_a_killed_run_resumed_gives_what_the_unbroken_run_gives(small_mnist_dir, tmp_path, key):
    settings = [key, *QUICK, "--data-dir", small_mnist_dir, "--output-dir"]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert train(*settings, whole).returncode == 0

    broken.mkdir()
    old = b"the weights of an earlier run"
    (broken / f"{key}.safetensors").write_bytes(old)
    checkpoint = broken / f"{key}.checkpoint.safetensors"
    process = subprocess.Popen(command(*settings, broken), cwd=ROOT, stdout=subprocess.DEVNULL)
    while not checkpoint.exists():
        assert process.poll() is None, "ended before it could be killed"
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (broken / f"{key}.safetensors").read_bytes() == old
    done = len(load_tensors(checkpoint)[1]["history"])
    assert 1 <= done <= 2

    resumed = train(*settings, broken, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert f"resumed after epoch {done}" in resumed.stdout
    one, other = (load_model(folder / f"{key}.safetensors", key)[0] for folder in (whole, broken))
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name]), name
    assert not checkpoint.exists()


@pytest.mark.slow
def test_stopped_and_called_again_it_goes_on(small_mnist_dir, tmp_path):
    asked = command(
        *("conv", "--seeds", "0-1", "--epochs", 4, "--jobs", 1, "--batch-size", 100),
        *("--device", "cpu", "--data-dir", small_mnist_dir, "--runs-dir", tmp_path),
        *("--output-dir", tmp_path / "out"),
    )
    process = subprocess.Popen(
        asked,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A job that was started with nohup hands on that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    checkpoint = tmp_path / "conv-default-1000-seed0" / "conv.checkpoint.safetensors"
    while not checkpoint.exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.strip() == "train.py: stopped; the same command goes on"
    done = len(load_tensors(checkpoint)[1]["history"])
    assert 1 <= done < 4 and not (tmp_path / "out").exists()
    again = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 0 and f"resumed after epoch {done}" in again.stdout, again.stderr
    assert len(load_ledger(tmp_path / "out")["groups"][0]["runs"]) == 2
    assert "conv: shipped is seed" in again.stdout


@pytest.mark.slow
def test_two_processes_of_torchrun_share_the_seeds(small_mnist_dir, tmp_path):
    asked = ["fc", "--seeds", "0-2", *QUICK, "--data-dir", small_mnist_dir, "--jobs", 1,
             "--runs-dir", tmp_path, "--output-dir", tmp_path / "out"]  # fmt: skip
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    run = subprocess.run(
        [*torchrun, "train.py", *map(str, asked)], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    for said in ("2 runs, 0 of them", "1 runs, 0 of them", "share 1 of 2", "share 2 of 2"):
        assert run.stdout.count(said) == 1, run.stdout
    assert len(list(tmp_path.glob("fc-default-1000-seed*/fc.safetensors"))) == 3
    assert not (tmp_path / "out").exists()
    ships = train(*asked)
    assert "3 runs, 3 of them finished already" in ships.stdout, ships.stderr
    assert "fc: shipped is seed" in ships.stdout


def test_a_process_of_torchrun_trains_its_share_and_ships_nothing(monkeypatch, splits, capsys):
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    shares = []
    monkeypatch.setattr(program.Splits, "load", lambda *_: splits)
    monkeypatch.setattr(program, "train_all", lambda *given, **also: shares.append((*given, also)))
    monkeypatch.setattr(program, "ship", None)
    assert in_this_process(monkeypatch, "fc", "--seeds", "0-4", "--device", "cpu") is None
    [(runs, *_, beside)] = shares
    assert [run.seed for run in runs] == [1, 3] and beside == {"beside": 2}
    assert "share 2 of 2 is done; `python train.py`, same options, ships" in capsys.readouterr().out


@pytest.mark.slow
def test_a_file_of_weights_can_be_trained_again_bit_for_bit(small_mnist_dir, tmp_path):
    settings = ["--data-dir", small_mnist_dir]
    assert train("conv", *QUICK, *settings, "--output-dir", tmp_path).returncode == 0
    run = train("--reproduce", weights_path(tmp_path, "conv"), *settings, "--device", "cpu")
    assert run.returncode == 0, run.stderr
    assert "trained again, and the same bit for bit" in run.stdout


@pytest.mark.parametrize(
    "answer, code", [(True, 0), (False, 1), (TrainingError("cannot."), "train.py: cannot.")]
)
def test_reproducing_ends_with_its_answer(monkeypatch, answer, code):
    def reproduce(path, data_dir, device):
        assert (str(path), str(data_dir), device) == ("x.safetensors", "data", "cpu")
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(program, "reproduce", reproduce)
    found = in_this_process(monkeypatch, "--reproduce", "x.safetensors", "--device", "cpu")
    assert found == code


def test_seeds_and_images_are_runs_of_their_own(splits):
    settings = parse(["--seeds", "1,2", "--images", "30,60", "fc", "conv"], None, lambda _: None)
    runs = program.runs_of(settings, splits, settings.seeds)
    kinds = {(run.key, run.training_images, run.seed) for run in runs}
    assert len(runs) == 8 and kinds == {
        (key, images, seed) for key in ("fc", "conv") for images in (30, 60) for seed in (1, 2)
    }
    aug = parse(["aug", "--patience", "2", "--learning-rate", "0.1"], None, lambda _: None)
    [run] = program.runs_of(aug, splits, [5])  # the guard is no run
    assert (run.recipe["patience"], run.recipe["learning_rate"], run.seed) == (2, 0.1, 5)


def test_many_seeds_say_what_is_shipped(monkeypatch, splits, capsys):
    monkeypatch.setattr(program.Splits, "load", lambda *_: splits)
    monkeypatch.setattr(program, "train_all", lambda *arguments: None)
    monkeypatch.setattr(program, "ship", lambda *arguments: {"fc": 1})
    program.train_many(parse(["--seeds", "0-1"], None, lambda _: None))
    assert "fc: shipped is seed 1, the best on validation digits" in capsys.readouterr().out


@pytest.mark.parametrize("asked, made", [(["fc"], []), (["guard"], ["small"]), ([], ["small"])])
def test_the_detector_is_made_where_it_is_asked_for(monkeypatch, tmp_path, asked, made):
    done = []
    monkeypatch.setattr(program.Splits, "load", lambda *_: "small")
    monkeypatch.setattr(program, "make_detector", lambda splits, *_: done.append(splits))
    arguments = [*asked, "--output-dir", str(tmp_path / "w")]
    program.finish(parse(arguments, None, lambda _: None))
    assert done == made


def test_stopping_says_how_to_go_on(monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "train_one_by_one", stop)
    monkeypatch.setattr(program, "train_many", stop)
    said = in_this_process(monkeypatch, "fc")
    assert said == "train.py: stopped; `--resume` with the same settings goes on"
    said = in_this_process(monkeypatch, "fc", "--seeds", "0")
    assert said == "train.py: stopped; the same command goes on"


def test_pushing_is_checked_before_anything_is_trained(monkeypatch, capsys):
    def no_token():
        raise HubError("log in first")

    monkeypatch.setattr(program, "check_token", no_token)
    assert in_this_process(monkeypatch, "--push-to-hub", "me/mine") == 2
    assert capsys.readouterr().err == "train.py: log in first\n"
    assert in_this_process(monkeypatch, "--push-to-hub", "no name") == 2
    monkeypatch.setattr(program, "check_token", lambda: None)
    monkeypatch.setattr(program, "find_spec", {}.get)  # a machine without pydantic
    assert in_this_process(monkeypatch, "--push-to-hub", "me/mine") == 2
    assert "needs pydantic: run `pip install pydantic`" in capsys.readouterr().err


def test_missing_mnist_says_where_to_put_it(tmp_path, monkeypatch):
    (tmp_path / "MNIST").write_text("a file where a folder should be")
    said = in_this_process(
        monkeypatch, "fc", "--data-dir", tmp_path, "--output-dir", tmp_path / "w"
    )
    assert "train-images-idx3-ubyte" in said and said.startswith("train.py: MNIST is not in")


@pytest.mark.slow
def test_the_command_ends_with_one_sentence():
    run = train("resnet")
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr == "train.py: argument model: 'resnet' is none of fc, conv, aug, ink, guard\n"
