"""The figures about the tray, from the functions that Results uses of MNIST's test set."""

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.metrics import accuracy_interval
from mnist_cnn.judging.own_digits import compare, judge
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.page.kept_digits import WAYS, Row
from mnist_cnn.page.markup import bullets, fill, join, opening, paragraph, section, table, tag
from mnist_cnn.page.numbers import percent
from mnist_cnn.page.texts import mine as texts
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.confusion import confusion_matrix
from mnist_cnn.page.widgets.networks import model_name
from mnist_cnn.page.widgets.verdict import chance_words, p_words, pair_verdict
from mnist_cnn.sharing.weight_set import WeightSet

AFTER, BEFORE = WAYS


def own_figures(rows: Sequence[Row], weights: WeightSet) -> Markup:
    """What the labelled digits of the tray say about the networks.

    Args:
        rows: of the tray.
        weights: the networks that answered, and their stored figures.
    """
    if not rows:
        return opening(texts.RESULTS, texts.RESULTS_NONE)
    keys, labels = list(weights.models), [row.label for row in rows]
    found = {
        way: judge(dict(zip(keys, zip(*(row.answers[way] for row in rows)))), labels)
        for way in WAYS
    }
    models = {way: figures["models"] for way, figures in found.items()}
    own = {key: {"test": row} for key, row in models[AFTER].items()}
    return join(
        opening(texts.RESULTS),
        paragraph(ways_words(models, len(rows))),
        accuracy_table(models, weights),
        paragraph(texts.SPAN_WORDS, "small"),
        tag("h3", texts.BETTER),
        bullets(pair_words(own, pair, len(rows)) for pair in found[AFTER]["pairs"]),
        by_name(rows, keys),
        section("part-own-digits", texts.BY_DIGIT, by_digit(rows, keys)),
        *(
            section(
                f"part-own-confusion-{key}",
                texts.CONFUSION.format(MODELS[key].title),
                paragraph(texts.CONFUSION_WORDS, "small"),
                confusion_matrix(key, own),
            )
            for key in keys
            if own[key]["test"]["errors"]
        ),
    )


def ways_words(models: dict[str, dict], count: int) -> Markup:
    """What MNIST's own way brings the main network on these digits.

    Args:
        models: by way, rows of `judge`.
        count: digits.
    """
    errors = {way: rows[MAIN]["errors"] for way, rows in models.items()}
    right = {way: count - len(wrong) for way, wrong in errors.items()}
    more = (right[AFTER] > right[BEFORE]) - (right[AFTER] < right[BEFORE])
    words = fill(texts.READ[more], count=count, name=model_name(MAIN), **right)
    if not more:
        return words
    p = compare(errors[AFTER], errors[BEFORE], count)["p"]
    return join(words, " ", texts.WAYS.format(p=p_words(p), verdict=chance_words(p)))


def accuracy_table(models: dict[str, dict], weights: WeightSet) -> Markup:
    """The networks on the tray, both ways, and on what is stored with the weights."""
    rows = []
    for key in models[AFTER]:
        own = (_share(models[way][key]) for way in WAYS)
        test = weights.metrics["models"].get(key, {}).get("test")
        others = weights.handwriting.get(AFTER, {}).get(key)
        rows.append(
            (
                model_name(key),
                *own,
                _cell(test["accuracy"], test["interval"]) if test else results_texts.UNKNOWN,
                _cell(others["all"]["likeliest"], others["all"]["likeliest_interval"])
                if others
                else results_texts.UNKNOWN,
            )
        )
    return table(texts.COLUMNS, rows)


def _share(row):
    count = sum(map(sum, row["confusion"]))
    right = texts.SHARE.format(count - len(row["errors"]), count)
    return join(right, _cell(row["accuracy"], row["interval"]))


def _cell(share, interval):
    low, high = interval
    return join(percent(share), tag("small", texts.SPAN.format(100 * low, 100 * high)))


def pair_words(rows: dict[str, dict], pair: dict, count: int) -> Markup:
    """Which of two networks is better on the tray, or how many digits would tell.

    Args:
        rows: {key: {"test": a row of `judge`}}.
        pair: one of `judge`.
        count: digits.
    """
    verdict = pair_verdict(rows, *pair["models"])
    if pair["p"] <= 0.05:
        return verdict
    if pair["needed"] is None:
        return join(verdict, " ", texts.NEEDED_NEVER) if any(pair["only"]) else verdict
    more = max(pair["needed"] - count, 1)
    return join(verdict, " ", texts.NEEDED.format(more=_rounded(more)))


def _rounded(number):
    """A number of which only the first two digits mean anything."""
    return int(float(f"{number:.1e}"))


def by_digit(rows: Sequence[Row], keys: Sequence[str]) -> Markup:
    """How much of each digit every network reads, MNIST's own way."""
    return _grouped(rows, keys, texts.DIGIT_COLUMN, lambda row: row.label, range(DATASET.classes))


def by_name(rows: Sequence[Row], keys: Sequence[str]) -> Markup | None:
    """How much of each name's digits every network reads; None where there is one name alone."""
    names = sorted({row.name for row in rows})
    if len(names) < 2:
        return None
    groups = _grouped(rows, keys, texts.NAME_COLUMN, lambda row: row.name, names)
    return section("part-own-names", texts.BY_NAME, paragraph(texts.BY_NAME_INTRO, "small"), groups)


def _grouped(rows, keys, title, group_of, groups):
    """A row for each group that has digits, and one for all of them."""
    counted = [(group, [row for row in rows if group_of(row) == group]) for group in groups]
    lines = [*((group, of) for group, of in counted if of), (texts.ALL, rows)]
    names = title, texts.COUNT_COLUMN, *(MODELS[key].title for key in keys)
    cells = [(group, len(of), *map(partial(_right, of), range(len(keys)))) for group, of in lines]
    return table(names, cells)


def _right(rows, network):
    right = sum(row.answers[AFTER][network] == row.label for row in rows)
    return _cell(right / len(rows), accuracy_interval(right, len(rows)))
