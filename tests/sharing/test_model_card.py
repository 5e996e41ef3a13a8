"""The model card says what metrics.json says, to people and to the Hub."""

import ast
import inspect
import re
from copy import deepcopy

import pytest
import yaml
from huggingface_hub import ModelCard

from mnist_cnn import classify
from mnist_cnn.judging.metrics import load_metrics
from mnist_cnn.sharing import hub
from mnist_cnn.sharing.model_card import model_card

GROUP_MEANS = {  # pipeline: {network: (share read right, low and high end of its interval)}
    "mnist": {"fc": (0.5, 0.25, 0.75), "conv": (0.6, 0.5, 0.7), "aug": (0.987, 0.9, 0.999)},
    "notebook": {"fc": (0.1, 0.05, 0.2), "conv": (0.2, 0.1, 0.3), "aug": (0.3, 0.2, 0.4)},
}


@pytest.fixture
def metrics():
    return deepcopy(load_metrics())


@pytest.fixture
def handwriting():
    """Figures as load_handwriting returns them."""
    shares = {"likeliest": 0.9, "refused": 0.2, "answered_accuracy": 0.99}
    sets = {
        "photo_grid": {"count": 1234, "read": 0.75, **shares},
        "chalk": {"count": 1, "read": 0.0, **shares, "answered_accuracy": None},
    }
    everything = {"count": 1235, "read": 0.7494, **shares}
    figures = {
        pipeline: {
            key: {"group_mean": mean, "interval": ends, "sets": sets, "all": everything}
            for key, (mean, *ends) in rows.items()
        }
        for pipeline, rows in GROUP_MEANS.items()
    }
    return {"pictures": 7, **figures}


def test_the_hub_is_told_the_accuracy_of_each_network(metrics):
    accuracies = {"fc": 0.91, "conv": 0.95, "aug": 0.99}
    for key, accuracy in accuracies.items():
        metrics["models"][key]["test"]["accuracy"] = accuracy
    card = model_card("teacher/mnist", metrics)
    assert len(ModelCard(card).data.eval_results) == 3  # the client can read them
    data = yaml.safe_load(card.split("---")[1])
    assert data["license"] == "mit" and data["datasets"] == ["ylecun/mnist"]
    assert data["pipeline_tag"] == "image-classification" and data["library_name"] == "pytorch"
    found = {
        row["name"]: (row["results"][0]["dataset"]["split"], row["results"][0]["metrics"])
        for row in data["model-index"]
    }
    titles = {"fc": "Fully connected", "conv": "ConvNet", "aug": "ConvNet, augmented data"}
    assert found == {
        titles[key]: ("test", [{"type": "accuracy", "value": accuracy}])
        for key, accuracy in accuracies.items()
    }


def test_the_training_is_that_of_the_row(metrics):
    row = metrics["models"]["aug"]
    row |= {"epochs": 17, "training_seconds": 61.6, "training_hardware": "an abacus"}
    row["run"] |= {"seed": 3, "training_images": 12_345}
    row["run"]["recipe"] |= {
        "batch_size": 8,
        "learning_rate": 0.25,
        "augmentation": {"rotation": 10, "slant": 0.0, "scale": 0.1},
    }
    card = model_card("teacher/mnist", metrics)
    assert (
        "| ConvNet, augmented data | 17 | 8 | 0.25 | rotation, scale | 3 | 62 s | an abacus |"
    ) in card
    assert "12,345 digits to train on" in card
    row["run"]["recipe"]["augmentation"] = None
    assert "| 17 | 8 | 0.25 | – | 3 |" in model_card("teacher/mnist", metrics)


def test_figures_of_handwriting_are_shown_where_there_are_any(metrics, handwriting):
    assert "own handwriting" not in model_card("teacher/mnist", metrics)
    assert "own handwriting" not in model_card("teacher/mnist", metrics, {})
    card = model_card("teacher/mnist", metrics, handwriting)
    assert "7 photos and drawings" in card
    for line in (
        "| Fully connected | 50.0 % (25.0 to 75.0) | 10.0 % (5.0 to 20.0) |",
        "| ConvNet | 60.0 % (50.0 to 70.0) | 20.0 % (10.0 to 30.0) |",
        "| ConvNet, augmented data | 98.7 % (90.0 to 99.9) | 30.0 % (20.0 to 40.0) |",
        "| Squared paper | 1,234 | 75.0 % | 90.0 % | 20.0 % | 99.0 % |",
        "| chalk | 1 | 0.0 % | 90.0 % | 20.0 % | – |",
        "| all | 1,235 | 74.9 % | 90.0 % | 20.0 % | 99.0 % |",
    ):
        assert line in card


def test_a_pipeline_that_could_read_no_picture_has_no_figure(metrics, handwriting):
    handwriting["notebook"]["fc"] = None
    card = model_card("teacher/mnist", metrics, handwriting)
    assert "| Fully connected | 50.0 % (25.0 to 75.0) | – |" in card
    handwriting["mnist"]["aug"] = None
    card = model_card("teacher/mnist", metrics, handwriting)
    assert "| ConvNet, augmented data | – | 30.0 %" in card and "Squared paper" not in card


def test_what_the_card_says_to_run_exists(metrics):
    card = model_card("teacher/mnist", metrics)
    code = re.search(r"```python\n(.*?)```", card, re.S).group(1)
    calls = {
        node.func.id: node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
    }  # fmt: skip
    assert calls["pull"].args[0].value == "teacher/mnist"
    for name, function in (("pull", hub.pull), ("classify", classify)):
        known = inspect.signature(function).parameters
        assert {keyword.arg for keyword in calls[name].keywords} <= known.keys()
    assert 'hub.from_pretrained("teacher/mnist", "aug")' in card
    assert "MNIST_CNN_HUB_REPO=teacher/mnist python app.py" in card and "$" not in card
