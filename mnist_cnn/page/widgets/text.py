"""Text on the page: HTML of our own, and Markdown."""

import gradio as gr
from markupsafe import Markup, escape


def html(value: str | None = None, script: str | None = None, **settings) -> gr.HTML:
    """gr.HTML that page.css alone styles; whatever is not Markup is shown as it is written.

    Args:
        value: what it shows first.
        script: JavaScript that runs once, when Gradio puts it on the page.
    """
    component = gr.HTML(_escaped(value), apply_default_css=False, js_on_load=script, **settings)
    component.postprocess = _escaped  # type: ignore[method-assign]
    return component


def _escaped(value: str | None) -> Markup | None:
    return None if value is None else escape(value)


def markdown(text: str) -> gr.Markdown:
    """gr.Markdown in the page's text column; $...$ is a formula."""
    delimiters: list[dict[str, str | bool]] = [{"left": "$", "right": "$", "display": False}]
    return gr.Markdown(text, latex_delimiters=delimiters, elem_classes="text")
