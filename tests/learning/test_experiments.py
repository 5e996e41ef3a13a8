"""The room's trainings are the command line's, by the same fit(); watching changes nothing."""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from dataclasses import asdict
from queue import Queue
from threading import Timer

import numpy as np
import pytest
import torch

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import (
    EMBEDDED,
    SOME,
    Splits,
    embed,
    embedded_splits,
)
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.learning.experiments import AMOUNTS, Experiment, main, steps_of, train
from mnist_cnn.learning.watching import Watcher, filters_of
from mnist_cnn.networks.models import Shuffle, parameter_count
from mnist_cnn.networks.variants import from_file
from tests.conftest import ROOT

FEW = Experiment(digits=100, seed=3)


def silent(_):
    pass


@pytest.fixture(scope="module")
def trained():
    torch.set_num_threads(1)
    return train(FEW, silent)


def watched(experiment, *orders):
    """A training that is watched: the network, the points."""
    points, line = [], Queue()
    for order in orders:
        line.put(order)
    watcher = Watcher(experiment, embedded_splits().validation, points.append, line)
    return train(experiment, silent, watcher), points


def test_the_embedded_digits_are_the_first_of_the_one_split(mnist_dir, tmp_path):
    splits, some = Splits.load(mnist_dir, "cpu"), embedded_splits()
    for part in ("training", "validation", "test"):
        own = getattr(some, part)
        assert torch.equal(own.images, getattr(splits, part).images[: len(own)])
        assert torch.equal(own.labels, getattr(splits, part).labels[: len(own)])
    assert (len(some.training), len(some.validation)) == (10_000, 2_000)
    embed(mnist_dir, tmp_path)
    for name in SOME:
        assert (tmp_path / f"{name}.gz").read_bytes() == (EMBEDDED / f"{name}.gz").read_bytes()


def test_equal_settings_give_equal_weights_watched_or_not(trained):
    digit = embedded_splits().test.images[0].numpy()
    seen, points = watched(FEW, digit)
    assert seen.sha256 == trained.sha256
    assert points[0]["step"] == 1 and points[-1]["step"] == steps_of(FEW) == points[-1]["steps"]
    assert len(points[-1]["probabilities"]) == 10 and points[0]["loss"] > points[-1]["loss"]
    other = train(Experiment(digits=100, seed=4), silent).model.state_dict()
    assert not torch.equal(other["features.0.weight"], trained.model.features[0].weight)


def test_the_command_line_trains_the_same(trained, tmp_path, capsys):
    words = FEW.command().split()[4:]
    main([*words, "--output", str(tmp_path / "own.safetensors")])
    assert (tmp_path / "own.safetensors").read_bytes() == trained.file
    assert trained.sha256 in capsys.readouterr().out


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment("fc", 300, 0.001, 16, 0.5, False, True, True, 7),
        Experiment(batch_norm=False),
    ],
)
def test_a_command_says_all_settings(experiment, monkeypatch):
    asked = []

    def record(experiment, *_):
        asked.append(experiment)
        raise RequestError("enough")

    monkeypatch.setattr("mnist_cnn.learning.experiments.train", record)
    with pytest.raises(SystemExit):
        main(experiment.command().split()[4:])
    assert asked == [experiment]


def test_it_learns(trained):
    validation = embedded_splits().validation
    assert accuracy(trained.model, validation) > 0.6  # of 100 digits
    assert parameter_count(trained.model) == 5306


def test_a_worker_trains_the_same(trained):
    jobs = [
        {"train": asdict(FEW), "digit": b64encode(bytes(784)).decode()},
        {"train": asdict(FEW) | {"digits": 5}},
        {"train": {"colour": "red"}},
        {"test": "AAA"},
        {"test": b64encode(b"no network").decode()},
        {"test": b64encode(trained.file).decode()},
    ]
    command = [sys.executable, "-m", "mnist_cnn.learning.worker"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    answers = []
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:

        def said_until(*ends):
            said = []
            while not said or not set(ends) & said[-1].keys():
                said.append(json.loads(process.stdout.readline()))
            return said

        said_until("ready")
        for job in jobs:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            answers.append(said_until("network", "error", "errors"))
    assert process.returncode == 0  # its input has ended
    first, too_few, unknown, half, none, tested = answers
    assert "error" in half[-1] and "no weights file" in none[-1]["error"]
    assert b64decode(first[-1]["network"]) == trained.file
    assert sum("epoch_done" in message for message in first) == 10
    assert "digits: 5 came; send one of 100, 300" in too_few[-1]["error"]
    assert "colour" in unknown[-1]["error"]
    test = embedded_splits().test
    assert tested[-1] == {
        "errors": round((1 - accuracy(trained.model, test)) * len(test)),
        "total": len(test),
    }


def test_stopped_it_is_what_it_was_by_then():
    network, points = watched(FEW, "pause", "step", "step", "stop")
    assert [point["step"] for point in points] == [1, 2, 3]
    assert np.isfinite(filters_of(network.model)["side"])
    assert not network.model.training


def test_after_one_step_it_waits():
    points, orders = [], Queue()
    for order in ("pause", "step"):
        orders.put(order)
    Timer(0.5, orders.put, ["stop"]).start()
    train(FEW, silent, Watcher(FEW, embedded_splits().validation, points.append, orders))
    assert [point["step"] for point in points] == [1, 2]


def test_a_shuffled_network_shuffles_by_itself():
    network = train(Experiment(digits=100, shuffled=True), silent)
    assert isinstance(network.model.shuffle, Shuffle)
    again = from_file(network.file)
    x = torch.rand(2, 1, 28, 28)
    assert torch.equal(network.model(x), again.model(x))
    assert sorted(network.model.shuffle(x).flatten().tolist()) == sorted(x.flatten().tolist())
    assert not torch.equal(network.model.shuffle(x), x)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"network": "vit"}, "network: vit came; send one of fc, small, conv"),
        ({"digits": 7}, "digits: 7 came"),
        ({"learning_rate": 5}, "learning_rate: 5 came"),
        ({"learning_rate": float("nan")}, "learning_rate: nan came"),
        ({"batch_size": 4.5}, "batch_size: 4.5 came"),
        ({"dropout": "much"}, "dropout: much came"),
        ({"seed": -1}, "seed: -1 came"),
    ],
)
def test_what_is_not_trained_is_said_in_one_sentence(settings, words):
    with pytest.raises(RequestError, match=words):
        Experiment(**settings)


def test_every_amount_has_whole_batches():
    for digits in AMOUNTS:
        assert steps_of(Experiment(digits=digits)) >= 150
