"""The room What if laid out: its sliders, the answers that follow them, and who listens to whom."""

from collections.abc import Iterable

import gradio as gr
import numpy as np
from markupsafe import Markup

from mnist_cnn.explaining.perturbations import CURVES, PERTURBATIONS, Perturbation, perturb
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.markup import join, notice, opening, picture, tag
from mnist_cnn.page.rooms.whatif.curves import charts_of, curves_opening
from mnist_cnn.page.rooms.whatif.maps import maps_of, maps_verdict, shift_of
from mnist_cnn.page.shared import Shared
from mnist_cnn.page.texts import whatif as whatif_texts
from mnist_cnn.page.widgets.answer import bars, large_answer
from mnist_cnn.page.widgets.choice import radio
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.digit_picker import digit_picker
from mnist_cnn.page.widgets.head import by_way
from mnist_cnn.page.widgets.networks import model_name
from mnist_cnn.page.widgets.pick import pickable, picked_numbers
from mnist_cnn.page.widgets.text import html
from mnist_cnn.reading.pipelines import to_digit
from mnist_cnn.reading.predict import predict
from mnist_cnn.sharing.weight_set import WeightSet

SLIDERS = ("down", "right", *CURVES)  # keys of PERTURBATIONS


def build(shared: Shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(opening(whatif_texts.QUESTION, by_way(whatif_texts.INTRO), whatif_texts.TRY))
    with gr.Column(elem_id="whatif-table"):
        live = html(elem_id="whatif-live")
        with gr.Column(elem_id="whatif-sliders"):
            sliders = down, right, *_ = [_slider(PERTURBATIONS[key]) for key in SLIDERS]
        with gr.Row(elem_id="whatif-tools"):
            digit_picker(shared.use_test_digit)
            reset = gr.Button(whatif_texts.RESET, elem_id="whatif-reset")
        html(code_panel("what_if"))
        html(opening(whatif_texts.MAPS, whatif_texts.MAPS_INTRO))
        whose = radio(
            whatif_texts.WHOSE, label=whatif_texts.MAPS, show_label=False, elem_id="whatif-whose"
        )
        maps = pickable(elem_id="whatif-maps")
        html(code_panel("shift_map", "averages"))
    verdicts = html()
    digit = gr.Textbox(visible=False)  # that the sliders belong to: another one starts anew
    charts = html(elem_id="whatif-curves")
    html(code_panel("rotation"))

    def show_live(picture, pipeline, own, *strengths):
        now = shared.with_own(own)
        return answers_to(now, shared.readings.digit(picture, pipeline, now), strengths)

    def show_maps(picture, pipeline, own, whose):
        now = shared.with_own(own)
        return maps_of(now, shared.readings.digit(picture, pipeline, now), whose)

    def fill(picture, pipeline, own, whose, of_digit, *strengths):
        now = shared.with_own(own)
        this = picture.seen(pipeline)
        anew = {} if of_digit == this else dict.fromkeys(sliders, 0)
        reading = shared.readings.read(picture, pipeline, now)
        seen = to_digit(reading.frames)
        warning = notice(whatif_texts.REFUSED) if reading.rejection else None
        yield {
            digit: this,
            **anew,
            live: join(warning, answers_to(now, seen, anew.values() or strengths)),
            maps: maps_of(now, seen, whose),
            verdicts: join(maps_verdict(now.robustness), curves_opening(now.robustness)),
        }
        # The charts take longer than all else together: they come after.
        yield {charts: charts_of(now, seen)}

    def move(event: gr.EventData, picture, pipeline, own, *strengths):
        shift = shift_of(picked_numbers(event, 2))
        if shift is None:
            return {live: gr.skip()}
        moved = show_live(picture, pipeline, own, *shift, *strengths[len(shift) :])
        return {**dict(zip((down, right), shift)), live: moved}

    def start_again(*table):
        return {**dict.fromkeys(sliders, 0), live: show_live(*table)}

    table = shared.picture, shared.pipeline, shared.own
    slid = [slider.input for slider in sliders]
    gr.on(slid, show_live, [*table, *sliders], live, **PAGE_EVENT)
    reset.click(start_again, table, [*sliders, live], **PAGE_EVENT)
    whose.input(show_maps, [*table, whose], maps, **PAGE_EVENT)
    maps.click(move, [*table, *sliders], [down, right, live], **PAGE_EVENT)
    outputs = [digit, *sliders, live, maps, verdicts, charts]
    return fill, [*table, whose, digit, *sliders], outputs


def _slider(row: Perturbation) -> gr.Slider:
    low, *_, high = row.strengths
    label = whatif_texts.SLIDER.format(title=row.title, unit=row.unit)
    return gr.Slider(low, high, 0, step=row.increment, label=label, min_width=200, buttons=[])


def answers_to(weights: WeightSet, digit: np.ndarray, strengths: Iterable[float]) -> Markup:
    """The changed digit as HTML, and what each network says of it.

    Args:
        weights: the networks to ask.
        digit: (28, 28) uint8, as it was before the changes.
        strengths: one per row of SLIDERS; those left out are 0.
    """
    by_change = dict(zip(SLIDERS, strengths))
    changed = np.rint(255 * perturb(digit, by_change)).astype(np.uint8)
    answers = (
        tag(
            "section",
            tag("h3", model_name(key)),
            tag("div", large_answer(prediction), css="answer"),
            bars(prediction),
        )
        for key, prediction in predict(weights.models, changed).items()
    )
    # The ring on the maps follows through two CSS variables: the maps need not be drawn again.
    ring = f"--down:{by_change.get('down', 0)};--right:{by_change.get('right', 0)}"
    return join(
        tag("style", f"#whatif-maps{{{ring}}}"),
        tag("div", picture(changed, whatif_texts.DIGIT), answers, css="live"),
    )
