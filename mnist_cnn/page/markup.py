"""Values to HTML, in one way: whatever is not Markup already is escaped.

`tag` makes an element and `fill` puts values into a sentence; both return Markup. What else is here
are the elements that several rooms show.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from markupsafe import Markup, escape

from mnist_cnn.page.figures import png_data_uri
from mnist_cnn.page.texts import glossary

# [[term]], or [[term|its form]], and the punctuation after it
_TERM = re.compile(r"\[\[([^]|]+)(?:\|([^]]+))?\]\]([.,;:)]*)")
_VOID = ("br", "img", "input", "meta")  # elements without an end tag


def tag(name: str, *children: object, css: str = "", **attributes: object) -> Markup:
    """One element.

    Args:
        name: of the element.
        children: its content; iterables are taken apart, None is left out.
        css: its classes.
        attributes: `aria_label` is written aria-label; True stands without a value, None and False
            are left out.
    """
    pairs = {"class": css.strip() or None, **attributes}
    written = "".join(  # what Markup.format would do, in a tenth of its time
        f" {key}" if value is True else f' {key}="{escape(value)}"'
        for key, value in ((key.replace("_", "-"), value) for key, value in pairs.items())
        if value is not None and value is not False
    )
    start = f"<{name}{written}>"
    return Markup(start if name in _VOID else f"{start}{join(*children)}</{name}>")


def join(*parts: object, by: str = "") -> Markup:
    """Parts one after the other; iterables are taken apart, None is left out."""
    return escape(by).join(_flat(parts))


def _flat(parts: Iterable) -> Iterator:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Iterable):
            yield from _flat(part)
        elif part is not None:
            yield part


def fill(sentence: str, *values: object, **named: object) -> Markup:
    """A sentence of the catalogue with values put in, as by str.format."""
    return escape(sentence).format(*values, **named)


def terms(words: str) -> Markup:
    """Words in which each term that is marked for the glossary opens its entry there."""

    def opener(match):
        term, form = match[1], match[2] or match[1]
        if term not in glossary.TERMS:
            return match[0]
        button = tag("button", Markup(form), css="term", type="button", popovertarget=term_id(term))
        # A line may break after a button, but not between a word and its comma.
        return tag("span", button, match[3], css="unbroken") if match[3] else button

    return Markup(_TERM.sub(opener, escape(words)))


def term_id(term: str) -> str:
    """The id of a term's entry in the glossary."""
    return f"term-{term.replace(' ', '-')}"


def picture(image: np.ndarray, words: str, css: str = "") -> Markup:
    """An array, as figures.png_data_uri takes it, as a crisp picture with its content in words."""
    return tag("img", css=f"pixels {css}", src=png_data_uri(image), alt=words)


def pressed(yes: bool) -> str:
    """The value of aria-pressed."""
    return "true" if yes else "false"


def figure(content: Markup, words: str, css: str = "") -> Markup:
    """A picture, in HTML, with what it shows in words under it."""
    return tag("figure", content, tag("figcaption", terms(words), css="small"), css=css)


def link(words: str, address: str) -> Markup:
    """A link that leaves the page where it is."""
    return tag("a", words, href=address, target="_blank", rel="noopener")


def table(names: Sequence[str], rows: Iterable[Sequence], css: str = "results") -> Markup:
    """A table whose first column names its rows; "results" has a paragraph a row on a phone."""
    head = (tag("th", name, scope="col") for name in names)
    body = (
        tag(
            "tr",
            tag("th", first, scope="row"),
            (tag("td", cell, data_name=name) for name, cell in zip(names[1:], cells)),
        )
        for first, *cells in rows
    )
    return tag("table", tag("thead", tag("tr", head)), tag("tbody", body), css=css)


def bullets(sentences: Iterable[str]) -> Markup:
    """Sentences as a list; empty ones are left out."""
    return tag("ul", (tag("li", terms(it)) for it in sentences if it), css="text points")


def notice(sentence: str) -> Markup:
    """What could not be done, in one sentence, read aloud when it appears."""
    sentence = sentence[:1].upper() + sentence[1:]
    return tag("p", sentence, ".", css="notice", role="status")


def paragraph(words: str, css: str = "") -> Markup:
    """A paragraph in the page's text column."""
    return tag("p", terms(words), css=f"text {css}")


def beside(question: str, *sentences: str) -> Markup:
    """A heading, and paragraphs beside each other under it, where there is room."""
    return join(tag("h2", question), tag("div", map(paragraph, sentences), css="columns"))


def section(name: str, heading: str, *content: object) -> Markup:
    """A part of a room, closed at first; its heading opens it.

    Args:
        name: its id.
        heading: what it is about.
        content: what it holds.
    """
    return tag("details", tag("summary", tag("h2", heading)), content, id=name, css="section")


def opening(question: str, *sentences: str) -> Markup:
    """A heading and the first sentences under it."""
    return join(tag("h2", question), map(paragraph, sentences))
