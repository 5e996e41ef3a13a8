"""The page: its head, its rooms in the order of the lesson, and its foot."""

import gradio as gr
from markupsafe import Markup

from mnist_cnn.page import api
from mnist_cnn.page.blocks import Blocks
from mnist_cnn.page.events import ROOM_EVENT
from mnist_cnn.page.markup import fill, join, tag
from mnist_cnn.page.rooms import (
    about,
    compare,
    convolution,
    draw,
    inside,
    mine,
    results,
    train,
    whatif,
)
from mnist_cnn.page.shared import Room, Shared
from mnist_cnn.page.texts import about as about_texts
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts import compare as compare_texts
from mnist_cnn.page.texts import convolution as convolution_texts
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.page.texts import inside as inside_texts
from mnist_cnn.page.texts import mine as mine_texts
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.texts import train as train_texts
from mnist_cnn.page.texts import whatif as whatif_texts
from mnist_cnn.page.widgets.glossary import entries
from mnist_cnn.page.widgets.head import FOLLOWING
from mnist_cnn.page.widgets.text import html
from mnist_cnn.sharing.live import LiveWeights

ROOMS = {
    "draw": Room(draw_texts.TAB, draw_texts.QUESTION, draw.build),
    "compare": Room(compare_texts.TAB, compare_texts.QUESTION, compare.build),
    "whatif": Room(whatif_texts.TAB, whatif_texts.QUESTION, whatif.build),
    "convolution": Room(convolution_texts.TAB, convolution_texts.QUESTION, convolution.build),
    "inside": Room(inside_texts.TAB, inside_texts.QUESTION, inside.build),
    "train": Room(train_texts.TAB, train_texts.QUESTION, train.build),
    "results": Room(results_texts.TAB, results_texts.QUESTION, results.build),
    "mine": Room(mine_texts.TAB, mine_texts.QUESTION, mine.build),
    "about": Room(about_texts.TAB, about_texts.QUESTION, about.build),
}


def build_page(weights: LiveWeights) -> gr.Blocks:
    """The whole app, ready to launch."""
    with Blocks(title=common_texts.TITLE, analytics_enabled=False) as page:
        shared = Shared(weights, ROOMS)
        skip = tag("a", common_texts.SKIP, href="#rooms", css="skip")
        html(join(skip, tag("p", id="said", role="status", css="spoken")))
        shared.head.render()
        with gr.Tabs(elem_id="rooms"):
            for room_id, room in ROOMS.items():
                with gr.Tab(room.title, id=room_id, elem_id=room_id) as tab:
                    filled = room.build(shared)
                    inputs = (filled and filled[1]) or ()
                    follows = FOLLOWING if shared.picture in inputs else {}
                    foot = html(next_room(room_id), **follows)
                if filled:  # the work starts when the room is opened
                    gr.on([tab.select, *([foot.input] if follows else [])], *filled, **ROOM_EVENT)
        html(entries())
        shared.footer.render()
        shared.refresh(page.load)  # other networks may answer than when the page was built
        api.build(weights)
    return page


def next_room(room_id: str) -> Markup:
    """Where to go next, as a button; "" in the last room. theme.HEAD makes it work."""
    rooms = list(ROOMS)
    if room_id == rooms[-1]:
        return Markup("")
    following = rooms[rooms.index(room_id) + 1]
    title = tag("b", common_texts.NEXT.format(ROOMS[following].title))
    words = fill("{} {}", title, ROOMS[following].question)
    return tag("p", tag("button", words, type="button", data_room=following), css="next")
