"""What a browser says was picked is hostile."""

import gradio as gr
import pytest

from mnist_cnn.page.widgets.choice import never_none
from mnist_cnn.page.widgets.pick import picked, picked_numbers


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


@pytest.mark.parametrize(
    "pick, count, expected",
    [
        ("3 27", 2, (3, 27)),
        ("9999", 1, (9999,)),
        ("10000", 1, None),
        ("3", 2, None),
        ("3 4", 1, None),
        ("-1 2", 2, None),
        ("١ ٢", 2, None),
        ("", 1, None),
    ],
)
def test_only_so_many_whole_numbers_were_picked(pick, count, expected):
    assert picked_numbers(gr.EventData(None, {"pick": pick}), count) == expected
