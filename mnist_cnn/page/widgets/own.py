"""The learner's own network, kept in the browser: after a reload it is theirs still."""

import gradio as gr

from mnist_cnn.page.widgets.scripts import scripts


def keeper() -> gr.HTML:
    """A component that shows nothing: its value {"file": base64} is kept, and nothing else is.

    Its `.upload` carries {"file": base64} when a page is opened in a browser that keeps one.
    """
    return gr.HTML(
        {},
        html_template="",
        js_on_load=scripts("own"),
        elem_id="own-network",
        apply_default_css=False,
    )
