"""The arithmetic of one unit as HTML: what explaining.arithmetic worked out, in decimal numbers."""

from collections.abc import Callable, Mapping

import numpy as np
from markupsafe import Markup

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
from mnist_cnn.page.figures import diverging
from mnist_cnn.page.markup import fill, join, tag
from mnist_cnn.page.numbers import number
from mnist_cnn.page.texts import inside as inside_texts

STRONGEST_CHANNELS = 3  # whose nine products are shown; the other channels are summed up
STRONGEST_UNITS = 6  # likewise of a dense layer's inputs
DIGITS = ".3f"  # of the numbers in a sum
TABLE_DIGITS = ".2f"  # of those in a window


def operation_list(operations: Mapping[str, Operation], titles: dict[str, str]) -> Markup:
    """What a unit computes, operation by operation, each under its layer's title.

    Args:
        operations: as from explaining.arithmetic.arithmetic.
        titles: {layer name: title} of all layers, in their order.
    """
    names = list(titles)
    before = {name: titles[names[max(index - 1, 0)]] for index, name in enumerate(names)}
    return join(
        tag("li", tag("h4", titles[name]), _HTML[type(operation)](operation, before[name]))
        for name, operation in operations.items()
    )


def strongest(contributions: np.ndarray, count: int) -> tuple[np.ndarray, float | None]:
    """The largest of many contributions to a sum, whatever their sign, and the sum of the rest.

    Args:
        contributions: (N,).
        count: how many of them.

    Returns:
        (count,) places of the largest, the largest first; the rest is None where nothing is left.
    """
    places = np.argsort(-np.abs(contributions))[:count]
    if len(contributions) <= count:
        return places, None
    return places, contributions.sum() - contributions[places].sum()


def _weighted_sum(operation: WeightedSum, before):
    is_map = operation.inputs.ndim == 3
    count = STRONGEST_CHANNELS if is_map else STRONGEST_UNITS
    show = _nine_products if is_map else _one_product
    places, rest = strongest(operation.contributions, count)
    others = len(operation.contributions) - len(places)
    return join(
        (_line(*show(operation, at), _equals(operation.contributions[at])) for at in places),
        None if rest is None else _summand(inside_texts.REST.format(others, before), rest),
        _summand(inside_texts.BIAS, operation.bias),
        _line(_quiet(inside_texts.SUM), _result(operation)),
    )


def _equals(value):
    return join("= ", tag("b", number(value, DIGITS)))


def _summand(words, value):
    return _line(_quiet(words), tag("b", number(value, DIGITS)))


def _nine_products(operation: WeightedSum, channel):
    inputs = _table(operation.inputs[channel], np.abs(operation.inputs).max())
    weights = _table(operation.weights[channel], np.abs(operation.weights).max())
    return _quiet(inside_texts.CHANNEL.format(channel)), inputs, "×", weights


def _one_product(operation: WeightedSum, unit):
    factors = (number(factor[unit], DIGITS) for factor in (operation.inputs, operation.weights))
    return _quiet(inside_texts.UNIT.format(unit)), " × ".join(factors)


def _normalisation(operation: Normalisation, _):
    moved = f"({number(operation.value, DIGITS)} − {_in_brackets(operation.mean)})"
    scaled = f"{moved} / √{number(operation.variance, DIGITS)}"
    if (operation.weight, operation.bias) != (1, 0):
        scaled = f"{number(operation.weight, DIGITS)} × {scaled} + {_in_brackets(operation.bias)}"
    return _line(f"{scaled} =", _result(operation))


def _in_brackets(value):
    written = number(value, DIGITS)
    return f"({written})" if value < 0 else written


def _activation(operation: Activation, _):
    formula = fill(
        inside_texts.ACTIVATIONS[operation.function],
        number(operation.value, DIGITS),
        operation.slope,
    )
    return _line(join(formula, " ="), _result(operation))


def _pooled(operation: Maximum | Mean, _):
    return _line(_table(operation.values, np.abs(operation.values).max()), "→", _result(operation))


def _copy(operation: Copy, before):
    return _line(inside_texts.COPIED.format(address(operation.source), before), _result(operation))


def address(unit: tuple[int, ...]) -> str:
    """Where a unit is, in words: "channel 5, row 3, column 4", or "unit 37"."""
    words = inside_texts.PLACE if len(unit) == 3 else inside_texts.UNIT
    return words.format(*unit)


def _probability(operation: Probability, _):
    logit = operation.logits[operation.digit]
    ours, total = np.exp(logit), np.exp(operation.logits).sum()
    formula = join("e", tag("sup", number(logit, DIGITS)), f" / {inside_texts.SHARE} =")
    return _line(formula, f"{ours:,.3f} / {total:,.3f} =", _result(operation))


def _result(operation):
    return tag("b", number(operation.result, DIGITS), css="result")


def _line(*parts):
    return tag("div", (tag("div", part) for part in parts), css="line")


def _quiet(words):
    return tag("span", words)


def _table(values, limit):
    """A small (H, W) table of numbers, each on the colour of its value, which is full at limit."""
    rows = (
        tag("tr", (_cell(value, colour) for value, colour in zip(row, colours)))
        for row, colours in zip(values, diverging(values, limit))
    )
    return tag("table", tag("tbody", rows), css="numbers")


def _cell(value, colour):
    red, green, blue = map(int, colour)
    ink = "#000" if 2 * red + 5 * green + blue > 8 * 118 else "#fff"  # contrast 4.5 to 1 or more
    css = f"background:rgb({red},{green},{blue});color:{ink}"
    return tag("td", number(value, TABLE_DIGITS), style=css)


_HTML: dict[type, Callable[..., Markup]] = {
    WeightedSum: _weighted_sum,
    Normalisation: _normalisation,
    Activation: _activation,
    Maximum: _pooled,
    Mean: _pooled,
    Copy: _copy,
    Probability: _probability,
}
