"""Where each network keeps its answer while the digit is moved: one map per network."""

import numpy as np
from markupsafe import Markup, escape
from torch import nn

from mnist_cnn.explaining.perturbations import MAX_SHIFT
from mnist_cnn.explaining.shifts import ShiftMap, shift_map
from mnist_cnn.judging.robustness import mean_at_distance
from mnist_cnn.page.figures import sequential
from mnist_cnn.page.markup import figure, fill, join, notice, opening, picture, tag
from mnist_cnn.page.numbers import percent
from mnist_cnn.page.readings import kept
from mnist_cnn.page.texts import whatif as whatif_texts
from mnist_cnn.page.widgets.networks import by_model, model_name
from mnist_cnn.reading.predict import is_blank
from mnist_cnn.sharing.weight_set import WeightSet

CELLS = 2 * MAX_SHIFT + 1  # of a map, along each side
DISTANCES = (2, 4, 8)  # px of the average maps' captions
VERDICT_DISTANCE = 4  # px of the verdict


def shift_of(cell: tuple[int, ...] | None) -> tuple[int, int] | None:
    """How far a cell lies from the middle, (down, right) in px; None where there is no such cell.

    Args:
        cell: row and column in a map, from 0.
    """
    if cell is None or max(cell) >= CELLS:
        return None
    row, column = cell
    return row - MAX_SHIFT, column - MAX_SHIFT


@kept
def maps_of(weights: WeightSet, digit: np.ndarray, whose: str) -> Markup:
    """The maps as HTML.

    Args:
        weights: the networks that answer, and their stored averages.
        digit: (28, 28) uint8.
        whose: "own" for this digit's maps, "mean" for the averages of the test digits.
    """
    if whose == "mean":
        return _mean_maps(weights.robustness)
    return _own_maps(weights.models, digit)


def _own_maps(models: dict[str, nn.Module], digit):
    if is_blank(digit):
        return notice(whatif_texts.BLANK)
    return _side_by_side(_own_map(key, seen) for key, seen in shift_map(models, digit).items())


def _own_map(key, seen: ShiftMap):
    lost = seen.labels != seen.label
    numbers = (
        tag("text", seen.labels[row, column], x=column + 0.5, y=row + 0.5)
        for row, column in np.argwhere(lost)
    )
    words = whatif_texts.REACH.format(seen.label, (~lost).sum(), lost.size, *seen.reach)
    return _map(key, seen.probability, numbers, words)


def _mean_maps(robustness):
    if not robustness:
        return notice(whatif_texts.STALE)
    return _side_by_side(_mean_map(key, means["shifts"]) for key, means in robustness.items())


def _mean_map(key, shifts):
    right = (percent(mean_at_distance(shifts["accuracy"], px)) for px in DISTANCES)
    probability = np.reshape(shifts["probability"], (CELLS, CELLS))
    return _map(key, probability, (), whatif_texts.MEAN.format(*right))


def _map(key, probability, numbers, words):
    """One network's map: (CELLS, CELLS) probabilities as greys, numbers over them."""
    centre = MAX_SHIFT + 0.5
    start = tag("rect", x=MAX_SHIFT, y=MAX_SHIFT, width=1, height=1)
    here = tag("circle", css="here", cx=centre, cy=centre, r=0.7)
    over = tag("svg", numbers, start, here, viewBox=f"0 0 {CELLS} {CELLS}", aria_hidden="true")
    greys = picture(sequential(probability), words)
    grid = tag("div", greys, over, css="shift-map", data_grid=f"{CELLS} {CELLS}")
    return tag("section", tag("h3", model_name(key)), figure(grid, words))


def _side_by_side(maps):
    low, high = tag("span", whatif_texts.SCALE_LOW), tag("span", whatif_texts.SCALE_HIGH)
    scale = tag("p", low, tag("i"), high, " ", whatif_texts.SCALE, css="small shift-scale")
    return join(tag("div", maps, css="columns"), scale)


def maps_verdict(robustness: dict) -> Markup:
    """Whether these ConvNets are shift-invariant, and why, as HTML.

    Args:
        robustness: {key of MODELS: means}, as from load_robustness.
    """
    return opening(whatif_texts.INVARIANT, verdict(robustness), *whatif_texts.WHY)


def verdict(robustness: dict) -> Markup:
    """How the networks fare VERDICT_DISTANCE px away, and what that says of ConvNets."""
    if not {"conv", "aug"} <= set(robustness):
        return escape(whatif_texts.STALE) + "."
    unmoved, moved = (
        {key: mean_at_distance(row["shifts"]["accuracy"], px) for key, row in robustness.items()}
        for px in (0, VERDICT_DISTANCE)
    )
    figures = by_model({key: percent(value) for key, value in moved.items()})
    loses = unmoved["conv"] - moved["conv"] > whatif_texts.LOSS
    helps = moved["aug"] - moved["conv"] > whatif_texts.LOSS
    return fill("{} {}. {}", whatif_texts.MOVED, figures, whatif_texts.VERDICTS[loses, helps])
