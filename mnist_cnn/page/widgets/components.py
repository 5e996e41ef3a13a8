"""Gradio's components, where its own manners are not ours."""

import os
import re
from functools import partial
from pathlib import Path

import gradio as gr
from gradio.data_classes import ImageData, ListFiles
from gradio.utils import get_upload_folder

from mnist_cnn.page import current_digit
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.widgets import sketch
from mnist_cnn.reading.images import ImageError


def html(value=None, **settings):
    """gr.HTML that page.css alone styles."""
    return gr.HTML(value, apply_default_css=False, js_on_load=None, **settings)


def never_none(component):
    """The same gr.Radio or gr.Dropdown; where a stranger sends null, its first value is taken."""
    preprocess, value = component.preprocess, component.value
    component.preprocess = lambda payload: preprocess(value if payload is None else payload)
    return component


def markdown(text):
    """gr.Markdown in the page's text column; $...$ is a formula."""
    delimiters = [{"left": "$", "right": "$", "display": False}]
    return gr.Markdown(text, latex_delimiters=delimiters, elem_classes="text")


def pickable(value=None, **settings):
    """gr.HTML whose parts can be picked, by click or keyboard.

    Its `.click(handler, ...)` hands the handler a `gr.EventData`; `picked` says what it holds:
    the data-pick of the element, or "row column" of the cell in a picture with
    data-grid="rows columns". It comes from the browser: check it.
    """
    script = (Path(__file__).parent / "pick.js").read_text()
    return gr.HTML(value, apply_default_css=False, js_on_load=script, **settings)


def picked(event):
    """What was picked, from the gr.EventData of a pickable's click; "" where nothing was."""
    pick = event._data.get("pick") if isinstance(event._data, dict) else None
    return pick if isinstance(pick, str) and len(pick) < 40 else ""


def picked_numbers(event, count):
    """As `picked`, where it is that many whole numbers from 0 to 9999; else None."""
    words = picked(event).split()
    is_right = len(words) == count and all(re.fullmatch("[0-9]{1,4}", word) for word in words)
    return tuple(map(int, words)) if is_right else None


def test_digit_picker(take_index, first_index=current_digit.FIRST_INDEX):
    """A test digit by its index, or one at random, from within any room.

    Args:
        take_index: as in current_digit.Shared.
        first_index: what the number shows first.

    Returns:
        The two events after which the digit lies on the table: what depends on it goes `.then`.
    """
    with gr.Row(elem_classes="test-digit"):
        index = gr.Number(
            first_index, label=common_texts.TEST_DIGIT, min_width=120, elem_classes="index"
        )
        dice = gr.Button(common_texts.RANDOM, min_width=60, elem_classes="dice")
    rolled = dice.click(current_digit.random_index, None, index, **current_digit.QUIETLY)
    return take_index(index.submit, index), take_index(rolled.then, index)


def refusal(sentence):
    """What a caller is told in one sentence, without a traceback in the log."""
    return gr.Error(sentence, print_exception=False)


class PictureData(ImageData):
    """What a browser or a client sends for a picture: a file that it uploaded before."""

    @classmethod
    def model_validate(cls, value, **settings):
        """As pydantic's, but what is no file gets one sentence."""
        try:
            return super().model_validate(value, **settings)
        except ValueError as error:
            raise refusal(f"image: {str(value)[:40]!r} came; send a picture file.") from error


class PicturesData(ListFiles):
    """Several such files."""

    @classmethod
    def model_validate(cls, value, **settings):
        """As pydantic's, but what is no list of files gets one sentence."""
        try:
            return super().model_validate(value, **settings)
        except ValueError as error:
            sentence = f"images: {str(value)[:40]} came; send a list of picture files."
            raise refusal(sentence) from error


def picture_file(**settings):
    """gr.Image that hands over the file untouched: images.py decides what a picture is.

    Gradio's own decoding clips 16 bits, blackens transparency and turns what is damaged into a
    message that helps nobody. (No subclass: for each one Gradio writes a .pyi beside the source.)
    """
    component = gr.Image(type="filepath", image_mode=None, **settings)
    component.data_model = PictureData
    component.preprocess = _one_file
    return component


def picture_files(**settings):
    """gr.File for a list of pictures; hands over functions that return a file or raise ImageError.

    So that one file that is no picture does not spoil the others.
    """
    component = gr.File(file_count="multiple", **settings)
    component.data_model = PicturesData
    component.preprocess = lambda payload: [partial(_to_file, file) for file in payload or ()]
    return component


def _one_file(payload):
    try:
        return _to_file(payload)
    except ImageError as error:
        raise refusal(f"image: {error}.") from error


def _to_file(payload):
    """Path of the file, or its bytes where it came inside the request; None for none."""
    if payload is None:
        return None
    if payload.url and payload.url.startswith("data:"):
        return sketch.to_file(payload.url)
    if payload.path is None:
        return None
    # Gradio checks a path only where the request marks it as a file: a stranger leaves that out.
    path, uploads = os.path.realpath(payload.path.replace("\0", "")), get_upload_folder()
    if not Path(path).is_relative_to(os.path.realpath(uploads)):
        raise ImageError("this file was not uploaded; send a picture file")
    return Path(path)
