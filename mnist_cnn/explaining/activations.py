"""What happens between the pixels and the answer: every layer of a network, laid open.

A network is a chain of layers, so its layers are run here one after the other. (Hooks on a model
that many visitors share would see the digits of the others, too.)
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from torch import nn

from mnist_cnn.arguments import check_choice, check_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.layers import chain, kind, window


@dataclass(frozen=True)
class Layer:
    """One layer of a network."""

    name: str  # torch's own name of the module; "input" and "probabilities" at both ends
    title: str  # in plain words, numbered where there are several of a kind
    kind: str  # the module's class: "Conv2d", "ReLU", ..., "Input", "Softmax"
    shape: tuple[int, ...]  # of its output for one digit: (C, H, W), or (N,) outside of maps
    receptive_field: int | None  # px, side of what an inner unit sees of the digit; None: no map
    parameters: int  # numbers that training adjusts
    multiply_adds: int  # products that it sums for one digit


def layers(model: nn.Module) -> tuple[Layer, ...]:
    """The network's layers in the order of the digit's way: from the input to the probabilities.

    Args:
        model: one of the networks, in eval mode.
    """
    modules, outputs = chain(model), activations(model, _blank())
    titles = _numbered([kind(module).title for module in modules.values()])
    rows = []
    for (name, module), title in zip(modules.items(), titles):
        shape = outputs[name].shape
        weights = module.get_parameter("weight").numel() if kind(module).multiplies else 0
        rows.append(
            Layer(
                name,
                title,
                type(module).__name__,
                shape,
                _field_side(modules, name) if len(shape) == 3 else None,
                sum(parameter.numel() for parameter in module.parameters()),
                weights * prod(shape[1:]),  # a filter's weights are used at every place of its map
            )
        )
    return tuple(rows)


@torch.inference_mode()
def activations(model: nn.Module, digit: np.ndarray) -> dict[str, np.ndarray]:
    """The output of every layer for one digit.

    Args:
        model: one of the networks, in eval mode.
        digit: (28, 28) uint8 in 0..255 or float in [0, 1]; 1 is ink.

    Returns:
        {layer name: (C, H, W) or (N,) float32}
    """
    outputs, x = {}, digit[None]
    for name, module in chain(model).items():
        x = module(x)
        outputs[name] = x[0].numpy()
    return outputs


def receptive_field(
    model: nn.Module, layer: str, channel: int = 0, row: int = 0, column: int = 0
) -> tuple[int, int, int, int]:
    """The pixels of the digit that one unit sees: (top, bottom, left, right), ends excluded.

    Args:
        model: one of the networks, in eval mode.
        layer: name of a Layer.
        channel, row, column: the unit's place, from 0; row and column are 0 outside of maps.

    Raises:
        RequestError: no such layer or unit.
    """
    outputs = activations(model, _blank())
    check_choice("layer", layer, outputs)
    shape = outputs[layer].shape
    unit = check_unit(shape, channel, row, column)[: len(shape)]
    region = tuple((place, place + 1) for place in unit)
    modules = chain(model)
    names = list(modules)
    for at in range(names.index(layer), 0, -1):  # from the unit back to the pixels
        module = modules[names[at]]
        region = kind(module).reads(module, region, outputs[names[at - 1]].shape)
    _, (top, bottom), (left, right) = region
    return top, bottom, left, right


def _blank():
    return np.zeros((DATASET.side, DATASET.side))


def _field_side(modules, layer):
    """Side, in px, of what a unit of a map sees of the digit, away from its border."""
    names, side = list(modules), 1
    for name in reversed(names[: names.index(layer) + 1]):
        if kind(modules[name]).is_windowed:
            this = window(modules[name])
            side = (side - 1) * this.stride + this.side
    return min(side, DATASET.side)


def _numbered(titles: list[str]) -> Iterator[str]:
    """The same titles; those that occur several times are numbered from 1."""
    seen: Counter[str] = Counter()
    for title in titles:
        seen[title] += 1
        yield f"{title} {seen[title]}" if titles.count(title) > 1 else title
