"""Room What if: move, turn and thicken the digit; the answers follow, maps and curves show why."""

import gradio as gr
import numpy as np

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.perturbations import CURVES, MAX_SHIFT, PERTURBATIONS, perturb
from mnist_cnn.explaining.shifts import curves, shift_map
from mnist_cnn.judging.robustness import moved_straight
from mnist_cnn.page import current_digit, fragments
from mnist_cnn.page.figures import MODEL_COLOURS, Line, line_chart, png_data_uri, sequential
from mnist_cnn.page.texts import whatif as whatif_texts
from mnist_cnn.page.widgets.components import html, pickable, picked_numbers, test_digit_picker
from mnist_cnn.reading.predict import is_blank, predict
from mnist_cnn.reading.preprocess import to_digit

SLIDERS = ("down", "right", *CURVES)
CELLS = 2 * MAX_SHIFT + 1  # of a map, along each side
STYLES = {"mean": ("-", 2.5), "own": (".", 1)}  # of a curve's line, and its width
MUCH = 0.05  # of all test digits: less is not worth a word


def build(shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(fragments.opening(whatif_texts.QUESTION, whatif_texts.INTRO, whatif_texts.TRY))
    digit = gr.State(np.zeros((DATASET.side, DATASET.side), np.uint8))
    choices = [(title, key) for key, title in whatif_texts.WHOSE.items()]
    with gr.Column(elem_id="whatif-table"):
        live = html(elem_id="whatif-live")
        with gr.Column(elem_id="whatif-sliders"):
            sliders = [_slider(PERTURBATIONS[key]) for key in SLIDERS]
        with gr.Row(elem_id="whatif-tools"):
            taken = test_digit_picker(shared.take_index)
            reset = gr.Button(whatif_texts.RESET, elem_id="whatif-reset")
        html(fragments.code("what_if"))
        html(fragments.opening(whatif_texts.MAPS, whatif_texts.MAPS_INTRO))
        whose = gr.Radio(
            choices, value="own", label=whatif_texts.MAPS, show_label=False, elem_id="whatif-whose"
        )
        maps = pickable(elem_id="whatif-maps")
        html(fragments.code("shift_map"))
        html(fragments.code("averages"))
    verdicts = html()
    charts = html(elem_id="whatif-curves")
    html(fragments.code("rotation"))

    def show_live(digit, *strengths):
        return _live(shared.weights.current, digit, strengths)

    def show_maps(digit, whose):
        return _maps(shared.weights.current, digit, whose)

    def fill(picture, way, whose, *strengths):
        now, steps = shared.weights.current, current_digit.steps(picture, way)
        digit, refused = to_digit(steps), now.detector.rejection(steps)
        yield (
            digit,
            (fragments.notice(whatif_texts.REFUSED) if refused else "")
            + _live(now, digit, strengths),
            _maps(now, digit, whose),
            _verdicts(now.robustness),
            gr.skip(),
        )
        # The charts take longer than all else together: they come after.
        yield *(gr.skip(),) * 4, _charts(now, digit)

    def move(event: gr.EventData, digit, *strengths):
        cell = picked_numbers(event, 2)
        if cell is None or max(cell) >= CELLS:
            return (gr.skip(),) * 3
        down, right = (place - MAX_SHIFT for place in cell)
        return down, right, show_live(digit, down, right, *strengths[2:])

    def start_again(digit):
        return *(0 for _ in SLIDERS), show_live(digit)

    gr.on(
        [slider.input for slider in sliders],
        show_live,
        [digit, *sliders],
        live,
        **current_digit.QUIETLY,
    )
    reset.click(start_again, digit, [*sliders, live], **current_digit.QUIETLY)
    whose.input(show_maps, [digit, whose], maps, **current_digit.QUIETLY)
    maps.click(move, [digit, *sliders], [*sliders[:2], live], **current_digit.QUIETLY)
    outputs = [digit, live, maps, verdicts, charts]
    filled = fill, [shared.on_table, shared.way, whose, *sliders], outputs
    for event in taken:
        event.then(*filled, **current_digit.QUIETLY)
    return filled


def _slider(row):
    low, *_, high = row.strengths
    label = f"{row.title}, {row.unit}"
    return gr.Slider(low, high, 0, step=row.increment, label=label, min_width=200, buttons=[])


def _live(weights, digit, strengths):
    """The changed digit and what each network says of it."""
    strengths = dict(zip(SLIDERS, strengths))
    changed = np.rint(255 * perturb(digit, strengths)).astype(np.uint8)
    answers = "".join(
        f"<section><h3>{fragments.model_name(key)}</h3>"
        f'<div class="answer">{fragments.numeral(prediction)}</div>'
        f"{fragments.bars(prediction)}</section>"
        for key, prediction in predict(weights.models, changed).items()
    )
    # The ring on the maps follows without their being drawn again.
    place = f"--down:{strengths.get('down', 0)};--right:{strengths.get('right', 0)}"
    return (
        f"<style>#whatif-maps{{{place}}}</style>"
        f'<div class="live">{fragments.picture(changed, whatif_texts.DIGIT)}{answers}</div>'
    )


# -- Maps -----------------------------------------------------------------------------------------


def _maps(weights, digit, whose):
    if whose == "mean":
        return _mean_maps(weights.robustness)
    return _own_maps(weights.models, digit)


def _own_maps(models, digit):
    if is_blank(digit):
        return fragments.notice(whatif_texts.BLANK)
    maps = ""
    for key, seen in shift_map(models, digit).items():
        other = seen.labels != seen.label
        words = whatif_texts.REACH.format(seen.label, (~other).sum(), other.size, *seen.reach)
        numbers = "".join(
            f'<text x="{column + 0.5}" y="{row + 0.5}">{seen.labels[row, column]}</text>'
            for row, column in np.argwhere(other)
        )
        maps += _map(key, seen.probability, numbers, words)
    return _side_by_side(maps)


def _mean_maps(robustness):
    if not robustness:
        return fragments.notice(whatif_texts.STALE)
    maps = ""
    for key, means in robustness.items():
        shifts = means["shifts"]
        right = (fragments.percent(moved_straight(shifts["accuracy"], px)) for px in (2, 4, 8))
        probability = np.reshape(shifts["probability"], (CELLS, CELLS))
        maps += _map(key, probability, "", whatif_texts.MEAN.format(*right))
    return _side_by_side(maps)


def _map(key, probability, numbers, words):
    centre = MAX_SHIFT + 0.5
    picture = (
        f'<div class="shift-map" data-grid="{CELLS} {CELLS}">'
        f'<img class="pixels" src="{png_data_uri(sequential(probability))}" alt="{words}">'
        f'<svg viewBox="0 0 {CELLS} {CELLS}" aria-hidden="true">{numbers}'
        f'<rect x="{MAX_SHIFT}" y="{MAX_SHIFT}" width="1" height="1"/>'
        f'<circle class="here" cx="{centre}" cy="{centre}" r="0.7"/></svg></div>'
    )
    return (
        f"<section><h3>{fragments.model_name(key)}</h3>{fragments.figure(picture, words)}</section>"
    )


def _side_by_side(maps):
    scale = f"<span>0</span><i></i><span>1</span> {whatif_texts.SCALE}"
    return f'<div class="columns">{maps}</div><p class="small shift-scale">{scale}</p>'


def _verdicts(robustness):
    return fragments.opening(
        whatif_texts.INVARIANT, _verdict(robustness), *whatif_texts.WHY
    ) + fragments.opening(whatif_texts.CURVES, whatif_texts.CURVES_INTRO, _best(robustness))


def _verdict(robustness):
    """How the networks fare 4 px away, and what that says of ConvNets."""
    if not {"conv", "aug"} <= set(robustness):
        return whatif_texts.STALE + "."
    plain, moved = (
        {key: moved_straight(row["shifts"]["accuracy"], px) for key, row in robustness.items()}
        for px in (0, 4)
    )
    figures = _by_model({key: fragments.percent(value) for key, value in moved.items()})
    loses = plain["conv"] - moved["conv"] > MUCH
    helps = moved["aug"] - moved["conv"] > MUCH
    return f"{whatif_texts.MOVED} {figures}. {whatif_texts.VERDICTS[loses, helps]}"


def _by_model(values, separator=", "):
    return separator.join(f"{fragments.model_name(key)} {value}" for key, value in values.items())


# -- Curves ---------------------------------------------------------------------------------------


def _best(robustness):
    """Which network keeps its answers best under which changes."""
    if not robustness:
        return ""
    best = {key: [] for key in robustness}
    for name in CURVES:
        winner = max(robustness, key=lambda key: sum(robustness[key][name]["probability"]))
        best[winner].append(PERTURBATIONS[name].title.lower())
    won = {key: f"({', '.join(titles)})" for key, titles in best.items() if titles}
    more = whatif_texts.NOT_ALL if list(won) != ["aug"] else ""
    return f"{whatif_texts.BEST.format(_by_model(won, '; '))} {more}"


def _charts(weights, digit):
    own = {} if is_blank(digit) else curves(weights.models, digit)
    charts = ""
    for name in CURVES:
        means = {key: row[name]["probability"] for key, row in weights.robustness.items()}
        charts += _chart(PERTURBATIONS[name], {"mean": means, "own": own.get(name, {})})
    return f'<div class="columns">{charts}</div>'


def _chart(row, curves_of):
    lines = [
        Line(row.strengths, values, MODEL_COLOURS[key], *STYLES[whose])
        for whose, curves_by_model in curves_of.items()
        for key, values in curves_by_model.items()
    ]
    label = f"{row.title}, {row.unit}"
    chart = line_chart(lines, label, "probability", (0, 1.03), (3.6, 2.4))
    words = "".join(
        f"<p>{whatif_texts.WHOSE[whose]} {_where_they_differ(row, curves_by_model)}</p>"
        for whose, curves_by_model in curves_of.items()
        if curves_by_model
    )
    return f"<section><h3>{row.title}</h3>{fragments.figure(chart, words)}</section>"


def _where_they_differ(row, curves_by_model):
    place = np.ptp(list(curves_by_model.values()), 0).argmax()
    shares = {key: fragments.percent(row_[place], 0) for key, row_ in curves_by_model.items()}
    strength = f"{row.strengths[place]:g}".replace("-", "−")
    return whatif_texts.APART.format(strength, row.unit, _by_model(shares))
