"""Colours lie in one place, and can be read."""

import re

import numpy as np
import pytest
from PIL import ImageColor

from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.figures import diverging
from mnist_cnn.page.palette import COLOURS, NEGATIVE, POSITIVE, style_sheet
from mnist_cnn.page.theme import HEAD
from tests.conftest import ROOT

PAGE = ROOT / "mnist_cnn" / "page"


def luminance(colour):
    """Relative luminance. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    values = np.array(ImageColor.getrgb(colour)) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize("ground", [0, 1])
@pytest.mark.parametrize("name", ["--ink", "--quiet", "--accent", *(f"--{key}" for key in MODELS)])
def test_words_stand_out_from_their_ground(name, ground):
    dark, light = sorted(luminance(COLOURS[it][ground]) for it in (name, "--paper"))
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, AA


def test_every_variable_is_set_on_both_grounds():
    rules = dict(re.findall(r"(:root|\.dark) \{ (.*?) \}", style_sheet()))
    for place, ground in enumerate((":root", ".dark")):
        pairs = dict(rule.split(": ") for rule in rules[ground].rstrip(";").split("; "))
        assert pairs == {name: pair[place] for name, pair in COLOURS.items()}
    assert HEAD.startswith(f'<style id="look">{style_sheet()}')


def test_networks_have_their_rows_colours():
    for key, row in MODELS.items():
        assert COLOURS[f"--{key}"] == row.colours


def test_every_colour_that_css_asks_for_is_set():
    css = (PAGE / "page.css").read_text()
    set_here = set(re.findall(r"(--[\w-]+):", css))
    given = {"--model", "--share", "--d", "--place", "--count", "--kernels", "--outputs"}
    given |= {"--columns", "--at", "--sprite", "--down", "--right", "--tile", "--gap"}
    given |= {"--rows", "--row", "--column"}
    given |= {"--from", "--to", "--body-background-fill"}  # the last is Gradio's
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= {*COLOURS, *set_here, *given}
    assert not {*COLOURS} & set_here


def test_the_ends_of_the_scale_are_the_palettes():
    ends = diverging(np.array([[-2.0, 0.0, 2.0]]), 2)[0]
    assert [tuple(map(int, end)) for end in ends] == [
        ImageColor.getrgb(NEGATIVE),
        (255, 255, 255),
        ImageColor.getrgb(POSITIVE),
    ]
