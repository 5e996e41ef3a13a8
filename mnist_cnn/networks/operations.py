"""What one unit of a network computes: its numbers, and the result of them in double precision."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Normalisation:
    """Batch norm, and the normalisation of the input: minus a mean, divided by a deviation."""

    value: float
    mean: float
    variance: float
    epsilon: float = 0.0  # added to the variance, so that nothing is divided by zero
    weight: float = 1.0
    bias: float = 0.0

    @property
    def result(self) -> float:
        deviation = (self.variance + self.epsilon) ** 0.5
        return self.weight * (self.value - self.mean) / deviation + self.bias


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """A unit of a convolution or of a dense layer: inputs times weights, and a bias.

    inputs, weights: (C, side, side), a window on C maps; or (N,).
    """

    inputs: np.ndarray
    weights: np.ndarray
    bias: float

    @property
    def contributions(self) -> np.ndarray:
        """(C,) or (N,): what each map, or each input, adds to the sum."""
        return (self.inputs * self.weights).reshape(len(self.inputs), -1).sum(1)

    @property
    def result(self) -> float:
        return float(self.contributions.sum()) + self.bias


# Activation functions of a value; `slope` is that of a leaky ReLU below zero.
FUNCTIONS = {
    "ReLU": lambda value, slope: max(value, 0.0),
    "LeakyReLU": lambda value, slope: max(value, 0.0) + slope * min(value, 0.0),
    "Tanh": lambda value, slope: math.tanh(value),
    "Sigmoid": lambda value, slope: 0.5 + 0.5 * math.tanh(value / 2),  # which never overflows
}


@dataclass(frozen=True)
class Activation:
    """An activation function of one value."""

    function: str  # key of FUNCTIONS
    value: float
    slope: float = 0.0  # of a leaky ReLU below zero

    @property
    def result(self) -> float:
        return FUNCTIONS[self.function](self.value, self.slope)


@dataclass(frozen=True, eq=False)
class Maximum:
    """Max pooling: the largest of the (side, side) values in a window."""

    values: np.ndarray

    @property
    def result(self) -> float:
        return float(self.values.max())


@dataclass(frozen=True, eq=False)
class Mean:
    """Average pooling: the mean of the (side, side) values in a window."""

    values: np.ndarray

    @property
    def result(self) -> float:
        return float(self.values.mean())


@dataclass(frozen=True)
class Copy:
    """Flatten, and dropout after training: the value of a unit of the layer before, unchanged."""

    value: float
    source: tuple[int, ...]  # the place of that unit

    @property
    def result(self) -> float:
        return self.value


@dataclass(frozen=True, eq=False)
class Probability:
    """Softmax: the exponential of one logit over the sum of the exponentials of all (10,)."""

    logits: np.ndarray
    digit: int

    @property
    def result(self) -> float:
        exponentials = np.exp(self.logits - self.logits.max())  # minus the largest: none overflows
        return float(exponentials[self.digit] / exponentials.sum())


Operation = Normalisation | WeightedSum | Activation | Maximum | Mean | Copy | Probability
