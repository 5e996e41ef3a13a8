"""Room About: whose lesson this is, how a program asks the same, and which weights answer."""

import gradio as gr

from .. import lesson
from . import fragments


def build(metrics):
    """Lay out the room."""
    gr.HTML(fragments.opening(lesson.ABOUT_QUESTION))
    gr.Markdown(lesson.ABOUT_CREDITS, elem_classes="prose")
    gr.HTML(f"<h3>{lesson.ABOUT_API}</h3>")
    gr.Code(lesson.ABOUT_API_CODE.format(url="http://127.0.0.1:7860"), language="python",
            show_label=False, interactive=False, elem_id="api-code")  # fmt: skip
    rows = "".join(
        f"<li>{fragments.model_name(key)} <code>{row['sha256'][:12]}</code> torch {row['torch']}, "
        f"seed {row['run']['seed']}, recipe {row['recipe_name']}</li>"
        for key, row in metrics["models"].items()
    )
    gr.HTML(f'<h3>{lesson.ABOUT_WEIGHTS}</h3><ul class="plain">{rows}</ul>')
