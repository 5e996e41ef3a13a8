"""The page's head, with the current digit, and its foot, with the weights that answer."""

from pathlib import Path

from markupsafe import Markup

from mnist_cnn.page.current_digit import InputImage
from mnist_cnn.page.markup import fill, join, picture, tag
from mnist_cnn.page.texts import common as common_texts
from mnist_cnn.page.widgets.answer import answer_in_words
from mnist_cnn.page.widgets.networks import source
from mnist_cnn.reading.pipelines import PIPELINES
from mnist_cnn.reading.predict import Prediction, Reading
from mnist_cnn.sharing.weight_set import WeightSet

SCRIPT, _FOLLOW = (
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("head.js", "follow.js")
)
# Settings of a gr.HTML whose `input` says that another digit came while its room was open.
FOLLOWING = {"script": _FOLLOW, "elem_classes": "follows"}


def head(image: InputImage, reading: Reading, main: Prediction) -> Markup:
    """The title, and beside it the digit, its origin, and the main network's answer."""
    answer: Markup | str = common_texts.NO_INK
    if main.reason != "blank":
        answer = fill(common_texts.READ_AS, tag("b", answer_in_words(main)))
    digit = picture(reading.digit, common_texts.CURRENT_DIGIT.format(image.origin))
    way = main.preprocessing
    words = join(image.origin, answer, PIPELINES[way].title, by=tag("br"))
    facts = {"data_digit": image.seen(way), "data_index": image.index, "data_way": way}
    table = tag("div", digit, tag("p", words), css="on-table", **facts)
    return tag("header", tag("h1", common_texts.TITLE), table)


def by_way(sentences: dict[str, str]) -> Markup:
    """Of some sentences the one that is true of the digit on the table; page.css chooses.

    Args:
        sentences: {id of a pipeline: sentence}.
    """
    return join(tag("span", words, css="by-way", data_way=way) for way, words in sentences.items())


def footer(weights: WeightSet) -> Markup:
    """Which weights answer."""
    return tag("p", join(common_texts.ANSWERING, " ", source(weights)), css="small")
