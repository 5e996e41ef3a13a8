"""On people's own handwriting: what MNIST's own way brings, by network and by kind of paper.

`found` is handwriting as load_handwriting returns it; the shares in it are those of
judging.handwriting.shares.
"""

from collections.abc import Collection

from markupsafe import Markup

from mnist_cnn.judging.handwriting import PAPERS
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.page.markup import bullets, fill, join, notice, paragraph, section, table, tag
from mnist_cnn.page.numbers import percent
from mnist_cnn.page.palette import MODEL_COLOURS
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.code_panel import code_panel
from mnist_cnn.page.widgets.networks import model_name
from mnist_cnn.reading.pipelines import PIPELINES

WAYS = BEFORE, AFTER = "notebook", "mnist"  # keys of PIPELINES
Papers = dict[str | None, dict]  # shares by name of the set; None: of all pictures


def handwriting(keys: Collection[str], found: dict) -> Markup:
    """The figure, what follows from it, and all figures of the main network.

    Args:
        keys: of the page's networks.
        found: as from load_handwriting; without the main network, one line says so.
    """
    if not all(found.get(way, {}).get(MAIN) for way in WAYS):
        return section("part-own", results_texts.OWN, notice(results_texts.OWN_NONE))
    main = shares_of(found, AFTER, MAIN)
    intro = results_texts.OWN_INTRO.format(main[None]["count"], len(main) - 1)
    points = hardest_words(main), as_good_words(found), refused_words(main[None])
    return section(
        "part-own",
        results_texts.OWN,
        paragraph(intro),
        paragraph(brings_words(keys, found)),
        ways_table(keys, found),
        bullets((*points, results_texts.OWN_CHOSEN)),
        _all_figures(found),
        code_panel("handwriting"),
    )


def shares_of(found: dict, way: str, key: str) -> Papers:
    """A network's shares of all pictures and of each set, the one read best first.

    Args:
        found: as from load_handwriting.
        way: of WAYS.
        key: of the network; {} where it was not measured.
    """
    row = found[way].get(key)
    if not row:
        return {}
    return {None: row["all"], **dict(sorted(row["sets"].items(), key=lambda it: -it[1]["read"]))}


def ways_table(keys: Collection[str], found: dict) -> Markup:
    """What is read of each kind of paper by each network, both ways: two dots on a line.

    Args:
        keys: of the networks.
        found: as from load_handwriting.
    """
    legend = (tag("span", tag("i", css=way), PIPELINES[way].title) for way in WAYS)
    read = {key: [shares_of(found, way, key) for way in WAYS] for key in keys}
    cells = [
        (
            _paper(paper, row["count"]),
            *(_dots(key, *(ways.get(paper) for ways in read[key])) for key in keys),
        )
        for paper, row in shares_of(found, AFTER, MAIN).items()
    ]
    names = results_texts.OWN_COLUMN, *(MODELS[key].title for key in keys)
    return join(
        tag("p", legend, results_texts.OWN_SCALE, css="dots"),
        tag("div", table(names, cells), css="ways"),
    )


def title(paper: str | None) -> str:
    """What a set is called; None is all of them."""
    if paper is None:
        return results_texts.OWN_ALL
    return PAPERS[paper].title if paper in PAPERS else paper


def _paper(paper, count):
    what = f"{PAPERS[paper].what} " if paper in PAPERS else ""
    return join(title(paper), tag("small", what, results_texts.OWN_COUNT.format(count)))


def _dots(key, before, after):
    """Two dots on a line from 0 to 100 %, each on its interval, and both as numbers."""
    if before is None or after is None:
        return results_texts.UNKNOWN
    ways = {BEFORE: before, AFTER: after}
    words = "; ".join(f"{PIPELINES[way].title}: {_with_interval(row)}" for way, row in ways.items())
    marks = (
        (_mark("interval", *row["read_interval"]) for row in ways.values()),
        _mark("change", *sorted(row["read"] for row in ways.values())),
        (_mark(way, row["read"], row["read"]) for way, row in ways.items()),
    )
    return tag(
        "div",
        tag("div", marks, css="line", role="img", aria_label=words, title=words),
        tag("span", results_texts.OWN_CHANGE.format(100 * before["read"], percent(after["read"]))),
        style=f"--model:var({MODEL_COLOURS[key]})",
    )


