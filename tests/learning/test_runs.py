"""Many runs from the command line: side by side, stopped and gone on with, shipped, repeated."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from mnist_cnn.dataset.digits import Splits
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.metrics import view_answers
from mnist_cnn.learning.recipes import RECIPES, recipe_from
from mnist_cnn.learning.runs import digits_of, plan
from mnist_cnn.networks.weights import load_metrics, load_tensors, weights_path
from mnist_cnn.reading.predict import logits
from tests.conftest import ROOT
from tests.learning.test_train import assert_refused, train

SMALL = ["--device", "cpu", "--batch-size", "100"]


@pytest.fixture(scope="module")
def splits(small_mnist_dir):
    return Splits.load(small_mnist_dir, "cpu")


@pytest.fixture(scope="module")
def trained(small_mnist_dir, tmp_path_factory):
    """Three seeds of fc, two of conv on few digits: the folder of their runs, the settings."""
    folder, out = tmp_path_factory.mktemp("many"), tmp_path_factory.mktemp("shipped")
    settings = ["--data-dir", small_mnist_dir, "--runs-dir", folder, "--output-dir", out]
    fc = train("fc", "--seeds", "0-1,4", "--epochs", 3, *SMALL, *settings)
    assert fc.returncode == 0, fc.stderr
    conv = train("conv", "--seeds", "0,1", "--images", 60, "--epochs", 1, "--jobs", 2, *settings)
    assert conv.returncode == 0, conv.stderr
    return folder, out, settings, fc, conv


def test_every_seed_has_its_folder_and_the_best_validated_is_shipped(trained):
    folder, out, _, fc, conv = trained
    assert "3 runs, 0 of them finished already" in fc.stdout and "3 of 3 runs done" in fc.stdout
    assert sorted(path.parent.name for path in folder.glob("*/*.safetensors")) == [
        *(f"conv-default-60-seed{seed}" for seed in (0, 1)),
        *(f"fc-default-1000-seed{seed}" for seed in (0, 1, 4)),
    ]
    assert "conv: shipped" not in conv.stdout  # it was trained on few digits
    rows = {
        seed: load_metrics(folder / f"fc-default-1000-seed{seed}")["models"]["fc"]
        for seed in (0, 1, 4)
    }
    best = max(rows, key=lambda seed: rows[seed]["validation_accuracy"])
    assert f"fc: shipped is seed {best}, the best on validation digits" in conv.stdout
    assert load_metrics(out)["models"] == {"fc": rows[best]}
    ledger = load_ledger(out)
    fc, conv = ledger["groups"]
    assert [run["seed"] for run in fc["runs"]] == [0, 1, 4] and fc["training_images"] == 1000
    assert fc["runs"][0]["test_accuracy"] == rows[0]["test"]["accuracy"]
    assert conv["training_images"] == 60 and len(conv["runs"]) == 2


def test_a_second_call_trains_only_what_is_missing(trained):
    folder, _, settings, *_ = trained
    before = weights_path(folder / "fc-default-1000-seed1", "fc").stat().st_mtime_ns
    run = train("fc", "--seeds", "1-2", "--epochs", 3, *SMALL, *settings)
    assert "2 runs, 1 of them finished already" in run.stdout, run.stderr
    assert weights_path(folder / "fc-default-1000-seed1", "fc").stat().st_mtime_ns == before
    assert weights_path(folder / "fc-default-1000-seed2", "fc").exists()


@pytest.mark.parametrize("name", ["fc-default-1000-seed1", "conv-default-60-seed0"])
def test_a_file_of_weights_can_be_trained_again_bit_for_bit(trained, small_mnist_dir, name):
    path = weights_path(trained[0] / name, name.partition("-")[0])
    run = train("--reproduce", path, "--data-dir", small_mnist_dir)
    assert run.returncode == 0, run.stderr
    assert "trained again, and the same bit for bit" in run.stdout


def test_weights_that_come_out_otherwise_are_said_to_differ(trained, small_mnist_dir, tmp_path):
    from safetensors.torch import save_file

    path = weights_path(trained[0] / "fc-default-1000-seed1", "fc")
    tensors, header = load_tensors(path)
    tensors["output.bias"] += 1
    other = tmp_path / "fc.safetensors"
    save_file(tensors, other, {"mnist_cnn": json.dumps(header)})
    run = train("--reproduce", other, "--data-dir", small_mnist_dir)
    assert run.returncode == 1 and "weights differ by up to 1" in run.stdout
    assert header["training_hardware"] in run.stdout


def test_stopped_and_called_again_it_goes_on(small_mnist_dir, tmp_path):
    command = [
        sys.executable, "train.py", "conv", "--seeds", "0-1", "--epochs", "4", "--jobs", "1",
        "--data-dir", small_mnist_dir, "--runs-dir", tmp_path, "--output-dir", tmp_path / "out",
        *SMALL,
    ]  # fmt: skip
    process = subprocess.Popen(
        list(map(str, command)),
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
    again = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 0 and f"resumed after epoch {done}" in again.stdout, again.stderr
    assert len(load_ledger(tmp_path / "out")["groups"][0]["runs"]) == 2


def test_the_leak_is_what_the_notebook_did(splits):
    run = plan(splits, "aug", "notebook-leak", 0)
    digits = digits_of(run, splits)
    assert len(digits) == run.training_images == 1200
    held = {image.numpy().tobytes() for image in splits.validation.images}
    assert held <= {image.numpy().tobytes() for image in digits.images}
    clean = plan(splits, "aug", "lesson", 0)
    learned = {image.numpy().tobytes() for image in digits_of(clean, splits).images}
    assert len(digits_of(clean, splits)) == 1000 and not held & learned
    assert run.recipe | {"leak": False} == clean.recipe


def test_a_leaking_run_says_what_the_notebook_would_print(small_mnist_dir, tmp_path):
    run = train(
        "aug", "--recipe", "notebook-leak", "--seeds", 3, "--epochs", 1,
        "--data-dir", small_mnist_dir, "--runs-dir", tmp_path, "--output-dir", tmp_path / "out",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    row = load_metrics(tmp_path / "aug-notebook-leak-1200-seed3")["models"]["aug"]
    draws = row["varied_test_accuracies"]
    assert len(draws) == 5 and len(set(draws)) > 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["ledger.json"]


def test_recipes_survive_json():
    for recipes in RECIPES.values():
        for recipe in recipes.values():
            assert recipe_from(json.loads(json.dumps(recipe.as_dict()))) == recipe


def test_few_digits_get_small_batches_and_enough_steps():
    for recipes in RECIPES.values():
        recipe = recipes["default"]
        for count in (100, 1000, 10_000):
            few = recipe.for_few(count)
            assert few.batch_size <= count / 10 and few.epochs == recipe.epochs
            assert few.epochs * (count * few.repeats // few.batch_size) >= 990
        assert recipe.for_few(50_000) == recipe


def test_views_agree_with_the_plain_answer_where_nothing_moves(models):
    """A digit of even grey looks the same from everywhere but at its rim."""
    digits = torch.zeros(3, 28, 28, dtype=torch.uint8)
    found = view_answers(models["aug"], digits)
    torch.testing.assert_close(found, logits(models["aug"], digits).softmax(1))
    from mnist_cnn.dataset.digits import embedded_test_set

    test = embedded_test_set()[torch.arange(500)]
    right = (view_answers(models["aug"], test.images).argmax(1) == test.labels).float().mean()
    assert right > 0.98


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--seeds", "4-1"], "'4-1' is no list of whole numbers from 0, such as 0,3-5"),
        (["--seeds", "0-"], "'0-' is no list"),
        (["--seeds", "0-99999999999"], "is no list"),
        (["--images", "100"], "--images belongs to --seeds"),
        (["--seeds", "0", "--images", "0"], "'0' is no list of whole numbers from 20"),
        (["fc", "--recipe", "notebook-leak"], "fc has no notebook-leak, but default"),
        (["--jobs", "0"], "'0' is not a whole number"),
        (["--seeds", "9999999999"], "is no list"),
        (["--reproduce", "x", "--seeds", "0"], "--reproduce FILE goes with"),
        (["aug", "--recipe", "notebook-leak"], "notebook-leak is no network of the page"),
        (["--recipe", "notebook-leak", "--seeds", "0", "--images", "99"], "trains on all"),
    ],
)
def test_wrong_settings_get_one_sentence(arguments, said, capsys):
    assert_refused(arguments, said, capsys)


def test_a_file_that_is_no_weights_cannot_be_trained_again(small_mnist_dir, tmp_path):
    path = tmp_path / "fc.safetensors"
    run = train("--reproduce", path, "--data-dir", small_mnist_dir)
    assert run.returncode == 1 and f"{path} is missing" in run.stderr
    path.write_bytes(b"x" * 100)
    run = train("--reproduce", path, "--data-dir", small_mnist_dir)
    assert run.returncode == 1 and "damaged" in run.stderr and "Traceback" not in run.stderr
