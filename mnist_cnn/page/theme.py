"""How the page looks: Gradio's plainest theme, one typeface, palette.py, page.css."""

from pathlib import Path

import gradio as gr

from mnist_cnn.page import palette

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
_STYLES = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
# In the page's head: Gradio rewrites what it is given as css, and breaks media queries.
HEAD = f"<style>{palette.style_sheet()}{_STYLES}</style><script>{_ROOM_BUTTONS}</script>"


def theme() -> gr.themes.Base:
    """A quiet theme that asks no font server."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    return gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        font=fonts,
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    )
