"""Values to HTML: the pieces that several rooms show. Words in, words out; nothing is computed."""

from html import escape

from .. import lesson
from ..figures import MODEL_COLOURS, png_data_uri
from ..models import MODELS


def percent(value, digits=1):
    """A share in words: 99.8 %. No network is ever quite certain, so 100 % is only said of 1."""
    text = f"{100 * value:.{digits}f}"
    if float(text) == 100 and value < 1:
        text = f"> {100 - 10**-digits:.{digits}f}"
    return f"{text} %"


def answer_in_words(prediction):
    """What a network says, short: "7", "4 or 9", "no digit"."""
    if prediction.reason == "blank":
        return "no digit"
    if prediction.reason == "unsure":
        return "{} or {}".format(*prediction.ranking[:2])
    return str(prediction.label)


def _certainty(prediction):
    if prediction.reason == "unsure":
        return lesson.UNSURE.format(*prediction.ranking[:2])
    return next(word for least, word in lesson.CONFIDENCE_WORDS if prediction.confidence >= least)


def numeral(prediction):
    """The answer as one large numeral, its certainty in words beside it."""
    if prediction.reason == "blank":
        large, certainty = lesson.BLANK, lesson.BLANK_MORE
    else:
        large = "?" if prediction.label is None else prediction.label
        certainty = f"{_certainty(prediction)}, {percent(prediction.confidence)}"
    css = "numeral" + " none" * (prediction.reason == "blank")
    return f'<p class="{css}">{large}</p><p class="certainty">{certainty}</p>'


def bars(prediction):
    """The ten probabilities as bars on an axis from 0 to 1."""
    blank = prediction.reason == "blank"
    words = "no digit yet" if blank else ", ".join(
        f"{digit} {percent(prediction.probabilities[digit])}" for digit in prediction.ranking[:3]
    )  # fmt: skip
    top = None if blank else prediction.ranking[0]
    rows = "".join(
        f"<li{' class=top' * (digit == top)}><b>{digit}</b>"
        f'<span><i style="width:{0 if blank else 100 * value:.2f}%"></i></span>'
        f"<em>{'' if blank else percent(value)}</em></li>"
        for digit, value in enumerate(prediction.probabilities)
    )
    colour = MODEL_COLOURS[prediction.model]
    return (
        f'<div class="bars" role="img" aria-label="Probabilities: {words}" '
        f'style="--model:var({colour})"><ol aria-hidden="true">{rows}</ol>'
        '<p class="axis" aria-hidden="true">'
        "<span>0</span><span>probability</span><span>1</span></p></div>"
    )


def model_name(key):
    """A model's name in its colour."""
    colour = MODEL_COLOURS[key]
    return f'<span class="model" style="--model:var({colour})">{MODELS[key].title}</span>'


def picture(image, words, css=""):
    """An array as a crisp picture with its content in words."""
    return f'<img class="pixels {css}" src="{png_data_uri(image)}" alt="{escape(words)}">'


def film_strip(steps):
    """Every preprocessing step as a frame with name, shape and why."""
    frames = "".join(
        f"<figure>{picture(step.image, f'{step.name}: {step.why}')}"
        f"<figcaption><b>{number} {step.name}</b> <code>{_shape(step.image)}</code>"
        f"<span>{step.why}</span></figcaption></figure>"
        for number, step in enumerate(steps, 1)
    )
    return f'<div class="strip">{frames}</div><p class="text">{lesson.DRAW_TENSOR}</p>'


def _shape(image):
    return " × ".join(map(str, image.shape))


def notice(sentence):
    """What could not be done, in one sentence, read aloud when it appears."""
    return f'<p class="notice" role="status">{escape(sentence[:1].upper() + sentence[1:])}.</p>'


def opening(question, *sentences):
    """A room's question and its first sentences."""
    return f"<h2>{question}</h2>" + "".join(f'<p class="text">{text}</p>' for text in sentences)
