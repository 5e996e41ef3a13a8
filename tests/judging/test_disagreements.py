"""The digits that Compare offers are those on which the shipped networks really disagree."""

import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging import disagreements as module
from mnist_cnn.judging.disagreements import (
    DISAGREEMENTS,
    DRAWN,
    disagreements,
    drawn_disagreements,
    main,
)
from mnist_cnn.judging.drawings import DRAWINGS, on_paper
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.weights import DIRECTORY
from mnist_cnn.page.widgets import sketch
from mnist_cnn.reading.detector import load_weights
from mnist_cnn.reading.predict import read


@pytest.mark.parametrize("index", DISAGREEMENTS)
def test_all_networks_answer_and_not_alike(index):
    answers = read(embedded_test_set().images[index].numpy(), load_weights(DIRECTORY)).predictions
    labels = {answer.label for answer in answers.values()}
    assert None not in labels and len(labels) > 1


def test_of_each_kind_the_surest_is_kept(monkeypatch):
    """By readings made up for the first test digits: 7, 2, 1, 0, 4."""
    given = {
        0: ((7, 0.9), (1, 0.9)),
        1: ((2, 0.8), (1, 0.6)),  # of the same kind, less sure
        2: ((7, 0.7), (1, 0.99)),
        3: ((None, 0.4), (6, 0.99)),  # no answer is no disagreement
        4: ((9, 0.9), (9, 0.9)),
    }
    test = embedded_test_set()
    by_digit = {test.images[index].numpy().tobytes(): pairs for index, pairs in given.items()}

    def answer(picture, weights):
        pairs = by_digit[picture.tobytes()]
        answers = {place: Answer(*pair) for place, pair in enumerate(pairs)}
        return type("Reading", (), {"predictions": answers})

    monkeypatch.setattr(module, "read", answer)
    rows = {"fc": {"test": {"errors": list(given), "predicted": [0] * 5}}}
    assert disagreements(None, rows) == [2, 0]


def test_of_our_drawings_all_are_kept_on_which_the_networks_disagree():
    assert drawn_disagreements(load_weights(DIRECTORY)) == list(DRAWN)
    assert len(DRAWN) < len(DRAWINGS)


@pytest.mark.parametrize("key", DRAWINGS)
def test_a_drawing_is_what_the_page_would_draw(key):
    drawing = DRAWINGS[key]
    paper = on_paper(drawing)
    assert paper.shape == (sketch.SIDE, sketch.SIDE) and paper.dtype == np.uint8
    assert key.startswith(str(drawing.label))
    rims = paper[:4], paper[-4:], paper[:, :4], paper[:, -4:]
    assert all((rim == 255).all() for rim in rims)  # a pen beside the paper would leave no ink
    places = np.argwhere(paper < 128)[:, ::-1]  # x and y
    for stroke in drawing.strokes:
        for point in stroke:  # round each, ink as far as half a pen
            away = np.linalg.norm(places + 0.5 - point, axis=1)
            assert (away < sketch.PENS[sketch.FIRST_PEN] / 2 - 1).sum() > 150


class Answer:
    def __init__(self, label, confidence):
        self.label, self.confidence = label, confidence


@pytest.mark.slow
def test_the_kept_list_is_what_the_command_prints(capsys):
    main([])
    digits, drawings = capsys.readouterr().out.splitlines()
    assert digits == ", ".join(map(str, DISAGREEMENTS)) and drawings == ", ".join(DRAWN)
    assert disagreements(load_weights(DIRECTORY), {}) == []
    assert set(DISAGREEMENTS) <= {
        index for row in load_metrics()["models"].values() for index in row["test"]["errors"]
    }