def _mark(css, low, high):
    return tag("i", css=css, style=f"--from:{low:.3f};--to:{high:.3f}")


def _with_interval(row):
    return results_texts.OWN_INTERVAL.format(percent(row["read"]), *_ends(row["read_interval"]))


def brings_words(keys: Collection[str], found: dict) -> Markup:
    """What MNIST's own way brings the main network, beside what another network brings.

    Args:
        keys: of the networks.
        found: as from load_handwriting.
    """
    before, after = (shares_of(found, way, MAIN)[None]["read"] for way in WAYS)
    measured = [row for key in keys if (row := found[AFTER].get(key))]
    reads = [row["all"]["read"] for row in measured]
    way, network = after - before, max(reads) - min(reads)
    return fill(
        results_texts.OWN_BRINGS[way > 0],
        name=model_name(MAIN),
        before=percent(before),
        after=percent(after),
        way=f"{100 * way:.1f}",
        network=f"{100 * network:.1f}",
        verdict=results_texts.OWN_VERDICTS[way > network],
    )


def hardest_words(main: Papers) -> Markup | str:
    """Of which paper the main network reads least, and most; "" where there is but one.

    Args:
        main: shares of the main network, MNIST's own way.
    """
    if len(main) < 3:
        return ""
    _, easiest, *_, hardest = main
    return fill(
        results_texts.OWN_HARDEST,
        name=model_name(MAIN),
        hardest=title(hardest),
        least=_with_interval(main[hardest]),
        easiest=title(easiest),
        most=_with_interval(main[easiest]),
    )


def as_good_words(found: dict) -> str:
    """Of which paper the main network reads as many the notebook's way; "" where of none.

    Args:
        found: as from load_handwriting.
    """
    before, after = (shares_of(found, way, MAIN) for way in WAYS)
    papers = [
        results_texts.OWN_AS_GOOD_PAPER.format(
            title(paper), percent(before[paper]["read"]), percent(row["read"])
        )
        for paper, row in after.items()
        if paper in before and before[paper]["read"] >= row["read"]
    ]
    return results_texts.OWN_AS_GOOD.format(", ".join(papers)) if papers else ""


def refused_words(row: dict) -> str:
    """How many pictures get no answer, why, and whether one would have been right.

    Args:
        row: shares of all pictures.
    """
    reasons = sorted(row["reasons"].items(), key=lambda pair: -pair[1])
    named = ", ".join(results_texts.OWN_REASONS[reason].format(n) for reason, n in reasons)
    accuracy = row["answered_accuracy"]
    return results_texts.OWN_REFUSED[bool(reasons)].format(
        refused=percent(row["refused"]),
        reasons=named,
        right=row["right_but_refused"],
        count=sum(row["reasons"].values()),
        answered=results_texts.UNKNOWN if accuracy is None else percent(accuracy),
    )


def _all_figures(found):
    """Every figure of the main network, MNIST's own way, to be opened."""
    main, rows = found[AFTER][MAIN], shares_of(found, AFTER, MAIN)
    cells = [(title(paper), *_figures(row)) for paper, row in rows.items()]
    mean = results_texts.OWN_MEAN.format(
        main["all"]["groups"], percent(main["group_mean"]), *_ends(main["interval"])
    )
    return tag(
        "details",
        tag("summary", results_texts.OWN_MORE.format(MODELS[MAIN].title, PIPELINES[AFTER].title)),
        paragraph(results_texts.OWN_MORE_INTRO, "small"),
        table(results_texts.OWN_COLUMNS, cells),
        paragraph(mean, "small"),
        css="snippet",
    )


def _figures(row):
    accuracy, error = row["answered_accuracy"], row["calibration_error"]
    return (
        f"{row['count']:,}",
        *(
            join(
                percent(row[name]),
                tag("small", results_texts.OWN_SPAN.format(*_ends(row[f"{name}_interval"]))),
            )
            for name in ("read", "likeliest")
        ),
        percent(row["refused"]),
        results_texts.UNKNOWN if accuracy is None else percent(accuracy),
        results_texts.UNKNOWN if error is None else f"{error:.3f}",
    )


def _ends(interval):
    """Both ends in per cent."""
    return [100 * end for end in interval]
