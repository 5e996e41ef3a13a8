"""A test digit by its index, or one at random, from within any room."""

from collections.abc import Callable

import gradio as gr

from mnist_cnn.page import current_digit
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.texts import common as common_texts


def digit_picker(use_test_digit: Callable, first_index: int = current_digit.FIRST_INDEX) -> tuple:
    """Lay out the number and the button beside it.

    Args:
        use_test_digit: as in shared.Shared.
        first_index: what the number shows first.

    Returns:
        The two events after which the digit is the current one: what depends on it goes `.then`.
    """
    with gr.Row(elem_classes="test-digit"):
        index = gr.Number(
            first_index, label=common_texts.TEST_DIGIT, min_width=120, elem_classes="index"
        )
        dice = gr.Button(common_texts.RANDOM, min_width=60, elem_classes="dice")
    rolled = dice.click(current_digit.random_index, None, index, **PAGE_EVENT)
    return use_test_digit(index.submit, index), use_test_digit(rolled.then, index)
