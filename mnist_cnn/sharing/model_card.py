"""The README of a repository on the Hub: words from model_card.md, figures from metrics.json."""

from pathlib import Path
from string import Template
from typing import Any

from huggingface_hub.utils import yaml_dump

from mnist_cnn.judging.handwriting import PAPERS
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
        handwriting: what load_handwriting returned; nothing is said of it where it is empty.
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
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    text = template.substitute(
        repo_id=repo_id,
        images=f"{rows[MAIN]['run']['training_images']:,}",
        table=markdown_table(metrics),
        training=_training_table(rows),
        handwriting=_handwriting_section(rows, handwriting) if handwriting else "",
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
    """A Markdown section: what is read of people's own handwriting, by network, way and paper."""
    lines = [
        "\n## People's own handwriting\n",
        f"{handwriting['pictures']} photos and drawings by other writers than MNIST's, none of "
        "which was trained on: the share read right, averaged over groups of writers, with a 95 % "
        "interval (bootstrap over groups). A picture without an answer is not read right. Recipes "
        "and thresholds may have been chosen by these pictures: of other people's, less may be "
        "read.\n",
        "| network | preprocessed like MNIST's digits | only scaled to 28×28 |",
        "|---|---|---|",
    ]
    for key, row in rows.items():
        cells = " | ".join(_accuracy(handwriting[pipeline][key]) for pipeline in PIPELINES)
        lines.append(f"| {row['title']} | {cells} |")
    main = handwriting["mnist"][MAIN]
    if main is not None:
        lines += ["", *_paper_lines(rows[MAIN]["title"], main)]
    return "\n".join(lines)


def _paper_lines(title, figures):
    """What one network reads of each kind of paper, as lines of Markdown."""
    lines = [
        f"{title}, preprocessed like MNIST's digits, by kind of picture. The likeliest digit "
        "counts whether it is answered or refused.\n",
        "| pictures | number | read right | likeliest right | refused | right where answered |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in [*figures["sets"].items(), ("all", figures["all"])]:
        named = PAPERS[name].title if name in PAPERS else name
        shares = "read", "likeliest", "refused", "answered_accuracy"
        cells = " | ".join(_percent(row[share]) for share in shares)
        lines.append(f"| {named} | {row['count']:,} | {cells} |")
    return lines


def _percent(share):
    return "–" if share is None else f"{100 * share:.1f} %"


def _accuracy(figures):
    """Mean and interval in words; a dash where no picture could be read."""
    if figures is None:
        return "–"
    low, high = figures["interval"]
    return f"{100 * figures['group_mean']:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
