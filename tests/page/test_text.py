"""The last gate: what is no Markup reaches the page as text."""

import pytest

from mnist_cnn.page.markup import tag
from mnist_cnn.page.widgets.pick import pickable
from mnist_cnn.page.widgets.text import html, markdown


@pytest.mark.parametrize("make", [html, pickable])
def test_what_is_no_markup_is_shown_as_it_is_written(make):
    component = make("<b>1</b>")
    assert component.value == component.postprocess("<b>1</b>") == "&lt;b&gt;1&lt;/b&gt;"
    bold = tag("b", 1)
    assert make(bold).value == component.postprocess(bold) == "<b>1</b>"
    assert make().value is component.postprocess(None) is None


def test_no_line_ends_between_a_number_and_its_percent_sign():
    assert (
        html().postprocess(tag("b", "9.5 %")) == html(tag("b", "9.5 %")).value == "<b>9.5\xa0%</b>"
    )
    assert markdown("9.5 % of 10").value == "9.5\xa0% of 10"


def test_what_is_pickable_has_its_script():
    assert "data-pick" in pickable().js_on_load and html().js_on_load is None


def test_formulas_stand_between_dollars():
    delimiters = markdown("$x$").latex_delimiters
    assert delimiters == [{"left": "$", "right": "$", "display": False}]
