"""One unit: its channel large, what it sees of the digit, its weights, and its arithmetic."""

from math import ceil, sqrt

import numpy as np
from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.activations import Layer, receptive_field
from mnist_cnn.explaining.arithmetic import arithmetic
from mnist_cnn.networks.operations import Operation, WeightedSum
from mnist_cnn.page.figures import diverging
from mnist_cnn.page.frames import Box, frame, square
from mnist_cnn.page.markup import figure, join, picture, tag
from mnist_cnn.page.numbers import number, shape
from mnist_cnn.page.rooms.inside.arithmetic import operation_list
from mnist_cnn.page.rooms.inside.channels import channel_words, heading, side_by_side
from mnist_cnn.page.rooms.inside.selection import LayerView, Selection
from mnist_cnn.page.texts import inside as inside_texts


def unit_details(selection: Selection) -> Markup:
    """The selected unit, a section per network."""
    return side_by_side(_details(view, selection.layers) for view in selection.views)


def _details(view: LayerView, rows: tuple[Layer, ...]):
    operations = arithmetic(view.model, view.digit, view.layer.name, *view.unit)
    weights = weights_as_maps(operations, rows)
    pictures = (
        _channel(view) if view.is_map else None,
        _receptive_field(view),
        None if weights is None else _kernel(weights),
    )
    titles = {row.name: row.title for row in rows}
    name = inside_texts.CHANNEL if view.is_map else inside_texts.UNIT
    return join(
        heading(view, name.format(view.unit[0])),
        tag("div", pictures, css="looks"),
        tag("ol", operation_list(operations, titles), css="steps"),
    )


def _channel(view: LayerView):
    """The unit's channel, large; a click on a pixel selects it."""
    channel, row, column = view.unit
    values = view.maps[channel]
    height, width = values.shape
    colours = diverging(values, view.limits[channel])
    grid = tag(
        "div",
        picture(colours, channel_words(channel, values)),
        frame(square(row, column), values.shape),
        css="framed",
        data_grid=f"{height} {width}",
    )
    words = inside_texts.PIXEL.format(row, column, number(values[row, column], ".3f"))
    return figure(grid, words, "large")


def _receptive_field(view: LayerView):
    """The digit, with a frame around what the unit sees of it."""
    box = receptive_field(view.model, view.layer.name, *view.unit)
    digit = picture(view.digit, ""), frame(box, (DATASET.side, DATASET.side))
    return figure(tag("div", digit, css="framed"), field_words(box), "seen")


def field_words(box: Box) -> str:
    """How much of the digit a unit sees, and where.

    Args:
        box: top, bottom, left, right in px.
    """
    top, bottom, left, right = box
    height, width = bottom - top, right - left
    if (height, width) == (DATASET.side, DATASET.side):
        return inside_texts.FIELD_ALL
    return inside_texts.FIELD.format(height, width, top, left)


def weights_as_maps(operations: dict[str, Operation], rows: tuple[Layer, ...]) -> np.ndarray | None:
    """(C, H, W) weights of the unit; None where it has none, or where they belong to no place.

    Args:
        operations: as from explaining.arithmetic.arithmetic; the first one has the weights.
        rows: the network's layers in order.
    """
    name, operation = next(iter(operations.items()))
    if not isinstance(operation, WeightedSum):
        return None
    index = [row.name for row in rows].index(name)
    if rows[index - 1].kind == "Flatten":
        return operation.weights.reshape(rows[index - 2].shape)
    return operation.weights if operation.weights.ndim == 3 else None


def mosaic(weights: np.ndarray) -> np.ndarray:
    """(C, H, W) weights as one array: channels in lines from left to right, a zero between them."""
    columns = ceil(sqrt(len(weights)))
    padded = np.pad(weights, ((0, -len(weights) % columns), (0, 1), (0, 1)))
    _, height, width = padded.shape
    lines = padded.reshape(-1, columns, height, width).swapaxes(1, 2)
    return lines.reshape(-1, columns * width)[:-1, :-1]


def _kernel(weights):
    limit = np.abs(weights).max()
    words = inside_texts.KERNEL.format(shape(weights.shape), number(limit, ".2f"))
    return figure(picture(diverging(mosaic(weights), limit), ""), words, "kernel")
