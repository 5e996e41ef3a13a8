"""The room Inside shows something that exists, whatever the page sends."""

import gradio as gr
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.page import current_digit
from mnist_cnn.page.rooms.inside import layout as inside
from mnist_cnn.page.rooms.inside.layout import Chosen

DIGIT = embedded_test_set().images[3675].numpy()
FIRST = Chosen(current_digit.from_test_set(3675), "mnist", "conv", "layer", 1, 8, 19, 15)


@pytest.mark.parametrize("pick", [None, 7, "", "x", "-1", "1.5", "²", "1 2 3", "9" * 9, ["1"]])
def test_a_pick_that_makes_no_sense_is_none(pick):
    event = gr.EventData(None, {"pick": pick})
    assert inside._places(event, "channel") == {}
    assert inside._places(gr.EventData(None, None), "row", "column") == {}


@pytest.mark.parametrize("view", inside.VIEWS)
@pytest.mark.parametrize("far", [-1, 99_999, None])
def test_what_lies_outside_becomes_the_nearest(models, view, far):
    for layer in (far, 0, 1, 3):
        sent = FIRST._replace(view=view, layer=layer, channel=far, row=far, column=far)
        layer, *places, path, channels, unit = inside._show(models, DIGIT, sent, {})
        assert layer["maximum"] == (5 if view == "fc" else 21)
        assert all(place.get("value", 0) >= 0 for place in places)
        assert "nan" not in path + channels + unit


def test_a_number_that_stays_is_not_sent_back(models):
    layer, channel, row, column, *_ = inside._show(models, DIGIT, FIRST, {"row": 3})
    assert "value" not in layer | channel | column and row["value"] == 3
