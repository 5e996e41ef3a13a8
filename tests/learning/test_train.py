"""The command line of training, on a small MNIST: settings, files, a killed run resumed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from mnist_cnn.learning import command_line
from mnist_cnn.networks.weights import load_model, load_tensors
from mnist_cnn.sharing.golden import load_verified
from tests.conftest import ROOT
from train import push_problem

QUICK = ["--epochs", "4", "--batch-size", "100", "--device", "cpu"]


def train(*arguments, **settings):
    command = [sys.executable, "-W", "error", "train.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **settings)


def assert_refused(arguments, said, capsys):
    """The command line ends with status 2 and one sentence; in this process, which has torch."""
    with pytest.raises(SystemExit) as ended:
        command_line.parse(arguments, "", push_problem)
    printed = capsys.readouterr()
    assert ended.value.code == 2 and printed.out == ""
    assert said in printed.err and len(printed.err.strip().splitlines()) == 1


def test_all_models_train_and_say_what_they_did(small_mnist_dir, tmp_path):
    run = train(*QUICK, "--data-dir", small_mnist_dir, "--output-dir", tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("validation") == 12 and run.stdout.count("patience") == 12
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "aug.safetensors", "conv.safetensors", "fc.safetensors", "golden.safetensors",
        "guard.safetensors", "metrics.json",
    ]  # fmt: skip
    rows = json.loads((tmp_path / "metrics.json").read_text())["models"]
    assert list(rows) == ["fc", "conv", "aug"]
    for key, model in load_verified(tmp_path).models.items():
        assert not model.training
        row = rows[key]
        assert row["validation_accuracy"] == max(e["validation_accuracy"] for e in row["history"])
        assert sum(map(sum, row["test"]["confusion"])) == 300
        assert row["run"]["training_images"] == 1000


def test_lesson_recipe_stops_early_and_keeps_the_best(small_mnist_dir, tmp_path):
    run = train(
        "fc", "--recipe", "lesson", "--epochs", 60, "--patience", 2,
        "--data-dir", small_mnist_dir, "--output-dir", tmp_path,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    row = json.loads((tmp_path / "metrics.json").read_text())["models"]["fc"]
    assert row["history"][-1]["patience"] == 2 and row["epochs"] < 60
    best = max(epoch["validation_accuracy"] for epoch in row["history"])
    assert row["history"][-3]["validation_accuracy"] == best == row["validation_accuracy"]


@pytest.mark.parametrize("key", ["fc", "aug"])
def test_a_killed_run_resumed_gives_what_the_unbroken_run_gives(small_mnist_dir, tmp_path, key):
    settings = [key, *QUICK, "--data-dir", small_mnist_dir, "--output-dir"]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert train(*settings, whole).returncode == 0

    broken.mkdir()
    old = b"the weights of an earlier run"
    (broken / f"{key}.safetensors").write_bytes(old)
    checkpoint = broken / f"{key}.checkpoint.safetensors"
    command = [sys.executable, "train.py", *settings, broken]
    process = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL)
    while not checkpoint.exists():
        assert process.poll() is None, "ended before it could be killed"
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (broken / f"{key}.safetensors").read_bytes() == old
    done = len(load_tensors(checkpoint)[1]["history"])
    assert 1 <= done <= 4

    resumed = train(*settings, broken, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert f"resumed after epoch {done}" in resumed.stdout
    one, other = (load_model(folder / f"{key}.safetensors", key)[0] for folder in (whole, broken))
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name]), name
    assert not checkpoint.exists()

    again = train(*settings, broken, "--resume")
    assert again.returncode == 0 and "of this very run already" in again.stdout


def test_resuming_with_other_settings_is_refused(small_mnist_dir, tmp_path):
    settings = ["fc", "--data-dir", small_mnist_dir, "--output-dir", tmp_path]
    assert train(*settings, "--epochs", 1).returncode == 0
    (tmp_path / "fc.safetensors").rename(tmp_path / "fc.checkpoint.safetensors")
    run = train(*settings, "--epochs", 2, "--resume")
    assert run.returncode == 1 and "other settings" in run.stderr and "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["resnet"], "'resnet' is none of fc, conv, aug, guard"),
        (["--recipe", "best"], "invalid choice: 'best'"),
        (["--epochs", "0"], "'0' is not a whole number from 1 to 10000"),
        (["--epochs", "2.5"], "'2.5' is not a whole number"),
        (["--batch-size", "1"], "'1' is not a whole number from 2 to 50000"),
        (["--learning-rate", "fast"], "'fast' is not a number"),
        (["--learning-rate", "nan"], "'nan' is not a number"),
        (["--patience", "-1"], "'-1' is not a whole number"),
        (["--seed", "x"], "'x' is not a whole number"),
        (["--device", "tpu"], "invalid choice: 'tpu'"),
        (["--output-dir", "README.md"], "README.md is a file, not a folder"),
        (["--speed", "9"], "unrecognized arguments: --speed"),
    ],
)
def test_wrong_values_get_one_sentence_and_status_2(arguments, said, capsys):
    assert_refused(arguments, said, capsys)


def test_help_reads_well():
    text = train("--help").stdout
    for word in ("--recipe", "--resume", "fc, conv, aug", "holds MNIST/raw"):
        assert word in text


def test_missing_mnist_says_where_to_put_it(tmp_path):
    (tmp_path / "MNIST").write_text("a file where a folder should be")
    run = train("fc", "--data-dir", tmp_path, "--output-dir", tmp_path / "w")
    assert run.returncode == 1
    assert "train-images-idx3-ubyte" in run.stderr and "Traceback" not in run.stderr
