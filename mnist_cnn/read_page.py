"""`python -m mnist_cnn.read_page PHOTO`: the digits of a page, row by row."""

import itertools
import json

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.networks.models import MAIN, MODELS
from mnist_cnn.networks.weights import WeightsError
from mnist_cnn.reading.images import ImageError
from mnist_cnn.reading.page import PageReading, read_page


def report_text(page: PageReading, model: str = MAIN) -> str:
    """A line for each row of the page: what a network reads; 7? is unsure, ? are several."""
    rows = itertools.groupby(page.digits, key=lambda it: it.row)
    lines = [" ".join(_said(it, model) for it in row) for _, row in rows]
    return "\n".join(lines) or "no digits were found"


def _said(digit, model):
    label = digit.reading.predictions[model].label
    return ("" if label is None else str(label)) + "?" * digit.unsure


def main(arguments: list[str] | None = None) -> None:
    """Find, cut out and read the digits of a page."""
    parser = CommandParser("read_page", main.__doc__)
    parser.add_argument("photo", help="picture file of a page with handwritten digits")
    parser.add_argument("--model", choices=MODELS, default=MAIN, help=f"default: {MAIN}")
    parser.add_argument("--json", action="store_true", help="print what /read_page answers")
    settings = parser.parse_args(arguments)
    with exit_on(ImageError, WeightsError):
        page = read_page(settings.photo)
    print(json.dumps(page.as_list()) if settings.json else report_text(page, settings.model))


if __name__ == "__main__":
    main()
