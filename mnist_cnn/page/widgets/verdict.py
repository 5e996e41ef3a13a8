"""McNemar's test in words: which of two networks is better, as far as the digits can tell."""

from markupsafe import Markup

from mnist_cnn.judging.metrics import mcnemar
from mnist_cnn.page.markup import fill
from mnist_cnn.page.texts import results as results_texts
from mnist_cnn.page.widgets.networks import model_name


def pair_verdict(rows: dict[str, dict], one: str, other: str) -> Markup:
    """Which of two networks is better, as far as the test digits can tell.

    Args:
        rows: of the networks.
        one, other: keys of them.
    """
    errors = {key: rows[key]["test"]["errors"] for key in (one, other)}
    more, fewer = sorted(errors, key=lambda key: -len(errors[key]))
    only_more, only_fewer, p = mcnemar(errors[more], errors[fewer])
    return fill(
        results_texts.PAIR if only_more > only_fewer else results_texts.TIE,
        more=model_name(more),
        fewer=model_name(fewer),
        difference=only_more - only_fewer,
        differ=only_more + only_fewer,
        only_more=only_more,
        only_fewer=only_fewer,
        p=p_words(p),
        verdict=chance_words(p),
    )


def p_words(p: float) -> str:
    """A probability behind the letter p: "= 0.031", or "< 0.001"."""
    return "< 0.001" if p < 0.001 else f"= {p:.2g}"


def chance_words(p: float) -> str:
    """Whether chance explains a split that would come about by chance with probability p."""
    return next(words for most, words in results_texts.VERDICTS if p <= most)
