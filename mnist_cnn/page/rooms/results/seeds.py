"""Was it luck? What the trainings with other seeds tell of the networks.

All of it comes from a ledger as load_ledger returns it; what that lacks is not shown.
"""

from itertools import combinations

from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.figures import strip_plot
from mnist_cnn.page.markup import bullets, figure, fill, join, paragraph, section, table, tag
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.networks import coloured, model_name

Kind = tuple[str, str]  # model, recipe

BESIDE = results_texts.FC_AUGMENTED, "--quiet"  # title and colour of the network beside the page's
COMPARED: dict[Kind, tuple[str, str]] = {  # kind of training -> title, colour
    **{(key, "default"): (row.title, MODEL_COLOURS[key]) for key, row in MODELS.items()},
    ("fc", "augmented"): BESIDE,
}


def group(
    ledger: dict, model: str, recipe: str = "default", images: int = DATASET.learned
) -> dict | None:
    """The ledger's group of runs of this kind; None if there is none.

    Args:
        ledger: as from load_ledger.
        model: key of MODELS.
        recipe: name of the recipe.
        images: how many digits they were trained on.
    """
    rows = {
        (row["model"], row["recipe"], row["training_images"]): row
        for row in ledger.get("groups", ())
    }
    return rows.get((model, recipe, images))


def luck(rows: dict[str, dict], ledger: dict) -> Markup:
    """How far the errors differ from seed to seed: dots, figures, and what follows.

    Args:
        rows: {key: row of metrics.json} of the page's networks.
        ledger: as from load_ledger.
    """
    groups = {kind: found for kind in COMPARED if (found := group(ledger, *kind))}
    if not groups:
        return Markup()
    errors = {kind: [run["errors"] for run in found["runs"]] for kind, found in groups.items()}
    strips = [(COMPARED[kind][0], values, COMPARED[kind][1]) for kind, values in errors.items()]
    words = "; ".join(
        f"{title}: {', '.join(map(str, sorted(values)))}" for title, values, _ in strips
    )
    chart = figure(Markup(strip_plot(strips, results_texts.LUCK_AXIS)), words)
    cells = [
        (coloured(*COMPARED[kind]), len(found["runs"]), *spread_words(found["test_errors"]))
        for kind, found in groups.items()
    ]
    cells += [_beside_cells(row) for row in ledger["beside"] if row.get("members") != 1]
    points = bullets((results_texts.SD, overlap_words(errors), picked_words(rows, groups)))
    return section(
        "part-luck",
        results_texts.LUCK,
        paragraph(results_texts.LUCK_INTRO),
        tag("div", chart, points, css="columns"),
        table(results_texts.LUCK_COLUMNS, cells, "figures"),
        code_panel("seeds"),
    )


def spread_words(errors: dict) -> tuple[str, str, str]:
    """Mean, sd and interval in words; a dash for what one seed cannot tell.

    Args:
        errors: "test_errors" of a group of the ledger.
    """
    sd, interval = errors["sd"], errors["interval"]
    return (
        f"{errors['mean']:.1f}",
        results_texts.UNKNOWN if sd is None else f"{sd:.1f}",
        results_texts.UNKNOWN if interval is None else results_texts.ERROR_SPAN.format(*interval),
    )


def _beside_cells(row):
    """The table's row of several views of a digit, or several trainings, that answer together."""
    name, errors, unknown = model_name(row["model"]), row["test_errors"], results_texts.UNKNOWN
    if row["what"] == "tta":
        return join(name, tag("small", results_texts.TTA)), unknown, *spread_words(errors)
    members = results_texts.ENSEMBLE.format(row["members"])
    return join(name, tag("small", members)), row["members"], f"{errors:g}", unknown, unknown


def overlap_words(errors: dict[Kind, list[int]]) -> str | Markup:
    """Whether the seeds of any two networks overlap; "" with only one seed, or one network.

    Args:
        errors: {key of COMPARED: misread test digits of each seed}.
    """
    if len(errors) < 2 or min(map(len, errors.values())) < 2:
        return ""
    overlaps = [
        fill(results_texts.BOTH_OF, coloured(*COMPARED[one]), coloured(*COMPARED[other]))
        for one, other in combinations(errors, 2)
        if min(errors[one]) <= max(errors[other]) and min(errors[other]) <= max(errors[one])
    ]
    if not overlaps:
        return results_texts.APART
    return fill(results_texts.OVERLAP, join(overlaps, by="; "))


def picked_words(rows: dict[str, dict], groups: dict[Kind, dict]) -> str | Markup:
    """The place of each shipped network among its seeds, by misread test digits, best first.

    "" unless each of them is a run of the ledger and was the best of them on validation digits.

    Args:
        rows: {key: row of metrics.json} of the shipped networks.
        groups: {key of COMPARED: group of the ledger}.
    """
    places = []
    for key, row in rows.items():
        runs = groups.get((key, "default"), {"runs": []})["runs"]
        best = max((run["validation_accuracy"] for run in runs), default=None)
        shipped = row["run"]["seed"], best, row["test"]["accuracy"]
        if shipped not in [
            (run["seed"], run["validation_accuracy"], run["test_accuracy"]) for run in runs
        ]:
            return ""
        place = 1 + sum(run["test_accuracy"] > row["test"]["accuracy"] for run in runs)
        places.append(fill(results_texts.PLACE, place, len(runs), model_name(key)))
    return fill(results_texts.PICKED, join(places, by=", "))
