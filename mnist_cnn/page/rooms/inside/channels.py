"""A network's layers as buttons, and all channels of one layer as tiles or as a strip."""

from collections.abc import Iterable
from math import ceil, sqrt

import numpy as np
from markupsafe import Markup

from mnist_cnn.page.figures import diverging, png_data_uri
from mnist_cnn.page.frames import frame, square
from mnist_cnn.page.markup import figure, join, paragraph, picture, pressed, tag
from mnist_cnn.page.numbers import number, shape
from mnist_cnn.page.rooms.inside.selection import LayerView, Selection
from mnist_cnn.page.texts import inside as inside_texts
from mnist_cnn.page.widgets.networks import model_name

FEW = 64  # channels that are shown as tiles with a number each; more of them become a strip
STRIP = 32  # units in a line of a strip


def layer_buttons(selection: Selection) -> Markup:
    """The layers in order, each a button with its title and shape; the selected one is pressed."""
    items = (
        tag("li", tag(
            "button", layer.title, " ", tag("small", shape(layer.shape)),
            type="button", data_pick=index, aria_pressed=pressed(index == selection.index),
        ))
        for index, layer in enumerate(selection.layers)
    )  # fmt: skip
    return tag("ol", items)


def channel_galleries(selection: Selection) -> Markup:
    """All channels of the layer, a section per network, and what to see in a layer of its kind."""
    kind = inside_texts.KINDS[selection.layer.kind]
    return join(side_by_side(map(_gallery, selection.views)), paragraph(kind, "small"))


def side_by_side(sections: Iterable[Markup]) -> Markup:
    """Sections beside each other, one per network."""
    return tag("div", (tag("section", section) for section in sections), css="views")


def heading(view: LayerView, *words: str) -> Markup:
    """The network's name, and the words after it."""
    return tag("h3", join(model_name(view.key), words, by=", "))


def channel_words(channel: int, values: np.ndarray) -> str:
    """A channel and its range in words.

    Args:
        channel: its number, from 0.
        values: (H, W) of it.
    """
    low, high = number(values.min(), ".2f"), number(values.max(), ".2f")
    return inside_texts.TILE.format(channel, low, high)


def strip_cell(unit: int) -> tuple[int, int]:
    """Line and place in it of a strip's unit, all from 0."""
    return divmod(unit, STRIP)


def picked_channel(numbers: tuple[int, ...] | None) -> dict[str, int]:
    """{"channel": its number} of what was clicked; {} where that makes no sense.

    Args:
        numbers: (channel,) of a tile; (line, place in it) of a strip.
    """
    if not numbers:
        return {}
    if len(numbers) == 1:
        return {"channel": numbers[0]}
    line, place = numbers
    return {"channel": line * STRIP + place}


def _gallery(view: LayerView):
    """All channels of a network's layer as numbered tiles, or as a strip where they are many."""
    maps, limits = view.maps, view.limits
    many = len(maps) > FEW
    content = (_strip if many else _tiles)(maps, limits, view.unit[0])
    low, high = number(maps.min(), ".2f"), number(maps.max(), ".2f")
    words = (
        tag("b", view.layer.title, "."),
        inside_texts.RANGE.format(low, high),
        inside_texts.ENDS[view.scale].format(number(limits.max(), ".2f")),
        inside_texts.STRIP.format(len(maps), STRIP) if many else None,
    )
    return join(heading(view), figure(content, join(words, by=" ")))


def _tiles(maps, limits, selected):
    """One picture for all channels: they lie one below the other in it, and each tile shows one."""
    sprite = np.concatenate([diverging(*channel) for channel in zip(maps, limits)])
    sprite_url = png_data_uri(sprite, len(sprite))
    tiles = (_tile(channel, values, selected) for channel, values in enumerate(maps))
    count, columns = len(maps), ceil(sqrt(len(maps)))
    css = f"--columns:{columns};--count:{count};--sprite:url({sprite_url})"
    return tag("div", tiles, css="tiles", style=css)


def _tile(channel, values, selected):
    words = channel_words(channel, values)
    value = (tag("br"), number(values.item(), ".2f")) if values.size == 1 else None
    return tag(
        "button",
        tag("i"),
        channel,
        value,
        type="button",
        data_pick=channel,
        aria_pressed=pressed(channel == selected),
        title=words,
        aria_label=words,
        style=f"--at:{channel}",
    )


def _strip(maps, limits, selected):
    """Units in a row, the row broken into lines as text is; a click on a cell picks its unit."""
    shares = maps.ravel() / np.where(limits > 0, limits, 1)
    lines = np.pad(shares, (0, -len(maps) % STRIP)).reshape(-1, STRIP)
    height, width = lines.shape
    around = frame(square(*strip_cell(selected)), lines.shape)
    return tag(
        "div",
        picture(diverging(lines, 1), ""),
        around,
        css="framed",
        data_grid=f"{height} {width}",
    )
