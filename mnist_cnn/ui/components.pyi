"""Gradio's components, where its own manners are not ours."""

import gradio as gr

from . import sketch

from gradio.events import Dependency

class PictureFile(gr.Image):
    """gr.Image that hands over the file untouched: images.py decides what a picture is.

    Gradio's own decoding clips 16 bits, blackens transparency and turns what is damaged into a
    message that helps nobody.
    """

    def preprocess(self, payload):
        """Path of the file, or its bytes where it came inside the request; None for none."""
        if payload is None:
            return None
        if payload.url and payload.url.startswith("data:"):
            return sketch.to_file(payload.url)
        return payload.path

    def get_block_name(self):
        return "image"
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block
    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component  # the name of the component that the browser knows