"""Values to pictures: the only module that draws."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image, ImageColor

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.page.palette import NEGATIVE, POSITIVE

_NEGATIVE, _POSITIVE = (np.array(ImageColor.getrgb(name)) for name in (NEGATIVE, POSITIVE))
# Matplotlib knows no CSS: it draws with stand-ins, which then become the page's colours.
_TEXT, _PAPER, _LINE = "#010203", "#010204", "#010205"

LEFT = 0.6  # inches from a line chart's edge to its axis: the numbers' and the label's
POINT = 72  # to the inch, and the unit of Matplotlib's SVG
DOTS = {  # Matplotlib's name of a marker: its outline from its middle on
    "o": "m-1.5 0a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0z",
    "s": "m-1.4-1.4h2.8v2.8h-2.8z",
    "^": "m0-1.9 1.8 3.2h-3.6z",
    "d": "m0-2 1.6 2-1.6 2-1.6-2z",
}

Range = tuple[float, float]  # the lowest and the highest value that an axis shows


def png_data_uri(image: np.ndarray, longest_side: int = 256) -> str:
    """A picture as a PNG that HTML can hold.

    Args:
        image: (H, W) or (H, W, 3) float in [0, 1], or uint8 in 0..255.
        longest_side: px; a larger picture is averaged down to it.
    """
    if image.dtype != np.uint8:
        image = np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)
    if image.ndim == 3 and (image == image[..., :1]).all():
        image = image[..., 0]  # greys: a third of the bytes
    picture = Image.fromarray(image)
    picture.thumbnail((longest_side, longest_side), Image.Resampling.BOX)
    return f"data:image/png;base64,{base64.b64encode(picture_bytes(picture)).decode()}"


def picture_bytes(picture: Image.Image) -> bytes:
    """A PIL image as the bytes of a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def diverging(values: np.ndarray, limit: float) -> np.ndarray:
    """(H, W, 3) uint8: signed values as colours, blue below zero, white at zero, red above it.

    Args:
        values: (H, W) float.
        limit: absolute value at which the colour is full; larger ones are clipped to it.
    """
    share = np.clip(values / limit, -1, 1)[..., None] if limit else np.zeros((*values.shape, 1))
    colours = np.where(share < 0, 255 + share * (255 - _NEGATIVE), 255 - share * (255 - _POSITIVE))
    return np.rint(colours).astype(np.uint8)


def sequential(values: np.ndarray) -> np.ndarray:
    """(H, W) uint8: values in [0, 1] as greys, 0 black and 1 white.

    Args:
        values: (H, W) float.
    """
    return np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)


