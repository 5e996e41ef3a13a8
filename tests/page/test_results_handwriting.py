"""What Results says of people's own handwriting is what was counted, whichever way it falls."""

import re

import pytest

from mnist_cnn.judging.handwriting import PAPERS, figures, load_handwriting
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.rooms.results.handwriting import (
    as_good_words,
    brings_words,
    handwriting,
    hardest_words,
    refused_words,
    shares_of,
    ways_table,
)
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.reading.reasons import Reason
from tests.page.words import text

KEYS = ("fc", "conv", "aug")
DEFAULT = {
    "notebook": {"fc": 10, "conv": 20, "aug": 30},
    "mnist": {"fc": 70, "conv": 80, "aug": 90},
}


def made(right=DEFAULT, **sets):
    """Handwriting as load_handwriting returns it.

    Args:
        right: {way: {network: pictures read right, of 100, in the one set "photo"}}.
        sets: {set: pictures read right, of 100, by "aug" both ways}, beside it.
    """
    return {
        way: {
            key: figures({"groups": [_group("photo", 0, n), *_others(sets, way, key)]})
            for key, n in rows.items()
        }
        for way, rows in right.items()
    }


def _others(sets, way, key):
    if key != "aug":
        return []
    return [
        _group(name, place, n[way] if isinstance(n, dict) else n)
        for place, (name, n) in enumerate(sets.items(), 1)
    ]


def _group(name, group, right):
    return {
        "group": group,
        "set": name,
        "count": 100,
        "right": right,
        "likeliest": right,
        "refused": {},
        "gaps": [0.0] * 15,
    }


def row_of(html, first):
    """The table's row whose first cell says this, as HTML."""
    return next(row for row in html.split("<tr>") if f'scope="row">{first}<' in row)


def test_both_ways_are_dots_on_a_line_with_their_intervals_and_numbers():
    row = row_of(ways_table(KEYS, made()), "Phone photos")
    assert "100 pictures" in text(row) and PAPERS["photo"].what in text(row)
    _, fc, conv, aug = row.split("<td")
    assert "10.0 → 70.0 %" in fc and "20.0 → 80.0 %" in conv and "30.0 → 90.0 %" in aug
    marks = re.findall(r'<i class="(\w+)" style="--from:([\d.]+);--to:([\d.]+)"', fc)
    # Wilson: 10 of 100 is 5.5 to 17.4 %, 70 of 100 is 60.4 to 78.1 %.
    assert marks == [
        ("interval", "0.055", "0.174"),
        ("interval", "0.604", "0.781"),
        ("change", "0.100", "0.700"),
        ("notebook", "0.100", "0.100"),
        ("mnist", "0.700", "0.700"),
    ]
    assert "The notebook&#39;s way: 10.0 % (5.5 to 17.4); MNIST&#39;s own way: 70.0 % (60.4" in fc
    assert "--model:var(--fc)" in fc and "--model:var(--aug)" in aug


def test_the_change_is_drawn_from_the_lower_to_the_higher_share():
    worse = {"notebook": {"aug": 60}, "mnist": {"aug": 50}}
    assert 'class="change" style="--from:0.500;--to:0.600"' in ways_table(["aug"], made(worse))


def test_the_kinds_of_paper_come_from_the_easiest_to_the_hardest():
    html = ways_table(KEYS, made(photo_grid=40, usps=95))
    named = re.findall(r'scope="row">(.*?)<', html)
    assert named == ["All pictures", "Zip codes", "Phone photos", "Squared paper"]
    assert "300 pictures" in row_of(html, "All pictures")
    # of 300 by aug, but of 100 by the others
    assert "55.0 → 75.0 %" in row_of(html, "All pictures")
    assert row_of(html, "Squared paper").count(f">{results_texts.UNKNOWN}<") == 2  # fc and conv


def test_an_unknown_set_is_called_by_its_name():
    html = ways_table(KEYS, made(**{"<b>chalk": 99}))
    assert "&lt;b&gt;chalk<small>100 pictures</small>" in row_of(html, "&lt;b&gt;chalk")


def test_a_network_that_was_not_measured_has_no_dots():
    found = made()
    found["mnist"]["conv"] = None
    del found["notebook"]["fc"]
    row = row_of(ways_table(KEYS, found), "Phone photos")
    assert row.count("line") == 1 and row.count(f">{results_texts.UNKNOWN}<") == 2
    assert "the worst and the best network are 20.0 points apart." in text(
        brings_words(KEYS, found)
    )


