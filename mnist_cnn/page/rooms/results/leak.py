"""What a leak does: the notebook's leak beside the same recipe without it, from the ledger."""

from math import sqrt
from statistics import mean

from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.page.markup import bullets, join, paragraph, section, table, tag
from mnist_cnn.page.numbers import percent
from mnist_cnn.page.rooms.results.seeds import group
from mnist_cnn.page.texts import results as results_texts


def leak(ledger: dict) -> Markup:
    """Table and what follows; "" where the ledger lacks one of both.

    Args:
        ledger: as from load_ledger.
    """
    clean = group(ledger, "aug", "lesson")
    leaky = group(ledger, "aug", "notebook-leak", DATASET.training)
    if clean is None or leaky is None:
        return Markup()
    cells = [_cells(results_texts.CLEAN, clean), _cells(results_texts.LEAKY, leaky)]
    points = (
        validation_words(clean, leaky),
        errors_words(clean["test_errors"], leaky["test_errors"]),
        printed_words(leaky),
    )
    return section(
        "part-leak",
        results_texts.LEAK,
        paragraph(results_texts.LEAK_INTRO),
        table(results_texts.LEAK_COLUMNS, cells),
        bullets(points),
    )


def _cells(name, found):
    runs, printed = found["runs"], _printed(found)
    seeds = results_texts.LEAK_SEEDS["one" if len(runs) == 1 else "several"].format(len(runs))
    misread = results_texts.LEAK_ERRORS.format(found["test_errors"]["mean"])
    draws = results_texts.LEAK_DRAWS.format(len(printed))
    return (
        join(name, tag("small", seeds)),
        f"{found['training_images']:,}",
        percent(_mean(runs, "validation_accuracy"), 2),
        join(percent(_mean(runs, "test_accuracy"), 2), tag("small", misread)),
        join(_span(printed), tag("small", draws)) if printed else results_texts.UNKNOWN,
    )


def _span(printed):
    ends = percent(min(printed), 2), percent(max(printed), 2)
    return results_texts.LEAK_SPAN.format(*ends)


def _mean(runs, name):
    return mean(run[name] for run in runs)


def _printed(found):
    """What the notebook prints, of all runs and draws."""
    return [value for run in found["runs"] for value in run.get("varied_test_accuracies") or ()]


def points_words(share: float) -> str:
    """A difference of two accuracies in words: 0.12 points above."""
    points = f"{abs(100 * share):.2f}"
    if points == "0.00":
        return results_texts.LEAK_SAME
    return results_texts.LEAK_POINTS["above" if share > 0 else "below"].format(points)


def validation_words(clean: dict, leaky: dict) -> str:
    """What the leak does to the validation accuracy.

    Args:
        clean, leaky: groups of the ledger.
    """
    gap, leaky_gap = (
        _mean(found["runs"], "validation_accuracy") - _mean(found["runs"], "test_accuracy")
        for found in (clean, leaky)
    )
    several = min(len(clean["runs"]), len(leaky["runs"])) > 1
    verdict = results_texts.LEAK_DOES_VERDICTS[leaky_gap > gap if several else None]
    return results_texts.LEAK_DOES.format(
        clean=points_words(gap), leaky=points_words(leaky_gap), verdict=verdict
    )


def errors_words(clean: dict, leaky: dict) -> str:
    """What the leak does to the network itself, as far as seeds tell.

    Args:
        clean, leaky: "test_errors" of both groups.
    """
    difference = leaky["mean"] - clean["mean"]
    seeds = clean["count"], leaky["count"]
    # Two standard errors of the difference of two means.
    luck = 2 * sqrt(sum((row["sd"] or 0) ** 2 / row["count"] for row in (clean, leaky)))
    if min(seeds) == 1:
        case = "one"
    elif abs(difference) <= luck:
        case = "same"
    else:
        case = "more" if difference > 0 else "fewer"
    return results_texts.LEAK_DOES_NOT.format(
        clean=clean["mean"],
        leaky=leaky["mean"],
        verdict=results_texts.LEAK_DOES_NOT_VERDICTS[case].format(luck=luck),
    )


def printed_words(leaky: dict) -> str:
    """What the varied test digits do to the figure that the notebook prints; "" without figures.

    Args:
        leaky: group of the ledger.
    """
    printed = _printed(leaky)
    if not printed:
        return ""
    spread = 100 * max(
        max(draws) - min(draws)
        for run in leaky["runs"]
        if (draws := run.get("varied_test_accuracies"))
    )
    return results_texts.LEAK_PRINTS.format(
        apart=points_words(mean(printed) - _mean(leaky["runs"], "test_accuracy")),
        verdict=results_texts.LEAK_PRINTS_VERDICTS[spread > 0].format(f"{spread:.2f}"),
    )
