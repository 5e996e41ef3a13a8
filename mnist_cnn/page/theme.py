"""How the page looks: Gradio's plainest theme, one typeface, palette.py, page.css."""

import json
from pathlib import Path

import gradio as gr

from mnist_cnn.page import palette
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.widgets import code_panel, glossary

_WORDS = f"window.connectionWords = {json.dumps(common_texts.CONNECTION)};"


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


_NAMES = ("room_buttons", "spoken", "connection", "number_boxes", "sliders")
_SCRIPTS = (_WORDS, *(_file(f"{name}.js") for name in _NAMES), code_panel.SCRIPT, glossary.SCRIPT)
# In the page's head: Gradio rewrites what it is given as css, and breaks media queries.
HEAD = f'<style id="look">{palette.style_sheet()}{_file("page.css")}</style>' + "".join(
    f"<script>{script}</script>" for script in _SCRIPTS
)


def theme() -> gr.themes.Base:
    """A quiet theme that asks no font server."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    base = gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        font=fonts,
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    )
    # Its own grey for hints and ends of sliders is too pale to be read.
    return base.set(body_text_color_subdued="*neutral_500")
