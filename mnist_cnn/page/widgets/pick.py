"""HTML whose parts can be picked, by click or keyboard."""

import re
from pathlib import Path

import gradio as gr

from mnist_cnn.page.widgets.text import html


def pickable(value: str | None = None, **settings) -> gr.HTML:
    """gr.HTML whose parts can be picked.

    Its `.click(handler, ...)` hands the handler a `gr.EventData`; `picked` says what it holds:
    the data-pick of the element, or "row column" of the cell in a picture with
    data-grid="rows columns". It comes from the browser: check it.
    """
    return html(value, Path(__file__).with_suffix(".js").read_text(encoding="utf-8"), **settings)


def picked(event: gr.EventData) -> str:
    """What was picked, at most 39 characters; "" where nothing was."""
    pick = event._data.get("pick") if isinstance(event._data, dict) else None
    return pick if isinstance(pick, str) and len(pick) < 40 else ""


def picked_numbers(event: gr.EventData, count: int) -> tuple[int, ...] | None:
    """`picked` as `count` whole numbers from 0 to 9999; None where it is anything else."""
    words = picked(event).split()
    is_right = len(words) == count and all(re.fullmatch("[0-9]{1,4}", word) for word in words)
    return tuple(map(int, words)) if is_right else None
