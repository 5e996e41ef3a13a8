"""How one unit of a network comes by its value: the last product of it, in double precision."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from mnist_cnn.arguments import check_choice, check_unit
from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.activations import Input, activations, links, window


@dataclass(frozen=True)
class Normalisation:
    """Batch norm, and the input's own normalisation: less a mean, divided by a deviation."""

    value: float
    mean: float
    variance: float
    epsilon: float = 0.0  # added to the variance, so that nothing is divided by zero
    weight: float = 1.0
    bias: float = 0.0

    @property
    def result(self):
        deviation = (self.variance + self.epsilon) ** 0.5
        return self.weight * (self.value - self.mean) / deviation + self.bias


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """A unit of a convolution or of a dense layer: its inputs times its weights, and a bias.

    inputs, weights: (C, 3, 3), a window on C maps; or (N,).
    """

    inputs: np.ndarray
    weights: np.ndarray
    bias: float

    @property
    def contributions(self):
        """What each of the C maps, or each of the N inputs, adds to the sum."""
        return (self.inputs * self.weights).reshape(len(self.inputs), -1).sum(1)

    @property
    def result(self):
        return float(self.contributions.sum()) + self.bias


@dataclass(frozen=True)
class Activation:
    """ReLU: what is negative becomes zero."""

    value: float

    @property
    def result(self):
        return max(self.value, 0.0)


@dataclass(frozen=True, eq=False)
class Maximum:
    """Max pooling: the largest of the (2, 2) values in a window."""

    values: np.ndarray

    @property
    def result(self):
        return float(self.values.max())


@dataclass(frozen=True)
class Copy:
    """Flatten, and dropout once the training is over: the value of a unit, as it is."""

    value: float
    source: tuple[int, ...]  # the place of that unit in the layer before

    @property
    def result(self):
        return self.value


@dataclass(frozen=True, eq=False)
class Probability:
    """Softmax: the exponential of one logit over the sum of the exponentials of all (10,)."""

    logits: np.ndarray
    digit: int

    @property
    def result(self):
        exponentials = np.exp(self.logits - self.logits.max())  # less the largest: none overflows
        return float(exponentials[self.digit] / exponentials.sum())


def arithmetic(model, digit, layer, channel=0, row=0, column=0):
    """Every number that goes into the value of one unit.

    Args:
        model: FCNet or ConvNet in eval mode.
        digit: (28, 28) uint8 in 0..255 or float in [0, 1]; 1 is ink.
        layer: name of an explain.Layer.
        channel, row, column: the unit's place, from 0; row and column are 0 where it is no map.

    Returns:
        {layer name: step}: the layer asked for comes last. Where it only alters one value (batch
        norm, ReLU, dropout), the layers that made this value come before it.

    Raises:
        RequestError: no such layer or unit.
    """
    chain, outputs = links(model), activations(model, digit)
    check_choice("layer", layer, chain)
    unit = check_unit(outputs[layer].shape, channel, row, column)
    names = list(chain)
    inputs = dict(zip(names, (to_unit(digit[None]).numpy(), *outputs.values())))
    first = last = names.index(layer)
    while isinstance(chain[names[first]], _ALTERS_ONE_VALUE):
        first -= 1
    return {
        name: _STEPS[type(chain[name])](chain[name], inputs[name].astype(np.float64), unit)
        for name in names[first : last + 1]
    }


# From a module, its input (C, H, W) or (N,) and a unit's place to the step that this unit takes.


def _normalise(_, x, unit):
    return Normalisation(_at(x, unit), DATASET.mean, DATASET.std**2)


def _convolve(module, x, unit):
    return WeightedSum(_under(module, x, unit), *_weights_and_bias(module, unit))


def _weigh(module, x, unit):
    return WeightedSum(x, *_weights_and_bias(module, unit))


def _batch_norm(module, x, unit):
    numbers = (module.running_mean, module.running_var, module.weight, module.bias)
    mean, variance, weight, bias = (of_channels[unit[0]].item() for of_channels in numbers)
    return Normalisation(_at(x, unit), mean, variance, module.eps, weight, bias)


def _rectify(_, x, unit):
    return Activation(_at(x, unit))


def _pool(module, x, unit):
    return Maximum(_under(module, x, unit)[unit[0]])


def _flatten(_, x, unit):
    source = tuple(map(int, np.unravel_index(unit[0], x.shape)))
    return Copy(float(x[source]), source)


def _drop_nothing(_, x, unit):
    return Copy(_at(x, unit), unit[: x.ndim])


def _share(_, x, unit):
    return Probability(x, unit[0])


def _at(x, unit):
    return float(x[unit[: x.ndim]])


def _under(module, x, unit):
    """All channels of x under the module's window at the unit's place: (C, side, side)."""
    side, stride = window(module)
    top, left = unit[1] * stride, unit[2] * stride
    return x[:, top : top + side, left : left + side]


def _weights_and_bias(module, unit):
    weights = module.weight[unit[0]].detach().double().numpy()
    return weights, module.bias[unit[0]].item()


_ALTERS_ONE_VALUE = (nn.BatchNorm1d, nn.BatchNorm2d, nn.ReLU, nn.Dropout)
_STEPS = {
    Input: _normalise,
    nn.Conv2d: _convolve,
    nn.Linear: _weigh,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.ReLU: _rectify,
    nn.MaxPool2d: _pool,
    nn.Flatten: _flatten,
    nn.Dropout: _drop_nothing,
    nn.Softmax: _share,
}
