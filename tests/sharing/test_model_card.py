"""The model card says what metrics.json says, to people and to the Hub."""

from huggingface_hub import ModelCard

from mnist_cnn.networks.weights import load_metrics
from mnist_cnn.sharing.model_card import model_card


def test_the_card_says_what_metrics_say():
    metrics = load_metrics()
    card = ModelCard(model_card("teacher/mnist", metrics))
    assert card.data.license == "mit" and card.data.datasets == ["ylecun/mnist"]
    values = [result.metric_value for result in card.data.eval_results]
    assert values == [row["test"]["accuracy"] for row in metrics["models"].values()]
    assert "own handwriting" not in card.content and 'pull("teacher/mnist"' in card.content
    assert model_card("teacher/mnist", metrics) == model_card("teacher/mnist", metrics)

    right = {"group_mean": 0.5, "interval": [0.25, 0.75]}
    figures = {way: dict.fromkeys(metrics["models"], right) for way in ("mnist", "notebook")}
    figures |= {"pictures": 7, "weights": {k: r["sha256"] for k, r in metrics["models"].items()}}
    card = model_card("teacher/mnist", metrics, figures)
    assert "7 photos and drawings" in card and card.count("| 50.0 % (25.0 to 75.0) |") == 3
    figures["weights"]["aug"] = "others"
    assert "own handwriting" not in model_card("teacher/mnist", metrics, figures)
