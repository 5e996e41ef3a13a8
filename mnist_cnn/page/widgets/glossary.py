"""The glossary: one entry per term, which the term opens wherever it is marked; and all of them."""

from pathlib import Path

from markupsafe import Markup

from mnist_cnn.page.markup import join, tag, term_id
from mnist_cnn.page.texts import glossary as glossary_texts

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")  # for the page's head


def entries() -> Markup:
    """The entries, hidden until their terms open them."""
    return join(_entry(term, meaning) for term, meaning in glossary_texts.TERMS.items())


def _entry(term, meaning):
    everything = tag("button", glossary_texts.ALL, type="button", data_room="about")
    return tag(
        "div",
        tag("p", tag("b", _title(term)), " ", meaning),
        everything,
        id=term_id(term),
        css="entry",
        popover=True,
        role="dialog",
        aria_label=term,
        tabindex=-1,
        autofocus=True,
    )


def glossary() -> Markup:
    """All terms with their meanings, in the order of the alphabet."""
    rows = sorted(glossary_texts.TERMS.items(), key=lambda row: row[0].lower())
    return tag(
        "dl",
        ((tag("dt", _title(term)), tag("dd", meaning)) for term, meaning in rows),
        css="glossary",
    )


def _title(term):
    return term[:1].upper() + term[1:]
