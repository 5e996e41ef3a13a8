"""How the page looks: Gradio's plainest theme, one typeface, palette.py, page.css."""

import json
from pathlib import Path

import gradio as gr

from mnist_cnn.page import palette
from mnist_cnn.page.texts import common as common_texts

# A button with data-room opens that room, as its tab would.
_ROOM_BUTTONS = """
document.addEventListener("click", (event) => {
  const room = event.target.closest?.("[data-room]")?.dataset.room;
  if (!room) return;
  document.getElementById(`${room}-button`).click();
  window.scrollTo(0, 0);
  setTimeout(() => { // whoever uses the keyboard goes on where the room begins
    const heading = document.querySelector(`#${room} h2`);
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }, 100);
});
"""
_WORDS = f"window.connectionWords = {json.dumps(common_texts.CONNECTION)};"


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


_SCRIPTS = (
    _ROOM_BUTTONS,
    _WORDS,
    _file("connection.js"),
    _file("number_boxes.js"),
    _file("sliders.js"),
)
# In the page's head: Gradio rewrites what it is given as css, and breaks media queries.
HEAD = f"<style>{palette.style_sheet()}{_file('page.css')}</style>" + "".join(
    f"<script>{script}</script>" for script in _SCRIPTS
)


def theme() -> gr.themes.Base:
    """A quiet theme that asks no font server."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    return gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        font=fonts,
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    )
