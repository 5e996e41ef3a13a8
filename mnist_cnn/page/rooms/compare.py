"""Room Compare: one digit, three networks side by side, and what each of them costs."""

from mnist_cnn.page import current_digit, fragments
from mnist_cnn.page.texts import compare as compare_texts
from mnist_cnn.page.widgets.components import html
from mnist_cnn.reading.pipelines import PIPELINES


def build(shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(fragments.opening(compare_texts.QUESTION, compare_texts.INTRO, compare_texts.TRY))
    columns = html(elem_id="columns")
    html(f'<p class="text small">{compare_texts.MULTIPLY_ADDS_WORD}</p>')
    html(fragments.code("compare"))
    html(fragments.opening(compare_texts.WAYS, compare_texts.WAYS_INTRO))
    ways = html(elem_id="ways")
    html(fragments.code("ways"))

    def fill(picture, way):
        weights = shared.weights.current
        readings = {key: current_digit.read(picture, key, weights) for key in PIPELINES}
        chosen = readings.get(way, readings["mnist"])
        return _columns(chosen, weights.metrics["models"]), _ways(readings)

    return fill, [shared.on_table, shared.way], [columns, ways]


def _columns(reading, rows):
    cards = "".join(
        f'<section><h3>{fragments.model_name(key)}</h3><div class="answer">'
        f"{fragments.numeral(prediction)}</div>{fragments.bars(prediction)}"
        f"{_facts(rows.get(key))}</section>"
        for key, prediction in reading.predictions.items()
    )
    return f'<div class="columns">{cards}</div>'


def _ways(readings):
    """The digit as each way makes it, the answers to it, and whose answer hangs on the way."""
    cards = "".join(
        f"<section><h3>{PIPELINES[key].title}</h3>"
        f"{fragments.picture(reading.digit, compare_texts.WAY.format(PIPELINES[key].title))}"
        f"{fragments.voices(reading.predictions)}</section>"
        for key, reading in readings.items()
    )
    own, *others = readings.values()
    changed = [
        fragments.model_name(key)
        for key, answer in own.predictions.items()
        if any(other.predictions[key].label != answer.label for other in others)
    ]
    blank = all(answer.reason == "blank" for answer in own.predictions.values())
    words = "" if blank else compare_texts.WAYS_SAME
    if changed:
        words = compare_texts.WAYS_DIFFER.format(", ".join(changed))
    return f'<div class="columns">{cards}</div><p class="text">{words}</p>'


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
