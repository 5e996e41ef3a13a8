"""Text on the page: HTML of our own, and Markdown."""

import gradio as gr


def html(value: str | None = None, **settings) -> gr.HTML:
    """gr.HTML that page.css alone styles."""
    return gr.HTML(value, apply_default_css=False, js_on_load=None, **settings)


def markdown(text: str) -> gr.Markdown:
    """gr.Markdown in the page's text column; $...$ is a formula."""
    delimiters: list[dict[str, str | bool]] = [{"left": "$", "right": "$", "display": False}]
    return gr.Markdown(text, latex_delimiters=delimiters, elem_classes="text")
