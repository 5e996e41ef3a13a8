"""Room Compare: one digit, three networks side by side, and what each of them costs."""

from functools import lru_cache

import gradio as gr
from markupsafe import Markup

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.disagreements import DISAGREEMENTS, DRAWN, disagree
from mnist_cnn.judging.drawings import DRAWINGS, on_paper
from mnist_cnn.judging.metrics import misread
from mnist_cnn.networks.models import MAIN, OWN, multiply_adds, parameter_count
from mnist_cnn.page.current_digit import InputImage, from_our_drawings
from mnist_cnn.page.markup import fill, join, opening, paragraph, picture, tag
from mnist_cnn.page.numbers import number, one_digit, percent
from mnist_cnn.page.shared import Shared, Updates
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts import compare as compare_texts
from mnist_cnn.page.widgets.answer import answer_lines, bars, large_answer
from mnist_cnn.page.widgets.augmented import augmented
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.head import by_way
from mnist_cnn.page.widgets.networks import by_model, model_name
from mnist_cnn.page.widgets.pick import pickable, picked, picked_numbers
from mnist_cnn.page.widgets.text import html
from mnist_cnn.reading.pipelines import PIPELINES
from mnist_cnn.reading.predict import Prediction, Reading, read
from mnist_cnn.sharing.weight_set import WeightSet


def build(shared: Shared) -> tuple:
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(
        opening(
            compare_texts.QUESTION,
            compare_texts.INTRO,
            by_way(common_texts.CAME),
        )
    )
    columns = html(elem_id="columns", elem_classes="awaited")
    tries = pickable(elem_id="tries")
    html(paragraph(compare_texts.MULTIPLY_ADDS_WORD, "small"))
    html(code_panel("compare"))
    html(opening(compare_texts.PIPELINES, compare_texts.PIPELINES_INTRO))
    pipelines = html(elem_id="ways")
    html(code_panel("ways"))
    trained = html(elem_id="trained")

    def fill_room(image: InputImage, pipeline: str, own: str) -> Updates:
        now, lesson = shared.with_own(own), shared.weights.current
        readings = {key: shared.readings.read(image, key, now) for key in PIPELINES}
        return {
            columns: networks_side_by_side(readings[pipeline], rows_of(now)),
            pipelines: pipelines_side_by_side(readings),
            trained: how_trained(lesson),
            tries: digits_to_try(lesson),
        }

    def take(event: gr.EventData, old: InputImage, pipeline: str) -> Updates:
        if index := picked_numbers(event, 1):
            return shared.use_index(index[0], old, pipeline)
        return shared.replace(from_our_drawings, picked(event), old, pipeline)

    shared.listen(tries.click, take)
    return (
        fill_room,
        [shared.picture, shared.pipeline, shared.own],
        [columns, pipelines, trained, tries],
    )


@lru_cache(2)  # nobody's digit changes anything here
def digits_to_try(weights: WeightSet) -> Markup:
    """What these networks disagree on, to be picked: test digits, and drawings of our own."""
    words = compare_texts.TRY_DRAWINGS.format(len(DRAWINGS))
    return join(
        _tries(compare_texts.TRY, _test_digits(weights)),
        _tries(words, _drawings(weights)),
    )


def _test_digits(weights):
    test, answers = embedded_test_set(), misread(weights.metrics["models"])
    for index in DISAGREEMENTS:
        given = answers.get(index, {})
        # Not all give the same answer: some are right, or they are wrong in different ways.
        if given and (len(given) < len(weights.models) or len(set(given.values())) > 1):
            label = int(test.labels[index])
            name = common_texts.TEST_DIGIT_ORIGIN.format(index, label)
            yield _try(index, test.images[index].numpy(), label, name)


def _drawings(weights):
    for key in DRAWN:
        image, label = on_paper(DRAWINGS[key]), DRAWINGS[key].label
        if disagree(read(image, weights)):
            yield _try(key, image, label, common_texts.OUR_DRAWING.format(label))


def _tries(words, tiles):
    tiles = join(tiles)
    return tiles and join(paragraph(words), tag("div", tiles, css="errors", data_changes="columns"))


