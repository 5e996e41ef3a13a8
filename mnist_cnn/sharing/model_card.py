"""The README of a repository on the Hub: words from model_card.md, figures from metrics.json."""

from pathlib import Path
from string import Template
from typing import Any

from huggingface_hub.utils import yaml_dump

from mnist_cnn.judging.metrics import markdown_table
from mnist_cnn.networks.models import MAIN

TEMPLATE = Path(__file__).with_suffix(".md")
PIPELINES = ("mnist", "notebook")  # whose accuracies on handwriting are shown, in this order


def model_card(
    repo_id: str, metrics: dict[str, Any], handwriting: dict[str, Any] | None = None
) -> str:
    """The repository's README: what the networks are, in words and as metadata for the Hub.

    Args:
        repo_id: "USER/REPO".
        metrics: what load_metrics returned.
        handwriting: what load_handwriting returned; left out unless it was measured on these very
            weights.
    """
    rows = metrics["models"]
    metadata = {
        "license": "mit",
        "library_name": "pytorch",
        "pipeline_tag": "image-classification",
        "tags": ["mnist", "handwritten-digits"],
        "datasets": ["ylecun/mnist"],
        "metrics": ["accuracy"],
        "model-index": [
            {
                "name": row["title"],
                "results": [
                    {
                        "task": {"type": "image-classification"},
                        "dataset": {"name": "MNIST", "type": "ylecun/mnist", "split": "test"},
                        "metrics": [{"type": "accuracy", "value": row["test"]["accuracy"]}],
                    }
                ],
            }
            for row in rows.values()
        ],
    }
    template = Template(TEMPLATE.read_text())
    sha256 = {key: row["sha256"] for key, row in rows.items()}
    shown = handwriting if handwriting and handwriting.get("weights") == sha256 else None
    text = template.substitute(
        repo_id=repo_id,
        images=f"{rows[MAIN]['run']['training_images']:,}",
        table=markdown_table(metrics),
        training=_training_table(rows),
        handwriting=_handwriting_section(rows, shown) if shown else "",
    )
    return f"---\n{yaml_dump(metadata)}---\n\n{text.rstrip()}\n"


def _training_table(rows):
    """A Markdown table with one row per network: how it was trained."""
    lines = [
        "| network | epochs | batch size | learning rate | augmentation | seed | time | on |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows.values():
        recipe = row["run"]["recipe"]
        varied = ", ".join(name for name, by in (recipe["augmentation"] or {}).items() if by)
        lines.append(
            f"| {row['title']} | {row['epochs']} | {recipe['batch_size']} "
            f"| {recipe['learning_rate']} | {varied or '–'} | {row['run']['seed']} "
            f"| {row['training_seconds']:.0f} s | {row['training_hardware']} |"
        )
    return "\n".join(lines)


def _handwriting_section(rows, handwriting):
    """A Markdown section: accuracy on people's own handwriting, by network and pipeline."""
    lines = [
        "\n## People's own handwriting\n",
        f"{handwriting['pictures']} photos and drawings by other writers than MNIST's, none of "
        "which was trained on: accuracy, averaged over groups of writers, with a 95 % interval "
        "(bootstrap over groups). A picture without an answer counts as wrong. Recipes may have "
        "been chosen by these pictures: accuracy on other people's may be lower.\n",
        "| network | preprocessed like MNIST's digits | only scaled to 28×28 |",
        "|---|---|---|",
    ]
    for key, row in rows.items():
        cells = " | ".join(_accuracy(handwriting[pipeline][key]) for pipeline in PIPELINES)
        lines.append(f"| {row['title']} | {cells} |")
    return "\n".join(lines)


def _accuracy(figures):
    """Mean and interval in words; a dash where no picture could be read."""
    if figures is None:
        return "–"
    low, high = figures["interval"]
    return f"{100 * figures['group_mean']:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
