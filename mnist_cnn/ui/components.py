"""Gradio's components, where its own manners are not ours."""

import gradio as gr

from . import sketch


def html(value=None, **settings):
    """gr.HTML that page.css alone styles."""
    return gr.HTML(value, apply_default_css=False, js_on_load=None, **settings)


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
        return "image"  # the name of the component that the browser knows
