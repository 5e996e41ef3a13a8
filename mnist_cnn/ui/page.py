"""The page: its head, its rooms in the order of the lesson, and what they share."""

import gradio as gr

from .. import lesson
from . import (
    about_tab,
    api,
    compare_tab,
    convolution_tab,
    draw_tab,
    fragments,
    inside_tab,
    results_tab,
    table,
    whatif_tab,
)
from .components import html

# After Draw. A room lays itself out and returns the function that fills it, its inputs and its
# outputs, or None where nothing is left to fill: the work starts when the room is opened.
ROOMS = {
    "compare": compare_tab.build,
    "whatif": whatif_tab.build,
    "convolution": convolution_tab.build,
    "inside": inside_tab.build,
    "results": results_tab.build,
    "about": about_tab.build,
}


def build_page(models, guard, metrics, robustness):
    """The whole app as gr.Blocks, ready to launch.

    Args:
        models: {key: module in eval mode}, as from weights.load_models.
        guard: as from guard.load_guard.
        metrics: as from weights.load_metrics.
        robustness: as from robustness.load_robustness.
    """
    picture = table.from_test_set(table.FIRST_INDEX)
    first = table.read(picture, "mnist", models, guard)
    with gr.Blocks(title=lesson.TITLE, analytics_enabled=False) as page:
        on_table = gr.State(picture)
        way = draw_tab.way_radio()
        head = html(_head(first), elem_id="head")
        with gr.Tabs(elem_id="rooms"):
            with _room("draw"):
                take_index = draw_tab.build(models, guard, on_table, way, (_head, head), first)
                html(fragments.next_room("draw"))
            shared = table.Shared(models, guard, metrics, robustness, on_table, way, take_index)
            for key, build in ROOMS.items():
                with _room(key) as room:
                    filled = build(shared)
                    html(fragments.next_room(key))
                if filled:
                    room.select(*filled, **table.QUIETLY)
        api.build(models, guard, metrics)
    return page


def _room(key):
    return gr.Tab(lesson.ROOMS[key][0], id=key, elem_id=key)


def _head(reading, said=""):
    main = reading.predictions[draw_tab.MAIN_MODEL]
    words = fragments.answer_in_words(main)
    answer = "nothing drawn yet" if main.reason == "blank" else f"read as <b>{words}</b>"
    alt = f"The digit on the table, {reading.origin}, as the networks see it"
    return (
        f"<header><h1>{lesson.TITLE}</h1><div class=on-table>"
        f"{fragments.picture(reading.digit, alt)}<p>{reading.origin}<br>{answer}</p></div></header>"
        f"{said}"
    )
