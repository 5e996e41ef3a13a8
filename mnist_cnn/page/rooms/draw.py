"""Room Draw: paper, photo or test digit in; the answer and every step towards it out."""

from functools import partial

import gradio as gr

from mnist_cnn.page.current_digit import (
    InputImage,
    from_browser,
    from_drawing,
    from_erased,
    from_pasted,
    from_photo,
)
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.kept_digits import current_to_tray
from mnist_cnn.page.markup import bullets, join, opening, tag
from mnist_cnn.page.shared import Shared, Updates
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.digit_picker import digit_picker
from mnist_cnn.page.widgets.text import html
from mnist_cnn.page.widgets.tray import keep_button
from mnist_cnn.page.widgets.upload import picture_file


def build(shared: Shared) -> None:
    """Lay out the room; its views follow the current digit, so that nothing is left to fill."""
    html(opening(draw_texts.QUESTION, draw_texts.INTRO))
    with gr.Column(elem_id="draw-table"):
        shared.paper.render()
        shared.answer.render()
        with gr.Column(elem_id="sources"):
            kept = keep_button()
            digit_picker(shared.use_test_digit)
            photo = picture_file(
                label=draw_texts.PICTURE,
                placeholder=draw_texts.DROP,
                sources=["upload", "webcam", "clipboard"],
                height=150,
                buttons=[],
                elem_id="photo",
            )
            html(tag("p", draw_texts.PHOTO, css="text small"))
        html(join(tag("h3", draw_texts.WHO), bullets(draw_texts.NETWORKS)), elem_id="who")
    html(tag("h3", draw_texts.STRIP))
    shared.pipeline.render()
    shared.strip.render()
    html(code_panel("preprocess"))
    html(opening(draw_texts.PASSPORT, draw_texts.PASSPORT_INTRO))
    shared.passport.render()
    html(code_panel("passport"))

    def draw(data_url: str, old: InputImage, pipeline: str) -> Updates:
        return shared.replace(from_drawing, data_url, old, pipeline, on_paper=False)

    def use_pasted(data_url: str, old: InputImage, pipeline: str) -> Updates:
        return shared.replace(from_pasted, data_url, old, pipeline)

    def erase(data_url: str, old: InputImage, pipeline: str) -> Updates:
        return shared.replace(partial(from_erased, old), data_url, old, pipeline)

    def put_back(kept: dict, old: InputImage, pipeline: str) -> Updates:
        return shared.replace(from_browser, kept, old, pipeline, on_paper=False)

    def use_photo(file, old: InputImage, pipeline: str) -> Updates:
        if file is None:  # taken away again: the current digit stays
            return gr.skip()
        return {**shared.replace(from_photo, file, old, pipeline), photo: None}

    def keep(image: InputImage) -> dict:
        now = shared.weights.current
        return current_to_tray(image, shared.readings.digit(image, "mnist", now), now)

    kept.click(keep, shared.picture, kept, **PAGE_EVENT)
    shared.listen(shared.answer.click, shared.take_one)
    shared.listen(shared.paper.input, draw, [shared.paper])
    shared.listen(shared.paper.upload, use_pasted, [shared.paper])
    shared.listen(shared.paper.edit, erase, [shared.paper])
    shared.listen(shared.paper.undo, put_back, [shared.paper])
    shared.listen(photo.input, use_photo, [photo], [photo])
    shared.listen(shared.pipeline.input, shared.show_again)
