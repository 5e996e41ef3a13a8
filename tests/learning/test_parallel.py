"""Many runs: what is missing is trained, each into its folder; what goes wrong is one sentence."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import ClassVar

import pytest

from mnist_cnn.dataset.digits import Splits
from mnist_cnn.learning import parallel
from mnist_cnn.learning.parallel import train_all
from mnist_cnn.learning.records import TrainingError
from mnist_cnn.learning.runs import folder_of, is_finished, plan
from mnist_cnn.networks.weights import load_tensors, weights_path


class Here:
    """A ProcessPoolExecutor that works in this process, when it is asked to."""

    made: ClassVar[list[int]] = []

    def __init__(self, jobs, context, initializer):
        self.made.append(jobs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, work, task):
        future = Future()
        try:
            future.set_result(work(task))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, **_):
        pass


@pytest.fixture
def here(monkeypatch, splits):
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(parallel.torch, "set_num_threads", lambda count: None)
    monkeypatch.setattr(parallel.os, "environ", {})
    monkeypatch.setattr(Splits, "load", lambda *_: splits)
    Here.made.clear()


def test_each_missing_run_is_trained_into_its_folder(here, splits, tmp_path, capsys):
    runs = [plan(splits, "fc", "default", seed, images=30, epochs=1) for seed in (0, 1, 4)]
    said = []
    train_all(runs[:1], "data", "cpu", tmp_path, jobs=8, report=said.append)
    assert said[0] == "1 runs, 0 of them finished already" and Here.made == [1]
    first = weights_path(folder_of(runs[0], tmp_path), "fc")
    before = first.stat().st_mtime_ns
    said.clear()
    train_all(runs, "data", "cpu", tmp_path, jobs=2, report=said.append)
    assert said[0] == "3 runs, 1 of them finished already" and Here.made == [1, 2]
    assert [line.split(" runs done")[0] for line in said[1:]] == ["1 of 2", "2 of 2"]
    assert said[-1].endswith("about 0 minutes to go")
    assert first.stat().st_mtime_ns == before
    assert all(is_finished(run, folder_of(run, tmp_path)) for run in runs)
    weights = [load_tensors(weights_path(folder_of(run, tmp_path), "fc"))[0] for run in runs]
    assert (weights[1]["output.bias"] != weights[2]["output.bias"]).any()
    assert "fc-default-30-seed4  epoch   1" in capsys.readouterr().out
    said.clear()
    train_all(runs, "data", "cpu", tmp_path, jobs=2, report=said.append)
    assert said == ["3 runs, 3 of them finished already"]


def test_a_stopped_run_goes_on_from_its_checkpoint(here, splits, tmp_path, monkeypatch, capsys):
    run = plan(splits, "fc", "default", 0, images=30, epochs=2)

    def stop(*_):
        raise KeyboardInterrupt

    from mnist_cnn.learning import runs

    with monkeypatch.context() as patch:
        patch.setattr(runs, "save_results", stop)
        with pytest.raises(KeyboardInterrupt):
            train_all([run], "data", "cpu", tmp_path, jobs=1, report=lambda _: None)
    train_all([run], "data", "cpu", tmp_path, jobs=1, report=lambda _: None)
    assert "resumed after epoch 2" in capsys.readouterr().out


def test_a_run_of_other_settings_in_the_same_folder_is_trained_anew(here, splits, tmp_path):
    run = plan(splits, "fc", "default", 0, images=30, epochs=1)
    train_all([run], "data", "cpu", tmp_path, jobs=1, report=lambda _: None)
    other = replace(run, recipe=run.recipe | {"learning_rate": 0.001})
    train_all([other], "data", "cpu", tmp_path, jobs=1, report=lambda _: None)
    assert is_finished(other, folder_of(other, tmp_path))


def test_a_killed_process_is_said_to_be_killed(here, splits, tmp_path, monkeypatch):
    def die(*_):
        raise BrokenProcessPool

    monkeypatch.setattr(parallel, "_train_one", die)
    with pytest.raises(TrainingError, match=r"perhaps for lack of memory\. Try fewer --jobs"):
        train_all([plan(splits, "fc", "default", 0)], "data", "cpu", tmp_path, 1, lambda _: None)
