"""The digits that Compare offers are those on which the shipped networks really disagree."""

import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging import disagreements as module
from mnist_cnn.judging.disagreements import DISAGREEMENTS, disagreements, main
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.networks.weights import DIRECTORY
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


class Answer:
    def __init__(self, label, confidence):
        self.label, self.confidence = label, confidence


@pytest.mark.slow
def test_the_kept_list_is_what_the_command_prints(capsys):
    main([])
    assert capsys.readouterr().out == ", ".join(map(str, DISAGREEMENTS)) + "\n"
    assert disagreements(load_weights(DIRECTORY), {}) == []
    assert set(DISAGREEMENTS) <= {
        index for row in load_metrics()["models"].values() for index in row["test"]["errors"]
    }
