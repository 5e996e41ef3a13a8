"""The room Inside shows something that exists, whatever the page sends; and what it says is so."""

import re
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.explaining.activations import activations, layers
from mnist_cnn.explaining.arithmetic import arithmetic
from mnist_cnn.networks.operations import (
    Copy,
    Maximum,
    Normalisation,
    Probability,
    WeightedSum,
)
from mnist_cnn.page.rooms.inside.arithmetic import operation_list, strongest
from mnist_cnn.page.rooms.inside.channels import (
    channel_galleries,
    layer_buttons,
    picked_channel,
    strip_cell,
)
from mnist_cnn.page.rooms.inside.layout import picked_places, place_settings, update, view_titles
from mnist_cnn.page.rooms.inside.selection import (
    FIRST_UNIT,
    VIEWS,
    LayerView,
    Request,
    nearest_unit,
    select,
)
from mnist_cnn.page.rooms.inside.unit import field_words, mosaic, unit_details, weights_as_maps
from mnist_cnn.page.texts import inside as inside_texts
from tests.page.words import text, without_pictures

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
        shown = layer_buttons(selection), channel_galleries(selection), unit_details(selection)
        assert "nan" not in without_pictures("".join(shown))


def test_a_number_that_stays_is_not_sent_back():
    assert "value" not in update(3, 3, label="Row") and update(3, 3, label="Row")["label"] == "Row"
    assert update(2, 3)["value"] == 3


def test_the_strongest_pixel_is_taken_where_none_is_given():
    maps = np.zeros((3, 4, 5))
    maps[1, 2, 3], maps[1, 0, 0], maps[2, 3, 4] = -9, 5, 7
    assert nearest_unit(FIRST._replace(channel=1, row=None), maps) == (1, 2, 3)
    assert nearest_unit(FIRST._replace(channel=2, column=None), maps) == (2, 3, 4)
    assert nearest_unit(FIRST._replace(channel=9, row=1, column=99), maps) == (2, 1, 4)
    assert nearest_unit(FIRST._replace(channel=None, row=99, column=1), maps) == (0, 3, 1)


def test_colours_are_full_at_the_layers_or_the_channels_largest_value():
    maps = np.array([[[1.0, -3]], [[2, 0]]])
    view = LayerView("conv", None, DIGIT, None, maps, (0, 0, 0), "layer")
    assert view.limits.tolist() == [3, 3]
    assert replace(view, scale="channel").limits.tolist() == [3, 2]


@pytest.mark.parametrize(
    "numbers, channel",
    [(None, {}), ((), {}), ((7,), {"channel": 7}), ((2, 10), {"channel": 74})],
)
def test_a_tile_and_a_cell_of_a_strip_pick_their_channel(numbers, channel):
    assert picked_channel(numbers) == channel
    if channel and len(numbers) == 2:
        assert strip_cell(channel["channel"]) == numbers


def test_tiles_are_numbered_and_say_their_own_range(models):
    view = select(models, DIGIT, FIRST).views[0]
    html = channel_galleries(select(models, DIGIT, FIRST))
    channel = activations(models["conv"], DIGIT)["features.0"][5]
    low, high = (f"{value:.2f}".replace("-", "−") for value in (channel.min(), channel.max()))
    assert f'aria-label="Channel 5, from {low} to {high}" style="--at:5"><i></i>5</button>' in html
    assert re.findall(r'data-pick="(\d+)" aria-pressed="true"', html) == ["8"]
    assert re.findall(r'data-pick="(\d+)"', html) == [str(place) for place in range(32)]
    assert f"full at ±{np.abs(view.maps).max():.2f}." in html


def test_a_strip_frames_the_selected_unit(models):
    selection = select(models, DIGIT, FIRST._replace(layer=18, channel=74, row=None))
    html = channel_galleries(selection)
    assert 'data-grid="16 32"' in html and "512 units, in lines of 32." in html
    assert "top:12.500%;left:31.250%;height:6.250%;width:3.125%" in html  # line 2, place 10


@pytest.mark.parametrize(
    "box, words",
    [
        ((3, 8, 20, 25), "Its [[receptive field]]: 5 × 5 pixels, from row 3, column 20."),
        ((0, 28, 0, 28), inside_texts.FIELD_ALL),
        ((0, 28, 4, 28), "Its [[receptive field]]: 28 × 24 pixels, from row 0, column 4."),
    ],
)
def test_what_a_unit_sees(box, words):
    assert field_words(box) == words


def test_the_strongest_terms_are_shown_and_the_rest_is_summed_once():
    places, rest = strongest(np.array([1.0, -9, 4, 0.5, -6]), 3)
    assert (places.tolist(), rest) == ([1, 4, 2], 1.5)
    places, rest = strongest(np.array([1.0, -9]), 3)
    assert (places.tolist(), rest) == ([1, 0], None)


