"""Room About: whose lesson this is, how a program asks the same, and which weights answer."""

from html import escape

from mnist_cnn.page import fragments
from mnist_cnn.page.texts import about as about_texts
from mnist_cnn.page.widgets.components import html, markdown


def build(shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(fragments.opening(about_texts.QUESTION))
    markdown(about_texts.CREDITS)
    html(f"<h3>{about_texts.API}</h3>")
    html(f'<pre class="code">{about_texts.API_CODE}</pre>')
    html(f"<h3>{about_texts.WEIGHTS}</h3>")
    return lambda: _weights(shared.weights.current), None, html()


def _weights(weights):
    rows = "".join(
        f"<li>{fragments.model_name(key)} <code>{escape(row['sha256'][:12])}</code> "
        f"torch {escape(row['torch'])}, seed {row['run']['seed']}, "
        f"recipe {escape(row['recipe_name'])}</li>"
        for key, row in weights.metrics["models"].items()
    )
    return f'<p class="text">{fragments.source(weights)}</p><ul class="plain">{rows}</ul>'
