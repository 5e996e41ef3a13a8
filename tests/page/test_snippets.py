"""Every "Show me the code" panel runs as it stands, and gives what the page shows."""

import runpy

import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations, layers
from mnist_cnn.explaining.arithmetic import arithmetic
from mnist_cnn.explaining.convolution import (
    KERNELS,
    correlate,
    cosine_similarity,
    learned_kernels,
    products,
)
from mnist_cnn.explaining.perturbations import perturb
from mnist_cnn.explaining.shifts import curves, shift_map
from mnist_cnn.judging.handwriting import load_handwriting
from mnist_cnn.judging.ledger import load_ledger
from mnist_cnn.judging.metrics import accuracy_interval, load_metrics, mcnemar, misread
from mnist_cnn.judging.robustness import load_robustness
from mnist_cnn.learning.records import Epoch
from mnist_cnn.page.rooms.convolution.scene import FIRST_PIXEL, FilteredPicture
from mnist_cnn.page.rooms.inside.selection import FIRST_UNIT
from mnist_cnn.page.rooms.results.handwriting import WAYS, shares_of
from mnist_cnn.page.rooms.results.seeds import group
from mnist_cnn.reading.passport import passport
from mnist_cnn.reading.pipelines import PIPELINES, preprocess, to_digit
from mnist_cnn.reading.predict import logits, predict
from tests.conftest import ROOT

SNIPPETS = ROOT / "mnist_cnn" / "page" / "snippets"
DIGIT = embedded_test_set().images[3675].numpy()


def of_compare(models):
    return {key: answer.probabilities for key, answer in predict(models, DIGIT).items()}


def of_preprocess(models):
    return to_digit(preprocess(DIGIT))


def of_accuracy(models):
    test = load_metrics()["models"]["fc"]["test"]
    return [test["accuracy"], *test["interval"]]


def of_seeds(models):
    ledger = load_ledger()
    shown = {row["model"]: group(ledger, row["model"]) for row in ledger.get("groups", [])}
    errors = {key: group["test_errors"] for key, group in shown.items()}
    several = {key: row for key, row in errors.items() if row["sd"] is not None}
    return {key: (round(row["mean"], 1), round(row["sd"], 1)) for key, row in several.items()}


def of_handwriting(models):
    found = load_handwriting()
    before, after = (shares_of(found, way, "aug") for way in WAYS)
    names = found["mnist"]["aug"]["sets"]
    return {name: (before[name]["read"], after[name]["read"]) for name in names}


def of_mcnemar(models):
    rows = load_metrics()["models"]
    return mcnemar(rows["conv"]["test"]["errors"], rows["aug"]["test"]["errors"])


def of_curves(models):
    history = [Epoch(**epoch) for epoch in load_metrics()["models"]["aug"]["history"]]
    return [[row.epoch, row.training_accuracy, row.validation_accuracy] for row in history]


def of_confusion(models):
    return load_metrics()["models"]["fc"]["test"]["confusion"]


def of_errors(models):
    return [
        index for index, answers in misread(load_metrics()["models"]).items() if "fc" in answers
    ]


def of_architecture(models):
    return {row.name: [row.parameters, *row.shape] for row in layers(models["conv"])[1:-1]}


SOBEL = KERNELS["sobel-horizontal"].weights
SCENE = FilteredPicture(preprocess(DIGIT)[-1].image, "digit", SOBEL[None], "zero", False)


def of_convolution(models):
    return SCENE.output


def of_nine_products(models):
    return products(SCENE.image, SOBEL, *FIRST_PIXEL).products


def of_learned_filters(models):
    ranked = {}
    for key in ("conv", "aug"):
        kernels = learned_kernels(models[key])
        ranked[key] = correlate(
            SCENE.image, kernels[np.argsort(-cosine_similarity(kernels, SOBEL))]
        )
    return ranked


def of_activations(models):
    return activations(models["conv"], of_preprocess(models))["features.6"]


def of_arithmetic(models):
    unit = arithmetic(models["conv"], of_preprocess(models), "features.2", *FIRST_UNIT)
    return unit["features.2"].result


def of_what_if(models):
    changed = perturb(DIGIT, {"rotation": 30, "down": 4, "right": -3, "blur": 0.5})
    return {key: logits(model, changed[None]).softmax(1)[0] for key, model in models.items()}


def of_shift_map(models):
    return {key: seen.probability for key, seen in shift_map(models, DIGIT).items()}


def of_rotation(models):
    return curves(models, DIGIT)["rotation"]


def of_ways(models):
    return {way: to_digit(preprocess(DIGIT, way, bright_ink=True)) for way in PIPELINES}


def of_passport(models):
    return {row.trait.name: (row.before, row.after) for row in passport(preprocess(DIGIT))}


def of_averages(models):
    return {key: row["shifts"]["probability"] for key, row in load_robustness().items()}


def of_own_digits(models):
    rows = load_metrics()["models"]
    wrong = {key: sum(index < 300 for index in rows[key]["test"]["errors"]) for key in models}
    return {key: [1 - n / 300, *accuracy_interval(300 - n, 300)] for key, n in wrong.items()}


SHOWN = {  # name of the snippet -> what the page computes for the same digit
    "compare": of_compare,
    "preprocess": of_preprocess,
    "convolution": of_convolution,
    "nine_products": of_nine_products,
    "learned_filters": of_learned_filters,
    "ways": of_ways,
    "passport": of_passport,
    "averages": of_averages,
    "accuracy": of_accuracy,
    "handwriting": of_handwriting,
    "seeds": of_seeds,
    "mcnemar": of_mcnemar,
    "curves": of_curves,
    "confusion": of_confusion,
    "errors": of_errors,
    "architecture": of_architecture,
    "activations": of_activations,
    "arithmetic": of_arithmetic,
    "what_if": of_what_if,
    "shift_map": of_shift_map,
    "rotation": of_rotation,
    "own_digits": of_own_digits,
}


def test_every_snippet_is_compared():
    assert {path.stem for path in SNIPPETS.glob("*.py")} == set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_snippet_gives_what_the_page_shows(name, models, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    output = runpy.run_path(str(SNIPPETS / f"{name}.py"))["output"]
    same(output, SHOWN[name](models))


def same(output, expected):
    if isinstance(expected, dict):
        assert list(output) == list(expected)
        for key in expected:
            same(output[key], expected[key])
    else:
        np.testing.assert_allclose(np.asarray(output), np.asarray(expected), atol=1e-5)
