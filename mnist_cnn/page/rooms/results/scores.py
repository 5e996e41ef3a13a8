"""How good the networks are: their accuracy, whether one is better, and people.

Rows are those of metrics.json, {key of MODELS: row}.
"""

from collections.abc import Collection
from itertools import combinations

from markupsafe import Markup

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.page.markup import bullets, fill, join, link, notice, paragraph, section, table, tag
from mnist_cnn.page.numbers import number, one_digit, percent
from mnist_cnn.page.rooms.results.seeds import BESIDE, luck
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.networks import coloured, model_name
from mnist_cnn.page.widgets.verdict import pair_verdict


def scores(rows: dict[str, dict], metrics: dict) -> Markup:
    """How many test digits each network reads, and what that is owed to.

    Args:
        rows: of the page's networks.
        metrics: as from load_metrics.
    """
    if not rows:
        return notice(results_texts.NONE)
    beside = metrics.get("beside", {}).get("fc-augmented")  # no network of the page
    return join(
        accuracy_table(rows, beside),
        paragraph(join(results_texts.INTERVAL, no_gpu_words(rows)), "small"),
        paragraph(effects(rows, beside)) if beside else None,
        code_panel("accuracy"),
    )


def comparisons(rows: dict[str, dict], ledger: dict) -> Markup:
    """The networks beside each other, beside luck, and beside people.

    Args:
        rows: of the page's networks; {} leaves nothing to compare.
        ledger: as from load_ledger.
    """
    if not rows:
        return Markup()
    best = min(rows.values(), key=lambda row: len(row["test"]["errors"]))
    return join(
        section(
            "part-better",
            results_texts.BETTER,
            paragraph(results_texts.BETTER_INTRO),
            bullets(pair_verdict(rows, *keys) for keys in combinations(rows, 2)),
            code_panel("mcnemar"),
        ),
        luck(rows, ledger),
        section(
            "part-others", results_texts.OTHERS, paragraph(beside_people(best)), _others_table()
        ),
    )


def accuracy_table(rows: dict[str, dict], beside: dict | None) -> Markup:
    """The table of the page's networks, and of the one that is no network of the page, or None."""
    named = [(model_name(key), row) for key, row in rows.items()]
    if beside:
        name = join(coloured(*BESIDE), tag("small", results_texts.BESIDE))
        named.append((name, beside))
    return table(results_texts.COLUMNS, [(name, *_accuracy_cells(row)) for name, row in named])


def _accuracy_cells(row):
    low, high = row["test"]["interval"]
    accuracy = percent(row["test"]["accuracy"], 2)
    interval = results_texts.SPAN.format(100 * low, 100 * high)
    epochs = results_texts.TRAINED.format(row["epochs"], row["training_seconds"] / 60)
    return (
        join(accuracy, tag("small", interval)),
        results_texts.MISREAD.format(len(row["test"]["errors"])),
        f"{row['parameters']:,}",
        join(epochs, tag("small", row["training_hardware"])),
        join(
            results_texts.MILLISECONDS.format(one_digit(row["milliseconds_per_digit"])),
            tag("small", row["inference_hardware"]),
        ),
    )


def no_gpu_words(rows: dict[str, dict]) -> str:
    """That no GPU took part, where training ran on nothing but the processors of inference."""

    def processors(name: str) -> set[str]:
        return {row[name].partition(",")[0] for row in rows.values()}  # without their threads

    on_cpu = processors("training_hardware") <= processors("inference_hardware")
    return f" {results_texts.NO_GPU}" if on_cpu else ""


def effects(rows: dict[str, dict], beside: dict) -> Markup:
    """What convolution and augmentation do, alone and together.

    Args:
        rows: of "fc", "conv" and "aug" at least.
        beside: row of the fully connected network on augmented data.
    """
    errors = {key: len(row["test"]["errors"]) for key, row in rows.items()}
    fc_augmented = len(beside["test"]["errors"])
    more = (fc_augmented > errors["conv"]) - (fc_augmented < errors["conv"])
    counts = {"fc_augmented": fc_augmented, **errors}
    after = {
        key: f"{count} ({number(count - errors['fc'], '.0f', sign='+')})"
        for key, count in counts.items()
    }
    values = after | {"fc": errors["fc"], "verdict": results_texts.MORE[more]}
    return fill(results_texts.EFFECTS, **values)


def beside_people(best: dict) -> str:
    """Where the best network stands: no judgement that its interval does not carry.

    Args:
        best: row of metrics.json.
    """
    low, high = (100 * (1 - share) for share in reversed(best["test"]["interval"]))
    return results_texts.BEST.format(
        best=best["title"],
        rate=f"{100 * (1 - best['test']['accuracy']):.2f}",
        verdict=people_words(low, high),
        doubtful=doubtful_errors(best["test"]["errors"]),
    )


def people_words(low: float, high: float) -> str:
    """How a network compares with people.

    Args:
        low, high: ends of the interval of what it misreads, in per cent.
    """
    least, most = results_texts.PEOPLE_MISREAD
    if low > most:
        return results_texts.PEOPLE["more"]
    return results_texts.PEOPLE["less" if high < least else "same"]


def doubtful_errors(errors: Collection[int]) -> int:
    """How many of these misread test digits have a doubtful label."""
    return len(DATASET.label_errors.keys() & set(errors))


def _others_table():
    cells = [
        (link(who, address) if address else who, year, f"{rate} %", note)
        for who, address, year, rate, note in results_texts.OTHERS_ROWS
    ]
    return table(results_texts.OTHERS_COLUMNS, cells)
