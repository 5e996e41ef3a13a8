"""Room Results: how good the networks are on MNIST's test digits, how they learned, what they are.

Nothing here depends on the digit on the table; a misread digit can be laid onto it.
"""

from html import escape
from itertools import combinations

import gradio as gr

from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.activations import layers
from mnist_cnn.judging.metrics import mcnemar, misread
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.page import fragments
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.figures import Line, architecture, line_chart
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.rooms.results import seeds as results_seeds
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.choice import never_none
from mnist_cnn.page.widgets.pick import pickable, picked_numbers
from mnist_cnn.page.widgets.text import html, markdown

TWIN = MODELS[MAIN].plain_twin
SETS = {  # of misread digits, by the keys of the networks that misread one, and of all networks
    "all": lambda wrong, networks: wrong == networks,
    "mended": lambda wrong, _: TWIN in wrong and MAIN not in wrong,
    "broken": lambda wrong, _: MAIN in wrong and TWIN not in wrong,
}
ANY = -1  # of the filters by digit


def build(shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(fragments.opening(results_texts.QUESTION, results_texts.INTRO, results_texts.TRY))
    scores = html()
    markdown(results_texts.RECIPE)
    trainings = html()
    html(fragments.opening(results_texts.CONFUSION, results_texts.CONFUSION_INTRO))
    names = [(MODELS[key].title, key) for key in shared.weights.current.models]
    model = never_none(gr.Radio(names, value=MAIN, show_label=False, container=False))
    matrix = pickable(elem_id="confusion")
    html(fragments.code("confusion"))
    html(fragments.opening(results_texts.MUSEUM, results_texts.MUSEUM_INTRO))
    chosen = gr.Radio(
        [*names, *_sets(len(names))],
        value="all",
        label=results_texts.SET,
    )
    never_none(chosen)
    with gr.Row(elem_classes="filters"):
        true, predicted = _digit_filter(results_texts.TRUE), _digit_filter(results_texts.READ)
    museum = pickable(elem_id="museum")
    taken = html(elem_id="taken")
    html(fragments.code("errors"))
    networks = html()
    filters, index = [chosen, true, predicted], gr.State()

    def show(*filters):
        return _museum(_rows(shared.weights.current), *filters)

    def show_matrix(model_key):
        return _matrix(model_key, _rows(shared.weights.current))

    def fill(model_key, *filters):
        now = shared.weights.current
        rows = _rows(now)
        return (
            _scores(rows, now),
            results_seeds.amounts(now.ledger) + results_seeds.leak(now.ledger),
            _matrix(model_key, rows),
            _museum(rows, *filters),
            _networks(now.models),
        )

    def narrow(model_key, event: gr.EventData):
        digits = picked_numbers(event, 2)
        if digits is None:
            return (gr.skip(),) * 4
        narrowed = model_key, *digits
        return *narrowed, show(*narrowed)

    def take(event: gr.EventData):
        return (picked_numbers(event, 1) or (None,))[0]

    model.input(show_matrix, model, matrix, **PAGE_EVENT)
    matrix.click(narrow, model, [*filters, museum], **PAGE_EVENT)
    for control in filters:
        control.input(show, filters, museum, **PAGE_EVENT)
    shared.use_test_digit(museum.click(take, None, index, **PAGE_EVENT).then, index).then(
        lambda index: _taken(index, shared.rooms), index, taken, **PAGE_EVENT
    )
    return fill, [model, *filters], [scores, trainings, matrix, museum, networks]


def _rows(weights):
    """{key: row of metrics.json} of the networks that answer; {} if one has no results."""
    rows = weights.metrics["models"]
    return (
        {key: rows[key] for key in weights.models} if rows.keys() >= weights.models.keys() else {}
    )


def _sets(networks):
    """(title, key of SETS) of the sets of misread digits, of so many networks."""
    return [
        (title.format(results_texts.COUNTS[networks]), key)
        for key, title in results_texts.SETS.items()
    ]


def _digit_filter(label):
    choices = [(results_texts.ANY, ANY), *((str(digit), digit) for digit in range(DATASET.classes))]
    return never_none(gr.Dropdown(choices, value=ANY, label=label, min_width=120))


def _scores(rows, weights):
    if not rows:
        return fragments.notice(results_texts.NONE)
    best = min(rows.values(), key=lambda row: len(row["test"]["errors"]))
    pairs = fragments.points(_pair(rows, *keys) for keys in combinations(rows, 2))
    beside = weights.metrics.get("beside", {}).get("fc-augmented")  # no network of the page
    bands = {key: results_seeds.band(weights.ledger, key) for key in rows}
    curves = "".join(_curve(key, rows[key], *bands[key]) for key in rows)
    band_intro = [results_texts.BAND_INTRO] * any(line for line, _ in bands.values())
    return (
        f"{_accuracies(rows, beside)}"
        f'<p class="text small">{results_texts.INTERVAL}{_no_gpu(rows)}</p>'
        f"{_effects(rows, beside)}{fragments.code('accuracy')}"
        f"{fragments.opening(results_texts.BETTER, results_texts.BETTER_INTRO)}"
        f"{pairs}{fragments.code('mcnemar')}"
        f"{results_seeds.luck(rows, weights.ledger)}"
        f"{fragments.opening(results_texts.OTHERS, _beside_people(best))}{_others()}"
        f"{fragments.opening(results_texts.CURVES, results_texts.CURVES_INTRO, *band_intro)}"
        f'<div class="columns">{curves}</div>{fragments.code("curves")}'
    )


def _no_gpu(rows):
    def processors(name):
        return {row[name].partition(",")[0] for row in rows.values()}  # without their threads

    on_cpu = processors("training_hardware") <= processors("inference_hardware")
    return f" {results_texts.NO_GPU}" if on_cpu else ""


def _accuracies(rows, beside):
    """The table of the page's networks, and a row beside them, or None."""
    named = [(fragments.model_name(key), row) for key, row in rows.items()]
    if beside:
        name = f"{fragments.coloured(*results_seeds.BESIDE)}<small>{results_texts.BESIDE}</small>"
        named.append((name, beside))
    cells = []
    for name, row in named:
        low, high = row["test"]["interval"]
        cells.append((
            name,
            f"{fragments.percent(row['test']['accuracy'], 2)}"
            f"<small>{100 * low:.2f} to {100 * high:.2f}</small>",
            f"{len(row['test']['errors'])} of {DATASET.test:,}",
            f"{row['parameters']:,}",
            f"{row['epochs']} epochs, {row['training_seconds'] / 60:.1f} minutes"
            f"<small>{escape(row['training_hardware'])}</small>",
            f"{row['milliseconds_per_digit']:.2f} ms"
            f"<small>{escape(row['inference_hardware'])}</small>",
        ))  # fmt: skip
    return fragments.table(("Network", *results_texts.COLUMNS), cells)


def _effects(rows, beside):
    """What convolution and augmentation do, alone and together."""
    if not beside:
        return ""
    errors = {key: len(row["test"]["errors"]) for key, row in rows.items()}
    fc_augmented = len(beside["test"]["errors"])
    more = (fc_augmented > errors["conv"]) - (fc_augmented < errors["conv"])
    counts = {"fc_augmented": fc_augmented, **errors}
    after = {key: f"{n} ({n - errors['fc']:+d})".replace("-", "−") for key, n in counts.items()}
    words = results_texts.EFFECTS.format(
        **after | {"fc": errors["fc"], "verdict": results_texts.MORE[more]}
    )
    return f'<p class="text">{words}</p>'


def _pair(rows, more, fewer):
    """Which of two networks is better, as far as the test digits can tell."""
    errors = {key: rows[key]["test"]["errors"] for key in (more, fewer)}
    more, fewer = sorted(errors, key=lambda key: -len(errors[key]))
    only_more, only_fewer, p = mcnemar(errors[more], errors[fewer])
    words = results_texts.PAIR if only_more > only_fewer else results_texts.TIE
    return words.format(
        more=fragments.model_name(more),
        fewer=fragments.model_name(fewer),
        difference=only_more - only_fewer,
        differ=only_more + only_fewer,
        only_more=only_more,
        only_fewer=only_fewer,
        p="< 0.001" if p < 0.001 else f"= {p:.2g}",
        verdict=next(words for most, words in results_texts.VERDICTS if p <= most),
    )


def _beside_people(best):
    """Where the best network stands: no judgement that its interval does not carry."""
    low, high = (100 * (1 - share) for share in reversed(best["test"]["interval"]))
    least, most = results_texts.PEOPLE_MISREAD
    verdict = results_texts.PEOPLE[0 if low > most else 2 if high < least else 1]
    return results_texts.BEST.format(
        best=escape(best["title"]),
        rate=f"{100 * (1 - best['test']['accuracy']):.2f}",
        verdict=verdict,
        doubtful=len(DATASET.label_errors.keys() & set(best["test"]["errors"])),
    )


def _others():
    cells = [
        (fragments.link(who, address) if address else who, year, f"{rate} %", note)
        for who, address, year, rate, note in results_texts.OTHERS_ROWS
    ]
    return fragments.table(results_texts.OTHERS_COLUMNS, cells)


def _curve(key, row, bands, of_seeds):
    history, colour = row["history"], MODEL_COLOURS[key]
    best = max(history, key=lambda epoch: epoch["validation_accuracy"])
    last = history[-1]
    gap = 100 * (last["training_accuracy"] - last["validation_accuracy"])
    varied = row["run"]["recipe"]["augmentation"] is not None
    words = results_texts.CURVE.format(
        best=fragments.percent(best["validation_accuracy"], 2),
        epoch=best["epoch"],
        epochs=last["epoch"],
        training=fragments.percent(last["training_accuracy"], 2),
        validation=fragments.percent(last["validation_accuracy"], 2),
        gap=results_texts.ABOVE.format(f"{gap:.2f}") if gap > 0 else results_texts.BELOW[varied],
    )
    epochs = [epoch["epoch"] for epoch in history]
    lines = [
        Line(epochs, [100 * epoch[f"{digits}_accuracy"] for epoch in history], colour, style)
        for digits, style in (("training", "--"), ("validation", "-"))
    ]
    dot = Line([best["epoch"]], [100 * best["validation_accuracy"]], colour, "o")
    chart = line_chart([*bands, *lines, dot], "epoch", "accuracy, %", (96, 100.1))
    return (
        f"<section><h3>{fragments.model_name(key)}</h3>"
        f"{fragments.figure(chart, f'{words} {of_seeds}')}</section>"
    )


def _matrix(key, rows):
    if key not in rows:
        return ""
    counts = rows[key]["test"]["confusion"]
    pairs = sorted(
        ((count, true, predicted) for true, row in enumerate(counts)
         for predicted, count in enumerate(row) if true != predicted and count),
        reverse=True,
    )  # fmt: skip
    most = pairs[0][0]
    words = results_texts.CONFUSED.format(
        name=fragments.model_name(key),
        pairs=", ".join(
            results_texts.CONFUSED_PAIR.format(true=true, predicted=predicted, count=count)
            for count, true, predicted in pairs[:3]
        ),
    )
    head = "".join(f"<th scope=col>{digit}</th>" for digit in range(DATASET.classes))
    body = "".join(
        f"<tr><th scope=row>{true}</th>"
        + "".join(_cell(true, predicted, count, most) for predicted, count in enumerate(row))
        + "</tr>"
        for true, row in enumerate(counts)
    )
    colour = MODEL_COLOURS[key]
    return (
        f'<table class="confusion" style="--model:var({colour})"><thead><tr><td></td>{head}</tr>'
        f'</thead><tbody>{body}</tbody></table><p class="text">{words}</p>'
    )


def _cell(true, predicted, count, most):
    if true == predicted:
        return f'<td class="right">{count}</td>'
    if not count:
        return "<td></td>"
    name = results_texts.CONFUSED_PAIR.format(true=true, predicted=predicted, count=count)
    return (
        f'<td style="--share:{100 * count / most:.0f}%"><button type="button" '
        f'data-pick="{true} {predicted}" aria-label="{name}">{count}</button></td>'
    )


def _museum(rows, chosen, true, predicted):
    test = embedded_test_set()
    tiles = [
        _tile(test.images[index].numpy(), index, test.labels[index].item(), answers)
        for index, answers in misread(rows).items()
        if _belongs(chosen, answers.keys(), rows.keys())
        and true in (ANY, test.labels[index].item())
        and (predicted == ANY or predicted in _answers(answers, chosen))
    ]
    count = results_texts.SHOWN.format(len(tiles))
    return f'<p class="text" role="status">{count}</p><div class="museum">{"".join(tiles)}</div>'


def _belongs(chosen, wrong, networks):
    """Whether a digit is in the chosen set: one of SETS, or what a network misread."""
    return SETS[chosen](wrong, networks) if chosen in SETS else chosen in wrong


def _answers(answers, chosen):
    """The wrong answers that a set is about: of its model, or of all that misread the digit."""
    return [answers[chosen]] if chosen in answers else list(answers.values())


def _tile(image, index, label, answers):
    read = "/".join(str(answer) for answer in dict.fromkeys(answers.values()))
    doubt = ""
    if index in DATASET.label_errors:
        seen = DATASET.label_errors[index]
        doubt = results_texts.DOUBT_OPEN if seen is None else results_texts.DOUBT.format(seen)
    words = f"Test digit {index}: {label} → {read}{doubt}"
    return (
        f'<button type="button" data-pick="{index}" title="{words}" aria-label="{words}"'
        f"{' class=doubtful' * bool(doubt)}>{fragments.picture(image, '')}"
        f"<span>{label} → {read}</span></button>"
    )


def _taken(index, rooms):
    if index is None:
        return ""  # it was refused; the page's head says why
    doors = "".join(
        f'<button type="button" data-room="{room}">{rooms[room].title}</button>'
        for room in rooms
        if room not in ("results", "about")
    )
    words = results_texts.TAKEN.format(index)
    return f'<p class="text doors" role="status">{words} {doors}</p>'


def _networks(models):
    first = {MODELS[key].architecture: key for key in reversed(models)}  # of each architecture
    layer_rows = {key: layers(models[key]) for key in models if key in first.values()}
    totals = {key: sum(row.parameters for row in rows) for key, rows in layer_rows.items()}
    products = {key: sum(row.multiply_adds for row in rows) for key, rows in layer_rows.items()}
    dense = sum(row.parameters for row in layer_rows["conv"] if row.name.startswith("classifier"))
    seeing = sum(row.parameters for row in layer_rows["conv"] if row.kind == "Conv2d")
    twist = results_texts.TWIST.format(
        **totals,
        share=dense / totals["conv"],
        seeing=seeing,
        times=products["conv"] / products["fc"],
    ).replace("%", " %")
    return fragments.opening(results_texts.ARCHITECTURE, twist) + "".join(
        _network(key, rows, models) for key, rows in layer_rows.items()
    ) + fragments.code("architecture")  # fmt: skip


def _network(key, rows, models):
    """One architecture: conv stands for aug too, which differs in its training digits only."""
    changes = [row for before, row in zip((None, *rows), rows)
               if before is None or row.shape != before.shape]  # fmt: skip
    stages = [(row.title, row.shape) for row in changes]
    words = ", ".join(f"{title} {fragments.shape(shape)}" for title, shape in stages)
    names = " / ".join(
        fragments.model_name(other)
        for other in models
        if MODELS[other].architecture == MODELS[key].architecture
    )
    cells = [
        (row.title, f"<code>{fragments.shape(row.shape)}</code>", f"{row.parameters:,}",
         f"{row.multiply_adds:,}") for row in rows
    ]  # fmt: skip
    picture = architecture(stages, MODEL_COLOURS[key])
    return (
        f"<h3>{names}</h3>"
        f'<div class="wide" role="img" aria-label="{words}">{picture}</div>'
        f"{fragments.table(results_texts.LAYER_COLUMNS, cells, 'figures')}"
    )
