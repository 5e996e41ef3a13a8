"""Room Compare: one digit, three networks side by side, and what each of them costs."""

from .. import lesson
from . import fragments, table
from .components import html


def build(models, guard, metrics, on_table, way):
    """Lay out the room; returns the function that fills it, its inputs and its outputs.

    Args:
        models: {key: module in eval mode}.
        guard: guard.Guard.
        metrics: what weights.load_metrics returned.
        on_table, way: shared with the other rooms.
    """
    html(fragments.opening(lesson.COMPARE_QUESTION, lesson.COMPARE_INTRO, lesson.COMPARE_TRY))
    columns = html(elem_id="columns")
    html(f'<p class="text small">{lesson.MULTIPLY_ADDS_WORD}</p>')

    def fill(picture, way_key):
        return _columns(table.read(picture, way_key, models, guard), metrics["models"])

    return fill, [on_table, way], columns


def _columns(reading, rows):
    cards = "".join(
        f'<section><h3>{fragments.model_name(key)}</h3><div class="answer">'
        f"{fragments.numeral(prediction)}</div>{fragments.bars(prediction)}"
        f"{_facts(rows.get(key))}</section>"
        for key, prediction in reading.predictions.items()
    )
    return f'<div class="columns">{cards}</div>'


def _facts(row):
    if row is None:  # weights without metrics.json still answer
        return ""
    low, high = row["test"]["interval"]
    return (
        "<dl>"
        f"<dt>Parameters</dt><dd>{row['parameters']:,}</dd>"
        f"<dt>Multiply-adds</dt><dd>{row['multiply_adds']:,}</dd>"
        f"<dt>Time per digit</dt><dd>{row['milliseconds_per_digit']:.2f} ms</dd>"
        f"<dt>Test accuracy</dt><dd>{fragments.percent(row['test']['accuracy'], 2)}"
        f"<small>95 % interval {100 * low:.2f} to {100 * high:.2f}</small></dd>"
        "</dl>"
    )
