"""Values to HTML: the pieces that several rooms show. Words in, words out; nothing is computed."""

from html import escape
from pathlib import Path

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.figures import png_data_uri
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts import draw as draw_texts

_SNIPPETS = Path(__file__).parent / "snippets"


def percent(value, digits=1):
    """A share in words: 99.8 %. No network is ever quite certain, so 100 % is only said of 1."""
    text = f"{100 * value:.{digits}f}"
    if float(text) == 100 and value < 1:
        text = f"> {100 - 10**-digits:.{digits}f}"
    return f"{text} %"


def answer_in_words(prediction):
    """What a network says, short: "7", "4 or 9", "no digit"."""
    if prediction.reason == "blank":
        return "nothing"
    if prediction.reason == "unsure":
        return "{} or {}".format(*prediction.ranking[:2])
    if prediction.label is None:
        return common_texts.REFUSED[prediction.reason][0]
    return str(prediction.label)


def _certainty(prediction):
    if prediction.reason == "unsure":
        return common_texts.UNSURE.format(*prediction.ranking[:2])
    return next(
        word for least, word in common_texts.CONFIDENCE_WORDS if prediction.confidence >= least
    )


def numeral(prediction):
    """The answer as one large numeral, its certainty in words beside it."""
    if prediction.reason == "blank":
        large, certainty = common_texts.BLANK, common_texts.BLANK_MORE
    elif prediction.reason in common_texts.REFUSED:
        large, certainty = common_texts.REFUSED[prediction.reason]
    else:
        large = "?" if prediction.label is None else prediction.label
        certainty = f"{_certainty(prediction)}, {percent(prediction.confidence)}"
    css = "numeral" + " none" * (len(str(large)) > 1)
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


def voices(predictions):
    """What each network says, in a line.

    Args:
        predictions: {key: Prediction}.
    """
    items = "".join(
        f"<li>{model_name(key)} {_voice(prediction)}</li>"
        for key, prediction in predictions.items()
    )
    return f'<ul class="voices">{items}</ul>'


def _voice(prediction):
    if prediction.reason == "blank":
        return ""
    words = answer_in_words(prediction)
    if prediction.reason in common_texts.REFUSED:
        words = common_texts.WOULD_SAY.format(prediction.ranking[0])
    return f"<b>{words}</b> {percent(prediction.confidence)}"


def source(weights):
    """Where a weight_set.WeightSet comes from, in words."""
    if weights.repo_id is None:
        return common_texts.SHIPPED
    return f"{escape(weights.repo_id)} <code>{weights.commit[:12]}</code>"


def model_name(key):
    """A model's name in its colour."""
    return coloured(MODELS[key].title, MODEL_COLOURS[key])


def coloured(title, colour):
    """A network's title in a colour, the name of a CSS variable."""
    return f'<span class="model" style="--model:var({colour})">{title}</span>'


def picture(image, words, css=""):
    """An array as a crisp picture with its content in words."""
    return f'<img class="pixels {css}" src="{png_data_uri(image)}" alt="{escape(words)}">'


def film_strip(steps):
    """Every preprocessing step as a frame with name, shape and why."""
    frames = "".join(
        f"<figure>{picture(step.image, f'{step.name}: {step.why}')}"
        f"<figcaption><b>{number} {step.name}</b> <code>{shape(step.image.shape)}</code>"
        f"<span>{step.why}</span></figcaption></figure>"
        for number, step in enumerate(steps, 1)
    )
    tensor = draw_texts.TENSOR.format(mean=DATASET.mean, std=DATASET.std)
    return f'<div class="strip">{frames}</div><p class="text">{tensor}</p>'


def passport(measures, changes):
    """What of a picture lay outside of MNIST, what mended it, and which step matters."""
    if not measures:
        return ""
    head = "".join(f"<th scope=col>{name}</th>" for name in ("", *draw_texts.PASSPORT_COLUMNS))
    rows = "".join(_passport_row(measure) for measure in measures)
    return (
        f'<table class="passport"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"{_changes(changes)}"
    )


def _passport_row(measure):
    trait, defect = measure.trait, measure.defect
    if defect is None:
        verdict = ""
    elif measure.mended and trait.mended_by:
        verdict = draw_texts.PASSPORT_MENDED.format(defect, trait.mended_by.name)
    else:
        verdict = defect
    return (
        f"<tr{' class=defect' * (defect is not None)}><th scope=row>{trait.name}"
        f"<small>{trait.unit}</small></th><td>{measure.before:.1f}<small>{verdict}</small></td>"
        f"<td>{measure.after:.1f}</td><td>{trait.low:g} to {trait.high:g}</td></tr>"
    )


def _changes(changes):
    if not changes:
        return f'<p class="text">{draw_texts.PASSPORT_NO_CHANGE}</p>'
    items = "".join(
        f"<li><b>{step.name}</b>: "
        + ", ".join(
            f"{model_name(key)} {_label(before)} → {_label(after)}"
            for key, (before, after) in changed.items()
        )
        + "</li>"
        for step, changed in changes
    )
    return f'<p class="text">{draw_texts.PASSPORT_CHANGES}</p><ul class="plain">{items}</ul>'


def _label(label):
    return "no answer" if label is None else label


def shape(sizes):
    """A shape in words: 64 × 8 × 8."""
    return " × ".join(map(str, sizes))


def link(words, address):
    """A link that leaves the page where it is."""
    return f'<a href="{address}" target="_blank" rel="noopener">{words}</a>'


def table(names, rows, css="results"):
    """A table whose first column names its rows; "results" has a paragraph a row on a phone."""
    head = "".join(f"<th scope=col>{name}</th>" for name in names)
    body = "".join(
        f"<tr><th scope=row>{first}</th>"
        + "".join(f'<td data-name="{name}">{cell}</td>' for name, cell in zip(names[1:], cells))
        + "</tr>"
        for first, *cells in rows
    )
    return f'<table class="{css}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def points(sentences):
    """Sentences as a list, those left out that are empty."""
    items = "".join(f"<li>{sentence}</li>" for sentence in sentences if sentence)
    return f'<ul class="text points">{items}</ul>'


def notice(sentence):
    """What could not be done, in one sentence, read aloud when it appears."""
    return f'<p class="notice" role="status">{escape(sentence[:1].upper() + sentence[1:])}.</p>'


def code(name):
    """The "Show me the code" panel: snippets/<name>.py, which a test runs."""
    text = (_SNIPPETS / f"{name}.py").read_text()
    return (
        f'<details class="snippet"><summary>{common_texts.SHOW_CODE}</summary>'
        f'<pre class="code">{escape(text)}</pre></details>'
    )


def figure(content, words, css=""):
    """A picture, in HTML, with its figures in words under it."""
    return f'<figure class="{css}">{content}<figcaption class="small">{words}</figcaption></figure>'


def opening(question, *sentences):
    """A room's question and its first sentences."""
    return f"<h2>{question}</h2>" + "".join(f'<p class="text">{text}</p>' for text in sentences)
