"""A training to be watched: curves, filters, answers, and the trainings so far; see training.js."""

import json

import gradio as gr

from mnist_cnn.networks.variants import MAX_BYTES
from mnist_cnn.page.markup import join, tag
from mnist_cnn.page.texts import train as texts
from mnist_cnn.page.widgets.scripts import scripts
from mnist_cnn.page.widgets.text import unbroken


def training_view() -> gr.HTML:
    """The view; what is to be seen comes as its value, one message of worker.py at a time.

    Its events carry what it asks: `.upload` {"file": data URL} a network to be made the learner's
    own, `.edit` {"run", "file"} the test digits, `.clear` that the room was left.
    """
    canvas = {"role": "img"}
    facts = {
        "words": texts.WORDS,
        "networks": texts.NETWORKS,
        "guesses": texts.GUESSES,
        "largest": MAX_BYTES,
    }
    template = join(
        tag("p", css="state", role="status"),
        tag("p", css="declined", role="status"),
        tag(
            "div",
            (tag("figure", tag("figcaption", words, css="small"), tag("svg", role="img"),
                 css=f"curve {kind}") for kind, words in texts.CURVES.items()),
            css="curves",
        ),
        tag(
            "div",
            tag("figure", tag("figcaption", texts.WORDS["filters"], css="small"),
                tag("canvas", css="filters pixels", **canvas)),
            tag("figure", tag("figcaption", texts.WORDS["digit"], css="small"),
                tag("ol", css="says", role="img")),
            tag("figure", tag("figcaption", texts.WORDS["misread"], css="small"),
                tag("div", css="misread")),
            css="seen",
        ),
        tag("h3", texts.WORDS["runs"]),
        tag("div", tag("p", texts.WORDS["none"], css="small"), css="runs"),
        tag("p", texts.FACTS, css="text small"),
        tag("h3", texts.OTHERS),
        tag("p", texts.OTHERS_INTRO, css="text"),
        tag("label", texts.FILE, tag("input", type="file", accept=".safetensors", css="spoken"),
            css="button"),
        tag("p", css="said small", role="status", data_facts=json.dumps(facts)),
    )  # fmt: skip
    return gr.HTML(
        {},
        html_template=unbroken(template),
        js_on_load=scripts("training"),
        elem_id="training",
        apply_default_css=False,
    )
