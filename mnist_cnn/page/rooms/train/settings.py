"""The settings of a training: one row per control, in the order of Experiment's fields."""

from collections.abc import Iterable
from typing import Any

import gradio as gr

from mnist_cnn.learning.experiments import AMOUNTS, NETWORKS, RANGES, Experiment
from mnist_cnn.networks.models import build_variant, parameter_count
from mnist_cnn.page.texts import train as texts
from mnist_cnn.page.widgets.choice import never_none, radio

RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
BATCHES = (8, 32, 128, 512)
DROPOUTS = (0.0, 0.2, 0.5)
DEFAULTS = Experiment()


def settings() -> tuple[dict[str, Any], gr.Radio]:
    """Lay them out.

    Returns:
        {field of Experiment: its component}, and the learner's guess.
    """
    controls: dict[str, Any] = {
        "network": radio(_networks(), DEFAULTS.network, **_words("network", texts.NETWORK)),
        "digits": _numbers("digits", texts.DIGITS, AMOUNTS),
        "learning_rate": _numbers("learning_rate", texts.RATE, RATES),
        "batch_size": _numbers("batch_size", texts.BATCH, BATCHES),
        "dropout": _numbers("dropout", texts.DROPOUT, DROPOUTS),
        "batch_norm": _switch("batch_norm", texts.NORM),
        "augmentation": _switch("augmentation", texts.AUGMENTATION),
        "shuffled": _switch("shuffled", texts.SHUFFLED),
        "seed": never_none(
            gr.Number(
                DEFAULTS.seed, precision=0, minimum=0, maximum=RANGES["seed"][1],
                **_words("seed", texts.SEED),
            )
        ),
    }  # fmt: skip
    guess = radio(texts.GUESSES, "90", label=texts.GUESS, elem_id="train-guess")
    return controls, guess


def _networks():
    sizes = {key: parameter_count(build_variant(name)) for key, name in NETWORKS.items()}
    return {key: texts.SIZE.format(texts.NETWORKS[key], sizes[key]) for key in texts.NETWORKS}


def _words(name, label):
    return {"label": label, "info": f"{texts.INFO[name]} {texts.EXPECTED[name]}"}


def _numbers(name: str, label: str, values: Iterable[float]) -> gr.Radio:
    choices = [(f"{value:,}" if value >= 1 else f"{value:g}", value) for value in values]
    return never_none(gr.Radio(choices, value=getattr(DEFAULTS, name), **_words(name, label)))


def _switch(name: str, label: str) -> gr.Checkbox:
    return never_none(gr.Checkbox(getattr(DEFAULTS, name), **_words(name, label)))
