"""What the page asks to see, made into a layer and a unit that exist."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import nn

from mnist_cnn.explaining.activations import Layer, activations, layers
from mnist_cnn.networks.models import LOOKS, MODELS

BOTH = "both"
VIEWS = {  # key -> the networks that are shown side by side, keys of MODELS
    **{key: (key,) for key in LOOKS},
    BOTH: next((row.plain_twin, key) for key, row in MODELS.items() if row.plain_twin),
}
FIRST_VIEW = "conv"
FIRST_LAYER = 1
# Channel, row and column: on the first digit, the strongest pixel of a channel that shows edges of
# both signs, and on plain paper next to nothing.
FIRST_UNIT = (15, 16, 18)

Unit = tuple[int, int, int]  # channel, row, column; row and column are 0 where there is no map


class Request(NamedTuple):
    """What the page asks for. It comes from the browser: numbers may lie outside, or be missing."""

    view: str  # key of VIEWS
    scale: str  # key of inside_texts.SCALES
    layer: int | None  # place in layers()
    channel: int | None
    row: int | None
    column: int | None


@dataclass(frozen=True, eq=False)
class LayerView:
    """One layer of one network at work on the digit, and the unit that is looked at."""

    key: str  # of MODELS
    model: nn.Module
    digit: np.ndarray  # (28, 28) uint8
    layer: Layer
    maps: np.ndarray  # (C, H, W); units that are in no map are maps of one pixel
    unit: Unit
    scale: str  # key of inside_texts.SCALES

    @property
    def is_map(self) -> bool:
        """Whether the layer's units have a place on the digit."""
        return len(self.layer.shape) == 3

    @property
    def limits(self) -> np.ndarray:
        """(C,): the value at which the colours of each channel are full."""
        largest = np.abs(self.maps).max((1, 2))
        return largest if self.scale == "channel" else np.full_like(largest, largest.max())


@dataclass(frozen=True, eq=False)
class Selection:
    """A layer of one network, or the same layer of two, and one unit of it."""

    layers: tuple[Layer, ...]  # of the network, in order
    index: int  # of the selected one
    views: tuple[LayerView, ...]  # one per network

    @property
    def layer(self) -> Layer:
        """The selected layer."""
        return self.layers[self.index]

    @property
    def unit(self) -> Unit:
        """The selected unit, the same in all views."""
        return self.views[0].unit


def select(models: dict[str, nn.Module], digit: np.ndarray, request: Request) -> Selection:
    """The layer and the unit asked for, or those nearest to them.

    Where no pixel is asked for, the strongest of the channel is taken; of two networks, the first
    one's.

    Args:
        models: networks by the keys of LOOKS.
        digit: (28, 28) uint8.
        request: what the page sent.
    """
    keys = VIEWS[request.view]
    if not set(keys) <= set(models):  # the learner's own, which the server has forgotten
        keys = VIEWS[FIRST_VIEW]
    rows = layers(models[keys[0]])
    index = nearest(request.layer, len(rows))
    layer = rows[index]
    sides = (*layer.shape, 1, 1)[:3]
    maps = {key: activations(models[key], digit)[layer.name].reshape(sides) for key in keys}
    unit = nearest_unit(request, maps[keys[0]])
    # A number on a scale of its own says nothing.
    scale = request.scale if len(layer.shape) == 3 else "layer"
    views = (LayerView(key, models[key], digit, layer, maps[key], unit, scale) for key in keys)
    return Selection(rows, index, tuple(views))


def nearest_unit(request: Request, maps: np.ndarray) -> Unit:
    """The unit nearest to the one asked for; where no pixel is given, the channel's strongest.

    Args:
        request: what the page sent.
        maps: (C, H, W) values of the layer.
    """
    channel = nearest(request.channel, len(maps))
    values = maps[channel]
    if request.row is None or request.column is None:
        row, column = np.unravel_index(np.abs(values).argmax(), values.shape)
        return channel, int(row), int(column)
    height, width = values.shape
    return channel, nearest(request.row, height), nearest(request.column, width)


def nearest(place: int | None, count: int) -> int:
    """The place in range(count) that is nearest; the first where none is given."""
    return min(max(place or 0, 0), count - 1)
