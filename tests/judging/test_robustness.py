"""Changes are checked by geometry and by hand; all shifts at once against shifts one by one."""

import json

import numpy as np
import pytest
import torch

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.explaining.perturbations import CHANGES, CURVES, MAX_SHIFT, change, shifted
from mnist_cnn.explaining.shifts import curves, shift_map, shifted_logits
from mnist_cnn.judging.robustness import MEASURED, load_robustness, measure
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.weights import (
    DIRECTORY,
    WeightsError,
    file_sha256,
    load_metrics,
    save_model,
    weights_path,
)
from mnist_cnn.reading.predict import predict

DIGITS = embedded_test_set().images[3675:3678]
UNIT = DIGITS.numpy() / np.float32(255)


def moved(digit, down, right):
    """A shift by slices: what leaves the picture is lost."""
    wide = np.pad(digit, 12)
    return wide[12 - down : 40 - down, 12 - right : 40 - right]


@pytest.mark.parametrize("key", CHANGES)
def test_every_change_keeps_shape_and_range_and_does_nothing_at_zero(key):
    row = CHANGES[key]
    assert 0 in row.strengths and np.ptp(np.diff(row.strengths)) < 1e-9
    assert row.title and row.unit and 0 < row.step <= np.diff(row.strengths)[0]
    for strength in row.strengths:
        digits = row.apply(UNIT, strength)
        assert digits.shape == UNIT.shape and digits.dtype == np.float32
        assert digits.min() >= 0 and digits.max() <= 1
        assert np.array_equal(digits, UNIT) == (strength == 0)
        alone = row.apply(UNIT[:1], strength)
        assert np.allclose(alone, digits[:1], atol=1e-6), "digits change each other"


@pytest.mark.parametrize("down, right", [(0, 0), (3, -2), (-8, 8), (12, 1)])
def test_a_shift_is_one_of_slices(down, right):
    expected = [moved(digit, down, right) for digit in UNIT]
    assert np.array_equal(shifted(UNIT, down, right), expected)


def test_a_quarter_turn_is_numpys():
    turned = CHANGES["rotation"].apply(UNIT, 90)
    assert np.allclose(turned, np.rot90(UNIT, -1, axes=(1, 2)), atol=1e-6)


@pytest.mark.parametrize("percent", [-50, 50])
def test_a_square_grows_by_the_percentage(percent):
    square = np.zeros((1, 28, 28), np.float32)
    square[:, 8:20, 8:20] = 1
    scaled = CHANGES["scale"].apply(square, percent)[0]
    assert scaled.sum() == pytest.approx((12 * (1 + percent / 100)) ** 2, rel=0.01)
    assert np.allclose(scaled, scaled[::-1, ::-1]), "it left the middle"


@pytest.mark.parametrize("pixels", [-1.5, -0.5, 1, 2, 3])
def test_a_bar_becomes_wider_by_that_many_pixels(pixels):
    bar = np.zeros((1, 28, 28), np.float32)
    bar[:, :, 12:16] = 1
    widths = CHANGES["stroke"].apply(bar, pixels).sum(2)
    assert widths == pytest.approx(4 + pixels)


def test_blur_noise_and_contrast_are_what_they_say():
    point = np.zeros((1, 28, 28), np.float32)
    point[0, 14, 14] = 1
    blurred = CHANGES["blur"].apply(point, 2)[0]
    place = np.arange(28) - 14
    assert blurred.sum() == pytest.approx(1, abs=1e-4)
    assert (blurred.sum(0) * place**2).sum() == pytest.approx(2**2, rel=0.02)
    grey = np.full((1, 28, 28), 0.5, np.float32)
    assert CHANGES["noise"].apply(grey, 10).std() == pytest.approx(0.1, rel=0.1)
    faded = CHANGES["contrast"].apply(UNIT, 40)
    assert np.ptp(faded) == pytest.approx(0.6) and faded.min() == pytest.approx(0.2)


def test_changes_are_composed_in_the_order_of_the_table():
    whole = change(DIGITS[0], {"blur": 1, "right": -2, "rotation": 20, "stroke": 0})
    turned = CHANGES["rotation"].apply(UNIT[:1], 20)
    assert np.array_equal(whole, CHANGES["blur"].apply(shifted(turned, 0, -2), 1)[0])
    assert np.array_equal(change(DIGITS[0].numpy(), {}), UNIT[0])


@pytest.mark.parametrize("key", MODELS)
@pytest.mark.parametrize("max_shift", [0, 3, 12])
def test_all_shifts_at_once_are_the_shifts_one_by_one(models, key, max_shift):
    at_once = shifted_logits(models[key], DIGITS, max_shift).softmax(3)
    steps = range(-max_shift, max_shift + 1)
    assert at_once.shape == (len(DIGITS), len(steps), len(steps), 10)
    for digit, answers in zip(UNIT, at_once):
        rows = np.stack([moved(digit, down, right) for down in steps for right in steps])
        with torch.inference_mode():
            one_by_one = models[key](to_batch(rows)).softmax(1)
        assert (answers.flatten(0, 1) - one_by_one).abs().max() < 1e-5


