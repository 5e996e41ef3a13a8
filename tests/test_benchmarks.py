"""What the speed of training is held against, and the arithmetic on what was timed."""

import json
from types import SimpleNamespace

import pytest
import torch

from benchmarks import (
    memory,
    notebook_loop,
    replicas,
    timing,
    training,
    training_parts,
    training_report,
)
from mnist_cnn.dataset.digits import load_digits, to_batch, to_unit
from mnist_cnn.judging.metrics import accuracy
from mnist_cnn.networks.models import MODELS

VALIDATION = range(1000, 1200)


@pytest.fixture(scope="module")
def digits(small_mnist_dir):
    return load_digits(small_mnist_dir, train=True)


@pytest.mark.parametrize("key, is_varied", [("fc", False), ("conv", False), ("aug", True)])
def test_notebook_reads_the_same_digits_and_varies_only_those_of_aug(
    small_mnist_dir, digits, key, is_varied
):
    x = to_batch(to_unit(digits.images[3:5]))
    plain = notebook_loop.mnist(small_mnist_dir, key, range(3, 5))
    varied = notebook_loop.mnist(small_mnist_dir, key, range(3, 5), varied=True)
    for place in (0, 1):
        torch.testing.assert_close(plain[place][0], x[place])
        assert plain[place][1] == varied[place][1] == digits.labels[3 + place]
        assert torch.allclose(varied[place][0], x[place], atol=1e-5) != is_varied


def test_notebook_stops_early_and_keeps_its_best_weights(small_mnist_dir, digits):
    parts = (notebook_loop.mnist(small_mnist_dir, "fc", part) for part in (range(500), VALIDATION))
    model, history = notebook_loop.train("fc", *parts)
    assert 6 <= len(history) < 100 and max(history) > 0.7
    assert history.index(max(history)) == len(history) - 6
    assert accuracy(model, digits[torch.tensor(VALIDATION)]) == pytest.approx(max(history))


def test_ratio_is_of_medians_with_the_range_of_the_turns():
    slow, fast = [(8, 1), (10, 1), (60, 1)], [(2, 1), (5, 1), (4, 1)]
    assert timing.ratio(slow, fast, 0) == {"ratio": 2.5, "lowest": 2, "highest": 15}
    assert timing.medians(slow, scale=2) == {"seconds": 20, "cpu_seconds": 2}


def test_works_are_timed_in_turns():
    done = []
    rows = timing.times({name: lambda name=name: done.append(name) for name in "ab"}, 3)
    assert "".join(done) == "ababab" and [len(rows[name]) for name in "ab"] == [3, 3]


def test_notebooks_cost_is_its_epochs_times_what_one_costs_here(tmp_path, monkeypatch):
    runs = [{"epochs": 11, "errors": 317}, {"epochs": 14, "errors": 322}]
    group = {"model": "fc", "recipe": "lesson", "training_images": 50000}
    groups = [
        group | {"recipe": "default", "runs": []},
        group | {"runs": runs},
    ]
    monkeypatch.setattr(training_parts, "LEDGER", tmp_path / "ledger.json")
    settings = SimpleNamespace(threads=1)
    with pytest.raises(training_parts.Waiting, match="ledger"):
        training_parts.product_notebook(settings, "fc", {})
    training_parts.LEDGER.write_text(json.dumps({"groups": groups}))
    models = {"fc": {"notebook": {"cpu_seconds": 8.0}}}
    timed = {"machine": timing.machine(settings.threads), "models": models}
    assert training_parts.product_notebook(settings, "fc", {"epoch": timed}) == {
        "cpu_seconds": 100,
        "epochs": 12.5,
        "test_errors": 319.5,
        "products": ["cpu_seconds"],
    }
    for wrong in ({}, {"epoch": timed | {"machine": {"hardware": "another"}}}):
        with pytest.raises(training_parts.Waiting, match="the part epoch"):
            training_parts.product_notebook(settings, "fc", wrong)


def test_one_command_times_and_waits_for_a_gpu(small_mnist_dir, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    output = tmp_path / "training.json"
    output.write_text('{"growth": "of before"}')
    command = ["training.py", "epoch", "gpu", "--models", "fc", "--repeats", "2"]
    command += ["--data-dir", str(small_mnist_dir), "--output", str(output)]
    monkeypatch.setattr("sys.argv", command)
    training.main()
    said = capsys.readouterr().out
    assert "gpu waits for a GPU" in said
    figures = json.loads(output.read_text())
    assert list(figures) == ["growth", "epoch"] and figures["growth"] == "of before"
    row = figures["epoch"]["models"]["fc"]
    assert (row["batch_size"], row["digits_timed"], row["turns"]) == (64, 1200, 2)
    theirs, ours = (row[name]["seconds"] for name in ("notebook", "ours"))
    assert f"| Fully connected | {theirs:.1f} s | {ours:.1f} s" in said


def test_growth_is_drawn_and_tabled(tmp_path):
    rows = [{"value": value, "seconds": value / 8, "cpu_seconds": 3} for value in (16, 1024)]
    part = {"models": {key: dict.fromkeys(training_report.AXES, rows) for key in ("fc", "conv")}}
    training_report.draw(part, tmp_path / "growth.svg")
    drawn = (tmp_path / "growth.svg").read_text()
    for key in ("fc", "conv"):
        assert drawn.count(MODELS[key].colours[0]) >= len(training_report.AXES)
    assert "| 1,024 | 128.0 / 3.0 | 128.0 / 3.0 |" in training_report.growth(part)


def test_replicas_are_compared_with_one():
    run = {"killed": False, "median_ms": 5, "p95_ms": 9, "cpu_ms": 40, "refused": 0, "wrong": 0}
    one = {"replicas": 1, "answers": 300, "per_second": 20.0} | run
    two = {"replicas": 2, "answers": 396, "per_second": 30.0, "killed": True, "refused": 4}
    *_, first, second = replicas.table({"runs": [one, run | two]}).splitlines()
    assert first == "| 1 | 20.0 | 1.00 | 5 ms | 9 ms | 0.80 | 0.00 % | 0 |"
    assert second == "| 2, one killed half-way | 30.0 | 1.50 | 5 ms | 9 ms | 1.20 | 1.00 % | 0 |"


def test_memory_that_grows_has_a_slope():
    grown = [100, 190, 190, 190, 190, 200, 210, 220, 230, 240, 250]  # ten times 50 requests
    figures = {"kinds": {"pages": {"count": 500, "memory_mb": grown}}}
    row = memory.table(figures).splitlines()[-1]
    assert row == "| 500 pages | 100 MB | 250 MB | 2.50 | +200.0 MB per 1,000 |"
