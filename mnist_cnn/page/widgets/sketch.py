"""The paper to draw on, and the only file that knows what it sends."""

import base64
import binascii
from pathlib import Path

import gradio as gr

from mnist_cnn.reading.images import MAX_BYTES, ImageError

_HERE = Path(__file__).parent
_LONGEST = MAX_BYTES * 4 // 3 + 100  # characters of a data URL: base64 makes four of three bytes


def paper(value):
    """The drawing paper, yet to be rendered; its value is a data URL of what lies on it.

    Gradio's own sketchpad needs WebGL, sends 21 requests per stroke and loses the first one.

    Args:
        value: data URL of the picture to lay on it at the start.
    """
    return gr.HTML(
        value,
        html_template=(_HERE / "sketch.html").read_text(),
        js_on_load=(_HERE / "sketch.js").read_text(),
        elem_id="sketch",
        apply_default_css=False,
        render=False,
    )


def to_file(data_url):
    """The bytes of the image file in a data URL.

    Raises:
        ImageError: no data URL of an image, or too long a one.
    """
    if not isinstance(data_url, str) or not data_url.startswith("data:image/"):
        raise ImageError("what came is no image; send a PNG, JPEG, WebP or GIF")
    if len(data_url) > _LONGEST:
        raise ImageError(f"the image file is too large; send at most {MAX_BYTES / 1e6:.0f} MB")
    try:
        return base64.b64decode(data_url.partition(";base64,")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImageError("the image file is damaged; send it again, or as a PNG or JPEG") from error