@pytest.mark.parametrize("found", [{}, made({"notebook": {"fc": 1}, "mnist": {"fc": 2}})])
def test_without_figures_one_line_says_so(found):
    said = text(handwriting(KEYS, found))
    assert said == f"{results_texts.OWN} {results_texts.OWN_NONE}."


@pytest.mark.parametrize(
    "before, after, brings, matters",
    [(30, 90, True, True), (75, 90, True, False), (90, 90, False, None), (95, 90, False, None)],
)
def test_what_the_way_brings_stands_beside_what_a_network_brings(before, after, brings, matters):
    found = made(
        {
            "notebook": {"fc": 10, "conv": 20, "aug": before},
            "mnist": {"fc": 70, "conv": 80, "aug": after},
        }
    )
    said = text(brings_words(KEYS, found))
    assert f"{before}.0 %" in said and f"{after}.0 % MNIST's own way" in said
    assert said.startswith("The same pictures") == brings
    for case, words in results_texts.OWN_VERDICTS.items():
        assert (words in said) == (case is matters)
    if brings:
        assert f"a gain of {after - before}.0 points" in said and "20.0 points apart" in said


def test_the_hardest_and_the_easiest_paper_are_named():
    found = made(photo_grid=40, usps=95)
    said = text(hardest_words(shares_of(found, "mnist", "aug")))
    assert "does worst on “Squared paper”, 40.0 % (30.9 to 49.8)" in said
    assert "best on “Zip codes”, 95.0 % (88.8 to 97.8)" in said
    assert hardest_words(shares_of(made(), "mnist", "aug")) == ""


def test_the_papers_that_the_notebook_reads_as_well_are_named():
    assert as_good_words(made(usps={"notebook": 94, "mnist": 95})) == ""
    found = made(usps={"notebook": 95, "mnist": 95}, canvas={"notebook": 97, "mnist": 96})
    expected = "Drawings (97.0 % against 96.0 %), Zip codes (95.0 % against 95.0 %)."
    assert as_good_words(found).endswith(f": {expected}")


def test_what_is_refused_is_told_with_its_reasons():
    group = _group("photo", 0, 80) | {"likeliest": 83, "refused": {"no digit": 2, "blank": 8}}
    said = refused_words(figures({"groups": [group]})["all"])
    assert "refuses 10.0 % of all pictures: 8 as blank, 2 as no digit." in said
    assert "For 3 of these 10, its likeliest digit is right." in said
    assert "Where it answers, 88.9 % are right." in said  # 80 of 90
    none = refused_words(figures({"groups": [_group("photo", 0, 80)]})["all"])
    assert none == "It refuses none of the pictures; 80.0 % of its answers are right."
    assert results_texts.OWN_REASONS.keys() == set(Reason)


def test_all_figures_of_the_main_network_are_there_to_be_opened():
    group = _group("photo", 0, 80) | {
        "likeliest": 83,
        "refused": {"no digit": 20},
        "gaps": [1.25, -2.5, *[0.0] * 13],
    }
    blank = _group("chalk", 1, 0) | {"refused": {"blank": 100}}
    found = {way: {"aug": figures({"groups": [group, blank]})} for way in ("mnist", "notebook")}
    html = handwriting(["aug"], found)
    details = re.search('<details class="snippet".*?</details>', html, re.S)[0]
    rows = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row) for row in details.split("<tr>")[2:]]
    cells = {first: [text(cell) for cell in others] for first, *others in rows}
    assert cells["Phone photos"] == [
        "100", "80.0 % 71.1 to 86.7", "83.0 % 74.5 to 89.1", "20.0 %", "100.0 %", "0.037",
    ]  # fmt: skip
    assert cells["chalk"][3:] == ["100.0 %", "–", "–"]
    assert list(cells) == ["All pictures", "Phone photos", "chalk"]
    assert "2 groups of writers" in text(details.replace("details", "div"))
    assert "40.0 % read right (0.0 to 80.0)" in text(details.replace("details", "div"))


def test_the_shipped_figures_are_shown():
    found = load_handwriting()
    said = text(handwriting(list(MODELS), found))
    before, after = (100 * found[way]["aug"]["all"]["read"] for way in ("notebook", "mnist"))
    assert f"{before:.1f} → {after:.1f} %" in said
    assert found["mnist"]["aug"]["sets"].keys() <= PAPERS.keys()
    assert f"{found['pictures'] - found['broken']:,} digits that other people" in said
