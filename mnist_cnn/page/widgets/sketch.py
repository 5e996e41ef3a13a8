"""The drawing paper, and the only file that knows what it sends."""

import base64
import binascii
from pathlib import Path

import gradio as gr
from markupsafe import Markup

from mnist_cnn.page.markup import join, tag
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.reading.images import MAX_BYTES, SEND, SUFFIXES, ImageError

SIDE = 280  # px of the canvas
# Widths in pixels of the canvas: "medium" is about a tenth of a digit's height, as in MNIST.
PENS = {"thin": 10, "medium": 18, "thick": 28}
FIRST_PEN = "medium"
DOT = 0.6  # of a pen's width: how large its button shows it

_LONGEST = MAX_BYTES * 4 // 3 + 100  # characters of a data URL: base64 makes four of three bytes


def paper() -> gr.HTML:
    """The drawing paper, yet to be rendered.

    What it sends is a data URL, or the current digit as the browser keeps it; what it is sent is
    {"shown": data URL of a PNG, "kept": the current digit as the browser keeps it}.

    Gradio's own sketchpad needs WebGL, sends 21 requests per stroke and loses the first one.
    """
    return gr.HTML(
        html_template=_template(),
        js_on_load=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        elem_id="sketch",
        apply_default_css=False,
        render=False,
    )


def _template() -> Markup:
    canvas = tag(
        "canvas",
        width=SIDE,
        height=SIDE,
        tabindex=0,
        role="application",  # so that screen readers leave it the keys
        aria_roledescription=draw_texts.PAPER_ROLE,
        aria_label=draw_texts.PAPER,
    )
    example = tag("span", draw_texts.PAPER_EXAMPLE), draw_texts.PAPER_EMPTY
    ghost = tag("p", example, css="ghost", aria_hidden="true")
    cross = tag("div", css="cross", hidden=True)
    words = {
        "eraser": draw_texts.ERASE,
        "undo": draw_texts.UNDO,
        "redo": draw_texts.REDO,
        "clear": draw_texts.CLEAR,
    }
    tools = (
        (_pen(name, width) for name, width in PENS.items()),
        (tag("button", title, type="button", data_tool=name) for name, title in words.items()),
    )
    return join(
        tag("div", canvas, ghost, cross, css="paper empty", data_suffixes=",".join(SUFFIXES)),
        tag("div", tools, css="tools", role="toolbar", aria_label=draw_texts.TOOLS),
    )


def _pen(name: str, width: int) -> Markup:
    return tag(
        "button",
        tag("i", css="dot", style=f"--d: {round(DOT * width)}px"),
        type="button",
        data_tool=name,
        data_pen=width,
        aria_pressed="true" if name == FIRST_PEN else "false",
        aria_label=draw_texts.PENS[name],
        title=draw_texts.PENS[name],
    )


def to_file(data_url: str) -> bytes:
    """The bytes of the image file in a data URL.

    Raises:
        ImageError: no data URL of an image, or too long a one.
    """
    if not isinstance(data_url, str) or not data_url.startswith("data:image/"):
        raise ImageError(f"what came is no image; {SEND}")
    if len(data_url) > _LONGEST:
        raise ImageError(f"the image file is too large; send at most {MAX_BYTES / 1e6:.0f} MB")
    try:
        return base64.b64decode(data_url.partition(";base64,")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageError("the image file is damaged; send it again, or as a PNG or JPEG") from error


def to_data_url(file: bytes) -> str:
    """The data URL of an image file; `to_file` makes it a file again."""
    return "data:image/*;base64," + base64.b64encode(file).decode()
