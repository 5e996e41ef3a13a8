"""One run: what it is, and that what it leaves behind is calibrated, judged once, and true."""

import json
from dataclasses import asdict, replace

import pytest
import torch
import torch.nn.functional as F

from mnist_cnn.dataset.digits import Digits
from mnist_cnn.judging import calibration
from mnist_cnn.judging.metrics import save_metrics, stored_metrics
from mnist_cnn.learning import results
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.recipes import RECIPES, recipe_from
from mnist_cnn.learning.records import Epoch, TrainingError
from mnist_cnn.learning.results import save_results, varied_accuracies
from mnist_cnn.learning.runs import digits_of, folder_of, is_finished, plan, train
from mnist_cnn.learning.training import fit
from mnist_cnn.learning.written import written_digits
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import file_sha256, load_model, load_tensors, weights_path


def answers(model, digits):
    with torch.no_grad():
        return model((digits.images[:, None] / 255 - 0.1307) / 0.3081)


def row_of(folder, key):
    return stored_metrics(folder)["models"][key]


def test_a_plan_is_a_row_of_the_table_with_its_changes(splits):
    run = plan(splits, "conv", "default", 7, epochs=3)
    assert recipe_from(run.recipe) == replace(RECIPES["conv"]["default"], epochs=3)
    assert (run.key, run.recipe_name, run.seed, run.training_images) == ("conv", "default", 7, 240)
    few = plan(splits, "conv", "default", 7, images=100)
    assert recipe_from(few.recipe) == RECIPES["conv"]["default"].for_few(100)
    assert few.training_images == 100
    assert plan(splits, "conv", "default", 7, images=9999).training_images == 240
    assert str(folder_of(few, "runs")) == "runs/conv-default-100-seed7"


def in_bytes(digits):
    return {image.numpy().tobytes() for image in digits.images}


def test_a_run_learns_from_training_digits_only_and_few_of_them_where_few_are_asked_for(splits):
    assert torch.equal(
        digits_of(plan(splits, "fc", "default", 0), splits).images, splits.training.images
    )
    few = digits_of(plan(splits, "fc", "default", 0, images=30), splits)
    assert torch.equal(few.images, splits.training.images[:30])
    assert torch.equal(few.labels, splits.training.labels[:30])


def test_written_digits_are_learned_from_beside_the_training_digits(splits):
    few, other = (plan(splits, "aug", "default", seed, 50, written=0.4) for seed in (3, 4))
    digits = digits_of(few, splits)
    assert torch.equal(digits.images[:50], splits.training.images[:50])
    assert torch.equal(digits.images[50:], written_digits(20, seed=3).images)
    assert digits.labels[50:].tolist() == list(range(10)) * 2
    assert not torch.equal(digits.images[50:], digits_of(other, splits).images[50:])
    assert few.training_images == 50


def test_the_leak_is_what_the_notebook_did(splits):
    run = plan(splits, "aug", "notebook-leak", 0)
    digits = digits_of(run, splits)
    assert len(digits) == run.training_images == 300
    assert in_bytes(splits.validation) <= in_bytes(digits)
    assert not in_bytes(splits.test) & in_bytes(digits)
    clean = plan(splits, "aug", "lesson", 0)
    assert not in_bytes(splits.validation) & in_bytes(digits_of(clean, splits))
    assert run.recipe | {"leak": False} == clean.recipe


def test_what_is_shipped_is_calibrated_on_validation_digits(trained, splits):
    run, folder, _ = trained
    row, recipe = row_of(folder, "fc"), recipe_from(run.recipe)
    model, _ = load_model(weights_path(folder, "fc"), "fc")
    logits, labels = answers(model, splits.validation), splits.validation.labels
    losses = [F.cross_entropy(logits * scale, labels).item() for scale in (0.95, 1, 1.05)]
    assert min(losses) == losses[1]
    # Before, it was another network, by one number in its last layer.
    digits, build = digits_of(run, splits), MODELS["fc"].build
    raw, history = fit(build, digits, splits.validation, recipe, run, report=lambda _: None)
    assert abs(row["temperature"] - 1) > 0.05
    assert torch.equal(raw.hidden.weight, model.hidden.weight)
    for name in ("weight", "bias"):
        before, after = getattr(raw.output, name), getattr(model.output, name)
        torch.testing.assert_close(before, after * row["temperature"])
    assert [epoch.loss for epoch in history] == [epoch["loss"] for epoch in row["history"]]


def test_the_row_says_what_the_file_does_on_plain_test_digits(trained, splits):
    run, folder, said = trained
    row, test = row_of(folder, "fc"), splits.test
    path = weights_path(folder, "fc")
    model, header = load_model(path, "fc", row["sha256"])
    predicted = answers(model, test).argmax(1)
    wrong = (predicted != test.labels).nonzero().flatten().tolist()
    assert row["test"]["errors"] == wrong and 0 < len(wrong) < 50
    assert header["test_accuracy"] == pytest.approx(1 - len(wrong) / 50)
    assert row["sha256"] == file_sha256(path) and row["title"] == "Fully connected"
    assert row["run"] == header["run"] == json.loads(json.dumps(asdict(run)))
    assert row["available_images"] == 240 and row["epochs"] == len(row["history"]) == 3
    assert row["recipe_name"] == "default"
    assert row["validation_accuracy"] == max(e["validation_accuracy"] for e in row["history"])
    assert row["training_seconds"] == pytest.approx(sum(e["seconds"] for e in row["history"]))
    assert (row["parameters"], row["multiply_adds"]) == (407_050, 406_528)
    assert row["threads"] == header["threads"] == torch.get_num_threads()
    assert row["test"]["calibration_error"] < 0.5 < 100 * row["milliseconds_per_digit"]
    assert not {"errors_over_views", "varied_test_accuracies", "trained_together"} & set(row)
    assert f"{path}: {len(wrong)} of 50 misread, test accuracy" in said[-1]
    assert [path.name for path in sorted(folder.iterdir())] == ["fc.safetensors", "metrics.json"]


