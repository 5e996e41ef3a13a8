"""The panel "Show me the code": a snippet that a test runs as it stands."""

from pathlib import Path

from markupsafe import Markup

from mnist_cnn.page.markup import tag
from mnist_cnn.page.texts import common as common_texts

_SNIPPETS = Path(__file__).parents[1] / "snippets"


def code_panel(name: str) -> Markup:
    """snippets/<name>.py, to be opened."""
    text = (_SNIPPETS / f"{name}.py").read_text(encoding="utf-8")
    summary = tag("summary", common_texts.SHOW_CODE)
    return tag("details", summary, tag("pre", text, css="code"), css="snippet")
