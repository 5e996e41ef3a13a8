"""The arithmetic of one unit as HTML: what arithmetic.py worked out, in the learner's numbers."""

import numpy as np

from mnist_cnn.networks.operations import (
    Activation,
    Copy,
    Maximum,
    Mean,
    Normalisation,
    Probability,
    WeightedSum,
)
from mnist_cnn.page.figures import diverging
from mnist_cnn.page.texts import inside as inside_texts

STRONGEST = 3  # input channels whose nine products are shown; the others are summed up
STRONGEST_UNITS = 6  # likewise of a dense layer's inputs


def number(value, digits=3):
    """A signed number with a true minus sign."""
    return f"{value:z.{digits}f}".replace("-", "−")


def address(place):
    """Where a unit is, in words: "channel 5, row 3, column 4", or "unit 37"."""
    words = inside_texts.PLACE if len(place) == 3 else inside_texts.UNIT
    return words.format(*place)


def arithmetic_steps(steps, titles):
    """Each step of a unit's arithmetic under its layer's title.

    Args:
        steps: what arithmetic.arithmetic returned.
        titles: {layer name: title} of all layers, in their order.
    """
    names = list(titles)
    return "".join(
        f"<li><h4>{titles[name]}</h4>"
        f"{_LINES[type(step)](step, titles[names[max(names.index(name) - 1, 0)]])}</li>"
        for name, step in steps.items()
    )


def numbers(values, limit):
    """A small (H, W) table of numbers, each on the colour of its value."""
    rows = "".join(
        "<tr>" + "".join(_cell(*cell) for cell in zip(row, colours)) + "</tr>"
        for row, colours in zip(values, diverging(values, limit))
    )
    return f'<table class="numbers"><tbody>{rows}</tbody></table>'


def _cell(value, colour):
    red, green, blue = map(int, colour)
    ink = "#000" if 2 * red + 5 * green + blue > 8 * 118 else "#fff"  # contrast 4.5 to 1 or more
    css = f"background:rgb({red},{green},{blue});color:{ink}"
    return f'<td style="{css}">{number(value, 2)}</td>'


def _line(*parts):
    return f'<div class="line">{"".join(f"<div>{part}</div>" for part in parts)}</div>'


def _quiet(words):
    return f"<span>{words}</span>"


def _weighted_sum(step, before):
    is_map = step.inputs.ndim == 3
    show, count = (_nine_products, STRONGEST) if is_map else (_one_product, STRONGEST_UNITS)
    strongest = np.argsort(-np.abs(step.contributions))[:count]
    lines = [
        _line(*show(step, at), f"= <b>{number(step.contributions[at])}</b>") for at in strongest
    ]
    if others := len(step.contributions) - len(strongest):
        rest = step.contributions.sum() - step.contributions[strongest].sum()
        lines.append(_term(inside_texts.REST.format(others, before), rest))
    lines.append(_term(inside_texts.BIAS, step.bias))
    return "".join(lines) + _line(_quiet(inside_texts.SUM), _result(step))


def _term(words, value):
    return _line(_quiet(words), f"<b>{number(value)}</b>")


def _nine_products(step, at):
    channel = _quiet(inside_texts.CHANNEL.format(at))
    inputs = numbers(step.inputs[at], np.abs(step.inputs).max())
    return channel, inputs, "×", numbers(step.weights[at], np.abs(step.weights).max())


def _one_product(step, at):
    factors = f"{number(step.inputs[at])} × {number(step.weights[at])}"
    return _quiet(inside_texts.UNIT.format(at)), factors


def _scaled(step, _):
    moved = f"({number(step.value)} − {_in_brackets(step.mean)})"
    scaled = f"{moved} / √{number(step.variance)}"
    if (step.weight, step.bias) != (1, 0):
        scaled = f"{number(step.weight)} × {scaled} + {_in_brackets(step.bias)}"
    return _line(f"{scaled} =", _result(step))


def _in_brackets(value):
    return f"({number(value)})" if value < 0 else number(value)


def _activation(step, _):
    formula = inside_texts.ACTIVATIONS[step.function]
    return _line(f"{formula.format(number(step.value), step.slope)} =", _result(step))


def _pooled(step, _):
    return _line(numbers(step.values, np.abs(step.values).max()), "→", _result(step))


def _copied(step, before):
    return _line(inside_texts.COPIED.format(address(step.source), before), _result(step))


def _share(step, _):
    ours, total = np.exp(step.logits[step.digit]), np.exp(step.logits).sum()
    formula = f"e<sup>{number(step.logits[step.digit])}</sup> / {inside_texts.SHARE} ="
    return _line(formula, f"{ours:,.3f} / {total:,.3f} =", _result(step))


def _result(step):
    return f'<b class="result">{number(step.result)}</b>'


_LINES = {
    WeightedSum: _weighted_sum,
    Normalisation: _scaled,
    Activation: _activation,
    Maximum: _pooled,
    Mean: _pooled,
    Copy: _copied,
    Probability: _share,
}
