"""How many digits does it take? Accuracy against the number of training digits, from the ledger."""

from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.figures import Line, line_chart
from mnist_cnn.page.markup import figure, fill, join, paragraph, section, table, tag
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.networks import model_name

# {key of MODELS: {number of training digits, rising: "test_errors" of the group}}
Errors = dict[str, dict[int, dict]]


def amounts(ledger: dict) -> Markup:
    """Chart, table and what follows; "" where fewer than two amounts were tried.

    Args:
        ledger: as from load_ledger.
    """
    errors = errors_by_amount(ledger)
    sizes = sorted({size for by_size in errors.values() for size in by_size})
    if len(sizes) < 2:
        return Markup()
    lines = [_line(key, by_size) for key, by_size in errors.items()]
    x_label, y_label = results_texts.AMOUNTS_AXES
    chart = line_chart(lines, x_label, y_label, size=(5, 3.2), log_ticks=sizes)
    cells = [
        (f"{size:,}", *(_cell(by_size.get(size)) for by_size in errors.values())) for size in sizes
    ]
    names = (results_texts.AMOUNTS_COLUMN, *(MODELS[key].title for key in errors))
    words = join(passing_words(errors), saved_words(errors))
    content = figure(Markup(chart), words), table(names, cells, "figures")
    return section(
        "part-amounts",
        results_texts.AMOUNTS,
        paragraph(results_texts.AMOUNTS_INTRO),
        tag("div", content, css="columns"),
    )


def errors_by_amount(ledger: dict) -> Errors:
    """The errors of each network with each number of training digits, of the default recipe."""
    errors: Errors = {key: {} for key in MODELS}
    for row in ledger.get("groups", ()):
        if row["recipe"] == "default":
            errors[row["model"]][row["training_images"]] = row["test_errors"]
    return {key: dict(sorted(by_size.items())) for key, by_size in errors.items() if by_size}


def accuracy(errors: float) -> float:
    """Per cent, of how many test digits are misread."""
    return 100 - errors * 100 / DATASET.test


def passing_words(errors: Errors) -> Markup:
    """With how many digits each network passes results_texts.PASS per cent, of those tried."""
    words = []
    for key, by_size in errors.items():
        enough = (n for n, row in by_size.items() if accuracy(row["mean"]) > results_texts.PASS)
        size = next(enough, None)
        sentence = results_texts.PASSED["none" if size is None else "some"]
        words.append(fill(sentence, model_name(key), size))
    return fill(results_texts.PASSES, results_texts.PASS, join(words, by="; "))


def saved_words(errors: Errors) -> str | Markup:
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
    return join(" ", fill(results_texts.SAVED, model_name(best), size, model_name(worst), most))


def _line(key, by_size):
    means = [accuracy(errors["mean"]) for errors in by_size.values()]
    sds = [(errors["sd"] or 0) * 100 / DATASET.test for errors in by_size.values()]
    band = [[a - sd for a, sd in zip(means, sds)], [a + sd for a, sd in zip(means, sds)]]
    look = MODEL_COLOURS[key], f"{MODELS[key].marker}-"
    return Line(list(by_size), means, *look, band=band, label=MODELS[key].title)


def _cell(errors):
    if errors is None:
        return results_texts.UNKNOWN
    mean, sd = f"{accuracy(errors['mean']):.2f} %", errors["sd"]
    return mean if sd is None else join(mean, tag("small", f"± {sd * 100 / DATASET.test:.2f}"))
