"""The error gallery: every misread test digit, filtered by who misread it, and as what."""

from collections.abc import Callable, Collection

import numpy as np
from markupsafe import Markup

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.metrics import misread
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.page.markup import join, picture, pressed, tag
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.confusion import ANY

TWIN = MODELS[MAIN].plain_twin  # of the main network, without augmentation
Answers = dict[str, int]  # key of each network that misread a digit -> its wrong answer

# Sets of misread digits by more than one network: does a digit belong, given the networks that
# misread it and all networks?
SETS: dict[str, Callable[[Collection[str], Collection[str]], bool]] = {
    "all": lambda wrong, keys: set(wrong) == set(keys),
    "mended": lambda wrong, _: TWIN in wrong and MAIN not in wrong,
    "broken": lambda wrong, _: MAIN in wrong and TWIN not in wrong,
}


def set_titles(keys: Collection[str]) -> dict[str, str]:
    """{key of a network or of SETS: what the choice says}.

    Args:
        keys: of the networks.
    """
    count = results_texts.COUNTS[len(keys)]
    sets = {key: results_texts.SETS[key].format(count) for key in SETS}
    return {key: MODELS[key].title for key in keys} | sets


def matches(
    answers: Answers, label: int, keys: Collection[str], misread_by: str, true: int, predicted: int
) -> bool:
    """Whether the filters let a misread digit through.

    Args:
        answers: of the networks that misread it.
        label: the true digit.
        keys: of all networks.
        misread_by: one of these keys, or a key of SETS.
        true, predicted: digits, or ANY. Of a set of one network, `predicted` is its answer; of
            others, that of any network that misread the digit.
    """
    if misread_by in SETS:
        belongs, read = SETS[misread_by](answers, keys), set(answers.values())
    else:
        belongs = misread_by in answers
        read = {answers[misread_by]} if belongs else set()
    return belongs and true in (ANY, label) and (predicted == ANY or predicted in read)


def error_gallery(
    rows: dict[str, dict], misread_by: str, true: int, predicted: int, picked: int | None = None
) -> Markup:
    """The digits that the filters of `matches` let through, each to be picked, and their number.

    Args:
        rows: {key: row of metrics.json}.
        misread_by, true, predicted: the filters.
        picked: index of the digit that was picked, if one was.
    """
    test = embedded_test_set()
    tiles = [
        _tile(test.images[index].numpy(), index, label, answers, index == picked)
        for index, answers in misread(rows).items()
        if matches(answers, label := int(test.labels[index]), rows, misread_by, true, predicted)
    ]
    count = results_texts.SHOWN.format(len(tiles))
    return join(tag("p", count, css="text", role="status"), tag("div", tiles, css="errors"))


def tile_words(index: int, label: int, answers: Answers) -> str:
    """A misread digit in words: its index, what it is, what was read, whether it is in doubt."""
    words = results_texts.TILE.format(index, arrow_words(label, answers))
    if index not in DATASET.label_errors:
        return words
    seen = DATASET.label_errors[index]
    doubt = results_texts.DOUBT_OPEN if seen is None else results_texts.DOUBT.format(seen)
    return words + doubt


def arrow_words(label: int, answers: Answers) -> str:
    """What was written and what was read, each answer once: "4 → 9/8"."""
    read = "/".join(str(answer) for answer in dict.fromkeys(answers.values()))
    return f"{label} → {read}"


def _tile(image: np.ndarray, index, label, answers, is_pressed):
    words = tile_words(index, label, answers)
    return tag(
        "button",
        picture(image, ""),
        tag("span", arrow_words(label, answers)),
        css="doubtful" if index in DATASET.label_errors else "",
        type="button",
        data_pick=index,
        title=words,
        aria_label=words,
        aria_pressed=pressed(is_pressed),
    )
