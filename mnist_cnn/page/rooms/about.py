"""Room About: whose lesson this is, how a program asks the same, and which weights answer."""

from markupsafe import Markup

from mnist_cnn.page.markup import fill, join, opening, paragraph, tag
from mnist_cnn.page.shared import Shared
from mnist_cnn.page.texts import about as about_texts
from mnist_cnn.page.texts import glossary as glossary_texts
from mnist_cnn.page.widgets.glossary import glossary
from mnist_cnn.page.widgets.networks import model_name, source
from mnist_cnn.page.widgets.text import html, markdown
from mnist_cnn.sharing.weight_set import WeightSet


def build(shared: Shared) -> tuple:
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(opening(about_texts.QUESTION))
    markdown(about_texts.CREDITS)
    html(tag("h3", about_texts.API))
    html(tag("pre", about_texts.API_CODE, css="code"))
    html(tag("h3", about_texts.WEIGHTS))
    answers = html()
    html(join(tag("h3", glossary_texts.TITLE), glossary()))
    return lambda: answering(shared.weights.current), None, answers


def answering(weights: WeightSet) -> Markup:
    """Where the weights come from, and how each network was trained."""
    rows = (
        tag(
            "li",
            fill(
                about_texts.WEIGHTS_ROW,
                name=model_name(key),
                sha256=tag("code", row["sha256"][:12]),
                torch=row["torch"],
                seed=row["run"]["seed"],
                recipe=row["recipe_name"],
            ),
        )
        for key, row in weights.metrics["models"].items()
    )
    guard = "" if weights.has_own_guard else paragraph(about_texts.OTHER_GUARD)
    return join(paragraph(source(weights)), guard, tag("ul", rows, css="plain"))
