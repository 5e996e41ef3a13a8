"""One of several, by its key."""

from typing import TypeVar

import gradio as gr

Choice = TypeVar("Choice", gr.Radio, gr.Dropdown, gr.Number, gr.Checkbox)


def radio(choices: dict[str, str], value: str | None = None, **settings) -> gr.Radio:
    """Radio buttons of {key: words}; the first is chosen unless `value` says otherwise."""
    pairs = [(words, key) for key, words in choices.items()]
    return never_none(gr.Radio(pairs, value=value or next(iter(choices)), **settings))


def never_none(component: Choice) -> Choice:
    """The same component; null, which a program may send, counts as its first value."""
    preprocess, value = component.preprocess, component.value

    def never_null(payload):
        return preprocess(value if payload is None else payload)

    component.preprocess = never_null  # type: ignore[method-assign]
    return component
