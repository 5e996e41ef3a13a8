"""The room My digits laid out: the tray in the browser, and what the server does for it.

The server reads pictures, answers digits, computes figures, and lays a digit on the table; it keeps
nothing. What the tray asks comes as the data of an event: tray.py lists it.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import gradio as gr

from mnist_cnn.arguments import RequestError
from mnist_cnn.page.current_digit import InputImage, from_tray
from mnist_cnn.page.events import SHEET_EVENT, TRAY_EVENT
from mnist_cnn.page.kept_digits import (
    answers_of,
    name_of,
    page_to_tray,
    read_digits,
    read_rows,
)
from mnist_cnn.page.markup import opening
from mnist_cnn.page.rooms.mine.figures import own_figures
from mnist_cnn.page.shared import Shared, Updates
from mnist_cnn.page.texts import mine as texts
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.sketch import to_file
from mnist_cnn.page.widgets.text import html
from mnist_cnn.page.widgets.tray import tray
from mnist_cnn.page.widgets.upload import refusal
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.page import read_page
from mnist_cnn.reading.printed_sheet import printed_sheet


def build(shared: Shared) -> None:
    """Lay out the room; the tray asks for whatever is to be filled."""
    weights = shared.weights
    html(opening(texts.QUESTION, texts.INTRO, texts.PRIVACY, texts.TRY))
    digits = tray(list(weights.current.models), name_of(weights.current))
    figures = html(opening(texts.RESULTS, texts.RESULTS_NONE), elem_id="own-figures")
    html(code_panel("own_digits"))

    def read(event: gr.EventData) -> dict[str, Any]:
        now, ticket = weights.current, event._data["ticket"]
        try:
            page = read_page(to_file(event._data["file"]), now)
        except ImageError as error:
            return {"read": ticket, "error": str(error)}
        return {"read": ticket, **page_to_tray(page, now)}

    def answer(event: gr.EventData) -> dict[str, Any]:
        now = weights.current
        return {
            "answers": answers_of(asked(read_digits, event._data), now),
            "weights": name_of(now),
        }

    def show(event: gr.EventData):
        now = weights.current
        return own_figures(asked(read_rows, event._data, list(now.models)), now)

    def lay(old: InputImage, pipeline: str, event: gr.EventData) -> Updates:
        return shared.replace(from_tray, event._data, old, pipeline)

    def sheet() -> dict[str, str]:
        return {"sheet": f"data:application/pdf;base64,{b64encode(printed_sheet()).decode()}"}

    digits.download(sheet, None, digits, **TRAY_EVENT)
    digits.upload(read, None, digits, **SHEET_EVENT)
    digits.edit(answer, None, digits, **TRAY_EVENT)
    digits.submit(show, None, figures, **TRAY_EVENT)
    shared.listen(digits.click, lay)


def asked(read: Callable, *sent: Any) -> Any:
    """What a function of kept_digits.py reads of what came; what it refuses is one sentence."""
    try:
        return read(*sent)
    except RequestError as error:
        raise refusal(f"{error}.") from error
