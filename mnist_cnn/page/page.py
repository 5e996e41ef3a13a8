"""The page: its head, its rooms in the order of the lesson, and what they share."""

import gradio as gr

from mnist_cnn.page import api, current_digit, fragments
from mnist_cnn.page.rooms import about, compare, convolution, draw, inside, results, whatif
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts.rooms import ROOMS
from mnist_cnn.page.widgets.components import html

# After Draw. A room lays itself out and returns the function that fills it, its inputs and its
# outputs: the work starts when the room is opened.
FILLED = {
    "compare": compare.build,
    "whatif": whatif.build,
    "convolution": convolution.build,
    "inside": inside.build,
    "results": results.build,
    "about": about.build,
}


def build_page(weights):
    """The whole app as gr.Blocks, ready to launch.

    Args:
        weights: live.LiveWeights.
    """
    picture = current_digit.from_test_set(current_digit.FIRST_INDEX)
    first = current_digit.read(picture, "mnist", weights.current)
    with gr.Blocks(title=common_texts.TITLE, analytics_enabled=False) as page:
        on_table = gr.State(picture)
        way = draw.way_radio()
        head = html(_head(first), elem_id="head")
        footer = html(_footer(weights.current), elem_id="weights", render=False)
        with gr.Tabs(elem_id="rooms"):
            with _room("draw"):
                frame = _frame, (head, footer)
                take_index, refresh = draw.build(weights, on_table, way, frame, first)
                html(fragments.next_room("draw"))
            shared = current_digit.Shared(weights, on_table, way, take_index)
            for key, build in FILLED.items():
                with _room(key) as room:
                    filled = build(shared)
                    html(fragments.next_room(key))
                room.select(*filled, **current_digit.QUIETLY)
        footer.render()
        refresh(page.load)  # other networks may answer than when the page was built
        api.build(weights)
    return page


def _room(key):
    return gr.Tab(ROOMS[key][0], id=key, elem_id=key)


def _frame(reading, said, weights):
    return _head(reading, said), _footer(weights)


def _footer(weights):
    return f'<p class="small">{common_texts.ANSWERING} {fragments.source(weights)}</p>'


def _head(reading, said=""):
    main = reading.predictions[draw.MAIN_MODEL]
    words = fragments.answer_in_words(main)
    answer = "nothing drawn yet" if main.reason == "blank" else f"read as <b>{words}</b>"
    alt = f"The digit on the table, {reading.origin}, as the networks see it"
    return (
        f"<header><h1>{common_texts.TITLE}</h1><div class=on-table>"
        f"{fragments.picture(reading.digit, alt)}<p>{reading.origin}<br>{answer}</p></div></header>"
        f"{said}"
    )
