"""The README of a repository on the Hub: words from model_card.md, figures from metrics.json."""

from pathlib import Path
from string import Template

from huggingface_hub.utils import yaml_dump

from mnist_cnn.judging.metrics import markdown_table

TEMPLATE = Path(__file__).with_suffix(".md")


def model_card(repo_id, metrics, handwriting=None):
    """The repository's README: what the networks are, in words and as metadata for the Hub.

    Args:
        metrics: what weights.load_metrics returned.
        handwriting: what `python -m mnist_cnn handwriting --json` said of these very
            networks; figures of others are left out.
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
    shown = handwriting is not None and handwriting.get("weights") == sha256
    text = template.substitute(
        repo_id=repo_id,
        images=f"{rows['aug']['run']['training_images']:,}",
        table=markdown_table(metrics),
        training=_training_table(rows),
        handwriting=_handwriting_section(rows, handwriting) if shown else "",
    )
    return f"---\n{yaml_dump(metadata)}---\n\n{text.rstrip()}\n"


def _training_table(rows):
    lines = [
        "| network | epochs | digits per step | highest rate | varied by | seed | time | on |",
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
    lines = [
        "\n## People's own handwriting\n",
        f"{handwriting['pictures']} photos and drawings by others than MNIST's writers, which no "
        "network was trained on: the share that is read right, averaged over groups of writers, "
        "with a 95 % interval (bootstrap over groups). Unanswered counts as wrong. Recipes may "
        "have been chosen by these pictures: other people's may be read less well.\n",
        "| network | pictures made as MNIST's are | the same pictures only scaled to 28×28 |",
        "|---|---|---|",
    ]
    for key, row in rows.items():
        cells = []
        for way in ("mnist", "notebook"):
            right = handwriting[way][key]
            low, high = right["interval"]
            cells.append(f"{100 * right['group_mean']:.1f} % ({100 * low:.1f} to {100 * high:.1f})")
        lines.append(f"| {row['title']} | {' | '.join(cells)} |")
    return "\n".join(lines)
