"""A training that is broken off and resumed gives what the unbroken one gives."""

from dataclasses import replace

import pytest
import torch

from mnist_cnn.learning.records import TrainingError
from mnist_cnn.networks.weights import load_tensors, save_tensors
from tests.learning.test_training import ROWS, same, short, trained


class Killed(Exception):
    pass


def kill(_):
    raise Killed


@pytest.mark.parametrize("key, name", ROWS)
def test_a_broken_training_resumed_is_the_unbroken_one(digits, key, name, tmp_path):
    recipe = short(key, name, epochs=3, patience=3)
    whole, history = trained(key, recipe, digits)
    path, said = tmp_path / "checkpoint.safetensors", []
    with pytest.raises(Killed):
        trained(key, recipe, digits, checkpoint=path, report=kill)
    settings = {"checkpoint": path, "resume": True}
    resumed, history_resumed = trained(key, recipe, digits, **settings, report=said.append)
    assert same(whole, resumed) and said[0] == "resumed after epoch 1"
    assert [replace(epoch, seconds=0) for epoch in history_resumed] == [
        replace(epoch, seconds=0) for epoch in history
    ]
    # What is over is not trained again.
    again, history_again = trained(key, recipe, digits, **settings)
    assert same(whole, again) and len(history_again) == 3


def test_the_best_weights_survive_worse_epochs_after_them(digits, tmp_path, monkeypatch):
    from mnist_cnn.learning import training

    recipe, path = short("fc", "default", epochs=3, patience=3), tmp_path / "checkpoint.safetensors"
    scripted = iter([0.9, 0.5])
    monkeypatch.setattr(training, "accuracy", lambda *_: next(scripted))
    with pytest.raises(Killed):
        trained("fc", recipe, digits, checkpoint=path, report=kill)
    best = {name: t for name, t in load_tensors(path)[0].items() if name.startswith("best.")}
    scripted = iter([0.5, 0.4])
    resumed, history = trained("fc", recipe, digits, checkpoint=path, resume=True)
    assert [epoch.validation_accuracy for epoch in history] == [0.9, 0.5, 0.4]
    for name, tensor in resumed.state_dict().items():
        assert torch.equal(tensor, best[f"best.{name}"])


def test_without_resume_a_checkpoint_is_written_over(digits, tmp_path):
    recipe, path = short("fc", "default"), tmp_path / "checkpoint.safetensors"
    path.write_bytes(b"of another time")
    trained("fc", recipe, digits, checkpoint=path)
    assert len(load_tensors(path)[1]["history"]) == 2


def test_a_checkpoint_of_another_run_is_refused(digits, tmp_path):
    recipe, path = short("fc", "default"), tmp_path / "checkpoint.safetensors"
    trained("fc", recipe, digits, checkpoint=path)
    for changes in ({"seed": 4}, {"recipe": replace(recipe, learning_rate=0.1)}):
        settings = {"recipe": recipe, "seed": 3} | changes
        with pytest.raises(TrainingError, match=r"is of other settings\. Give the same ones"):
            trained("fc", digits=digits, checkpoint=path, resume=True, **settings)
    path.write_bytes(b"x" * 100)
    with pytest.raises(TrainingError, match=r"damaged.*Delete it, or train without --resume"):
        trained("fc", recipe, digits, checkpoint=path, resume=True)


def test_a_checkpoint_of_other_code_is_refused(digits, tmp_path):
    """Before, the moving average was stored as "kept"."""
    recipe, path = short("fc", "default"), tmp_path / "checkpoint.safetensors"
    trained("fc", recipe, digits, checkpoint=path)
    tensors, header = load_tensors(path)
    older = {name.replace("ema.module.", "kept."): tensor for name, tensor in tensors.items()}
    assert older.keys() != tensors.keys()
    save_tensors(path, older, header)
    with pytest.raises(TrainingError, match="another version of the code"):
        trained("fc", recipe, digits, checkpoint=path, resume=True)
