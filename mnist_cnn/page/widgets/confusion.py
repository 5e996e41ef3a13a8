"""What is taken for what: the confusion matrix of one network, whose numbers can be picked."""

from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.page.markup import fill, join, paragraph, pressed, tag
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.networks import model_name

MOST = 3  # confusions that are named
ANY = -1  # of the filters by digit: all of them

Confusion = tuple[int, int, int]  # count, true digit, predicted digit


def confusions(counts: list[list[int]]) -> list[Confusion]:
    """What was confused, the most frequent first.

    Args:
        counts: 10×10, rows true, columns predicted.
    """
    pairs = (
        (count, true, predicted)
        for true, row in enumerate(counts)
        for predicted, count in enumerate(row)
        if true != predicted and count
    )
    return sorted(pairs, reverse=True)


def confused_words(key: str, pairs: list[Confusion]) -> Markup:
    """What a network confuses most often.

    Args:
        key: of MODELS.
        pairs: as from `confusions`.
    """
    named = ", ".join(_pair_words(*pair) for pair in pairs[:MOST])
    return fill(results_texts.CONFUSED, name=model_name(key), pairs=named)


def confusion_matrix(
    key: str, rows: dict[str, dict], misread_by: str = "", true: int = ANY, predicted: int = ANY
) -> Markup:
    """The matrix of a network, a button per confusion; "" where there are no results.

    Args:
        key: of MODELS.
        rows: {key: row of metrics.json}.
        misread_by, true, predicted: the filters of the error gallery, which a button sets: it is
            pressed as long as they stand so.
    """
    if key not in rows:
        return Markup()
    counts = rows[key]["test"]["confusion"]
    pairs = confusions(counts)
    most = pairs[0][0] if pairs else 1
    picked = misread_by, true, predicted
    head = (tag("th", digit, scope="col") for digit in range(DATASET.classes))
    body = (
        tag(
            "tr",
            tag("th", written, scope="row"),
            (
                _cell(written, read, count, most, (key, written, read) == picked)
                for read, count in enumerate(row)
            ),
        )
        for written, row in enumerate(counts)
    )
    matrix = tag(
        "table",
        tag("thead", tag("tr", tag("td"), head)),
        tag("tbody", body),
        css="confusion",
        data_changes="misread-by",
        style=f"--model:var({MODEL_COLOURS[key]})",
    )
    return join(matrix, paragraph(confused_words(key, pairs)))


def _pair_words(count, true, predicted):
    return results_texts.CONFUSED_PAIR.format(true=true, predicted=predicted, count=count)


def _cell(true, predicted, count, most, is_pressed):
    if true == predicted:
        return tag("td", count, css="right")
    if not count:
        return tag("td")
    words = _pair_words(count, true, predicted)
    pick = f"{true} {predicted}"
    button = tag(
        "button",
        count,
        type="button",
        data_pick=pick,
        aria_label=words,
        title=words,
        aria_pressed=pressed(is_pressed),
    )
    return tag("td", button, style=f"--share:{100 * count / most:.0f}%")
