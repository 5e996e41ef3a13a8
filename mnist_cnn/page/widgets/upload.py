"""Uploaded pictures: the file untouched, from the upload folder and from nowhere else."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData, ImageData, ListFiles
from gradio.utils import get_upload_folder
from gradio_client.utils import is_http_url_like

from mnist_cnn.page.widgets import sketch
from mnist_cnn.reading.images import ADDRESS, ImageError


def refusal(sentence: str) -> gr.Error:
    """What a caller is told in one sentence, without a traceback in the log."""
    return gr.Error(sentence, print_exception=False)


class PictureData(ImageData):
    """What a browser or a client sends for a picture: a file that it uploaded before."""

    @classmethod
    def model_validate(cls, value, **settings):
        """As pydantic's, of an image editor's picture, too; what is no file gets one sentence."""
        if isinstance(value, dict) and "composite" in value:
            value = value["composite"]
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
            came = str(value)[:40]
            raise refusal(f"images: {came} came; send a list of picture files.") from error


def picture_file(**settings) -> gr.Image:
    """gr.Image that hands over the file untouched: images.py decides what a picture is.

    Gradio's own decoding clips 16 bits, blackens transparency and turns what is damaged into a
    message that helps nobody. (No subclass: for each one Gradio writes a .pyi beside the source.)
    """
    component = gr.Image(type="filepath", image_mode=None, **settings)
    component.data_model = PictureData
    component.preprocess = one_file  # type: ignore[method-assign,assignment]
    return _fetching_nothing(component)


def picture_files(**settings) -> gr.File:
    """gr.File for a list of pictures, handed over as `many_files` returns them."""
    component = gr.File(file_count="multiple", **settings)
    component.data_model = PicturesData
    component.preprocess = many_files  # type: ignore[method-assign,assignment]
    return _fetching_nothing(component)


def _fetching_nothing(component: Any) -> Any:
    """The component; Gradio's would have the server fetch what is at an address that comes."""
    move = component.async_move_resource_to_block_cache

    async def moved(path):
        if is_http_url_like(path):
            raise refusal(f"{component.label}: {ADDRESS}.")
        return await move(path)

    component.async_move_resource_to_block_cache = moved
    return component


def one_file(payload: FileData | None) -> Path | bytes | None:
    """`uploaded_file`; what it refuses reaches the caller as one sentence."""
    try:
        return uploaded_file(payload)
    except ImageError as error:
        raise refusal(f"image: {error}.") from error


def many_files(payload: ListFiles | None) -> list[Callable[[], Path | bytes | None]]:
    """One function per file, which returns it: one that is refused does not spoil the others."""
    return [partial(uploaded_file, file) for file in payload or ()]


def uploaded_file(payload: FileData | None) -> Path | bytes | None:
    """Path of an uploaded file, or its bytes where they came inside the request; None for none.

    Raises:
        ImageError: the path lies outside of the upload folder, or the data URL holds no image.
    """
    if payload is None:
        return None
    if payload.url and payload.url.startswith("data:"):
        return sketch.to_file(payload.url)
    if payload.path is None:
        if payload.url:
            raise ImageError(ADDRESS)
        return None
    # Gradio checks a path only where the request marks it as a file: an attacker leaves that out.
    path, uploads = os.path.realpath(payload.path.replace("\0", "")), get_upload_folder()
    if not Path(path).is_relative_to(os.path.realpath(uploads)):
        raise ImageError("this file was not uploaded; send a picture file")
    return Path(path)
