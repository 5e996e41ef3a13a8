"""How the main network's training digits are varied, in words and in a picture."""

from dataclasses import asdict

import numpy as np
import torch
from markupsafe import Markup

from mnist_cnn.dataset.digits import embedded_test_set, to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.learning.augment import Augmentation
from mnist_cnn.learning.recipes import recipe_from
from mnist_cnn.page.figures import png_data_uri
from mnist_cnn.page.markup import figure, join, opening, tag
from mnist_cnn.page.numbers import number
from mnist_cnn.page.texts import compare as compare_texts

ROWS = 3  # of varied digits
SHARES = ("scale", "stretch", "brightness", "contrast")  # said in per cent


def augmented(row: dict | None) -> Markup:
    """What a network's training did to its digits, and a few digits to which it is done.

    Args:
        row: of metrics.json; "" where it has none, or its recipe varies nothing.
    """
    recipe = row and _recipe(row)
    if not recipe or recipe.augmentation is None:
        return Markup("")
    words = varied_words(recipe.augmentation, recipe.written)
    drawn = png_data_uri(varied_digits(recipe.augmentation), DATASET.classes * DATASET.side)
    picture = tag("img", css="pixels", src=drawn, alt=compare_texts.AUGMENTED_PICTURE)
    return join(
        opening(compare_texts.AUGMENTED, *words),
        figure(picture, compare_texts.AUGMENTED_ROW, "augmented"),
    )


def _recipe(row):
    """As it is stored with the weights; None where it is of another version."""
    try:
        return recipe_from(row["run"]["recipe"])
    except (KeyError, TypeError, ValueError):
        return None


def varied_words(augmentation: Augmentation, written: float) -> list[str]:
    """What a recipe does to each training digit, with its figures.

    Args:
        augmentation: of the recipe.
        written: digits that a generator writes, for each training digit.
    """
    strengths = asdict(augmentation)
    strengths["shift"] *= DATASET.side
    for name in SHARES:
        strengths[name] *= 100
    done = [
        words.format(number(strengths[name]))
        for name, words in compare_texts.VARIED.items()
        if strengths[name]
    ]
    sentences = [compare_texts.AUGMENTED_INTRO.format("; ".join(done))]
    if written:
        sentences.append(compare_texts.WRITTEN.format(number(100 * written, ".0f")))
    return sentences


def varied_digits(augmentation: Augmentation) -> np.ndarray:
    """One test digit of each kind, and ROWS variations below it: ((1 + ROWS) * 28, 10 * 28)."""
    test = embedded_test_set()
    first = [int((test.labels == digit).nonzero()[0]) for digit in range(DATASET.classes)]
    digits, labels = to_unit(test.images[first]), test.labels[first]
    varied = augmentation(
        digits.repeat(ROWS, 1, 1), labels.repeat(ROWS), torch.Generator().manual_seed(0)
    )
    rows = torch.cat([digits, varied]).view(-1, DATASET.classes, DATASET.side, DATASET.side)
    return rows.permute(0, 2, 1, 3).reshape(-1, DATASET.classes * DATASET.side).numpy()