def _try(pick, image, label, name):
    words = compare_texts.TRY_DIGIT.format(label)
    return tag(
        "button",
        picture(image, ""),
        tag("span", words),
        type="button",
        data_pick=pick,
        title=name,
        aria_label=f"{words}, {name}",
    )


@lru_cache(2)  # nobody's digit changes anything here
def how_trained(weights: WeightSet) -> Markup:
    """How the main network's digits were varied, and how confidence was calibrated, as HTML."""
    rows = weights.metrics["models"]
    return join(augmented(rows.get(MAIN)), calibration(rows))


def calibration(rows: dict[str, dict]) -> Markup:
    """By which temperatures the networks' logits are divided, and what error is left.

    Args:
        rows: {key: row of metrics.json}; "" where there is none.
    """
    if not rows:
        return Markup("")
    temperatures = {key: number(row["temperature"], ".2f") for key, row in rows.items()}
    left = {key: percent(row["test"]["calibration_error"]) for key, row in rows.items()}
    return opening(
        compare_texts.CALIBRATION,
        compare_texts.CALIBRATION_INTRO,
        fill(compare_texts.CALIBRATED, by_model(temperatures), by_model(left)),
    )


def rows_of(weights: WeightSet) -> dict[str, dict]:
    """{key: row of metrics.json}; of the learner's own network, what it costs."""
    sizes = {key: _size(model) for key, model in weights.models.items() if key == OWN}
    return weights.metrics["models"] | sizes


@lru_cache(32)
def _size(model):
    return {"parameters": parameter_count(model), "multiply_adds": multiply_adds(model)}


def networks_side_by_side(reading: Reading, rows: dict[str, dict]) -> Markup:
    """Each network's answer, and what it costs.

    Args:
        reading: of the current digit.
        rows: as from `rows_of`; a network without one still answers.
    """
    cards = (_card(key, it, rows.get(key)) for key, it in reading.predictions.items())
    return tag("div", cards, css="columns")


def _card(key: str, prediction: Prediction, row: dict | None) -> Markup:
    large = tag("div", large_answer(prediction), css="answer")
    costs = None if row is None else _costs(row)
    return tag("section", tag("h3", model_name(key)), large, bars(prediction), costs)


def _costs(row: dict) -> Markup:
    figures = {
        compare_texts.PARAMETERS: f"{row['parameters']:,}",
        compare_texts.MULTIPLY_ADDS: f"{row['multiply_adds']:,}",
    }
    test = row.get("test")
    if test is None:  # the learner's own
        return _list(figures)
    interval = compare_texts.INTERVAL.format(*(100 * share for share in test["interval"]))
    time = one_digit(row["milliseconds_per_digit"])
    figures |= {
        compare_texts.TIME: compare_texts.TIME_VALUE.format(time),
        compare_texts.ACCURACY: join(percent(test["accuracy"], 2), tag("small", interval)),
    }
    return _list(figures)


def _list(figures):
    return tag("dl", ((tag("dt", name), tag("dd", value)) for name, value in figures.items()))


def pipelines_side_by_side(readings: dict[str, Reading]) -> Markup:
    """The digit as each pipeline makes it, the answers to it, and what follows.

    Args:
        readings: {id of a pipeline: Reading}, MNIST's own first.
    """
    cards = (
        tag(
            "section",
            tag("h3", PIPELINES[key].title),
            picture(reading.digit, compare_texts.PIPELINE.format(PIPELINES[key].title)),
            answer_lines(reading.predictions),
        )
        for key, reading in readings.items()
    )
    answers = {key: reading.predictions for key, reading in readings.items()}
    return join(tag("div", cards, css="columns"), paragraph(pipeline_verdict(answers)))


def pipeline_verdict(answers: dict[str, dict[str, Prediction]]) -> Markup:
    """Which networks' answers depend on the pipeline; "" while nothing is drawn.

    Args:
        answers: {id of a pipeline: {key of a model: Prediction}}, MNIST's own first.
    """
    own, *others = answers.values()
    changed = [
        model_name(key)
        for key, prediction in own.items()
        if any(other[key].label != prediction.label for other in others)
    ]
    if changed:
        return fill(compare_texts.PIPELINES_DIFFER, join(changed, by=", "))
    if all(prediction.reason == "blank" for prediction in own.values()):
        return Markup("")
    return fill(compare_texts.PIPELINES_SAME)
