"""The page: its head, its rooms in the order of the lesson, and what they share."""

import gradio as gr

from .. import lesson
from . import about_tab, api, compare_tab, draw_tab, fragments, results_tab, table
from .components import html


def build_page(models, guard, metrics):
    """The whole app as gr.Blocks, ready to launch.

    Args:
        models: {key: module in eval mode}, as from weights.load_models.
        guard: as from guard.load_guard.
        metrics: as from weights.load_metrics.
    """
    picture = table.from_test_set(table.FIRST_INDEX)
    first = table.read(picture, "mnist", models, guard)
    with gr.Blocks(title=lesson.TITLE, analytics_enabled=False) as page:
        on_table = gr.State(picture)
        way = draw_tab.way_radio()
        head = html(_head(first), elem_id="head")
        with gr.Tabs(elem_id="rooms"):
            with gr.Tab("Draw", id="draw"):
                draw_tab.build(models, guard, on_table, way, (_head, head), first)
            with gr.Tab("Compare", id="compare") as compare:
                fill, inputs, output = compare_tab.build(models, guard, metrics, on_table, way)
            with gr.Tab("Results", id="results"):
                results_tab.build(metrics)
            with gr.Tab("About", id="about"):
                about_tab.build(metrics)
        # A room's work starts when it is opened.
        compare.select(fill, inputs, output, api_visibility="private", show_progress="hidden")
        api.build(models, guard, metrics)
    return page


def _head(reading):
    main = reading.predictions[draw_tab.MAIN_MODEL]
    words = fragments.answer_in_words(main)
    said = "nothing drawn yet" if main.reason == "blank" else f"read as <b>{words}</b>"
    alt = f"The digit on the table, {reading.origin}, as the networks see it"
    return (
        f"<header><h1>{lesson.TITLE}</h1><div class=on-table>"
        f"{fragments.picture(reading.digit, alt)}<p>{reading.origin}<br>{said}</p></div></header>"
    )
