"""The room Convolution laid out: its parts from top to bottom, and who listens to whom."""

from typing import Any

import gradio as gr
import numpy as np

from mnist_cnn.arguments import RequestError
from mnist_cnn.explaining.convolution import PADDINGS, normalised
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.markup import beside, join, notice, opening, paragraph
from mnist_cnn.page.numbers import number
from mnist_cnn.page.rooms.convolution.equation import (
    filter_output,
    kernel_grid,
    preset_buttons,
    scanned_picture,
    slid_over,
    sliding_filter,
)
from mnist_cnn.page.rooms.convolution.scene import (
    FIRST_KERNEL,
    FIRST_PADDING,
    filtered_picture,
    learned_filters,
    learned_named,
    preset_named,
)
from mnist_cnn.page.rooms.convolution.sentences import filter_words, why_convolution
from mnist_cnn.page.rooms.convolution.wall import wall
from mnist_cnn.page.shared import Shared
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts import convolution as convolution_texts
from mnist_cnn.page.widgets.choice import never_none, radio
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.digit_picker import digit_picker
from mnist_cnn.page.widgets.head import by_way
from mnist_cnn.page.widgets.pick import pickable, picked
from mnist_cnn.page.widgets.text import html, markdown


def build(shared: Shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    texts = convolution_texts
    with gr.Column(elem_classes="opening"):
        html(opening(texts.QUESTION, texts.INTRO, by_way(common_texts.CAME)))
        with gr.Column(elem_classes="settings"):
            source = radio(texts.SOURCES, label=texts.SOURCE_LABEL)
            pixels = radio(texts.PIXELS, label=texts.PIXELS_LABEL)
            with gr.Row():
                digit_picker(shared.use_test_digit)
                new_noise = gr.Button(texts.NEW_NOISE, min_width=110, elem_classes="dice")
    presets = pickable(preset_buttons(FIRST_KERNEL), elem_id="presets")
    with gr.Column(elem_id="equation"):
        with gr.Row(elem_id="slides", elem_classes="settings"):
            turn = radio(texts.TURNS, label=texts.TURN_LABEL)
            paddings = {key: padding.title for key, padding in PADDINGS.items()}
            padding = radio(paddings, label=texts.PADDING_LABEL)
        scanned = html(elem_id="scanned", elem_classes="awaited")
        kernel = kernel_grid()
        filtered = html(elem_id="filtered")
        slide = sliding_filter()
    said = html(elem_id="filter-words")
    digit = gr.Textbox(visible=False)  # that is shown, or was before the noise
    seed = never_none(gr.Number(0, minimum=0, maximum=10**9, precision=0, visible=False))
    markdown(texts.FORMULA)
    html(code_panel("convolution", "nine_products"))
    paper = number(normalised(np.zeros((1, 1))).item())
    html(beside(texts.BORDER, texts.BORDER_INTRO.format(paper), texts.TURN_INTRO))
    html(opening(texts.WALL, texts.WALL_INTRO))
    tiles = pickable(elem_id="wall")
    html(code_panel("learned_filters"))
    why = why_convolution(shared.weights.current.models)
    html(join(beside(texts.WHY_CONVOLUTION, *why), paragraph(texts.LINKS)))

    def learned(own):
        return learned_filters(shared.with_own(own).models)

    def scene_of(kernel, picture, pipeline, *sent):
        digit = shared.readings.digit(picture, pipeline, shared.weights.current)
        return filtered_picture(kernel, digit, picture.origin, *sent)

    def views_of(learned, *sent):
        """Everything but the wall."""
        try:
            scene = scene_of(*sent)
        except RequestError as error:
            return {said: notice(str(error))}
        return {
            presets: preset_buttons(scene.preset),
            scanned: scanned_picture(scene),
            filtered: filter_output(scene),
            slide: slid_over(scene),
            said: filter_words(scene, learned),
        }

    def wall_of(learned, *sent):
        try:
            return {tiles: wall(scene_of(*sent), learned)}
        except RequestError:  # `views_of` has said it
            return {tiles: gr.skip()}

    def show(own, *sent):
        return views_of(learned(own), *sent)

    def show_wall(own, *sent):
        return wall_of(learned(own), *sent)

    def fill(of_digit, own, kernel, picture, pipeline, chosen, *others):
        this, filters = picture.seen(pipeline), learned(own)
        chosen = chosen if of_digit == this else "digit"  # noise makes way for another digit
        sent = kernel, picture, pipeline, chosen, *others
        shown = {digit: this, source: chosen}
        return shown | views_of(filters, *sent) | wall_of(filters, *sent)

    def use_preset(event: gr.EventData, grid):
        return preset_named(picked(event), grid)

    def use_learned(event: gr.EventData, grid, own):
        return learned_named(picked(event), grid, learned(own))

    def renew(seed, source, padding):
        return seed + 1, "noise", padding if source == "noise" else FIRST_PADDING["noise"]

    def turn_to(source):
        return FIRST_PADDING[source]

    table = shared.picture, shared.pipeline, source, seed
    scene = [shared.own, kernel, *table, pixels, padding, turn]
    views = [presets, scanned, filtered, slide, said]
    changes = (
        presets.click(use_preset, kernel, kernel, **PAGE_EVENT),
        tiles.click(use_learned, [kernel, shared.own], kernel, **PAGE_EVENT),
        new_noise.click(renew, [seed, source, padding], [seed, source, padding], **PAGE_EVENT),
        source.input(turn_to, source, padding, **PAGE_EVENT),
    )
    controls: tuple[Any, ...] = (kernel, pixels, padding, turn)
    for listen in (
        *(change.then for change in changes),
        *(control.input for control in controls),
    ):
        listen(show, scene, views, **PAGE_EVENT).then(show_wall, scene, tiles, **PAGE_EVENT)
    return fill, [digit, *scene], [digit, source, *views, tiles]
