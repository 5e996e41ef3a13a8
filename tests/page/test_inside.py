"""The room Inside shows something that exists, whatever the page sends; and what it says is so."""

import gradio as gr
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.page.rooms.inside.channels import channel_galleries, layer_buttons
from mnist_cnn.page.rooms.inside.layout import picked_places, place_settings, update
from mnist_cnn.page.rooms.inside.selection import VIEWS, Request, select
from mnist_cnn.page.rooms.inside.unit import unit_details

DIGIT = embedded_test_set().images[3675].numpy()
FIRST = Request("conv", "layer", 1, 8, 19, 15)


@pytest.mark.parametrize("pick", [None, 7, "", "x", "-1", "1.5", "²", "1 2 3", "9" * 9, ["1"]])
def test_a_pick_that_makes_no_sense_is_none(pick):
    event = gr.EventData(None, {"pick": pick})
    assert picked_places(event, "channel") == {}
    assert picked_places(gr.EventData(None, None), "row", "column") == {}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("far", [-1, 99_999, None])
def test_what_lies_outside_becomes_the_nearest(models, view, far):
    for layer in (far, 0, 1, 3):
        sent = FIRST._replace(view=view, layer=layer, channel=far, row=far, column=far)
        selection = select(models, DIGIT, sent)
        assert place_settings(selection)["layer"]["maximum"] == (5 if view == "fc" else 21)
        assert min(selection.unit) >= 0
        assert layer_buttons(selection) and channel_galleries(selection) and unit_details(selection)


def test_a_number_that_stays_is_not_sent_back():
    assert "value" not in update(3, 3, label="Row") and update(3, 3, label="Row")["label"] == "Row"
    assert update(2, 3)["value"] == 3