def test_a_finished_run_is_left_alone_where_it_is_resumed(trained, splits):
    run, folder, _ = trained
    before, said = weights_path(folder, "fc").stat().st_mtime_ns, []
    assert is_finished(run, folder)
    train(run, splits, folder, resume=True, report=said.append)
    assert said == [f"{weights_path(folder, 'fc')} is of this very run already"]
    assert weights_path(folder, "fc").stat().st_mtime_ns == before
    for change in ({"seed": 2}, {"training_images": 9}, {"recipe": run.recipe | {"epochs": 9}}):
        assert not is_finished(replace(run, **change), folder)


def test_nothing_asks_apples_gpu_for_float64(splits, tmp_path, monkeypatch):
    """It has none: what is counted in it goes to the CPU first."""
    double = torch.Tensor.double
    came = []

    def cpu(tensor):
        came.append(tensor.clone())
        return came[-1]

    def checked(tensor):
        assert any(tensor is other for other in came), "float64 before .cpu()"
        return double(tensor)

    run = plan(splits, "fc", "default", 0, images=60, epochs=1)
    monkeypatch.setattr(torch.Tensor, "cpu", cpu)
    monkeypatch.setattr(torch.Tensor, "double", checked)
    monkeypatch.setattr(calibration, "calibration_gaps", lambda *_: torch.zeros(15))
    train(run, splits, tmp_path, report=lambda _: None)
    assert came and is_finished(run, tmp_path)


def test_a_run_without_its_row_or_its_file_is_not_finished(trained, tmp_path):
    run, folder, _ = trained
    assert not is_finished(run, tmp_path)
    path = weights_path(tmp_path, "fc")
    path.write_bytes(weights_path(folder, "fc").read_bytes())
    assert not is_finished(run, tmp_path)
    save_metrics(tmp_path, "fc", row_of(folder, "fc"))
    assert is_finished(run, tmp_path)
    path.write_bytes(b"damaged")
    assert not is_finished(run, tmp_path)


HISTORY = [Epoch(1, 2.3, 0.1, 0.2, 0, 1.0), Epoch(2, 2.2, 0.1, 0.3, 0, 1.5)]


@pytest.mark.parametrize("name, more", [
    ("lesson", {"errors_over_views"}),
    ("notebook-leak", {"errors_over_views", "varied_test_accuracies"}),
])  # fmt: skip
def test_networks_that_learned_from_augmented_digits_are_judged_on_such_too(
    splits, tmp_path, name, more
):
    torch.manual_seed(0)
    run, model = plan(splits, "aug", name, 0), MODELS["aug"].build().eval()
    save_metrics(tmp_path, "conv", {"title": "another"})
    save_results(run, model, HISTORY, splits, tmp_path, report=lambda _: None)
    row = row_of(tmp_path, "aug")
    optional = {"errors_over_views", "varied_test_accuracies"}
    assert optional & set(row) == more
    assert 0 <= row["errors_over_views"] <= 50 and row["validation_accuracy"] == 0.3
    assert stored_metrics(tmp_path)["models"]["conv"] == {"title": "another"}


def test_accuracy_as_the_notebook_measured_it_is_of_varied_test_digits(splits, models):
    test, spread = splits.test, Augmentation(brightness=0.2, rotation=60, shift=0.3)
    drawn = varied_accuracies(models["conv"], test, spread)
    generator = torch.Generator().manual_seed(0)
    wanted = []
    for _ in range(5):
        images = (255 * spread(test.images / 255, test.labels, generator)).round()
        right = answers(models["conv"], Digits(images.byte(), test.labels)).argmax(1) == test.labels
        wanted.append(right.double().mean().item())
    assert drawn == wanted and len(set(drawn)) > 1 and max(drawn) < 1


def test_weights_that_the_disk_changed_are_not_shipped(splits, tmp_path, monkeypatch):
    def load_changed(path, key):
        model, header = load_model(path, key)
        model.output.bias.data[3] += 1e-6
        return model, header

    monkeypatch.setattr(results, "load_model", load_changed)
    run = plan(splits, "fc", "default", 0)
    with pytest.raises(TrainingError, match="holds other weights than the trained model"):
        save_results(run, MODELS["fc"].build(), HISTORY, splits, tmp_path)
    assert not weights_path(tmp_path, "fc").exists()


def test_a_broken_run_leaves_a_checkpoint_from_which_it_goes_on(splits, tmp_path, windows):
    class Killed(Exception):
        pass

    def kill(_):
        raise Killed

    run = plan(splits, "fc", "default", 3, images=60, epochs=3)
    with pytest.raises(Killed):
        train(run, splits, tmp_path, report=kill)
    checkpoint = tmp_path / "fc.checkpoint.safetensors"
    assert len(load_tensors(checkpoint)[1]["history"]) == 1
    said = []
    train(run, splits, tmp_path, resume=True, report=said.append)
    assert said[0] == "resumed after epoch 1" and not checkpoint.exists()
    assert is_finished(run, tmp_path)
