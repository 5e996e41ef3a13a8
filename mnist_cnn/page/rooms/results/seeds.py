"""What many trainings tell, for the room Results: luck, the leak, how many digits it takes.

All of it comes from a ledger as ledger.load_ledger returns it; what that lacks is not shown.
"""

from itertools import combinations, zip_longest
from statistics import mean

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.ledger import errors_of
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page import fragments
from mnist_cnn.page.figures import Line, line_chart, strip_plot
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import results as results_texts

BESIDE = results_texts.FC_AUGMENTED, "--quiet"
COMPARED = {  # (model, recipe) -> title, colour
    **{(key, "default"): (row.title, MODEL_COLOURS[key]) for key, row in MODELS.items()},
    ("fc", "augmented"): BESIDE,
}


def group(ledger, model, recipe="default", images=DATASET.learned):
    """The group of the ledger's runs of this kind; None if there is none."""
    rows = {
        (row["model"], row["recipe"], row["training_images"]): row
        for row in ledger.get("groups", ())
    }
    return rows.get((model, recipe, images))


def luck(rows, ledger):
    """By how much the seed alone changes the errors: dots, figures, and what follows.

    Args:
        rows: {key: row of metrics.json} of the page's networks.
    """
    groups = {kind: found for kind in COMPARED if (found := group(ledger, *kind))}
    if not groups:
        return ""
    errors = {kind: [errors_of(run) for run in found["runs"]] for kind, found in groups.items()}
    strips = [(COMPARED[kind][0], values, COMPARED[kind][1]) for kind, values in errors.items()]
    words = "; ".join(
        f"{title}: {', '.join(map(str, sorted(values)))}" for title, values, _ in strips
    )
    chart = fragments.figure(strip_plot(strips, results_texts.LUCK_AXIS), words)
    cells = [
        (fragments.coloured(*COMPARED[kind]), len(found["runs"]), *_spread(found["test_errors"]))
        for kind, found in groups.items()
    ] + [_beside(row) for row in ledger["beside"]]
    points = fragments.points((results_texts.SD, _order(errors), _picked(rows, groups)))
    return (
        f"{fragments.opening(results_texts.LUCK, results_texts.LUCK_INTRO)}"
        f'<div class="columns">{chart}{points}</div>'
        f"{fragments.table(results_texts.LUCK_COLUMNS, cells, 'figures')}{fragments.code('seeds')}"
    )


def _spread(errors):
    """Mean, sd and interval in words, of what the ledger says of a group's errors."""
    sd, interval = errors["sd"], errors["interval"]
    return (
        f"{errors['mean']:.1f}",
        "–" if sd is None else f"{sd:.1f}",
        "–" if interval is None else "{:.1f} to {:.1f}".format(*interval),
    )


def _beside(row):
    name, errors = fragments.model_name(row["model"]), row["test_errors"]
    if row["what"] == "tta":
        return f"{name}<small>{results_texts.TTA}</small>", "–", *_spread(errors)
    members = results_texts.ENSEMBLE.format(row["members"])
    return f"{name}<small>{members}</small>", row["members"], f"{errors:g}", "–", "–"


def _order(errors):
    """Whether any two networks' seeds overlap; "" if there is only one seed or network."""
    if len(errors) < 2 or min(map(len, errors.values())) < 2:
        return ""
    overlaps = [
        f"{fragments.coloured(*COMPARED[one])} and {fragments.coloured(*COMPARED[other])}"
        for one, other in combinations(errors, 2)
        if min(errors[one]) <= max(errors[other]) and min(errors[other]) <= max(errors[one])
    ]
    return results_texts.OVERLAP.format("; ".join(overlaps)) if overlaps else results_texts.APART


def _picked(rows, groups):
    """Where the page's networks stand among their seeds; "" unless all were best on validation."""
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
        places.append(results_texts.PLACE.format(place, len(runs), fragments.model_name(key)))
    return results_texts.PICKED.format(", ".join(places))


