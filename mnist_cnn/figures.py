"""Values to pictures: the only module that draws."""

import base64
import io

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

# Okabe and Ito's colour-blind safe palette; the names are CSS variables of ui/page.css.
MODEL_COLOURS = {"fc": "--fc", "conv": "--conv", "aug": "--aug"}
_TEXT = "#010203"  # stands for the page's text colour while matplotlib draws


def png_data_uri(image, longest_side=256):
    """A picture as a PNG that HTML can hold.

    Args:
        image: (H, W) or (H, W, 3) float in [0, 1], or uint8 in 0..255.
        longest_side: px; a larger picture is averaged down to it.
    """
    if image.dtype != np.uint8:
        image = np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)
    picture = Image.fromarray(image)
    picture.thumbnail((longest_side, longest_side), Image.Resampling.BOX)
    return _data_uri(picture_bytes(picture), "image/png")


def picture_bytes(picture):
    """A PIL image as the bytes of a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _data_uri(content, kind):
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def training_curves(history, colour):
    """Training and validation accuracy against epoch, as an SVG in the page's own colours.

    Args:
        history: rows of metrics.json's "history".
        colour: name of a CSS variable.
    """
    epochs = [row["epoch"] for row in history]
    best = max(history, key=lambda row: row["validation_accuracy"])
    figure = Figure(figsize=(4.2, 2.6), layout="constrained")
    axes = figure.subplots()
    line = "#040506"  # stands for `colour`
    for name, style in [("training_accuracy", "--"), ("validation_accuracy", "-")]:
        axes.plot(epochs, [100 * row[name] for row in history], style, color=line, gid=name)
    axes.plot(best["epoch"], 100 * best["validation_accuracy"], "o", color=line)
    axes.set(xlabel="epoch", ylabel="accuracy, %", ylim=(96, 100.1))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_TEXT)
    axes.tick_params(colors=_TEXT)
    axes.xaxis.label.set_color(_TEXT)
    axes.yaxis.label.set_color(_TEXT)
    file = io.StringIO()
    # Text stays text, in the page's typeface; the dates would make every drawing another one.
    with matplotlib.rc_context({"svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    return svg.replace(line, f"var({colour})").replace(_TEXT, "currentColor")
