"""The room Results laid out: its parts from top to bottom, and who listens to whom."""

from functools import lru_cache

import gradio as gr
from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.markup import join, opening, paragraph, section, tag
from mnist_cnn.page.rooms.results.amounts import amounts
from mnist_cnn.page.rooms.results.architecture import architectures
from mnist_cnn.page.rooms.results.error_gallery import ANY, error_gallery, set_titles
from mnist_cnn.page.rooms.results.handwriting import handwriting
from mnist_cnn.page.rooms.results.leak import leak
from mnist_cnn.page.rooms.results.learning_curves import learning_curves
from mnist_cnn.page.rooms.results.scores import comparisons, scores
from mnist_cnn.page.shared import Room, Shared
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.choice import never_none, radio
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.confusion import confusion_matrix
from mnist_cnn.page.widgets.pick import pickable, picked_numbers
from mnist_cnn.page.widgets.text import html, markdown
from mnist_cnn.sharing.weight_set import WeightSet

ALWAYS = ("part-confusion", "part-gallery", "part-architecture")  # sections of any weights
WITHOUT_DIGIT = ("results", "about")  # rooms in which the current digit plays no part


def build(shared: Shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    texts, keys = results_texts, networks_of(shared.weights.current)
    html(opening(texts.QUESTION, texts.INTRO, texts.TRY))
    with gr.Column(elem_id="results-parts"):
        listed = html(elem_id="contents", elem_classes="awaited")
        score_views, compared = html(), html()
        with gr.Column(elem_classes="part"):
            curves = html()
            markdown(texts.RECIPE)
        trainings = html()
        with gr.Column(elem_classes="part"):
            html(section("part-confusion", texts.CONFUSION, paragraph(texts.CONFUSION_INTRO)))
            names = {key: MODELS[key].title for key in keys}
            model = radio(names, MAIN, show_label=False, container=False)
            matrix = pickable(elem_id="confusion")
            html(code_panel("confusion"))
        with gr.Column(elem_classes="part"):
            html(section("part-gallery", texts.GALLERY, paragraph(texts.GALLERY_INTRO)))
            misread_by = radio(set_titles(keys), "all", label=texts.SET, elem_id="misread-by")
            with gr.Row(elem_classes="filters"):
                true, predicted = _digit_filter(texts.TRUE), _digit_filter(texts.READ)
            gallery = pickable(elem_id="errors")
            taken = html(elem_id="taken")
            html(code_panel("errors"))
        networks = html()
    charts = listed, score_views, compared, curves, trainings, networks
    filters, index = [misread_by, true, predicted], gr.Number(precision=0, visible=False)

    def show(key, index, *filters):
        rows = rows_of(shared.weights.current)
        return {
            matrix: confusion_matrix(key, rows, *filters),
            gallery: error_gallery(rows, *filters, index),
            taken: taken_words(index, shared.rooms),
        }

    def fill(key, *filters):  # by now another digit may lie on the table
        charts_now = dict(zip(charts, charts_of(shared.weights.current)))
        return {**charts_now, index: None, **show(key, None, *filters)}

    def narrow(key, index, event: gr.EventData):
        pair = picked_numbers(event, 2)
        if pair is None:
            return {gallery: gr.skip()}
        narrowed = key, *pair
        return {**dict(zip(filters, narrowed)), **show(key, index, *narrowed)}

    def take(event: gr.EventData):
        return (picked_numbers(event, 1) or (None,))[0]

    inputs, views = [model, index, *filters], [matrix, gallery, taken]
    for control in (model, *filters):
        control.input(show, inputs, views, **PAGE_EVENT)
    matrix.click(narrow, [model, index], [*filters, *views], **PAGE_EVENT)
    picked = gallery.click(take, None, index, **PAGE_EVENT)
    shared.use_test_digit(picked.then, index).then(show, inputs, views, **PAGE_EVENT)
    return fill, [model, *filters], [*charts, index, *views]


@lru_cache(2)  # Matplotlib takes its time, and nobody's digit or choice changes anything here
def charts_of(weights: WeightSet) -> tuple[Markup, ...]:
    """Contents, scores, comparisons, learning curves, trainings and architectures, as HTML."""
    rows = rows_of(weights)
    own = handwriting(networks_of(weights), weights.handwriting)
    compared = join(own, comparisons(rows, weights.ledger))
    curves = learning_curves(rows, weights.ledger)
    trainings = join(amounts(weights.ledger), leak(weights.ledger))
    return (
        contents(compared, curves, trainings),
        scores(rows, weights.metrics),
        compared,
        curves,
        trainings,
        architectures(weights.models),
    )


def contents(*parts: Markup) -> Markup:
    """Links to the sections of the room; of those that depend on the weights, to what is there.

    Args:
        parts: HTML that may hold such sections.
    """
    found = join(parts)
    links = (
        tag("li", tag("a", title, href=f"#{name}"))
        for name, title in results_texts.CONTENTS.items()
        if name in ALWAYS or f'id="{name}"' in found
    )
    return tag("nav", tag("ul", links, css="plain"), aria_label=results_texts.CONTENTS_LABEL)


def networks_of(weights: WeightSet) -> list[str]:
    """Keys of the networks that these weights hold, in the order of MODELS."""
    return [key for key in MODELS if key in weights.models]


def rows_of(weights: WeightSet) -> dict[str, dict]:
    """{key: row of metrics.json} of the page's networks; {} where one of them has no results."""
    rows, keys = weights.metrics["models"], networks_of(weights)
    return {key: rows[key] for key in keys} if set(keys) <= set(rows) else {}


def taken_words(index: int | None, rooms: dict[str, Room]) -> Markup:
    """Which test digit is the current one now, and buttons to the rooms that show it.

    Args:
        index: of the test digit; None where it was refused: the page's head says why.
        rooms: of the page.
    """
    if index is None:
        return Markup()
    doors = (
        tag("button", room.title, type="button", data_room=room_id)
        for room_id, room in rooms.items()
        if room_id not in WITHOUT_DIGIT
    )
    words = results_texts.TAKEN.format(index)
    return tag("p", words, " ", doors, css="text doors", role="status")


def _digit_filter(label):
    choices = [(results_texts.ANY, ANY), *((str(digit), digit) for digit in range(DATASET.classes))]
    return never_none(gr.Dropdown(choices, value=ANY, label=label, min_width=120))
