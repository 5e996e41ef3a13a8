"""HTML is made in one way, and in that way nothing gets in unescaped."""

import numpy as np
import pytest
from markupsafe import Markup

from mnist_cnn.page.markup import (
    beside,
    bullets,
    figure,
    fill,
    join,
    link,
    notice,
    opening,
    paragraph,
    picture,
    table,
    tag,
    terms,
)

HOSTILE = "<script>\"&'</script>"
HARMLESS = "&lt;script&gt;&#34;&amp;&#39;&lt;/script&gt;"


def test_an_element():
    assert tag("p") == "<p></p>"
    assert tag("p", "a", None, 0, [tag("b", 1), ("c",)]) == "<p>a0<b>1</b>c</p>"
    assert tag("br") == "<br>"
    assert tag("p", "a", css=" small ", aria_label="b", hidden=True, title=None, lang=False) == (
        '<p class="small" aria-label="b" hidden>a</p>'
    )
    assert tag("i", data_pick=0, alt="") == '<i data-pick="0" alt=""></i>'
    assert list(tag("p", css="a", id="b").split()) == ["<p", 'class="a"', 'id="b"></p>']


@pytest.mark.parametrize(
    "made",
    [
        tag("p", HOSTILE),
        tag("p", title=HOSTILE),
        tag("p", css=HOSTILE),
        tag("p", [HOSTILE]),
        join(HOSTILE),
        join("a", "b", by=HOSTILE),
        fill("{}", HOSTILE),
        fill("{words}", words=HOSTILE),
        fill(HOSTILE + "{}", 1),
        bullets([HOSTILE]),
        figure(Markup("<b></b>"), HOSTILE),
        figure(HOSTILE, "words"),
        link(HOSTILE, "https://example.org"),
        link("words", HOSTILE),
        notice(HOSTILE),
        opening(HOSTILE),
        opening("?", HOSTILE),
        picture(np.zeros((2, 2)), HOSTILE),
        table((HOSTILE, "b"), [("c", "d")]),
        table(("a", HOSTILE), [("c", "d")]),
        table(("a", "b"), [(HOSTILE, "d")]),
        table(("a", "b"), [("c", HOSTILE)]),
    ],
)
def test_whatever_is_no_markup_is_escaped(made):
    assert isinstance(made, Markup)
    assert HARMLESS in made and "<script" not in made and 'class="<' not in made


def test_markup_stays_as_it_is():
    bold = tag("b", "x")
    for made in (tag("p", bold), join("a", bold), fill("{} a", bold), fill(bold)):
        assert "<b>x</b>" in made and "&lt;" not in made


def test_join():
    assert join(["a", "b"], "c", by=", ") == "a, b, c"
    assert join() == ""


def test_fill_knows_formats():
    assert fill("{0:,} of {total:.1f} %", 12345, total=9.96) == "12,345 of 10.0 %"


def test_a_table_names_rows_and_columns():
    made = table(("name", "size", "price"), [("a", 1, tag("b", 2)), ("c", 3, 4)], css="figures")
    assert made == (
        '<table class="figures"><thead><tr><th scope="col">name</th><th scope="col">size</th>'
        '<th scope="col">price</th></tr></thead><tbody>'
        '<tr><th scope="row">a</th><td data-name="size">1</td><td data-name="price"><b>2</b></td>'
        '</tr><tr><th scope="row">c</th><td data-name="size">3</td><td data-name="price">4</td>'
        "</tr></tbody></table>"
    )


def test_sentences():
    assert notice("the file is damaged") == (
        '<p class="notice" role="status">The file is damaged.</p>'
    )
    assert bullets(["a", "", "b"]) == '<ul class="text points"><li>a</li><li>b</li></ul>'
    assert beside("Why?", "So.", "And so.") == (
        '<h2>Why?</h2><div class="columns"><p class="text">So.</p><p class="text">And so.</p></div>'
    )
    assert opening("Why?", "So.", tag("b", "Now")) == (
        '<h2>Why?</h2><p class="text">So.</p><p class="text"><b>Now</b></p>'
    )


def test_a_term_opens_its_entry():
    button = '<button class="term" type="button" popovertarget="term-max-pooling">{}</button>'
    assert terms("By [[max pooling]] here") == f"By {button.format('max pooling')} here"
    kept = f'<span class="unbroken">{button.format("max pooling")}),</span>'
    assert terms("(by [[max pooling]]), so") == f"(by {kept} so"
    assert terms("[[max pooling|Pooling]] & more") == f"{button.format('Pooling')} &amp; more"
    assert terms("[[max pooling|<i>]]") == button.format("&lt;i&gt;")
    assert terms("[[no term]] and [[x]") == "[[no term]] and [[x]"
    for made in (paragraph("[[epoch]]"), bullets(["[[epoch]]"]), figure("", "[[epoch]]")):
        assert 'popovertarget="term-epoch">epoch</button>' in made


def test_a_picture_is_a_png_with_words():
    made = picture(np.zeros((2, 3)), "three black pixels", "large")
    assert made.startswith('<img class="pixels large" src="data:image/png;base64,')
    assert made.endswith('alt="three black pixels">')


def test_a_link_opens_elsewhere():
    assert link("words", "https://example.org") == (
        '<a href="https://example.org" target="_blank" rel="noopener">words</a>'
    )
