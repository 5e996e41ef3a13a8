"""Picture, kernel, output, and the nine products of one output pixel, as HTML."""

from pathlib import Path

import gradio as gr
import numpy as np
from markupsafe import Markup

from mnist_cnn.explaining.convolution import (
    KERNEL_SIDE,
    KERNELS,
    LARGEST_WEIGHT,
    SOBELS,
    oriented,
    pad,
)
from mnist_cnn.page.figures import diverging
from mnist_cnn.page.frames import frame, square
from mnist_cnn.page.markup import figure, join, notice, paragraph, picture, pressed, tag
from mnist_cnn.page.numbers import number
from mnist_cnn.page.rooms.convolution.scene import (
    FIRST_KERNEL,
    FIRST_PIXEL,
    MAGNITUDE,
    FilteredPicture,
)
from mnist_cnn.page.texts import convolution as convolution_texts

_KERNEL_SCRIPT, _SLIDE_SCRIPT = (
    (Path(__file__).parents[2] / "widgets" / name).read_text(encoding="utf-8")
    for name in ("kernel.js", "slide.js")
)
_DECIMALS = 9  # of a pixel that is sent: more than its float32 knows


def kernel_grid() -> gr.HTML:
    """Nine numbers to edit; the value is three rows of three, or MAGNITUDE."""
    most, name = int(LARGEST_WEIGHT), convolution_texts.WEIGHT
    cells = (
        tag("input", type="number", step="any", min=-most, max=most, aria_label=name.format(*place))
        for place in np.ndindex(KERNEL_SIDE, KERNEL_SIDE)
    )
    both = (_nine(sobel, name) for sobel, name in zip(SOBELS, convolution_texts.BOTH))
    template = join(
        tag("div", cells, css="kernel"),
        tag("div", both, css="both", hidden=True),
        notice(convolution_texts.TOO_LARGE.format(most)),
    )
    return gr.HTML(
        KERNELS[FIRST_KERNEL].weights.tolist(),
        html_template=template,
        js_on_load=_KERNEL_SCRIPT,
        elem_id="kernel",
        apply_default_css=False,
    )


def preset_buttons(chosen: str | None) -> Markup:
    """A button per designed kernel; the chosen one, if one is, is pressed."""
    titles = {key: kernel.title for key, kernel in KERNELS.items()}
    titles[MAGNITUDE] = convolution_texts.MAGNITUDE
    buttons = (
        tag("button", title, type="button", data_pick=key,
            aria_pressed=pressed(key == chosen))
        for key, title in titles.items()
    )  # fmt: skip
    name = convolution_texts.PRESETS
    return tag("div", buttons, css="presets", role="group", aria_label=name)


def scanned_picture(scene: FilteredPicture) -> Markup:
    """The picture, what is added around it, and the window, which slide.js moves over it."""
    padded = pad(scene.image, scene.padding)
    low, high = padded.min(), padded.max()
    grey = (padded - low) / ((high - low) or 1)
    height, width = scene.image.shape
    words = convolution_texts.SCANNED.format(
        scene.origin.capitalize(), height, width, number(low), number(high)
    )
    added = (padded.shape[0] - height) // 2  # px on each side
    border = frame(square(added, added, height), padded.shape, "frame") if added else None
    window = tag(
        "i",
        css="window",
        tabindex=0,
        role="slider",  # screen readers leave the arrow keys to one
        aria_label=convolution_texts.FILTER_PLACE,
        aria_valuemin=0,
        aria_valuenow=0,
        aria_valuemax=scene.output.size - 1,
    )
    return figure(_scan(padded.shape, 1, picture(grey, words), border, window), words)


def filter_output(scene: FilteredPicture) -> Markup:
    """The output, in which slide.js marks one pixel, and the scale of its colours."""
    output = scene.output
    height, width = output.shape
    limit = np.abs(output).max()
    words = convolution_texts.FILTERED.format(
        height, width, number(output.min()), number(output.max())
    )
    share = height / pad(scene.image, scene.padding).shape[0]
    shown = picture(diverging(output, limit), words), tag("i", css="spot")
    ends = tag("span", number(-limit)), tag("i"), tag("span", number(limit))
    scale = tag("p", ends, css="scale", aria_hidden="true")
    return figure(join(_scan(output.shape, share, *shown), scale), words)


def _scan(sides, share, *content):
    """A picture of so many rows and columns to point at, so wide as a share of the widest."""
    style = f"--share:{share:.4f};--rows:{sides[0]};--columns:{sides[1]}"
    return tag("div", content, css="scan", style=style)


def sliding_filter() -> gr.HTML:
    """Where the filter lies, and the nine products there; the value is as from `slid_over`.

    slide.js fills it in the browser: no request for each place.
    """
    texts = convolution_texts
    buttons = (
        tag("button", texts.PLAY, type="button", css="dice", data_pause=texts.PAUSE),
        tag("button", texts.STEP, type="button", css="dice"),
    )
    boxes = (
        tag("label", label, tag("input", type="number", inputmode="numeric", min=0, value=place))
        for label, place in zip((texts.ROW, texts.COLUMN), FIRST_PIXEL)
    )
    template = join(
        paragraph(texts.TRY),
        tag("div", buttons, boxes, css="controls", role="group", aria_label=texts.ONE_PIXEL,
            data_words=texts.PLACE),
        (_sum(name, data_two=name == texts.BOTH[1]) for name in texts.BOTH),
        tag("p", texts.MAGNITUDE_FORMULA, " ", tag("b"), css="magnitude", data_two=True),
    )  # fmt: skip
    return gr.HTML(
        html_template=template, js_on_load=_SLIDE_SCRIPT, elem_id="slide", apply_default_css=False
    )


def slid_over(scene: FilteredPicture) -> dict:
    """What slide.js needs for every place of the filter.

    Returns:
        "pixels": (H + 2, W + 2) of the picture and its padding, or (H, W) without; "kernels": 1 or
        2, (3, 3) as they lie on it.
    """
    pixels = pad(scene.image, scene.padding).round(_DECIMALS)
    return {"pixels": pixels.tolist(), "kernels": oriented(scene.kernels, scene.flip).tolist()}


def _sum(name, **attributes):
    """Window, kernel and products of one sum, then the sum itself; what has data-two is of two."""
    empty = np.zeros((KERNEL_SIDE, KERNEL_SIDE))
    name = tag("span", name, " = ", data_two=True)
    return tag(
        "div",
        _nine(empty, convolution_texts.WINDOW),
        tag("span", "×"),
        _nine(empty, convolution_texts.WEIGHTS),
        tag("span", "="),
        _nine(empty, convolution_texts.PRODUCTS),
        tag("p", convolution_texts.SUM, " ", tag("br"), name, tag("b")),
        css="sum",
        **attributes,
    )


def _nine(values, caption):
    """(3, 3) numbers in rows, each on a ground that shows its sign and weight."""
    limit = np.abs(values).max()
    rows = (tag("tr", (_cell(value, limit) for value in row)) for row in values)
    words = "; ".join(", ".join(map(number, row)) for row in values)
    table = tag("table", tag("caption", caption), tag("tbody", rows), role="presentation")
    return tag("div", table, role="img", aria_label=f"{caption}: {words}")


def _cell(value, limit):
    if not limit:
        return tag("td", number(value))
    style = f"--share:{abs(value) / limit:.2f}"
    return tag("td", number(value), data_sign=f"{np.sign(value):.0f}", style=style)
