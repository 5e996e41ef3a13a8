"""The tray: digits that the learner keeps, in the browser alone. What it asks, tray.js says."""

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr
from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.markup import fill, join, tag
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import mine as texts
from mnist_cnn.page.widgets.networks import model_name
from mnist_cnn.page.widgets.scripts import scripts
from mnist_cnn.reading.images import MAX_BYTES, SUFFIXES

MOST = 5000  # digits that a tray holds


def tray(keys: Sequence[str], weights: str) -> gr.HTML:
    """The tray; its events carry what it asks as their data.

    `.upload` {"ticket", "file": data URL} asks for the digits in a picture; `.edit` {"mnist",
    "notebook"}, digits in base64, for their answers; `.submit` {"rows"} for the figures; `.click`
    {"taken": data URL, "number"} lays a digit on the table; `.download` asks for the sheet to
    print. What is asked for, but for the figures, goes into its value.

    Args:
        keys: of the networks that answer.
        weights: a name for them: what others answered is asked anew.
    """
    return gr.HTML(
        {"weights": weights},
        html_template=_template(keys),
        js_on_load=scripts("kept", "archive", "tray"),
        elem_id="tray",
        apply_default_css=False,
    )


def keep_button() -> gr.HTML:
    """A button that puts the current digit into the tray, from whatever room.

    Its `.click` asks for what current_to_tray returns; that goes into its value.
    """
    words = tag("span", texts.KEEP_WHY, css="small", role="status", **_KEPT)
    return gr.HTML(
        html_template=tag("p", _button(texts.KEEP), words, css="keep"),
        js_on_load=scripts("kept", "keep"),
        elem_id="keep",
        apply_default_css=False,
    )


_KEPT = {f"data_{name}": texts.TRAY_WORDS[name] for name in ("kept", "memory")}


def _template(keys: Sequence[str]) -> Markup:
    accepted = ",".join(("image/*", *SUFFIXES, ".zip", ".npz"))
    choose = tag("input", type="file", multiple=True, accept=accepted, css="spoken")
    orders = (tag("option", words, value=order) for order, words in texts.ORDERS.items())
    saves = (_button(words, save=name) for name, words in texts.SAVE.items())
    facts = {
        "words": texts.TRAY_WORDS,
        "networks": [
            {"key": key, "title": MODELS[key].title, "colour": MODEL_COLOURS[key]} for key in keys
        ],
        "most": MOST,
        "bytes": MAX_BYTES,
    }
    return join(
        tag(
            "div",
            tag("p", texts.DROP),
            tag("label", texts.CHOOSE, choose, css="button"),
            _button(texts.SHEET, do="sheet"),
            css="drop",
        ),
        tag("div", css="found"),
        tag("h3", texts.TRAY),
        tag("p", css="text small", role="status", data_said=True),
        tag("p", fill(texts.LEGEND, join(map(model_name, keys), by=", ")), css="text small"),
        tag(
            "div",
            tag("label", texts.SORT, " ", tag("select", orders)),
            _button(texts.UNDO, do="undo"),
            saves,
            _button(texts.EMPTY, do="empty"),
            css="tray-tools",
            role="toolbar",
            aria_label=texts.TOOLS,
        ),
        tag("div", css="kept", data_facts=json.dumps(facts)),
        _one(),
    )


def _one() -> Markup:
    """What is said of the picked digit, and what can be done with it."""
    labels = (_button(digit, label=digit) for digit in range(DATASET.classes))
    return tag(
        "div",
        tag("img", alt=""),
        tag(
            "div",
            tag("p", css="about"),
            tag("p", css="says small"),
            tag("div", labels, css="labels", role="group", aria_label=texts.DIGITS),
        ),
        _button(texts.DELETE, do="delete"),
        css="one",
        hidden=True,
    )


def _button(words: object, **data: object) -> Markup:
    named: dict[str, Any] = {f"data_{name}": value for name, value in data.items()}
    return tag("button", words, type="button", **named)
