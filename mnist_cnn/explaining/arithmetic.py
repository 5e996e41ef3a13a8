"""How one unit of a network comes by its value: every number that goes into it."""

import numpy as np
from torch import nn

from mnist_cnn.arguments import check_choice, check_unit
from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.explaining.activations import activations
from mnist_cnn.networks.layers import chain, kind
from mnist_cnn.networks.operations import Operation


def arithmetic(
    model: nn.Module,
    digit: np.ndarray,
    layer: str,
    channel: int = 0,
    row: int = 0,
    column: int = 0,
) -> dict[str, Operation]:
    """What a unit computes, in double precision.

    Args:
        model: one of the networks, in eval mode.
        digit: (28, 28) uint8 in 0..255 or float in [0, 1]; 1 is ink.
        layer: name of an activations.Layer.
        channel, row, column: the unit's place, from 0; row and column are 0 outside of maps.

    Returns:
        {layer name: operation}: that of the given layer comes last. Where it alters a single value
        (batch norm, ReLU, dropout), the layers that made this value come before it.

    Raises:
        RequestError: no such layer or unit.
    """
    modules, outputs = chain(model), activations(model, digit)
    check_choice("layer", layer, modules)
    unit = check_unit(outputs[layer].shape, channel, row, column)
    names = list(modules)
    inputs = dict(zip(names, (to_unit(digit[None]).numpy(), *outputs.values())))
    first = last = names.index(layer)
    while kind(modules[names[first]]).is_elementwise:
        first -= 1
    return {
        name: kind(modules[name]).operation(modules[name], inputs[name].astype(np.float64), unit)
        for name in names[first : last + 1]
    }
