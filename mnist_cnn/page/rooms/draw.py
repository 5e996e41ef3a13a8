"""Room Draw: paper, photo or test digit in; the answer and every step towards it out."""

import gradio as gr

from mnist_cnn.arguments import RequestError
from mnist_cnn.page import current_digit, fragments
from mnist_cnn.page.figures import png_data_uri
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.page.widgets import sketch
from mnist_cnn.page.widgets.components import html, picture_file, test_digit_picker
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.passport import passport, transforms_that_matter
from mnist_cnn.reading.pipelines import PIPELINES

MAIN_MODEL = "aug"


def build(weights, on_table, way, frame, first):
    """Lay out the room and wire its sources.

    Args:
        weights: live.LiveWeights.
        on_table: gr.State of a current_digit.OnTable, shared with the other rooms.
        way: gr.Radio with a key of PIPELINES, shared likewise; rendered here.
        frame: function of a Reading, a notice and a live.WeightSet to the HTML of the page's head
            and foot, and the components that show them.
        first: current_digit.Reading to open with, of what on_table holds.

    Returns:
        take_index, as in current_digit.Shared, and refresh: a function of an event, after which the
        room shows what lies on the table as the networks of now read it.
    """
    render_frame, frame_views = frame
    paper = sketch.paper(png_data_uri(first.frames[0].image))
    answer = html(_answer(first), elem_id="answer", render=False)
    strip = html(fragments.film_strip(first.frames), elem_id="strip", render=False)
    passport_view = html(
        _passport(on_table.value, weights.current), elem_id="passport", render=False
    )
    context, shown = [on_table, way], [on_table, *frame_views, answer, strip]

    def show(old, way_key, make=lambda old: old):
        """Put a new picture on the table, or say in one sentence why the old one stays."""
        now = weights.current
        try:
            new = make(old)
            reading, said = current_digit.read(new, way_key, now), ""
        except (ImageError, RequestError) as error:
            new = old
            reading, said = current_digit.read(old, way_key, now), fragments.notice(str(error))
        return (
            new,
            *render_frame(reading, said, now),
            said + _answer(reading),
            fragments.film_strip(reading.frames),
            reading,
        )

    def draw(data_url, old, way_key):
        return show(old, way_key, lambda _: current_digit.from_drawing(data_url))[:-1]

    def show_again(old, way_key):
        return show(old, way_key)[:-1]

    def lay(source, make, old, way_key):
        *updates, reading = show(old, way_key, lambda _: make(source))
        return *updates, png_data_uri(reading.frames[0].image)

    def use_photo(path, old, way_key):
        if path is None:  # taken away again: what lies on the table stays
            return (gr.skip(),) * (len(shown) + 2)
        return *lay(path, current_digit.from_photo, old, way_key), None

    def use_index(value, old, way_key):
        return lay(value, current_digit.from_test_set, old, way_key)

    def then_passport(change):  # it takes its time: the answer does not wait for it
        change.then(
            lambda new: _passport(new, weights.current),
            on_table,
            passport_view,
            **current_digit.QUIETLY,
        )
        return change

    def take_index(event, index):
        change = event(use_index, [index, *context], [*shown, paper], **current_digit.QUIETLY)
        return then_passport(change)

    html(fragments.opening(draw_texts.QUESTION, draw_texts.INTRO))
    with gr.Column(elem_id="draw-table"):
        paper.render()
        answer.render()
        with gr.Column(elem_id="sources"):
            test_digit_picker(take_index)
            photo = picture_file(
                label="Photo or picture",
                sources=["upload", "webcam", "clipboard"],
                height=150,
                buttons=[],
                elem_id="photo",
            )
            html(f'<p class="text small">{draw_texts.PHOTO}</p>')
    html(f"<h3>{draw_texts.STRIP}</h3>")
    way.render()
    strip.render()
    html(fragments.code("preprocess"))
    html(fragments.opening(draw_texts.PASSPORT, draw_texts.PASSPORT_INTRO))
    passport_view.render()
    html(fragments.code("passport"))
    way.input(show_again, context, shown, **current_digit.QUIETLY)
    then_passport(paper.input(draw, [paper, *context], shown, **current_digit.QUIETLY))
    then_passport(
        photo.input(use_photo, [photo, *context], [*shown, paper, photo], **current_digit.QUIETLY)
    )

    def refresh(event):
        return then_passport(event(show_again, context, shown, **current_digit.QUIETLY))

    return take_index, refresh


def _passport(picture, weights):
    frames = current_digit.steps(picture, "mnist")
    return fragments.passport(passport(frames), transforms_that_matter(frames, weights.models))


def way_radio():
    """The choice of preprocessing."""
    choices = [(way.title, key) for key, way in PIPELINES.items()]
    return gr.Radio(choices, value="mnist", label=draw_texts.WAY_LABEL, render=False, elem_id="way")


def _answer(reading):
    main = reading.predictions[MAIN_MODEL]
    return (
        f'<div class="answer" role="status">{fragments.numeral(main)}</div>'
        f"{fragments.bars(main)}{fragments.voices(reading.predictions)}"
    )
