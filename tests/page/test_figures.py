"""Values in, pictures out: read back, and compared with what was drawn."""

import base64
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from mnist_cnn.page.figures import (
    Line,
    architecture,
    diverging,
    line_chart,
    picture_bytes,
    png_data_uri,
    sequential,
    strip_plot,
    with_dots,
)


def decoded(uri):
    kind, _, content = uri.partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def test_a_picture_is_read_back_as_it_was():
    grey = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28)
    assert np.array_equal(decoded(png_data_uri(grey)), grey)
    colours = np.stack([grey, 255 - grey, grey // 2], 2)
    assert np.array_equal(decoded(png_data_uri(colours)), colours)
    shares = np.array([[-1.0, 0.0, 0.3, 0.999, 1.0, 2.0]])
    assert decoded(png_data_uri(shares)).tolist() == [[0, 0, 76, 255, 255, 255]]


def test_a_large_picture_is_averaged_down():
    checks = np.tile(np.array([[0, 200], [200, 0]], np.uint8), (64, 32))  # 128 × 64
    small = decoded(png_data_uri(checks, longest_side=32))
    assert small.shape == (32, 16) and (small == 100).all()
    assert decoded(png_data_uri(checks)).shape == (128, 64)


def test_the_bytes_of_a_picture():
    image = Image.new("L", (3, 2), 7)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(picture_bytes(image)))), image)


def test_signed_values_are_blue_white_and_red():
    colours = diverging(np.array([[-9.0, -1.0, -0.5], [0.0, 0.5, 9.0]]), 1).astype(int)
    assert colours[0, 0].tolist() == colours[0, 1].tolist() == [33, 102, 172]
    assert colours[1, 2].tolist() == [178, 24, 43]
    assert colours[1, 0].tolist() == [255, 255, 255]
    assert colours[0, 2].tolist() == [144, 178, 214]  # half the way to white
    assert colours[1, 1].tolist() == [216, 140, 149]
    assert (diverging(np.zeros((2, 2)), 0) == 255).all()


def test_shares_are_greys():
    assert sequential(np.array([[-0.1, 0, 0.5, 1, 3]])).tolist() == [[0, 0, 128, 255, 255]]


def points(svg):
    """The first line's points in the order of drawing, as (x, y) in the SVG's pixels."""
    path = re.search(r'<g id="line2d_\d+">\s*<path d="(M[^"]*)" clip-path', svg)[1]
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML] ([\d.]+) ([\d.]+)", path)]


def test_a_line_goes_through_its_points():
    svg = line_chart([Line([0, 1, 3], [0.0, 1.0, 0.5], "--fc")], "px", "share", (0, 1))
    (x0, y0), (x1, y1), (x2, y2) = points(svg)
    assert (x1 - x0) / (x2 - x0) == pytest.approx(1 / 3, abs=1e-3)
    assert (y0 - y2) / (y0 - y1) == pytest.approx(1 / 2, abs=1e-3)  # up is less


def test_on_a_logarithmic_axis_the_same_factor_is_the_same_way():
    chart = line_chart([Line([10, 100, 1000], [1, 2, 3], "--fc")], "x", "y", log_ticks=[10, 1000])
    (path,) = re.findall(r'<path d="(M[^"]*)"[^>]*style="fill: none; stroke: var', str(chart))
    left, middle, right = (float(place) for place in re.findall(r"[ML] ([\d.]+) ", path))
    assert middle - left == pytest.approx(right - middle) and middle - left > 50


def test_dots_lie_on_the_line_through_their_points():
    line = Line([0, 1, 3], [0.0, 1.0, 0.5], "--fc", "s")
    ranges = {"x_range": (-0.15, 3.15), "y_range": (0, 1.03), "size": (3.6, 2.4)}
    chart = line_chart([replace(line, style="-")], "px", "share", **ranges)
    svg = with_dots(chart, [line], **ranges)
    dots = re.findall(
        r'<path d="M([\d.]+) ([\d.]+)m-1.4-1.4h2[^"]*" style="fill: var\(--fc\)"', svg
    )
    assert np.array(dots, float) == pytest.approx(np.array(points(chart)), abs=0.06)


def test_a_charts_colours_words_and_legend_are_the_pages():
    lines = [
        Line([1, 10], [1, 2], "--fc", label="<Fully>"),
        Line([1, 10], [2, 3], "--conv", band=([1, 2], [3, 4])),
    ]
    svg = line_chart(lines, "size & unit", "accuracy, %", log_ticks=[1, 1000])
    assert svg.startswith("<svg") and "#0405" not in svg and "#0102" not in svg
    assert "var(--fc)" in svg and svg.count("var(--conv)") > 1 and "currentColor" in svg
    for words in ("size &amp; unit", "accuracy, %", "&lt;Fully&gt;", "1,000"):
        assert words in svg
    assert 'role="img" aria-label="accuracy, %; size &amp; unit"' in svg
    assert "legend" not in line_chart(lines[1:], "x", "y")


def test_a_strip_has_a_dot_per_value_and_a_bar_at_the_mean():
    svg = strip_plot([("one", [1.0, 2.0, 6.0], "--fc"), ("two", [4.0, 4.0], "--aug")], "errors")
    uses = re.findall(r'<use xlink:href="#(\w+)" x="([\d.]+)" y="([\d.]+)"[^>]*var\((--\w+)\)', svg)
    of_one = [(name, float(x)) for name, x, _, colour in uses if colour == "--fc"]
    assert len(of_one) == 4
    *dots, (bar, mean) = of_one
    assert {name for name, _ in dots} != {bar}
    assert mean == pytest.approx(np.mean([x for _, x in dots]), abs=1e-3)
    heights = [float(y) for _, _, y, colour in uses if colour == "--aug"]
    assert len(heights) == 3 and min(heights) > float(uses[0][2])  # below the first row
    assert "one" in svg and "two" in svg and "errors" in svg


def test_an_architecture_shows_every_stage():
    stages = [("Input", (1, 28, 28)), ("Convolution", (32, 26, 26)), ("Dense", (10,))]
    svg = architecture(stages, "--conv")
    for title, shape in (("Input", "1×28×28"), ("Convolution", "32×26×26"), ("Dense", "10")):
        assert title in svg and shape in svg
    # One sheet for every eleven channels, and one bar.
    assert svg.count("stroke: var(--conv)") == 1 + 3 + 1
    assert svg.count("fill: var(--paper)") == 5 and "#0102" not in svg
