"""The panel "Show me the code": snippets that a test runs as they stand."""

from pathlib import Path

from gradio.utils import get_space
from markupsafe import Markup

from mnist_cnn.page.markup import fill, paragraph, tag
from mnist_cnn.page.texts import common as common_texts

_SNIPPETS = Path(__file__).parents[1] / "snippets"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")  # for the page's head


def code_panel(*names: str) -> Markup:
    """snippets/<name>.py of each name, to be opened and copied."""
    summary = tag("summary", common_texts.SHOW_CODE)
    where = paragraph(where_from(get_space()), "small")
    return tag("details", summary, where, map(_snippet, names), css="snippet")


def where_from(space: str | None) -> Markup:
    """Where the package is that the snippets import.

    Args:
        space: name of the Space on which the page runs; None elsewhere.
    """
    package = tag("code", common_texts.PACKAGE)
    if space is None:
        return fill(common_texts.PACKAGE_HERE, package)
    command = tag("code", common_texts.CLONE.format(space))
    return fill(common_texts.PACKAGE_OF_SPACE, package, command)


def _snippet(name):
    text = (_SNIPPETS / f"{name}.py").read_text(encoding="utf-8")
    copy = tag("button", common_texts.COPY, type="button", data_copied=common_texts.COPIED)
    return tag("div", copy, tag("pre", text, css="code"), css="copied-from")
