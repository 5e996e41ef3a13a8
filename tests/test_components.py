"""What a browser says was picked is hostile."""

import gradio as gr
import pytest

from mnist_cnn.ui.components import never_none, picked


@pytest.mark.parametrize(
    "sent, expected",
    [
        ({"pick": "3 4"}, "3 4"),
        ({"pick": 7}, ""),
        ({"pick": "9" * 50}, ""),
        ({}, ""),
        (None, ""),
        ([1], ""),
        ("pick", ""),
    ],
)
def test_only_a_string_was_picked(sent, expected):
    assert picked(gr.EventData(None, sent)) == expected


def test_null_is_the_first_value():
    radio = never_none(gr.Radio(["a", "b"], value="b"))
    assert (radio.preprocess(None), radio.preprocess("a")) == ("b", "a")
