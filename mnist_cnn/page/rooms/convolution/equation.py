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
    Products,
    pad,
    products,
)
from mnist_cnn.page.figures import diverging
from mnist_cnn.page.frames import frame, square
from mnist_cnn.page.markup import figure, join, notice, picture, pressed, tag
from mnist_cnn.page.numbers import number
from mnist_cnn.page.rooms.convolution.scene import FIRST_KERNEL, MAGNITUDE, FilteredPicture
from mnist_cnn.page.texts import convolution as convolution_texts

_KERNEL_SCRIPT = Path(__file__).parents[2] / "widgets" / "kernel.js"

Pixel = tuple[int, int]  # row and column of the output


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
        js_on_load=_KERNEL_SCRIPT.read_text(encoding="utf-8"),
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


def scanned_picture(scene: FilteredPicture, pixel: Pixel) -> Markup:
    """The picture and what is added around it; the window of one output pixel is framed."""
    padded = pad(scene.image, scene.padding)
    low, high = padded.min(), padded.max()
    grey = (padded - low) / ((high - low) or 1)
    height, width = scene.image.shape
    words = convolution_texts.SCANNED.format(
        scene.origin.capitalize(), height, width, number(low), number(high)
    )
    added = (padded.shape[0] - height) // 2  # px on each side
    border = frame(square(added, added, height), padded.shape, "frame") if added else None
    window = frame(square(*pixel, KERNEL_SIDE), padded.shape, "window")
    content = picture(grey, words), border, window
    return figure(tag("div", content, css="scan", style="--share:1"), words)


def filter_output(scene: FilteredPicture, pixel: Pixel) -> Markup:
    """The output to pick a pixel from, and the scale of its colours."""
    output = scene.output
    height, width = output.shape
    limit = np.abs(output).max()
    words = convolution_texts.FILTERED.format(
        height, width, number(output.min()), number(output.max())
    )
    share = height / pad(scene.image, scene.padding).shape[0]
    grid = tag(
        "div",
        picture(diverging(output, limit), words),
        frame(square(*pixel), output.shape, "spot"),
        css="scan",
        data_grid=f"{height} {width}",
        style=f"--share:{share:.4f}",
    )
    ends = tag("span", number(-limit)), tag("i"), tag("span", number(limit))
    return figure(join(grid, tag("p", ends, css="scale", aria_hidden="true")), words)


def pixel_arithmetic(scene: FilteredPicture, pixel: Pixel) -> Markup:
    """The nine products of one output pixel, and their sum; of two kernels, the magnitude."""
    nines = (
        products(scene.image, kernel, *pixel, scene.padding, scene.flip) for kernel in scene.kernels
    )
    if len(scene.kernels) == 1:
        return join(_sum(nine) for nine in nines)
    sums = (_sum(nine, f"{name} = ") for nine, name in zip(nines, convolution_texts.BOTH))
    total = tag("b", number(scene.output[pixel]))
    return join(sums, tag("p", convolution_texts.MAGNITUDE_FORMULA, " ", total))


def _sum(nine: Products, name=""):
    """Window, kernel and products of one sum, then the sum itself behind its name."""
    return tag(
        "div",
        _nine(nine.inputs, convolution_texts.WINDOW, signed=False),
        tag("span", "×"),
        _nine(nine.weights, convolution_texts.WEIGHTS),
        tag("span", "="),
        _nine(nine.products, convolution_texts.PRODUCTS),
        tag("p", convolution_texts.SUM, tag("br"), name, tag("b", number(nine.total))),
        css="sum",
    )


def _nine(values, caption, signed=True):
    """(3, 3) numbers in rows; `signed` ones each on a ground that shows sign and weight."""
    limit = np.abs(values).max() if signed else 0
    rows = (tag("tr", (_cell(value, limit) for value in row)) for row in values)
    words = "; ".join(", ".join(map(number, row)) for row in values)
    table = tag("table", tag("caption", caption), tag("tbody", rows), role="presentation")
    return tag("div", table, role="img", aria_label=f"{caption}: {words}")


def _cell(value, limit):
    if not limit:
        return tag("td", number(value))
    style = f"--share:{abs(value) / limit:.2f}"
    return tag("td", number(value), data_sign=f"{np.sign(value):.0f}", style=style)
