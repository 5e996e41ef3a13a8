"""Accuracy while the networks learned: one chart per network, the kept epoch, over-fitting."""

from itertools import zip_longest

from markupsafe import Markup

from mnist_cnn.page.figures import Line, line_chart
from mnist_cnn.page.markup import figure, join, paragraph, section, tag
from mnist_cnn.page.numbers import percent
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.rooms.results.seeds import group
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.networks import model_name


def learning_curves(rows: dict[str, dict], ledger: dict) -> Markup:
    """The charts beside each other; "" without rows.

    Args:
        rows: {key: row of metrics.json}.
        ledger: as from load_ledger: gives the band of all seeds.
    """
    if not rows:
        return Markup()
    bands = {key: band(ledger, key) for key in rows}
    charts = (_chart(key, row, *bands[key]) for key, row in rows.items())
    several = [results_texts.BAND_INTRO] if any(lines for lines, _ in bands.values()) else []
    return section(
        "part-curves",
        results_texts.CURVES,
        map(paragraph, (results_texts.CURVES_INTRO, *several)),
        tag("div", charts, css="columns"),
        code_panel("curves"),
    )


def band(ledger: dict, key: str) -> tuple[list[Line], str]:
    """Where validation ran with all seeds: a Line without a line, and what it says in words.

    Returns:
        ([Line], words), or ([], "") where there are not several seeds.
    """
    found = group(ledger, key)
    if found is None or len(found["runs"]) < 2:
        return [], ""
    curves = [[100 * value for value in run["validation_curve"]] for run in found["runs"]]
    epochs = [[value for value in epoch if value is not None] for epoch in zip_longest(*curves)]
    low, high = list(map(min, epochs)), list(map(max, epochs))
    ends = sorted(curve[-1] / 100 for curve in curves)
    words = results_texts.BAND.format(len(curves), percent(ends[0], 2), percent(ends[-1], 2))
    line = Line(range(1, len(epochs) + 1), low, MODEL_COLOURS[key], " ", band=(low, high))
    return [line], words


def kept_epoch(history: list[dict]) -> dict:
    """The epoch whose weights were kept: the first of those with the best validation accuracy.

    Args:
        history: of a row of metrics.json.
    """
    return max(history, key=lambda epoch: epoch["validation_accuracy"])


def curve_words(row: dict) -> str:
    """When validation was best, how it ended, and whether the network over-fits.

    Args:
        row: of metrics.json.
    """
    best, last = kept_epoch(row["history"]), row["history"][-1]
    gap = 100 * (last["training_accuracy"] - last["validation_accuracy"])
    varied = row["run"]["recipe"]["augmentation"] is not None
    return results_texts.CURVE.format(
        best=percent(best["validation_accuracy"], 2),
        epoch=best["epoch"],
        epochs=last["epoch"],
        training=percent(last["training_accuracy"], 2),
        validation=percent(last["validation_accuracy"], 2),
        gap=results_texts.ABOVE.format(f"{gap:.2f}") if gap > 0 else results_texts.BELOW[varied],
    )


def curve_lines(history: list[dict], colour: str) -> list[Line]:
    """Training dashed, validation solid, a dot at the kept epoch; accuracies in per cent."""
    epochs, best = [epoch["epoch"] for epoch in history], kept_epoch(history)
    lines = [
        Line(epochs, [100 * epoch[f"{digits}_accuracy"] for epoch in history], colour, style)
        for digits, style in (("training", "--"), ("validation", "-"))
    ]
    return [*lines, Line([best["epoch"]], [100 * best["validation_accuracy"]], colour, "o")]


def _chart(key, row, bands, band_words):
    lines = [*bands, *curve_lines(row["history"], MODEL_COLOURS[key])]
    chart = line_chart(lines, results_texts.EPOCH, results_texts.ACCURACY, (96, 100.1))
    words = join(curve_words(row), band_words, by=" ")
    return tag("section", tag("h3", model_name(key)), figure(Markup(chart), words))
