"""Room Results: how good the networks are on MNIST's test digits, and how they learned."""

import gradio as gr

from .. import lesson
from ..figures import MODEL_COLOURS, Line, line_chart
from . import fragments
from .components import html


def build(shared):
    """Lay out the room from metrics.json; nothing in it depends on the digit."""
    rows = shared.metrics["models"]
    html(fragments.opening(lesson.RESULTS_QUESTION, lesson.RESULTS_INTRO))
    html(_table(rows))
    html(fragments.opening(lesson.RESULTS_CURVES, lesson.RESULTS_CURVES_INTRO))
    html(f'<div class="columns">{"".join(_curve(*row) for row in rows.items())}</div>')
    gr.Markdown(lesson.RESULTS_RECIPE, elem_classes="text")


def _table(rows):
    names = ("Test accuracy", "Misread", "Parameters", "Trained for", "On")
    head = "".join(f"<th scope=col>{name}</th>" for name in ("Network", *names))
    body = ""
    for key, row in rows.items():
        low, high = row["test"]["interval"]
        cells = (
            f"{fragments.percent(row['test']['accuracy'], 2)}"
            f"<small>{100 * low:.2f} to {100 * high:.2f}</small>",
            f"{len(row['test']['errors'])} of 10,000",
            f"{row['parameters']:,}",
            f"{row['epochs']} epochs<small>{row['training_seconds'] / 60:.1f} minutes</small>",
            row["training_hardware"],
        )
        body += f"<tr><th scope=row>{fragments.model_name(key)}</th>" + "".join(
            f'<td data-name="{name}">{cell}</td>' for name, cell in zip(names, cells)
        ) + "</tr>"  # fmt: skip
    return f'<table class="results"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _curve(key, row):
    best = max(row["history"], key=lambda epoch: epoch["validation_accuracy"])
    last = row["history"][-1]
    words = (
        f"Best validation accuracy {fragments.percent(best['validation_accuracy'], 2)}, in epoch "
        f"{best['epoch']} of {last['epoch']}; the last training accuracy is "
        f"{fragments.percent(last['training_accuracy'], 2)}."
    )
    epochs = [epoch["epoch"] for epoch in row["history"]]
    colour = MODEL_COLOURS[key]
    lines = [
        Line(epochs, [100 * epoch[f"{digits}_accuracy"] for epoch in row["history"]], colour, style)
        for digits, style in (("training", "--"), ("validation", "-"))
    ]
    dot = Line([best["epoch"]], [100 * best["validation_accuracy"]], colour, "o")
    curves = line_chart([*lines, dot], "epoch", "accuracy, %", (96, 100.1))
    return (
        f"<section><h3>{fragments.model_name(key)}</h3>"
        f'<div role="img" aria-label="{words}">{curves}</div>'
        f'<p class="small">{words}</p></section>'
    )
