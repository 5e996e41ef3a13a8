"""The command line of training: what it accepts, and the one sentence where it does not."""

import argparse
from pathlib import Path

import pytest

from mnist_cnn.learning.command_line import GPUS, number, numbers, parse
from mnist_cnn.networks.weights import DIRECTORY


def settings_of(*arguments, problem=None):
    return parse(list(map(str, arguments)), "Trains.", lambda settings: problem)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["resnet"], "argument model: 'resnet' is none of fc, conv, aug, ink, guard"),
        (["--recipe", "best"], "invalid choice: 'best'"),
        (["--epochs", "0"], "'0' is not a whole number from 1 to 10000"),
        (["--epochs", "2.5"], "'2.5' is not a whole number"),
        (["--epochs", "10001"], "'10001' is not a whole number from 1 to 10000"),
        (["--batch-size", "1"], "'1' is not a whole number from 2 to 50000"),
        (["--learning-rate", "fast"], "'fast' is not a number"),
        (["--learning-rate", "nan"], "'nan' is not a number"),
        (["--learning-rate", "1.5"], "'1.5' is not a number from 1e-06 to 1"),
        (["--patience", "-1"], "'-1' is not a whole number"),
        (["--seed", "x"], "'x' is not a whole number"),
        (["--device", "tpu"], "invalid choice: 'tpu'"),
        (["--output-dir", "README.md"], "README.md is a file, not a folder"),
        (["--speed", "9"], "unrecognized arguments: --speed"),
        (["--seeds", "4-1"], "'4-1' is no list of whole numbers from 0, such as 0,3-5"),
        (["--seeds", "0-"], "'0-' is no list"),
        (["--seeds", ""], "'' is no list"),
        (["--seeds", "1-2-3"], "'1-2-3' is no list"),
        (["--seeds", "0-99999999999"], "is no list"),
        (["--seeds", "9999999999"], "is no list"),
        (["--images", "100"], "--images belongs to --seeds"),
        (["--seeds", "0", "--images", "0"], "'0' is no list of whole numbers from 20, such as 20,"),
        (["fc", "--recipe", "notebook-leak"], "fc has no notebook-leak, but default, augmented"),
        (["--jobs", "0"], "'0' is not a whole number"),
        (["--reproduce", "x", "--seeds", "0"], "--reproduce FILE goes with --data-dir and"),
        (["--reproduce", "x", "fc"], "--reproduce FILE goes with --data-dir and --device alone"),
        (["aug", "--recipe", "notebook-leak"], "notebook-leak is no network of the page: add"),
        (["fc", "--recipe", "augmented"], "augmented is no network of the page: add --seeds or"),
        (["--recipe", "notebook-leak", "--seeds", "0", "--images", "99"], "trains on all there"),
        (["ink", "--seeds", "0"], "--seeds is not for ink"),
        (["aug", "ink", "--batch-size", "64"], "--batch-size is not for ink"),
        (["ink", "--learning-rate", "0.1"], "--learning-rate is not for ink"),
        (["--private"], "--private and --tag belong to --push-to-hub USER/REPO"),
        (["--tag", "v1"], "--private and --tag belong to --push-to-hub USER/REPO"),
    ],
)
def test_wrong_settings_get_one_sentence_and_status_2(arguments, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        settings_of(*arguments)
    output = capsys.readouterr()
    assert stopped.value.code == 2 and output.out == ""
    assert said in output.err and output.err.startswith("train.py: ")
    assert len(output.err.strip().splitlines()) == 1


@pytest.mark.parametrize("name", GPUS)
def test_a_gpu_is_used_where_there_is_one_and_refused_where_not(name, capsys, monkeypatch):
    for gpu in GPUS.values():
        monkeypatch.setattr(gpu, "is_available", lambda: False)
    with pytest.raises(SystemExit):
        settings_of("--device", name)
    assert f"{name} is not available here; use cpu or auto" in capsys.readouterr().err
    assert settings_of().device == "cpu"
    monkeypatch.setattr(GPUS[name], "is_available", lambda: True)
    assert (settings_of().device, settings_of().jobs) == (name, 1)
    assert settings_of("--device", name).device == name


def test_under_torchrun_each_process_has_its_share_of_the_machine(capsys, monkeypatch):
    for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"):
        monkeypatch.setenv(name, "2")
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert settings_of("--seeds", "0-3", "--device", "cpu").jobs == 4
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 4)
    assert settings_of("--seeds", "0-3").device == "cuda:1"
    with pytest.raises(SystemExit):
        settings_of("fc")
    assert "torchrun divides seeds among processes: add --seeds" in capsys.readouterr().err


def test_what_is_wrong_with_pushing_is_said_before_the_training(capsys):
    with pytest.raises(SystemExit) as stopped:
        settings_of("--push-to-hub", "nobody", problem="there is no nobody")
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "train.py: there is no nobody\n"
    assert settings_of("--push-to-hub", "me/mine", "--tag", "v1", "--private").tag == "v1"


def test_nothing_said_trains_all_into_weights(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    settings = settings_of("--device", "cpu")
    assert settings.models == ["fc", "conv", "aug", "guard"] and settings.jobs == 3
    assert (settings.recipe, settings.seed, settings.seeds) == ("default", 0, None)
    assert (settings.output_dir, settings.data_dir) == (DIRECTORY, Path("data"))
    assert settings.runs_dir == Path("runs")
    assert settings.epochs is settings.batch_size is settings.learning_rate is None


@pytest.mark.parametrize(
    "arguments, models",
    [
        (["fc"], ["fc"]),
        (["conv", "fc", "conv"], ["conv", "fc"]),
        (["aug"], ["aug"]),  # the detector is a network of its own
        (["guard"], ["guard"]),
        (["--recipe", "notebook-leak", "--seeds", "0"], ["aug"]),
        (["--recipe", "augmented", "--seeds", "0"], ["fc"]),
    ],
)
def test_models_are_those_asked_for_or_those_that_have_the_recipe(arguments, models):
    assert settings_of(*arguments).models == models


def test_lists_of_numbers_may_have_ranges():
    assert numbers(0)("0-2,7, 1") == [0, 1, 2, 7] and numbers(20)("20") == [20]
    assert len(numbers(0)("0-999")) == 1000
    with pytest.raises(argparse.ArgumentTypeError):
        numbers(0)("0-1000")
    assert number(float, 0, 1)("0.5") == 0.5 and number(int, 0, 1)("1") == 1


def test_help_reads_well(capsys):
    with pytest.raises(SystemExit) as stopped:
        settings_of("--help")
    text = capsys.readouterr().out
    assert stopped.value.code == 0
    for word in ("Trains.", "--recipe", "--resume", "fc, conv, aug", "holds MNIST/raw"):
        assert word in text
