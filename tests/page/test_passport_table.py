"""Measures in, rows out."""

import re

import pytest

from mnist_cnn.page.widgets.passport import passport_table
from mnist_cnn.reading.passport import Measure, Trait
from mnist_cnn.reading.pipelines import PIPELINES

SCALED = next(row for row in PIPELINES["mnist"].transforms if row.id == "scaled")
CENTRED = next(row for row in PIPELINES["mnist"].transforms if row.id == "centred")
SIZE = Trait("size", "size", "px of 28", 19, 20, "too small", "too large", SCALED)
SLANT = Trait("slant", "slant", "°", -28, 38.1, "leaning left", "leaning right", None)


@pytest.mark.parametrize(
    "trait, before, after, css, verdict",
    [
        (SIZE, 19.5, 20, "", ""),
        (SIZE, 19, 20, "", ""),
        (SIZE, 5, 20, ' class="defect"', "too small, mended by “Scaled”"),
        (SIZE, 27, 20, ' class="defect"', "too large, mended by “Scaled”"),
        (SIZE, 5, 18.9, ' class="defect"', "too small"),  # not mended
        (SLANT, -40, -40, ' class="defect"', "leaning left"),
        (SLANT, 40, 0, ' class="defect"', "leaning right"),  # right now, and no step takes credit
        (SLANT, 0, 40, "", ""),  # the picture as it came is judged
    ],
)
def test_a_row(trait, before, after, css, verdict):
    table = passport_table((Measure(trait, before, after),), [])
    row = re.findall("<tr.*?</tr>", table)[1]
    assert "-" not in re.sub("<.*?>", "", row).replace("-1 dark", "")  # a minus is one: −
    assert row.replace("−", "-") == (
        f'<tr{css}><th scope="row">{trait.name}<small>{trait.unit}</small></th>'
        f"<td>{before:.1f}<small>{verdict}</small></td><td>{after:.1f}</td>"
        f"<td>{trait.low:g} to {trait.high:g}</td></tr>"
    )


def test_the_columns():
    table = passport_table((Measure(SIZE, 19, 20),), [])
    assert re.findall('<th scope="col">(.*?)</th>', table) == [
        *("as it came", "as it is seen", "98 of 100 in MNIST"),
    ]


def test_what_each_step_is_good_for():
    changes = [(SCALED, {"fc": (7, 1), "aug": (7, None)}), (CENTRED, {"conv": (None, 0)})]
    html = passport_table((Measure(SIZE, 5, 20),), changes)
    first, second = re.findall("<li>(.*?)</li>", html)
    assert re.sub("<.*?>", "", first) == (
        "Scaled: Fully connected 7 → 1, ConvNet, augmented data 7 → no answer"
    )
    assert re.sub("<.*?>", "", second) == "Centred: ConvNet no answer → 0"
    assert "an answer would change:" in html and "no answer would change" not in html


def test_where_no_step_matters():
    html = passport_table((Measure(SIZE, 5, 20),), [])
    assert (
        "Here no answer would change if any one of the steps were left out." in html
        and "<li>" not in html
    )


def test_where_there_is_no_ink_there_is_no_passport():
    assert passport_table((), []) == "" == passport_table((), [(SCALED, {"fc": (7, 1)})])