def test_untrained_networks_too():
    torch.manual_seed(0)
    for row in MODELS.values():
        model = row.build().eval()
        for layer in model.modules():
            if isinstance(layer, torch.nn.BatchNorm2d | torch.nn.BatchNorm1d):
                layer.running_mean.normal_()
                layer.running_var.uniform_(0.5, 2)
        down_left = shifted_logits(model, DIGITS, 2)[:, 4, 0]
        with torch.inference_mode():
            plain = model(to_batch(np.stack([moved(digit, 2, -2) for digit in UNIT])))
        assert torch.allclose(down_left, plain, atol=1e-5)


def test_the_maps_middle_is_the_plain_prediction(models):
    digit = DIGITS[0].numpy()
    for key, plain in predict(models, digit).items():
        seen = shift_map({key: models[key]}, digit)[key]
        assert seen.probability.shape == seen.labels.shape == (17, 17)
        assert seen.label == plain.label == seen.labels[8, 8]
        assert seen.probability[8, 8] == pytest.approx(plain.confidence, abs=1e-5)
        farther = shift_map(models, digit, 12.0)[key]
        assert np.allclose(farther.probability[4:-4, 4:-4], seen.probability, atol=1e-5)


@pytest.mark.parametrize("max_shift", [-1, 13, 2.5, "8", None, float("nan"), [8]])
def test_a_shift_that_cannot_be_gets_a_sentence(models, max_shift):
    with pytest.raises(
        RequestError, match=r"^max_shift: .* came; send a whole number from 0 to 12"
    ):
        shift_map(models, DIGITS[0], max_shift)


def test_curves_are_plain_predictions_of_changed_digits(models):
    digit = DIGITS[1].numpy()
    plain = predict(models, digit)
    found = curves(models, digit)
    assert tuple(found) == CURVES and "down" not in found
    for name, rows in found.items():
        strengths = CHANGES[name].strengths
        assert list(rows) == list(models)
        for key, probabilities in rows.items():
            top = plain[key].ranking[0]
            assert probabilities.shape == (len(strengths),)
            assert probabilities[strengths.index(0)] == pytest.approx(
                plain[key].confidence, abs=1e-5
            )
            last = change(digit, {name: strengths[-1]})
            with torch.inference_mode():
                expected = models[key](to_batch(last[None])).softmax(1)[0, top].item()
            assert probabilities[-1] == pytest.approx(expected, abs=1e-5)


def test_measure_counts_digit_by_digit(models):
    digits = embedded_test_set()[:4]
    means = measure(models["conv"], digits)
    assert set(means) == set(MEASURED)
    maps = [shift_map({"conv": models["conv"]}, digit)["conv"] for digit in digits.images]
    probability = np.mean([seen.probability for seen in maps], 0)
    right = np.mean([seen.labels == label for seen, label in zip(maps, digits.labels.numpy())], 0)
    assert means["shifts"]["probability"] == pytest.approx(probability.ravel(), abs=1e-4)
    assert means["shifts"]["accuracy"] == pytest.approx(right.ravel(), abs=1e-4)
    each = [curves({"conv": models["conv"]}, digit)["scale"]["conv"] for digit in digits.images]
    assert means["scale"]["probability"] == pytest.approx(np.mean(each, 0), abs=1e-4)


def test_the_stored_averages_are_of_the_shipped_networks():
    """After training: `python -m mnist_cnn robustness`."""
    stored, metrics = load_robustness(), load_metrics()["models"]
    assert list(stored) == list(MODELS)
    for key, means in stored.items():
        plain = metrics[key]["test"]["accuracy"]
        assert means["shifts"]["accuracy"][(2 * MAX_SHIFT + 1) ** 2 // 2] == pytest.approx(plain)
        for name in CURVES:
            unchanged = CHANGES[name].strengths.index(0)
            assert means[name]["accuracy"][unchanged] == pytest.approx(plain)


def test_averages_of_other_networks_are_ignored(models, tmp_path):
    save_model(weights_path(tmp_path, "fc"), "fc", models["fc"])
    save_model(weights_path(tmp_path, "conv"), "conv", models["conv"])
    sha256 = file_sha256(weights_path(tmp_path, "fc"))
    means = load_robustness()["fc"]
    rows = {key: {"sha256": sha256, "means": means} for key in ("fc", "conv")}
    path = tmp_path / "robustness.json"
    assert load_robustness(tmp_path) == {}
    path.write_text(json.dumps({"measured": MEASURED, "models": rows}))
    assert load_robustness(tmp_path) == {"fc": means}
    path.write_text(json.dumps({"measured": MEASURED | {"blur": [0]}, "models": rows}))
    assert load_robustness(tmp_path) == {}
    rows["fc"]["means"] = means | {"blur": {"probability": [1], "accuracy": [1]}}
    path.write_text(json.dumps({"measured": MEASURED, "models": rows}))
    with pytest.raises(WeightsError, match="is damaged"):
        load_robustness(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "7"])
def test_a_damaged_file_names_the_command(tmp_path, content):
    (tmp_path / "robustness.json").write_text(content)
    with pytest.raises(WeightsError, match=r"Run `python -m mnist_cnn robustness`"):
        load_robustness(tmp_path)


def test_the_stored_file_is_small():
    assert (DIRECTORY / "robustness.json").stat().st_size < 40_000
