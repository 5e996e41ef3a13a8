"""The table of rooms, and the ways between them."""

import re
from itertools import pairwise

import gradio as gr
import pytest

from mnist_cnn.page.page import ROOMS, next_room
from mnist_cnn.page.widgets.code_panel import code_panel, where_from
from tests.conftest import ROOT

IDS = ["draw", "compare", "whatif", "convolution", "inside", "train", "results", "mine", "about"]


def test_a_tab_per_room_in_the_order_of_the_lesson(page):
    tabs = [block for block in page.blocks.values() if isinstance(block, gr.Tab)]
    assert [tab.id for tab in tabs] == [tab.elem_id for tab in tabs] == IDS == list(ROOMS)
    assert [tab.label for tab in tabs] == [room.title for room in ROOMS.values()]


def test_every_room_that_does_not_fill_itself_is_filled_when_it_is_opened(page):
    opened = {
        page.blocks[target].elem_id
        for function in page.fns.values()
        for target, event in function.targets
        if event == "select"
    }
    assert opened == set(IDS) - {"draw", "mine"}


def test_every_room_that_shows_the_digit_follows_it(page):
    picture = next(it for it in page.blocks.values() if it.get_block_name() == "json")
    filled = [f for f in page.fns.values() if any(event == "select" for _, event in f.targets)]
    for function in filled:
        events = {event for _, event in function.targets}
        assert ("input" in events) == (picture in function.inputs)
    assert sum(picture in function.inputs for function in filled) == 5


def test_a_stroke_waits_for_no_room_and_no_passport(page):
    lanes = {}
    for function in page.fns.values():
        lane = function.concurrency_id, function.concurrency_limit
        lanes.setdefault(function.name.rstrip("_0123456789"), set()).add(lane)
    strokes = {lane for name in ("draw", "use_photo", "use_index") for lane in lanes[name]}
    opened = {
        function.concurrency_id
        for function in page.fns.values()
        if any(event == "select" for _, event in function.targets)
    }
    assert strokes == {("digit", 2)} and lanes["show_passport"] == {("passport", 1)}
    assert opened == {"room"} and not opened & {"digit", "passport"}


@pytest.mark.parametrize("room, following", list(pairwise(IDS)))
def test_a_room_leads_to_the_next(room, following):
    button = next_room(room)
    assert f'data-room="{following}"' in button and f"Next: {ROOMS[following].title}." in button
    assert ROOMS[following].question in button


def test_the_last_room_leads_nowhere():
    assert next_room("about") == ""


def test_where_the_package_of_the_snippets_is():
    assert "beside app.py" in where_from(None) and "git clone" not in where_from(None)
    cloned = "<code>git clone https://huggingface.co/spaces/me/lesson</code>"
    assert cloned in where_from("me/lesson")


def test_snippets_in_one_panel_have_a_button_each():
    panel = code_panel("shift_map", "averages")
    assert panel.count("<details") == 1 and panel.count("data-copied=") == panel.count("<pre") == 2


def test_code_is_escaped():
    for path in (ROOT / "mnist_cnn" / "page" / "snippets").glob("*.py"):
        assert re.search("<pre.*?</pre>", code_panel(path.stem), re.S)[0].count("<") == 2
