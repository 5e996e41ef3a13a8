"""A test digit by its index, or one at random, from within any room."""

from collections.abc import Callable
from pathlib import Path

import gradio as gr

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.page.markup import tag
from mnist_cnn.page.texts import common as common_texts


def digit_picker(use_test_digit: Callable) -> None:
    """Lay out the number and the button beside it.

    Args:
        use_test_digit: as in shared.Shared.
    """
    field = tag("input", type="number", inputmode="numeric")
    label = tag("label", tag("span", common_texts.TEST_DIGIT), field, css="index")
    button = tag("button", common_texts.RANDOM, type="button", css="dice", data_count=DATASET.test)
    picker = gr.HTML(
        html_template=tag("div", label, button, css="picker"),
        js_on_load=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        apply_default_css=False,
    )
    use_test_digit(picker.input, picker)
