"""Digits on their way to the tray, and the rows of the tray that come back; both from the browser.

In the tray each digit has its answers as a string: the likeliest digit of each network, in the
order of MODELS, of the ways in WAYS one after the other.
"""

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.own_digits import answer_all
from mnist_cnn.page.current_digit import InputImage
from mnist_cnn.page.figures import picture_bytes
from mnist_cnn.page.texts import mine as texts
from mnist_cnn.page.widgets.sketch import to_data_url
from mnist_cnn.page.widgets.tray import MOST
from mnist_cnn.reading.images import brightness, open_image, shrunk, upright
from mnist_cnn.reading.page import PageReading
from mnist_cnn.reading.pipelines import WORKING_SIDE, preprocess, to_digit
from mnist_cnn.reading.predict import is_blank
from mnist_cnn.sharing.weight_set import WeightSet

WAYS = "mnist", "notebook"  # keys of PIPELINES
LONGEST_NAME = 60  # characters


@dataclass(frozen=True)
class Row:
    """What the figures need of a digit in the tray."""

    label: int
    answers: dict[str, tuple[int, ...]]  # of each network, by way
    name: str  # of the file it came from: a student's


def page_to_tray(page: PageReading, weights: WeightSet) -> dict[str, Any]:
    """A picture, where its digits are in it, and what the tray keeps of them."""
    return {
        "picture": _jpeg(page.picture),
        "size": page.picture.size,
        "boxes": [list(map(int, found.box)) for found in page.digits],
        "digits": to_tray(
            [Image.fromarray(found.cutout) for found in page.digits],
            [to_digit(found.reading.frames) for found in page.digits],
            [found.label for found in page.digits],
            weights,
        ),
        "weights": name_of(weights),
    }


def current_to_tray(image: InputImage, digit: np.ndarray, weights: WeightSet) -> dict[str, Any]:
    """What the tray keeps of the current digit; of a test digit its label, too.

    Args:
        image: of the current digit.
        digit: (28, 28) uint8, made of it MNIST's own way.
        weights: the networks that answer.

    Returns:
        {"digit", "name", "weights"}, or {"refused": why} where there is no ink.
    """
    if is_blank(digit):
        return {"refused": texts.NOTHING_KEPT}
    picture = upright(open_image(image.file, WORKING_SIDE), WORKING_SIDE)
    # On white paper, whoever looks at it: a picture in the tray is read like any other.
    picture = Image.fromarray(np.rint(255 * brightness(picture)).astype(np.uint8))
    if image.bright_ink:
        picture = ImageOps.invert(picture)
    label = None if image.index is None else int(embedded_test_set().labels[image.index])
    (kept,) = to_tray([picture], [digit], [label], weights)
    return {"digit": kept, "name": image.origin, "weights": name_of(weights)}


def to_tray(
    pictures: Sequence[Image.Image],
    digits: Sequence[np.ndarray],
    labels: Sequence[int | None],
    weights: WeightSet,
) -> list[dict[str, Any]]:
    """What the tray keeps of each digit.

    Args:
        pictures: as taken, upright, L or RGB.
        digits: (28, 28) uint8, MNIST's own way.
        labels: true digits, where they are known.
        weights: the networks that answer.
    """
    notebook = [to_digit(preprocess(picture, "notebook")) for picture in pictures]
    return [
        {
            "taken": to_data_url(picture_bytes(shrunk(picture, WORKING_SIDE))),
            "digit": _base64(digit),
            "notebook": _base64(other),
            "label": label,
            "answers": answers,
        }
        for picture, digit, other, label, answers in zip(
            pictures, digits, notebook, labels, answers_of([digits, notebook], weights)
        )
    ]


def name_of(weights: WeightSet) -> str:
    """A name for the networks that answer: others have another one."""
    rows = weights.metrics["models"]
    return " ".join(rows.get(key, {}).get("sha256", "")[:12] for key in weights.models)


def answers_of(ways: Sequence[Sequence[np.ndarray]], weights: WeightSet) -> list[str]:
    """The answers to each digit, as the tray keeps them.

    Args:
        ways: the digits, (28, 28) uint8, once for each of WAYS.
        weights: the networks that answer.
    """
    if not ways[0]:
        return []
    columns = [
        column
        for digits in ways
        for column in answer_all(weights.models, np.stack(digits)).values()
    ]
    return ["".join(map(str, answers)) for answers in zip(*columns)]


def read_digits(sent: Any) -> list[list[np.ndarray]]:
    """The digits that the tray wants answered again, once for each of WAYS.

    Raises:
        RequestError: anything but lists of at most MOST digits in base64.
    """
    try:
        ways = [[_digit(text) for text in sent[way]] for way in WAYS]
    except (KeyError, TypeError, ValueError) as error:
        raise RequestError("the tray: digits came that are not 28×28 bytes in base64") from error
    if len({len(digits) for digits in ways}) > 1 or not 0 < len(ways[0]) <= MOST:
        raise RequestError(f"the tray: send 1 to {MOST} digits, each of them both ways")
    return ways


def read_rows(sent: Any, keys: Sequence[str]) -> list[Row]:
    """The labelled digits of the tray.

    Args:
        sent: {"rows": strings: the label, the answers, and the name}.
        keys: of the networks, in their order.

    Raises:
        RequestError: anything else.
    """
    form = re.compile(f"([0-9])([0-9]{{{len(WAYS) * len(keys)}}})(.*)", re.DOTALL)
    try:
        matches = [form.fullmatch(row) for row in sent["rows"]]
    except (KeyError, TypeError) as error:
        raise RequestError("the tray: send a list of rows") from error
    if len(matches) > MOST or None in matches:
        raise RequestError(f"the tray: send at most {MOST} rows of label, answers and name")
    return [_row(match.groups(), len(keys)) for match in matches if match]


def _row(groups, networks):
    label, answers, name = groups
    parts = [answers[at : at + networks] for at in range(0, len(answers), networks)]
    by_way = {way: tuple(map(int, part)) for way, part in zip(WAYS, parts)}
    return Row(int(label), by_way, name[:LONGEST_NAME])


def _digit(text):
    pixels = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
    return pixels.reshape(DATASET.side, DATASET.side)


def _base64(digit):
    return base64.b64encode(digit.tobytes()).decode()


def _jpeg(picture):
    """A data URL of a picture to look at."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=85)
    return to_data_url(file.getvalue())
