"""What the networks say of a digit: one large answer, ten bars, one line per network."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from mnist_cnn.page.markup import fill, join, paragraph, picture, tag
from mnist_cnn.page.numbers import percent
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.widgets.networks import model_name
from mnist_cnn.reading.predict import Prediction


def answer_in_words(prediction: Prediction) -> str:
    """The answer in a word or two: "7", "4 or 9", "no digit"."""
    if prediction.reason == "blank":
        return common_texts.NOTHING
    if prediction.reason == "unsure":
        return common_texts.EITHER.format(*prediction.ranking[:2])
    if prediction.label is None:
        return common_texts.REFUSED[prediction.reason][0]
    return str(prediction.label)


def _certainty(prediction: Prediction) -> str:
    """How sure the network is, in words; that it is unsure names its two likeliest digits."""
    if prediction.reason == "unsure":
        return common_texts.UNSURE.format(*prediction.ranking[:2])
    return next(
        word for least, word in common_texts.CONFIDENCE_WORDS if prediction.confidence >= least
    )


def large_answer(
    prediction: Prediction, is_drawn: bool = False, whose: Markup | None = None
) -> Markup:
    """The answer as one large numeral, or as words where there is none; its certainty beside it.

    Args:
        prediction: of the main network.
        is_drawn: whether a blank paper invites to draw.
        whose: name of the network, if nothing else says whose answer it is.
    """
    certainty: Markup | str
    if prediction.reason == "blank":
        large, certainty = common_texts.INVITATION if is_drawn else common_texts.BLANK
    elif prediction.reason in common_texts.REFUSED:
        large, certainty = common_texts.REFUSED[prediction.reason]
    else:
        large = "?" if prediction.label is None else str(prediction.label)
        certainty = f"{_certainty(prediction)}, {percent(prediction.confidence)}"
        certainty = join(whose, tag("br"), certainty) if whose else certainty
    css = "numeral" if len(large) == 1 else "numeral none"
    return join(tag("div", large, css=css), tag("p", certainty, css="certainty"))


def bars(prediction: Prediction) -> Markup:
    """The ten probabilities as bars on an axis from 0 to 1; empty bars where there is no digit."""
    blank = prediction.saw_nothing
    top = None if blank else prediction.ranking[0]
    rows = (
        tag(
            "li",
            tag("b", digit),
            tag("span", tag("i", style=f"width:{0 if blank else 100 * value:.2f}%")),
            tag("em", "" if blank else percent(value)),
            css="top" if digit == top else "",
        )
        for digit, value in enumerate(prediction.probabilities)
    )
    axis = tag("span", 0), tag("span", common_texts.PROBABILITY), tag("span", 1)
    return tag(
        "div",
        tag("ol", rows, aria_hidden="true"),
        tag("p", axis, css="axis", aria_hidden="true"),
        css="bars",
        role="img",
        aria_label=common_texts.PROBABILITIES.format(_three_likeliest(prediction)),
        style=f"--model:var({MODEL_COLOURS[prediction.model]})",
    )


def _three_likeliest(prediction: Prediction) -> str:
    if prediction.saw_nothing:
        return common_texts.NO_DIGIT_YET
    return ", ".join(
        f"{digit} {percent(prediction.probabilities[digit])}" for digit in prediction.ranking[:3]
    )


def answer_lines(predictions: dict[str, Prediction]) -> Markup:
    """One line per network: its name, its answer and its probability."""
    items = (tag("li", model_name(key), " ", _line(it)) for key, it in predictions.items())
    return tag("ul", items, css="voices")


def _line(prediction: Prediction) -> Markup | str:
    if prediction.saw_nothing:
        return ""
    words = answer_in_words(prediction)
    if prediction.reason in common_texts.REFUSED:
        words = fill(common_texts.WOULD_SAY, prediction.ranking[0])
    return join(tag("b", words), " ", percent(prediction.confidence))


def answer(
    main: Prediction,
    predictions: dict[str, Prediction],
    is_drawn: bool,
    several: Sequence[np.ndarray] = (),
) -> Markup:
    """The main network's answer large, what every network says, and the main network's bars.

    Args:
        main: of the main network.
        predictions: of all.
        is_drawn: whether a blank paper invites to draw.
        several: where the picture holds several digits: each (H, W, 3) uint8, to choose from.
    """
    large = large_answer(main, is_drawn, model_name(main.model))
    return join(
        tag("div", large, css="answer"), which_one(several), answer_lines(predictions), bars(main)
    )


def which_one(cutouts: Sequence[np.ndarray]) -> Markup | None:
    """Several digits to choose from, each (H, W, 3) uint8; None where there are not several."""
    if len(cutouts) < 2:
        return None
    choices = (
        tag(
            "button",
            picture(cutout, ""),
            type="button",
            data_pick=place,
            aria_label=common_texts.ONE_OF_THEM.format(place + 1),
        )
        for place, cutout in enumerate(cutouts)
    )
    return tag("div", paragraph(common_texts.WHICH_ONE), choices, css="several")
