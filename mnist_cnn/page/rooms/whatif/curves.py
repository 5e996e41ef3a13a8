"""How long each network keeps its answer while the digit is changed: one chart per change."""

from functools import lru_cache

import numpy as np
from markupsafe import Markup

from mnist_cnn.explaining.perturbations import CURVES, PERTURBATIONS, Perturbation
from mnist_cnn.explaining.shifts import curves
from mnist_cnn.networks.models import LOOKS, MAIN, MODELS
from mnist_cnn.page.figures import Line, line_chart, with_dots
from mnist_cnn.page.markup import figure, fill, join, opening, tag
from mnist_cnn.page.numbers import number, percent
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.readings import kept
from mnist_cnn.page.texts import whatif as whatif_texts
from mnist_cnn.page.widgets.networks import by_model, model_name
from mnist_cnn.reading.predict import is_blank
from mnist_cnn.sharing.weight_set import WeightSet

STYLES = dict(zip(MODELS, (":", "--", "-")))  # of the means; page.css names them, too
SIZE = (3.6, 2.4)  # inches, of a chart
SHARES = (0, 1.03)  # of probabilities: a dot at 1 is whole


def curves_opening(robustness: dict) -> Markup:
    """What the charts show, and who holds out best, as HTML.

    Args:
        robustness: {key of MODELS: means}, as from load_robustness.
    """
    return opening(whatif_texts.CURVES, whatif_texts.CURVES_INTRO, best(robustness))


def best(robustness: dict) -> Markup:
    """Which network keeps its answers best under which changes, by the mean over all strengths."""
    if not robustness:
        return Markup()
    titles: dict[str, list[str]] = {key: [] for key in robustness}
    for name in CURVES:
        winner = max(robustness, key=lambda key: sum(robustness[key][name]["probability"]))
        titles[winner].append(PERTURBATIONS[name].title.lower())
    won = {key: f"({', '.join(some)})" for key, some in titles.items() if some}
    more = whatif_texts.NOT_ALL if list(won) != [MAIN] else ""
    return join(fill(whatif_texts.BEST, by_model(won, "; ")), " ", more)


@kept
def charts_of(weights: WeightSet, digit: np.ndarray) -> Markup:
    """All charts as HTML: the averages of the test digits, and this digit's own curves.

    Args:
        weights: the networks that answer, and their stored averages.
        digit: (28, 28) uint8.
    """
    own = {} if is_blank(digit) else curves(weights.models, digit)
    charts = (_chart(name, weights, own.get(name, {})) for name in CURVES)
    legend = tag("p", join(map(model_name, weights.models), by=", "), css="legend")
    return join(legend, tag("div", charts, css="columns"))


def means_of(name: str, robustness: dict) -> dict[str, list[float]]:
    """{key of MODELS: mean probability of the unchanged answer, per strength} of a perturbation."""
    return {key: row[name]["probability"] for key, row in robustness.items()}


def _chart(name, weights, own):
    """One chart: own is {key of MODELS: probability per strength}."""
    row, means = PERTURBATIONS[name], means_of(name, weights.robustness)
    dots = [
        Line(row.strengths, values, MODEL_COLOURS[key], LOOKS[key].marker)
        for key, values in own.items()
    ]
    chart = with_dots(_means_chart(name, weights), dots, _strengths(row), SHARES, SIZE)
    words = join(
        tag("p", whatif_texts.WHOSE[whose], " ", where_they_differ(row, curves_by_model))
        for whose, curves_by_model in (("mean", means), ("own", own))
        if curves_by_model
    )
    return tag("section", tag("h3", row.title), figure(chart, words))


@lru_cache(2 * len(CURVES))  # Matplotlib takes its time, and the means are everybody's
def _means_chart(name, weights):
    row, means = PERTURBATIONS[name], means_of(name, weights.robustness)
    lines = [
        Line(row.strengths, values, MODEL_COLOURS[key], STYLES[key], 2.2)
        for key, values in means.items()
    ]
    label = whatif_texts.SLIDER.format(title=row.title, unit=row.unit)
    ranges = {"x_range": _strengths(row), "y_range": SHARES}
    return line_chart(lines, label, whatif_texts.PROBABILITY, size=SIZE, **ranges)


def _strengths(row):
    """What the horizontal axis shows: a dot at either end is whole."""
    low, high = row.strengths[0], row.strengths[-1]
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def where_they_differ(row: Perturbation, curves_by_model: dict) -> Markup:
    """The strength at which the networks lie furthest apart, and how sure each one is there.

    Args:
        row: the perturbation.
        curves_by_model: {key of MODELS: (strengths,) probabilities}.
    """
    place = np.ptp(list(curves_by_model.values()), 0).argmax()
    shares = {key: percent(curve[place], 0) for key, curve in curves_by_model.items()}
    strength = number(row.strengths[place])
    return fill(whatif_texts.APART, strength, row.unit, by_model(shares))
