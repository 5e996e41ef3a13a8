"""What happens between the pixels and the answer: every layer of a network, laid open.

The networks are chains, each module fed by the one before it, so they are run here link by link.
(Hooks on a model that many visitors share would hear the others' digits too.)
"""

from collections import Counter
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from torch import nn

from mnist_cnn.arguments import check_choice, check_unit
from mnist_cnn.dataset.digits import to_batch
from mnist_cnn.dataset.facts import DATASET


class Input(nn.Module):
    """The first link: pixels become the normalised batch."""

    def forward(self, digits):
        return to_batch(digits)  # (N, 1, 28, 28)


_TITLES = {
    Input: "Input",
    nn.Conv2d: "Convolution",
    nn.BatchNorm2d: "Batch norm",
    nn.BatchNorm1d: "Batch norm",
    nn.ReLU: "ReLU",
    nn.MaxPool2d: "Max pooling",
    nn.Flatten: "Flatten",
    nn.Linear: "Dense",
    nn.Dropout: "Dropout",
    nn.Softmax: "Probabilities",
}


@dataclass(frozen=True)
class Layer:
    """One layer of a network."""

    name: str  # torch's own name of the module; "input" and "probabilities" at both ends
    title: str  # in plain words, numbered where there are several of a kind
    kind: str  # the module's class: "Conv2d", "ReLU", ..., "Input", "Softmax"
    shape: tuple[int, ...]  # of its output for one digit: (C, H, W), or (N,) where that is no map
    receptive_field: int | None  # px, the side of what one unit sees of the digit; None: no map
    parameters: int  # numbers that training adjusts
    multiply_adds: int  # products that it sums for one digit


def layers(model):
    """The network's layers in the order of the digit's way: from the input to the probabilities.

    Args:
        model: FCNet or ConvNet in eval mode.

    Returns:
        tuple of Layer.
    """
    chain, outputs = links(model), activations(model, np.zeros((DATASET.side, DATASET.side)))
    titles = _numbered([_TITLES[type(module)] for module in chain.values()])
    return tuple(_layer(chain, outputs, name, title) for name, title in zip(chain, titles))


@torch.inference_mode()
def activations(model, digit):
    """What every layer gives for one digit.

    Args:
        model: FCNet or ConvNet in eval mode.
        digit: (28, 28) uint8 in 0..255 or float in [0, 1]; 1 is ink.

    Returns:
        {layer name: (C, H, W) or (N,) float32}
    """
    outputs, x = {}, digit[None]
    for name, module in links(model).items():
        x = module(x)
        outputs[name] = x[0].numpy()
    return outputs


def _layer(chain, outputs, name, title):
    module, shape = chain[name], tuple(outputs[name].shape)
    is_map = len(shape) == 3
    top, bottom, _, _ = _field(chain, outputs, name, (0, 0, 0))
    weights = module.weight.numel() if isinstance(module, nn.Conv2d | nn.Linear) else 0
    return Layer(
        name,
        title,
        type(module).__name__,
        shape,
        bottom - top if is_map else None,
        sum(parameter.numel() for parameter in module.parameters()),
        weights * prod(shape[1:]),  # a filter's weights are used anew at every place of its map
    )


def _numbered(titles):
    """The same titles; one that occurs several times is numbered from 1."""
    seen = Counter()
    for title in titles:
        seen[title] += 1
        yield f"{title} {seen[title]}" if titles.count(title) > 1 else title


def receptive_field(model, layer, channel=0, row=0, column=0):
    """The pixels of the digit that one unit sees: (top, bottom, left, right), ends excluded.

    Args:
        model: FCNet or ConvNet in eval mode.
        layer: name of a Layer.
        channel, row, column: the unit's place, from 0; row and column are 0 where it is no map.

    Raises:
        RequestError: no such layer or unit.
    """
    outputs = activations(model, np.zeros((DATASET.side, DATASET.side)))
    check_choice("layer", layer, outputs)
    unit = check_unit(outputs[layer].shape, channel, row, column)
    return _field(links(model), outputs, layer, unit)


def _field(chain, outputs, layer, unit):
    """As receptive_field: from the unit back to the pixels, window by window."""
    names = list(chain)
    _, row, column = unit
    top, bottom, left, right = row, row + 1, column, column + 1
    for at in range(names.index(layer), 0, -1):
        module = chain[names[at]]
        if isinstance(module, nn.Linear | nn.Softmax):
            return 0, DATASET.side, 0, DATASET.side
        if isinstance(module, nn.Flatten):  # units in a row are units of maps again
            before = outputs[names[at - 1]].shape
            _, row, column = (int(place) for place in np.unravel_index(unit[0], before))
            top, bottom, left, right = row, row + 1, column, column + 1
        if isinstance(module, nn.Conv2d | nn.MaxPool2d):
            side, stride = window(module)
            top, bottom = top * stride, (bottom - 1) * stride + side
            left, right = left * stride, (right - 1) * stride + side
    return top, bottom, left, right


def window(module):
    """Side and stride in px of the square that slides over the maps; nothing here is padded."""
    if isinstance(module, nn.Conv2d):
        return module.kernel_size[0], module.stride[0]
    return module.kernel_size, module.stride


def links(model):
    """{name: module} from the input to the probabilities."""
    leaves = {name: leaf for name, leaf in model.named_modules() if not list(leaf.children())}
    return {"input": Input(), **leaves, "probabilities": nn.Softmax(dim=1)}
