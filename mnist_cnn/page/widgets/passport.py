"""The digit's passport: a table of what lies outside of MNIST, and which steps matter."""

from collections.abc import Sequence

from markupsafe import Markup

from mnist_cnn.page.markup import fill, join, paragraph, tag
from mnist_cnn.page.numbers import number
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.texts import draw as draw_texts
from mnist_cnn.page.widgets.networks import model_name
from mnist_cnn.reading.passport import Measure
from mnist_cnn.reading.pipelines import Transform

# A transform, and by model the labels with it and without it; None where a model gives none.
Change = tuple[Transform, dict[str, tuple[int | None, int | None]]]


def passport_table(measures: Sequence[Measure], changes: Sequence[Change] | None) -> Markup:
    """The passport of a picture; "" where there is no ink to measure.

    Args:
        measures: what passport.passport returned.
        changes: what passport.transforms_that_matter returned; None where the digit came another
            way than MNIST's own.
    """
    if not measures:
        return Markup("")
    names = (tag("th", name, scope="col") for name in draw_texts.PASSPORT_COLUMNS)
    table = tag(
        "table",
        tag("thead", tag("tr", tag("td"), names)),
        tag("tbody", map(_row, measures)),
        css="passport",
    )
    return join(table, _changes(changes))


def _row(measure: Measure) -> Markup:
    trait = measure.trait
    return tag(
        "tr",
        tag("th", trait.name, tag("small", trait.unit), scope="row"),
        tag("td", number(measure.before, ".1f"), tag("small", _verdict(measure))),
        tag("td", number(measure.after, ".1f")),
        tag("td", draw_texts.PASSPORT_RANGE.format(number(trait.low), number(trait.high))),
        css="" if measure.defect is None else "defect",
    )


def _verdict(measure: Measure) -> str:
    """What was wrong, and which step mended it; "" where nothing was."""
    if measure.mended and measure.trait.mended_by:
        return draw_texts.PASSPORT_MENDED.format(measure.defect, measure.trait.mended_by.name)
    return measure.defect or ""


def _changes(changes: Sequence[Change] | None) -> Markup:
    if changes is None:
        return paragraph(draw_texts.PASSPORT_OTHER_WAY)
    if not changes:
        return paragraph(draw_texts.PASSPORT_NO_CHANGE)
    items = (
        tag("li", tag("b", transform.name), ": ", join(_labels(labels), by=", "))
        for transform, labels in changes
    )
    return join(paragraph(draw_texts.PASSPORT_CHANGES), tag("ul", items, css="plain"))


def _labels(labels: dict[str, tuple[int | None, int | None]]) -> list[Markup]:
    return [fill("{} {} → {}", model_name(key), *map(_label, pair)) for key, pair in labels.items()]


def _label(label: int | None) -> int | str:
    return common_texts.NO_ANSWER if label is None else label