def band(ledger, key):
    """Where validation ran with all seeds: a Line without a line, and what it says in words.

    Returns:
        ([Line], words), or ([], "") where there are not several seeds.
    """
    found = group(ledger, key)
    if found is None or len(found["runs"]) < 2:
        return [], ""
    curves = [[100 * value for value in run["validation_curve"]] for run in found["runs"]]
    seen = [[value for value in epoch if value is not None] for epoch in zip_longest(*curves)]
    low, high = list(map(min, seen)), list(map(max, seen))
    ends = sorted(curve[-1] / 100 for curve in curves)
    words = results_texts.BAND.format(
        len(curves), fragments.percent(ends[0], 2), fragments.percent(ends[-1], 2)
    )
    line = Line(range(1, len(seen) + 1), low, MODEL_COLOURS[key], " ", band=(low, high))
    return [line], words


def amounts(ledger):
    """Accuracy against the number of training digits."""
    errors = {key: {} for key in MODELS}
    for row in ledger.get("groups", ()):
        if row["recipe"] == "default":
            errors[row["model"]][row["training_images"]] = row["test_errors"]
    errors = {key: dict(sorted(by_size.items())) for key, by_size in errors.items() if by_size}
    sizes = sorted({size for by_size in errors.values() for size in by_size})
    if len(sizes) < 2:
        return ""
    lines = [_amounts_line(key, by_size) for key, by_size in errors.items()]
    chart = line_chart(lines, *results_texts.AMOUNTS_AXES, size=(5, 3.2), log_ticks=sizes)
    cells = [
        (f"{size:,}", *(_amounts_cell(by_size.get(size)) for by_size in errors.values()))
        for size in sizes
    ]
    names = (results_texts.AMOUNTS_COLUMN, *(MODELS[key].title for key in errors))
    figure = fragments.figure(chart, _passes(errors) + _saved(errors))
    return (
        f"{fragments.opening(results_texts.AMOUNTS, results_texts.AMOUNTS_INTRO)}"
        f'<div class="columns">{figure}{fragments.table(names, cells, "figures")}</div>'
    )


def _amounts_line(key, by_size):
    accuracy = [_accuracy(errors["mean"]) for errors in by_size.values()]
    sd = [(errors["sd"] or 0) / 100 for errors in by_size.values()]
    band = [[a - s for a, s in zip(accuracy, sd)], [a + s for a, s in zip(accuracy, sd)]]
    look = MODEL_COLOURS[key], f"{MODELS[key].marker}-"
    return Line(list(by_size), accuracy, *look, band=band, label=MODELS[key].title)


def _amounts_cell(errors):
    if errors is None:
        return "–"
    sd = "" if errors["sd"] is None else f"<small>± {errors['sd'] / 100:.2f}</small>"
    return f"{_accuracy(errors['mean']):.2f} %{sd}"


def _accuracy(errors):
    """Per cent, of how many of 10,000 digits are misread."""
    return 100 - errors / 100


def _passes(errors):
    words = []
    for key, by_size in errors.items():
        enough = (n for n, row in by_size.items() if _accuracy(row["mean"]) > results_texts.PASS)
        size = next(enough, None)
        sentence = results_texts.PASSED[size is None]
        words.append(sentence.format(fragments.model_name(key), size))
    return results_texts.PASSES.format(results_texts.PASS, "; ".join(words))


def _saved(errors):
    """With how few digits the best network beats the worst with most; "" where it needs as many."""
    common = set.intersection(*map(set, errors.values()))
    if len(errors) < 2 or not common:
        return ""
    most = max(common)
    best, *_, worst = sorted(errors, key=lambda key: errors[key][most]["mean"])
    goal = errors[worst][most]["mean"]
    size = next((n for n, row in errors[best].items() if row["mean"] < goal), most)
    if size >= most:
        return ""
    best, worst = fragments.model_name(best), fragments.model_name(worst)
    return " " + results_texts.SAVED.format(best, size, worst, most)


