"""The learner's own network, kept in the browser: after a reload it is theirs still."""

import re
from typing import Any

import gradio as gr

from mnist_cnn.page.widgets.scripts import scripts


def own_network() -> gr.HTML:
    """A component that shows nothing, and whose value `sha256_of` reads.

    Its value {"sha256", "file": base64} is kept, {"unknown": True} asks for the file. Its `.edit`
    asks whether the server knows the network still; its `.upload` carries {"file": base64}.
    """
    return gr.HTML(
        {},
        html_template="",
        js_on_load=scripts("own"),
        elem_id="own-network",
        apply_default_css=False,
    )


def sha256_of(sent: Any) -> str:
    """The sha256 in this component's value, which comes from the browser; "" if there is none."""
    sha256 = sent.get("sha256") if isinstance(sent, dict) else None
    return sha256 if isinstance(sha256, str) and re.fullmatch("[0-9a-f]{64}", sha256) else ""
