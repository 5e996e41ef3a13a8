"""What a browser says was picked is hostile."""

import gradio as gr
import pytest

from mnist_cnn.ui.components import picked


@pytest.mark.parametrize(
    "sent, expected",
    [({"pick": "3 4"}, "3 4"), ({"pick": 7}, ""), ({}, ""), (None, ""), ([1], ""), ("pick", "")],
)
def test_only_a_string_was_picked(sent, expected):
    assert picked(gr.EventData(None, sent)) == expected