def leak(ledger):
    """The notebook's leak beside the same recipe without it."""
    clean, leaky = (
        group(ledger, "aug", "lesson"),
        group(ledger, "aug", "notebook-leak", DATASET.training),
    )
    if clean is None or leaky is None:
        return ""
    cells = [_leak_row(results_texts.CLEAN, clean), _leak_row(results_texts.LEAKY, leaky)]
    points = fragments.points((_does(clean, leaky), _does_not(clean, leaky), _prints(leaky)))
    return (
        f"{fragments.opening(results_texts.LEAK, results_texts.LEAK_INTRO)}"
        f"{fragments.table(results_texts.LEAK_COLUMNS, cells)}{points}"
    )


def _leak_row(name, found):
    runs = found["runs"]
    printed = _printed(found)
    draws = results_texts.LEAK_DRAWS.format(len(printed))
    misread = results_texts.LEAK_ERRORS.format(f"{found['test_errors']['mean']:.1f}")
    return (
        f"{name}<small>{results_texts.LEAK_SEEDS[len(runs) == 1].format(len(runs))}</small>",
        f"{found['training_images']:,}",
        fragments.percent(_mean(runs, "validation_accuracy"), 2),
        f"{fragments.percent(_mean(runs, 'test_accuracy'), 2)}<small>{misread}</small>",
        f"{fragments.percent(min(printed), 2)} to {fragments.percent(max(printed), 2)}"
        f"<small>{draws}</small>"
        if printed
        else "–",
    )


def _mean(runs, name):
    return mean(run[name] for run in runs)


def _printed(found):
    """What the notebook prints, of all runs and draws."""
    return [value for run in found["runs"] for value in run.get("varied_test_accuracies") or ()]


def _points(share):
    """A difference of two accuracies in words: 0.12 points above."""
    points = f"{abs(100 * share):.2f}"
    if points == "0.00":
        return results_texts.LEAK_SAME
    return results_texts.LEAK_POINTS[share > 0].format(points)


def _does(clean, leaky):
    """What the leak does to the validation accuracy."""
    gap, leaky_gap = (
        _mean(found["runs"], "validation_accuracy") - _mean(found["runs"], "test_accuracy")
        for found in (clean, leaky)
    )
    several = min(len(clean["runs"]), len(leaky["runs"])) > 1
    verdict = results_texts.LEAK_DOES_VERDICTS[leaky_gap > gap if several else None]
    return results_texts.LEAK_DOES.format(
        clean=_points(gap), leaky=_points(leaky_gap), verdict=verdict
    )


def _does_not(clean, leaky):
    """What it does to the network itself, as far as seeds tell."""
    errors, leaky_errors = clean["test_errors"], leaky["test_errors"]
    difference = leaky_errors["mean"] - errors["mean"]
    sds = errors["sd"], leaky_errors["sd"]
    sd = 0 if None in sds else max(sds)
    cases = {"one": None in sds, "same": abs(difference) <= sd, "more": difference > 0}
    case = next((case for case, holds in cases.items() if holds), "fewer")
    return results_texts.LEAK_DOES_NOT.format(
        clean=f"{errors['mean']:.1f}",
        leaky=f"{leaky_errors['mean']:.1f}",
        verdict=results_texts.LEAK_DOES_NOT_VERDICTS[case].format(sd=sd),
    )


def _prints(leaky):
    """What the varied test digits do to the figure that the notebook prints."""
    printed = _printed(leaky)
    if not printed:
        return ""
    spread = 100 * max(
        max(draws) - min(draws)
        for run in leaky["runs"]
        if (draws := run.get("varied_test_accuracies"))
    )
    return results_texts.LEAK_PRINTS.format(
        apart=_points(mean(printed) - _mean(leaky["runs"], "test_accuracy")),
        verdict=results_texts.LEAK_PRINTS_VERDICTS[spread > 0].format(f"{spread:.2f}"),
    )
