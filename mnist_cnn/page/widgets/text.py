"""Text on the page: HTML of our own, and Markdown."""

import gradio as gr
from markupsafe import Markup, escape

from mnist_cnn.page.markup import terms


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
    return None if value is None else unbroken(escape(value))


def unbroken(text: Markup) -> Markup:
    """No line of the page ends between a number and its %."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def markdown(text: str) -> gr.Markdown:
    """gr.Markdown of our own text, in the page's text column; $...$ is a formula.

    Terms that are marked for the glossary open their entries there.
    """
    delimiters: list[dict[str, str | bool]] = [{"left": "$", "right": "$", "display": False}]
    return gr.Markdown(
        unbroken(terms(Markup(text))),
        sanitize_html=False,
        latex_delimiters=delimiters,
        elem_classes="text",
    )