def test_a_weighted_sum_says_what_it_adds_up():
    contributions = [1, -20, 4, 0.5, -6, 3, 2, 0.25]
    dense = WeightedSum(np.array(contributions), np.ones(8), 0.125)
    said = text(operation_list({"b": dense}, {"a": "Flatten", "b": "Dense 1"}))
    assert said.startswith("Dense 1 unit 1 −20.000 × 1.000 = −20.000 unit 4 −6.000 × 1.000")
    # −15.25 in all; the six strongest make −16 and leave 0.75 to the other two.
    assert "the other 2 of Flatten 0.750 bias 0.125 sum −15.125" in said


def test_a_convolution_shows_its_three_strongest_channels():
    inputs = np.stack([np.full((3, 3), value) for value in (1.0, 2, -3, 4)])
    weights = np.ones((4, 3, 3)) / 9
    convolution = {"b": WeightedSum(inputs, weights, 1.0)}
    said = text(operation_list(convolution, {"a": "Pool", "b": "Conv"}))
    shown = re.findall(r"channel (\d) .*?= (\S+)", said)
    assert shown == [("3", "4.000"), ("2", "−3.000"), ("1", "2.000")]
    assert "channel 3 4.00 4.00" in said and "channel 2 −3.00 −3.00" in said and "× 0.11" in said
    assert "the other 1 of Pool 1.000 bias 1.000 sum 5.000" in said


def test_every_operation_is_written_out():
    titles = {"a": "Layer A", "b": "Layer B"}

    def said(operation):
        return text(operation_list({"b": operation}, titles))

    assert said(Normalisation(2.0, -1.0, 4.0)) == "Layer B (2.000 − (−1.000)) / √4.000 = 1.500"
    scaled = said(Normalisation(2.0, 1.0, 4.0, 0.0, 3.0, -0.5))
    assert scaled == "Layer B 3.000 × (2.000 − 1.000) / √4.000 + (−0.500) = 1.000"
    assert said(Copy(2.5, (5, 3, 4))).endswith("channel 5, row 3, column 4 of Layer A: 2.500")
    assert said(Copy(2.5, (37,))).endswith("unit 37 of Layer A: 2.500")
    assert said(Maximum(np.array([[1, 7], [3, 4.0]]))) == "Layer B 1.00 7.00 3.00 4.00 → 7.000"
    thirds = said(Probability(np.log([1.0, 3]), 1))
    assert thirds == "Layer B e 1.099 / the sum of all ten = 3.000 / 4.000 = 0.750"


def test_weights_lie_side_by_side_in_their_order():
    weights = np.arange(1, 13.0).reshape(3, 2, 2)  # three channels in two columns
    np.testing.assert_array_equal(
        mosaic(weights),
        [[1, 2, 0, 5, 6], [3, 4, 0, 7, 8], [0, 0, 0, 0, 0], [9, 10, 0, 0, 0], [11, 12, 0, 0, 0]],
    )


def test_weights_behind_a_flattened_layer_are_maps_again(models):
    rows = layers(models["conv"])
    dense = next(row for row in rows if row.kind == "Linear")
    worked = arithmetic(models["conv"], DIGIT, dense.name, 3)
    weights = models["conv"].classifier[1].weight[3].detach().double().numpy()
    np.testing.assert_array_equal(weights_as_maps(worked, rows), weights.reshape(64, 4, 4))
    worked = arithmetic(models["conv"], DIGIT, rows[-2].name, 3)
    assert weights_as_maps(worked, rows) is None


def test_the_first_channel_shows_what_the_text_says(models):
    """Red on one side of the stroke, blue on the other, and paper nearly white."""
    maps = activations(models["conv"], DIGIT)["features.0"]
    channel, row, column = FIRST_UNIT
    shown = maps[channel]
    assert shown[row, column] == shown.max() > 1.5 and shown.min() < -1.5
    assert abs(np.median(shown)) < 0.1 < 0.2 * shown.max()
    strength = np.abs(maps - np.median(maps, (1, 2), keepdims=True)).max((1, 2))
    assert (strength > strength[channel]).sum() < len(maps) / 2  # no weak one


def test_the_unit_is_shown_with_its_own_numbers(models):
    selection = select(models, DIGIT, FIRST._replace(channel=6, row=3, column=21))
    value = activations(models["conv"], DIGIT)["features.0"][6, 3, 21]
    said = text(unit_details(selection))
    assert said.startswith("ConvNet , channel 6 Row 3, column 21: ")
    assert f"column 21: {value:.3f} ".replace("-", "−") in said
    assert "Its receptive field : 3 × 3 pixels, from row 3, column 21." in said


def test_views_need_their_networks(models):
    assert view_titles(models)["both"] == inside_texts.BOTH
    assert list(view_titles({"fc": None, "conv": None})) == ["fc", "conv", "own"]
