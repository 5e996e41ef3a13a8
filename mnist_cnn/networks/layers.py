"""The kinds of layers that a network may have, as rows of one table: LAYER_KINDS.

A row says what a unit of such a layer computes, which part of its input it reads, and how to apply
the layer at all shifts of a digit at once. What the table does not know is refused when a network
is built (`check_network`): it would be explained wrongly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from mnist_cnn.dataset.digits import to_batch
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.operations import (
    Activation,
    Copy,
    Maximum,
    Mean,
    Normalisation,
    Operation,
    Probability,
    WeightedSum,
)

Unit = tuple[int, int, int]  # channel, row, column; row and column are 0 outside of maps
Region = tuple[
    tuple[int, int], ...
]  # of a layer's output for one digit: (start, stop) of each axis


class LayerError(ValueError):
    """A network has a layer that cannot be explained; one sentence says which, and why."""


class Input(nn.Module):
    """The first layer: (N, 28, 28) pixels become the normalised batch (N, 1, 28, 28)."""

    def forward(self, digits):
        return to_batch(digits)


class Shuffle(nn.Module):
    """The pixels of every digit in one other order: what was near is near no more.

    Maps (B, 1, 28, 28) to the same shape. It learns nothing and is stored nowhere.
    """

    def __init__(self):
        super().__init__()
        seeded = torch.Generator().manual_seed(0)
        order = torch.randperm(DATASET.side**2, generator=seeded)
        self.register_buffer("order", order, persistent=False)

    def forward(self, x):
        return x.flatten(1)[:, self.order].view(x.shape)


class Window(NamedTuple):
    """The square of a map that one unit of a convolution or a pooling layer reads."""

    side: int  # px
    stride: int  # px between the windows of neighbouring units
    padding: int  # px that the first window begins before the border


@dataclass(frozen=True)
class LayerKind:
    """What is known of all layers of one class."""

    title: str
    # (module, its input for one digit as float64, place of a unit) -> what the unit computes
    operation: Callable[[Any, np.ndarray, Unit], Operation]
    # (module, region of its output, shape of its input) -> region of its input that it reads
    reads: Callable[[Any, Region, tuple[int, ...]], Region]
    is_elementwise: bool = False  # alters single values: explained together with the layer before
    is_windowed: bool = False  # slides a window over maps
    # (module, maps of a widened digit, dilation) -> its output at every place, stride ignored
    at_every_place: Callable[[Any, torch.Tensor, int], torch.Tensor] = lambda module, x, _: module(
        x
    )
    moves: bool = False  # values to other places: a shifted digit is another digit to it
    multiplies: bool = False  # by every weight, at every place of its output
    settings: Mapping[str, tuple] = field(default_factory=dict)  # {attribute: accepted values}


def window(module: Any) -> Window:
    """The Window of a convolution or pooling layer.

    Raises:
        LayerError: it is not square, or does not lie evenly.
    """
    side, stride = (_both_ways(module, name) for name in ("kernel_size", "stride"))
    if module.padding == "same" and side % 2 == 0:
        raise LayerError(f"padding is 'same' around an even side of {side}; give an odd one")
    same = {"valid": 0, "same": side // 2}
    padding = same[module.padding] if module.padding in same else _both_ways(module, "padding")
    if padding >= side:
        raise LayerError(f"padding is {padding}, as wide as the window; the most is {side - 1}")
    return Window(side, stride, padding)


def _both_ways(module, name):
    """A setting that must be the same for rows and columns."""
    value = getattr(module, name)
    down, right = value if isinstance(value, tuple) else (value, value)
    if down != right:
        raise LayerError(f"{name} is {value}; rows and columns must have the same")
    return down


# What a unit computes. Each takes a module, its input (C, H, W) or (N,), and the unit's place.


def _normalise(_, x, unit):
    return Normalisation(_at(x, unit), DATASET.mean, DATASET.std**2)


def _convolve(module, x, unit):
    return WeightedSum(_under(module, x, unit, pads=True), *_weights_and_bias(module, unit))


def _weigh(module, x, unit):
    return WeightedSum(x, *_weights_and_bias(module, unit))


def _batch_norm(module, x, unit):
    numbers = (module.running_mean, module.running_var, module.weight, module.bias)
    mean, variance, weight, bias = (of_channels[unit[0]].item() for of_channels in numbers)
    return Normalisation(_at(x, unit), mean, variance, module.eps, weight, bias)


def _activate(module, x, unit):
    slope = getattr(module, "negative_slope", 0.0)
    return Activation(type(module).__name__, _at(x, unit), slope)


def _maximum(module, x, unit):
    return Maximum(_under(module, x, unit, pads=False)[unit[0]])


def _mean(module, x, unit):
    return Mean(_under(module, x, unit, pads=module.count_include_pad)[unit[0]])


def _flatten(_, x, unit):
    source = tuple(map(int, np.unravel_index(unit[0], x.shape)))
    return Copy(float(x[source]), source)


def _unshuffle(module, x, unit):
    source = _before(module, x.shape, unit[1:])
    return Copy(float(x[source]), source)


def _before(module, shape, place):
    """Where the value lay that Shuffle put to (row, column)."""
    from_ = module.order[np.ravel_multi_index(place, shape[1:])].item()
    row, column = np.unravel_index(from_, shape[1:])
    return 0, int(row), int(column)


def _copy(_, x, unit):
    return Copy(_at(x, unit), unit[: x.ndim])


def _probability(_, x, unit):
    return Probability(x, unit[0])


def _at(x, unit):
    return float(x[unit[: x.ndim]])


def _under(module, x, unit, pads):
    """All channels of x under the module's window at a unit's place.

    Args:
        pads: whether zeros lie beyond the border; otherwise nothing does, and the window is cut.

    Returns:
        (C, side, side); smaller where it is cut.
    """
    side, stride, padding = window(module)
    top, left = (place * stride for place in unit[1:])
    if pads:
        x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    else:
        top, left = top - padding, left - padding
    return x[:, max(top, 0) : top + side, max(left, 0) : left + side]


def _weights_and_bias(module, unit):
    weights = module.weight[unit[0]].detach().double().numpy()
    return weights, 0.0 if module.bias is None else module.bias[unit[0]].item()


# What a region of a layer's output reads of its input.


def _the_same(_, region, shape):
    return region


def _everything(_, region, shape):
    return tuple((0, length) for length in shape)


def _windows(module, region, shape):
    """The windows of a region, without what lies beyond the border; of all channels."""
    side, stride, padding = window(module)
    places = (
        (max(start * stride - padding, 0), min((stop - 1) * stride - padding + side, length))
        for (start, stop), length in zip(region[1:], shape[1:])
    )
    return (0, shape[0]), *places


def _unflattened(_, region, shape):
    """The place of one unit among the maps; more than one is taken for all."""
    ((start, stop),) = region
    if stop - start > 1:
        return tuple((0, length) for length in shape)
    return tuple((int(place), int(place) + 1) for place in np.unravel_index(start, shape))


def _unshuffled(module, region, shape):
    """The place of one pixel before it was moved; more than one is taken for all."""
    places = [start for start, _ in region[1:]]
    if any(stop - start > 1 for start, stop in region[1:]):
        return tuple((0, length) for length in shape)
    return tuple((place, place + 1) for place in _before(module, shape, places))


# A layer at every place of the maps of a widened digit, the window's pixels `dilation` px apart.


def _dilated_convolution(module, x, dilation):
    return F.conv2d(x, module.weight, module.bias, dilation=dilation)


def _dilated_maximum(module, x, dilation):
    return F.max_pool2d(x, window(module).side, stride=1, dilation=dilation)


def _dilated_mean(module, x, dilation):
    side, channels = window(module).side, x.shape[1]
    weights = torch.full((channels, 1, side, side), 1 / side**2)
    return F.conv2d(x, weights, dilation=dilation, groups=channels)


def _elementwise(title, operation=_activate, **more):
    return LayerKind(title, operation, _the_same, is_elementwise=True, **more)


_ONE = (1, (1, 1))  # the same number, for one or for two axes
_BATCH_NORM = _elementwise(
    "Batch norm", _batch_norm, settings={"track_running_stats": (True,), "affine": (True,)}
)
LAYER_KINDS: dict[type, LayerKind] = {
    nn.Conv2d: LayerKind(
        "Convolution",
        _convolve,
        _windows,
        is_windowed=True,
        at_every_place=_dilated_convolution,
        multiplies=True,
        # What a dilated window reads is no square without holes.
        settings={"groups": (1,), "dilation": _ONE, "padding_mode": ("zeros",)},
    ),
    nn.BatchNorm2d: _BATCH_NORM,
    nn.BatchNorm1d: _BATCH_NORM,
    nn.ReLU: _elementwise("ReLU"),
    nn.LeakyReLU: _elementwise("Leaky ReLU"),
    nn.Tanh: _elementwise("Tanh"),
    nn.Sigmoid: _elementwise("Sigmoid"),
    nn.MaxPool2d: LayerKind(
        "Max pooling",
        _maximum,
        _windows,
        is_windowed=True,
        at_every_place=_dilated_maximum,
        settings={"dilation": _ONE, "ceil_mode": (False,), "return_indices": (False,)},
    ),
    nn.AvgPool2d: LayerKind(
        "Average pooling",
        _mean,
        _windows,
        is_windowed=True,
        at_every_place=_dilated_mean,
        settings={"ceil_mode": (False,), "divisor_override": (None,)},
    ),
    nn.Flatten: LayerKind(
        "Flatten", _flatten, _unflattened, settings={"start_dim": (1,), "end_dim": (-1,)}
    ),
    nn.Linear: LayerKind("Dense", _weigh, _everything, multiplies=True),
    nn.Dropout: _elementwise("Dropout", _copy),
    Shuffle: LayerKind("Shuffled pixels", _unshuffle, _unshuffled, moves=True),
}
_ENDS = {  # put before and after the layers of every network
    Input: LayerKind("Input", _normalise, _the_same),
    nn.Softmax: LayerKind("Probabilities", _probability, _everything),
}


def kind(module: nn.Module) -> LayerKind:
    """The row of a layer that `chain` returned."""
    return LAYER_KINDS.get(type(module)) or _ENDS[type(module)]


def chain(network: nn.Module) -> dict[str, nn.Module]:
    """{name: layer} in the order of the digit's way: input, the network's own, probabilities."""
    return {"input": Input(), **own_layers(network), "probabilities": nn.Softmax(dim=1)}


def own_layers(network: nn.Module) -> dict[str, nn.Module]:
    """{name: layer} in the order in which the network made them, which is that of its forward."""
    return {name: leaf for name, leaf in network.named_modules() if not list(leaf.children())}


def check_network(network: nn.Module) -> None:
    """Make sure that a network can be explained: known layers, one after the other.

    Args:
        network: nn.Module; afterwards it is in the mode in which it came.

    Raises:
        LayerError: an unknown layer or setting, or a forward that is no chain of its layers.
    """
    for name, module in own_layers(network).items():
        try:
            _check_layer(module)
        except LayerError as error:
            raise LayerError(f"{type(network).__name__}, layer {name}: {error}") from None
    was_training = network.training
    network.eval()
    try:
        _check_order(network)
    except LayerError as error:
        raise LayerError(f"{type(network).__name__}: {error}") from None
    finally:
        network.train(was_training)


def _check_layer(module):
    if type(module) not in LAYER_KINDS:
        known = ", ".join(known.__name__ for known in LAYER_KINDS)
        raise LayerError(f"{type(module).__name__} is none of {known}")
    row = LAYER_KINDS[type(module)]
    for setting, accepted in row.settings.items():
        value = getattr(module, setting)
        if value not in accepted:
            raise LayerError(f"{setting} is {value!r}; only {accepted[0]!r} can be explained")
    if row.is_windowed:
        window(module)


@torch.inference_mode()
def _check_order(network):
    """The layers, run one after the other, must give what the network gives."""
    digits = torch.linspace(-1, 1, DATASET.side**2).sin().view(1, 1, DATASET.side, DATASET.side)
    x = digits
    for name, module in own_layers(network).items():
        if isinstance(module, nn.Linear) and x.ndim != 2:
            raise LayerError(f"layer {name} is dense and reads maps; put Flatten before it")
        try:
            x = module(x)
        except (RuntimeError, ValueError) as error:
            words = " ".join(str(error).split())
            raise LayerError(f"layer {name} does not fit the one before it: {words}") from error
    if x.shape != (1, DATASET.classes):
        raise LayerError(f"its last layer gives {tuple(x.shape[1:])}, not {DATASET.classes} logits")
    if not torch.allclose(network(digits), x, atol=1e-5):
        raise LayerError(
            "its forward does something else than its layers, one after the other in the order in "
            "which they were made: give functions such as relu as layers, and each its own"
        )
