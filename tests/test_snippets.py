"""Every "Show me the code" panel runs as it stands, and gives what the page shows."""

import runpy

import numpy as np
import pytest

from mnist_cnn.data import embedded_test_set
from mnist_cnn.predict import predict
from mnist_cnn.preprocess import preprocess, to_digit

from .conftest import ROOT

SNIPPETS = ROOT / "mnist_cnn" / "ui" / "snippets"
DIGIT = embedded_test_set().images[3675].numpy()


def of_compare(models):
    return {key: answer.probabilities for key, answer in predict(models, DIGIT).items()}


def of_preprocess(models):
    return to_digit(preprocess(DIGIT))


SHOWN = {  # name of the snippet -> what the page computes for the same digit
    "compare": of_compare,
    "preprocess": of_preprocess,
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