def architecture(stages: Sequence[tuple[str, tuple[int, ...]]], colour: str) -> Markup:
    """A network as a row of volumes, from the digit to the ten answers, as an SVG.

    Args:
        stages: (title, shape) rows; a shape (C, H, W) is a stack of squares, (N,) a bar.
        colour: name of a CSS variable.
    """
    figure = Figure(figsize=(1.05 * len(stages), 1.7))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, len(stages)), ylim=(-0.6, 1.1))
    axes.set_axis_off()
    for place, (title, shape) in enumerate(stages):
        is_map = len(shape) == 3
        height = 0.8 * shape[1] / DATASET.side if is_map else 0.25 + 0.55 * shape[0] / 1024
        width = height if is_map else 0.09
        sheets = 1 + shape[0] // 11 if is_map else 1
        for sheet in reversed(range(sheets)):
            corner = (place + 0.08 + 0.03 * sheet, 0.03 * sheet)
            box = Rectangle(corner, width, height, facecolor=_PAPER, edgecolor=_LINE, linewidth=1)
            axes.add_patch(box)
        words = f"{title}\n{'×'.join(map(str, shape))}"
        axes.text(place + 0.08, -0.15, words, color=_TEXT, fontsize=8, va="top", linespacing=1.5)
    name = ", ".join(title for title, _ in stages)
    return _in_colours(_svg(figure, name), {colour: _LINE, "--paper": _PAPER})


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a chart."""

    x: Sequence[float]
    y: Sequence[float]
    colour: str  # name of a CSS variable
    style: str = "-"  # as matplotlib has it: "-", "--", "o", ...
    width: float = 1.6  # points
    band: tuple[Sequence[float], Sequence[float]] | None = None  # lower and upper y, shaded
    label: str = ""  # in the legend; the chart has one if there is any


def line_chart(
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    y_range: Range | None = None,
    size: tuple[float, float] = (4.2, 2.6),
    log_ticks: Sequence[float] | None = None,
    x_range: Range | None = None,
) -> Markup:
    """Lines as an SVG in the page's own colours and typeface, in both themes.

    Args:
        lines: drawn in this order.
        x_label: with its unit, as `y_label`.
        y_label: of the vertical axis.
        y_range: lowest and highest y; None fits the lines.
        size: width and height in inches.
        log_ticks: values of x that are labelled on a logarithmic axis; None makes it linear.
        x_range: as `y_range`.
    """
    colours = {line.colour: f"#0405{place:02x}" for place, line in enumerate(lines)}
    figure, axes = _axes(size, LEFT, xlabel=x_label, ylabel=y_label)
    for line in lines:
        look: dict[str, Any] = {
            "color": colours[line.colour],
            "linewidth": line.width,
            "label": line.label,
        }
        axes.plot(line.x, line.y, line.style, **look)
        if line.band:
            axes.fill_between(line.x, *line.band, color=look["color"], alpha=0.2, linewidth=0)
    if log_ticks:  # before the limits, which would stay those of a linear axis
        axes.set_xscale("log")
        axes.set_xticks(log_ticks, [f"{x:,}" for x in log_ticks])
        axes.minorticks_off()
    axes.set_xlim(x_range)
    axes.set_ylim(y_range)
    if any(line.label for line in lines):
        axes.legend(frameon=False, labelcolor=_TEXT)
    return _in_colours(_svg(figure, f"{y_label}; {x_label}"), colours)


def with_dots(
    chart: Markup, lines: Sequence[Line], x_range: Range, y_range: Range, size: tuple[float, float]
) -> Markup:
    """A line chart with dots over it, in a hundredth of the time in which Matplotlib draws it.

    Args:
        chart: what line_chart returned for this `x_range`, `y_range` and `size`.
        lines: whose points become dots, of the shape of `style`: "o", "s" or "^".
    """
    left, bottom, width, height = _inside(size, LEFT)

    def place(x, y):
        across, up = ((v - low) / (high - low) for v, (low, high) in ((x, x_range), (y, y_range)))
        return POINT * (left + across * width), POINT * (size[1] - bottom - up * height)

    dots = "".join(
        f'<path d="M{cx:.1f} {cy:.1f}{DOTS[line.style]}" style="fill: var({line.colour})"/>'
        for line in lines
        for cx, cy in map(place, line.x, line.y)
    )
    return Markup(str(chart).replace("</svg>", f"{dots}</svg>"))


def strip_plot(
    strips: Sequence[tuple[str, Sequence[float], str]], x_label: str, width: float = 4.2
) -> Markup:
    """Rows of values as dots over one axis, with a bar at each row's mean, as an SVG like a chart.

    Args:
        strips: title, values and colour (name of a CSS variable) of each row.
        x_label: with its unit.
        width: inches.
    """
    colours = {colour: f"#0405{place:02x}" for place, (*_, colour) in enumerate(strips)}
    size = width, 0.55 * len(strips) + 0.6
    figure, axes = _axes(size, 0.1, xlabel=x_label, ylim=(0.5 - len(strips), 0.8), yticks=[])
    axes.spines["left"].set_visible(False)
    for place, (title, values, colour) in enumerate(strips):
        look: dict[str, Any] = {"color": colours[colour], "clip_on": False}
        axes.plot(values, [-place] * len(values), "o", alpha=0.5, **look)
        axes.plot([np.mean(values)], [-place], "|", markersize=16, markeredgewidth=2, **look)
        at_left = axes.get_yaxis_transform()
        axes.text(0, 0.35 - place, title, color=_TEXT, transform=at_left)
    return _in_colours(_svg(figure, x_label), colours)


def _axes(size: tuple[float, float], left: float, **settings) -> tuple[Figure, Axes]:
    """A chart and its axes, `left` inches from its edge, in the colour of the text."""
    figure = Figure(figsize=size)
    left, bottom, width, height = _inside(size, left)
    places = (left / size[0], bottom / size[1], width / size[0], height / size[1])
    axes = figure.add_axes(places, **settings)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_TEXT)
    axes.tick_params(colors=_TEXT)
    axes.xaxis.label.set_color(_TEXT)
    axes.yaxis.label.set_color(_TEXT)
    return figure, axes


def _inside(size, left):
    """Left, bottom, width and height of what the axes of a chart frame, in inches."""
    return left, 0.5, size[0] - left - 0.1, size[1] - 0.6


def _in_colours(svg: str, colours: dict[str, str]) -> Markup:
    """The drawing with the page's colours; colours: {CSS variable: its stand-in}."""
    for colour, stand_in in colours.items():
        svg = svg.replace(stand_in, f"var({colour})")
    return Markup(svg)  # Matplotlib escapes the words in it


def _svg(figure: Figure, name: str) -> str:
    """A figure as SVG that HTML can hold; the name is read aloud in its place."""
    file = io.StringIO()
    # Text stays text, in the page's typeface; the date would make every drawing another one.
    with matplotlib.rc_context({"svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :].replace(_TEXT, "currentColor")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(name)}"', 1)
