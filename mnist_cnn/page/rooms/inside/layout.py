"""The room Inside laid out: its parts from top to bottom, and who listens to whom."""

from collections.abc import Mapping

import gradio as gr

from mnist_cnn.explaining.activations import layers
from mnist_cnn.networks.models import LOOKS, OWN
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.markup import opening, tag
from mnist_cnn.page.rooms.inside.channels import channel_galleries, layer_buttons, picked_channel
from mnist_cnn.page.rooms.inside.selection import (
    BOTH,
    FIRST_LAYER,
    FIRST_UNIT,
    FIRST_VIEW,
    VIEWS,
    Request,
    Selection,
    select,
)
from mnist_cnn.page.rooms.inside.unit import unit_details
from mnist_cnn.page.shared import Shared
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts import inside as inside_texts
from mnist_cnn.page.widgets.choice import radio
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.digit_picker import digit_picker
from mnist_cnn.page.widgets.head import by_way
from mnist_cnn.page.widgets.pick import pickable, picked_numbers
from mnist_cnn.page.widgets.text import html, markdown


def build(shared: Shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    texts = inside_texts
    with gr.Column(elem_classes="opening"):
        html(opening(texts.QUESTION, texts.INTRO, by_way(common_texts.CAME), texts.TRY))
        with gr.Column(elem_classes="settings"):
            digit_picker(shared.use_test_digit)
            scale = radio(texts.SCALES, label=texts.SCALE)
    titles = view_titles(shared.weights.current.models)
    with gr.Column(elem_classes="settings"):
        view = radio(titles, FIRST_VIEW, label=texts.VIEW, elem_id="inside-view")
    last = len(layers(shared.weights.current.models[FIRST_VIEW])) - 1
    with gr.Column(elem_id="inside-table"):
        path = pickable(elem_id="layers", elem_classes="awaited")
        with gr.Column(elem_id="gallery"):
            layer = gr.Slider(
                0, last, FIRST_LAYER, step=1, precision=0, label=texts.LAYER, buttons=[]
            )
            channels = pickable(elem_id="channels")
            html(code_panel("activations"))
        with gr.Column(elem_id="one-unit"):
            with gr.Row(elem_id="place"):
                places = channel, row, column = [
                    gr.Number(place, label=name, precision=0, min_width=70)
                    for name, place in zip(texts.PLACES, FIRST_UNIT)
                ]
            unit = pickable(elem_id="unit")
            html(code_panel("arithmetic"))
    html(tag("h3", texts.SEE))
    markdown(texts.SEE_MORE)
    html(tag("h3", texts.FORMULAS))
    markdown(texts.FORMULAS_TEXT)

    def show(image, pipeline, own, *sent, **changes):
        sent, now = Request(*sent), shared.with_own(own)
        digit = shared.readings.digit(image, pipeline, now)
        selection = select(now.models, digit, sent._replace(**changes))
        settings = place_settings(selection)
        new = dict(zip(Request._fields[-4:], (selection.index, *selection.unit)))
        return {
            **{
                field: update(getattr(sent, name), new[name], **settings[name])
                for name, field in zip(new, (layer, *places))
            },
            path: layer_buttons(selection),
            channels: channel_galleries(selection),
            unit: unit_details(selection),
        }

    def show_anew(*sent, **changes):  # another map: its strongest pixel is a good one to start at
        return show(*sent, **changes, row=None, column=None)

    def pick_layer(event: gr.EventData, *sent):
        return show_anew(*sent, **picked_places(event, "layer"))

    def pick_channel(event: gr.EventData, *sent):
        numbers = picked_numbers(event, 1) or picked_numbers(event, 2)
        return show_anew(*sent, **picked_channel(numbers))

    def pick_pixel(event: gr.EventData, *sent):
        return show(*sent, **picked_places(event, "row", "column"))

    inputs = [shared.picture, shared.pipeline, shared.own, view, scale, layer, *places]
    outputs = [layer, *places, path, channels, unit]
    for choice in (view, layer, channel):
        choice.input(show_anew, inputs, outputs, **PAGE_EVENT)
    for choice in (scale, row, column):
        choice.input(show, inputs, outputs, **PAGE_EVENT)
    path.click(pick_layer, inputs, outputs, **PAGE_EVENT)
    channels.click(pick_channel, inputs, outputs, **PAGE_EVENT)
    unit.click(pick_pixel, inputs, outputs, **PAGE_EVENT)
    return show, inputs, outputs


def view_titles(models: Mapping) -> dict[str, str]:
    """{key of VIEWS: title} of what can be looked at with these networks and the learner's own."""
    titles = {key: look.title for key, look in LOOKS.items()}
    titles |= {BOTH: inside_texts.BOTH, OWN: inside_texts.OWN}
    return {view: titles[view] for view, keys in VIEWS.items() if set(keys) <= {*models, OWN}}


def picked_places(event: gr.EventData, *names: str) -> dict[str, int]:
    """{name: whole number} of what was clicked; {} where that makes no sense."""
    return dict(zip(names, picked_numbers(event, len(names)) or ()))


def place_settings(selection: Selection) -> dict[str, dict]:
    """How the fields of the place look: {name of a field of Request: settings of its component}."""
    is_map = selection.views[0].is_map
    return {
        "layer": {"maximum": len(selection.layers) - 1},
        "channel": {"label": inside_texts.PLACES[0] if is_map else inside_texts.UNITS},
        "row": {"visible": is_map},
        "column": {"visible": is_map},
    }


def update(sent: int | None, value: int, **settings):
    """A number that stays is not sent back: its field may hold a newer one by then."""
    return gr.update(**settings) if sent == value else gr.update(value=value, **settings)
