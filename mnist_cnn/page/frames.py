"""Frames around a part of a picture."""

from markupsafe import Markup

from mnist_cnn.page.markup import tag

Box = tuple[int, int, int, int]  # top, bottom, left, right in cells; the second of each is outside


def frame(box: Box, sides: tuple[int, ...], css: str = "") -> Markup:
    """A frame that lies over a picture in the same positioned element.

    Args:
        box: what it goes around, in cells of the picture.
        sides: height and width of the picture, in cells.
        css: its class.
    """
    top, bottom, left, right = box
    height, width = sides
    shares = {
        "top": top / height,
        "left": left / width,
        "height": (bottom - top) / height,
        "width": (right - left) / width,
    }
    style = ";".join(f"{name}:{100 * share:.3f}%" for name, share in shares.items())
    return tag("i", css=css, style=style)


def square(row: int, column: int, side: int = 1) -> Box:
    """The box of a square whose first cell is in this row and column."""
    return row, row + side, column, column + side
