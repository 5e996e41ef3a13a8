"""Room Inside: a network's layers, all channels of one, and one unit to the last product."""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import NamedTuple

import gradio as gr
import numpy as np
from torch import nn

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.activations import Layer, activations, layers, receptive_field
from mnist_cnn.explaining.arithmetic import arithmetic
from mnist_cnn.networks.models import MODELS
from mnist_cnn.networks.operations import WeightedSum
from mnist_cnn.page import fragments
from mnist_cnn.page.current_digit import InputImage
from mnist_cnn.page.events import PAGE_EVENT
from mnist_cnn.page.figures import diverging, png_data_uri
from mnist_cnn.page.rooms.inside.arithmetic import arithmetic_steps, number
from mnist_cnn.page.texts import inside as inside_texts
from mnist_cnn.page.widgets.choice import never_none
from mnist_cnn.page.widgets.digit_picker import digit_picker
from mnist_cnn.page.widgets.pick import pickable, picked_numbers
from mnist_cnn.page.widgets.text import html, markdown

VIEWS = {"fc": ("fc",), "conv": ("conv",), "aug": ("aug",), "both": ("conv", "aug")}
FIRST_UNIT = (8, 19, 15)  # channel, row and column: a strong one on the first digit
FEW = 64  # channels that are shown as tiles with a number each; more of them become a strip
STRIP = 32  # units in a row of a strip


class Chosen(NamedTuple):
    """What the room shows. All of it comes from the browser: numbers may lie outside, or miss."""

    picture: InputImage
    way: str  # key of PIPELINES
    view: str  # key of VIEWS
    scale: str  # key of inside_texts.SCALES
    layer: int | None  # place in layers()
    channel: int | None
    row: int | None
    column: int | None


def build(shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(fragments.opening(inside_texts.QUESTION, inside_texts.INTRO, inside_texts.TRY))
    views = [(MODELS[key].title if key in MODELS else inside_texts.BOTH, key) for key in VIEWS]
    view = gr.Radio(views, value="conv", label=inside_texts.VIEW, elem_id="inside-view")
    never_none(view)
    with gr.Column(elem_id="inside-table"):
        path = pickable(elem_id="layers")
        with gr.Column(elem_id="gallery"):
            layer = gr.Slider(0, 21, 1, step=1, precision=0, label=inside_texts.LAYER, buttons=[])
            channels = pickable(elem_id="channels")
            html(fragments.code("activations"))
        with gr.Column(elem_id="one-unit"):
            with gr.Row(elem_id="place"):
                places = [
                    gr.Number(place, label=name, precision=0, min_width=70)
                    for name, place in zip(inside_texts.PLACES, FIRST_UNIT)
                ]
            unit = pickable(elem_id="unit")
            html(fragments.code("arithmetic"))
        with gr.Column(elem_id="inside-settings"):
            scales = [(title, key) for key, title in inside_texts.SCALES.items()]
            scale = never_none(gr.Radio(scales, value="layer", label=inside_texts.SCALE))
            events = digit_picker(shared.use_test_digit)
    html(f"<h3>{inside_texts.SEE}</h3>")
    markdown(inside_texts.SEE_MORE)
    html(f"<h3>{inside_texts.FORMULAS}</h3>")
    markdown(inside_texts.FORMULAS_TEXT)

    def show(*sent, **changes):
        now, chosen = shared.weights.current, Chosen(*sent)
        digit = shared.readings.digit(chosen.picture, chosen.way, now)
        return _show(now.models, digit, chosen, changes)

    def show_anew(*sent, **changes):  # another map: its strongest pixel is a good one to start at
        return show(*sent, **changes, row=None, column=None)

    def pick_layer(event: gr.EventData, *sent):
        return show_anew(*sent, **_places(event, "layer"))

    def pick_channel(event: gr.EventData, *sent):
        cell = _places(event, "line", "at")  # of a strip; tiles say their number
        channel = {"channel": cell["line"] * STRIP + cell["at"]} if cell else {}
        return show_anew(*sent, **channel, **_places(event, "channel"))

    def pick_pixel(event: gr.EventData, *sent):
        return show(*sent, **_places(event, "row", "column"))

    inputs = [shared.picture, shared.pipeline, view, scale, layer, *places]
    outputs = [layer, *places, path, channels, unit]
    for choice in (view, layer, places[0]):
        choice.input(show_anew, inputs, outputs, **PAGE_EVENT)
    for choice in (scale, *places[1:]):
        choice.input(show, inputs, outputs, **PAGE_EVENT)
    for event in events:
        event.then(show, inputs, outputs, **PAGE_EVENT)
    path.click(pick_layer, inputs, outputs, **PAGE_EVENT)
    channels.click(pick_channel, inputs, outputs, **PAGE_EVENT)
    unit.click(pick_pixel, inputs, outputs, **PAGE_EVENT)
    return show, inputs, outputs


def _places(event, *names):
    """{name: whole number} of what was clicked; nothing where that makes no sense."""
    return dict(zip(names, picked_numbers(event, len(names)) or ()))


@dataclass(frozen=True, eq=False)
class _Look:
    """What one network makes of the digit in one layer, and the unit that is looked at."""

    key: str  # of MODELS
    model: nn.Module
    digit: np.ndarray  # (28, 28) uint8
    layer: Layer
    maps: np.ndarray  # (C, H, W); units that are in no map are maps of one pixel
    place: tuple[int, int, int]  # channel, row, column
    scale: str  # key of inside_texts.SCALES

    @property
    def limits(self):
        """(C,): the value at which each channel's colours are full."""
        largest = np.abs(self.maps).max((1, 2))
        return largest if self.scale == "channel" else np.full_like(largest, largest.max())


def _show(models, digit, sent, changes):
    """The room's outputs after a change to what the page sent."""
    chosen = sent._replace(**changes)
    keys = VIEWS[chosen.view]
    rows = layers(models[keys[0]])
    at = _within(chosen.layer, len(rows))
    sides = (*rows[at].shape, 1, 1)[:3]
    maps = {key: activations(models[key], digit)[rows[at].name].reshape(sides) for key in keys}
    place = _place(chosen, maps[keys[0]])
    is_map = len(rows[at].shape) == 3
    scale = chosen.scale if is_map else "layer"  # on its own scale, one number says nothing
    looks = [_Look(key, models[key], digit, rows[at], maps[key], place, scale) for key in keys]
    name = inside_texts.PLACES[0] if is_map else inside_texts.UNITS
    return (
        _update(sent.layer, at, maximum=len(rows) - 1),
        _update(sent.channel, place[0], label=name),
        _update(sent.row, place[1], visible=is_map),
        _update(sent.column, place[2], visible=is_map),
        _path(rows, at),
        _side_by_side(_channels(look) for look in looks)
        + f'<p class="text small">{inside_texts.KINDS[rows[at].kind]}</p>',
        _side_by_side(_unit(look, rows) for look in looks),
    )


def _update(sent, value, **settings):
    """A number that stays is not sent back: its field may hold a newer one by then."""
    return gr.update(**settings) if sent == value else gr.update(value=value, **settings)


def _place(chosen, maps):
    """The channel, row and column that were chosen; where no pixel was, the strongest."""
    channel = _within(chosen.channel, len(maps))
    if chosen.row is None or chosen.column is None:
        row, column = np.unravel_index(np.abs(maps[channel]).argmax(), maps[channel].shape)
        return channel, int(row), int(column)
    return channel, _within(chosen.row, maps.shape[1]), _within(chosen.column, maps.shape[2])


def _within(place, count):
    """The place, or the nearest one that exists; the first where none was given."""
    return min(max(place or 0, 0), count - 1)


def _side_by_side(sections):
    return f'<div class="views">{"".join(f"<section>{one}</section>" for one in sections)}</div>'


def _path(rows, chosen):
    items = "".join(
        f'<li><button type="button" data-pick="{at}" aria-pressed="{_pressed(at == chosen)}">'
        f"{row.title} <small>{fragments.shape(row.shape)}</small></button></li>"
        for at, row in enumerate(rows)
    )
    return f"<ol>{items}</ol>"


def _pressed(yes):
    return "true" if yes else "false"


def _heading(look, *words):
    return f"<h3>{', '.join((fragments.model_name(look.key), *words))}</h3>"


def _channels(look):
    """All channels of the layer as numbered tiles, or as a strip where there are too many."""
    maps, limits = look.maps, look.limits
    picture = (_tiles if len(maps) <= FEW else _strip)(maps, limits, look.place[0])
    words = (
        f"<b>{look.layer.title}.</b>",
        inside_texts.RANGE.format(number(maps.min(), 2), number(maps.max(), 2)),
        inside_texts.ENDS[look.scale].format(number(limits.max(), 2)),
        *([inside_texts.STRIP.format(len(maps), STRIP)] * (len(maps) > FEW)),
    )
    return _heading(look) + fragments.figure(picture, " ".join(words))


def _tiles(maps, limits, chosen):
    """One picture for all channels: they lie under each other in it, and each tile shows one."""
    sprite = np.concatenate([diverging(*channel) for channel in zip(maps, limits)])
    tiles = "".join(
        f'<button type="button" data-pick="{at}" aria-pressed="{_pressed(at == chosen)}" '
        f'aria-label="{_tile_words(at, values)}" style="--at:{at}"><i></i>{at}'
        f"{f'<br>{number(values.item(), 2)}' if values.size == 1 else ''}</button>"
        for at, values in enumerate(maps)
    )
    css = f"--columns:{ceil(sqrt(len(maps)))};--count:{len(maps)}"
    sprite_url = png_data_uri(sprite, len(sprite))
    return f'<div class="tiles" style="{css};--sprite:url({sprite_url})">{tiles}</div>'


def _tile_words(at, values):
    return inside_texts.TILE.format(at, *(number(it, 2) for it in (values.min(), values.max())))


def _strip(maps, limits, chosen):
    """Units in a row, the row broken into lines as text is."""
    shares = maps.ravel() / np.where(limits > 0, limits, 1)
    lines = np.pad(shares, (0, -len(maps) % STRIP)).reshape(-1, STRIP)
    row, column = divmod(chosen, STRIP)
    picture = fragments.picture(diverging(lines, 1), "")
    return _grid(picture, lines.shape, (row, row + 1, column, column + 1), pick=True)


def _grid(picture, sides, box, pick=False):
    """A picture with a frame around a box of its cells; a click on a cell picks it."""
    height, width = sides
    top, bottom, left, right = box
    css = (
        f"top:{100 * top / height:.2f}%;height:{100 * (bottom - top) / height:.2f}%;"
        f"left:{100 * left / width:.2f}%;width:{100 * (right - left) / width:.2f}%"
    )
    grid = f' data-grid="{height} {width}"' if pick else ""
    return f'<div class="framed"{grid}>{picture}<i style="{css}"></i></div>'


def _unit(look, rows):
    """The chosen channel large beside the digit and its kernel; then the unit's arithmetic."""
    is_map = len(look.layer.shape) == 3
    worked = arithmetic(look.model, look.digit, look.layer.name, *look.place)
    weights = _weights_as_maps(worked, rows)
    figures = (
        _large(look) if is_map else "",
        _seen(look),
        "" if weights is None else _kernel(weights),
    )
    titles = {row.name: row.title for row in rows}
    name = (inside_texts.CHANNEL if is_map else inside_texts.UNIT).format(look.place[0])
    return (
        f'{_heading(look, name)}<div class="looks">{"".join(figures)}</div>'
        f'<ol class="steps">{arithmetic_steps(worked, titles)}</ol>'
    )


def _large(look):
    channel, row, column = look.place
    values = look.maps[channel]
    picture = fragments.picture(
        diverging(values, look.limits[channel]), _tile_words(channel, values)
    )
    words = inside_texts.PIXEL.format(row, column, number(values[row, column]))
    grid = _grid(picture, values.shape, (row, row + 1, column, column + 1), pick=True)
    return fragments.figure(grid, words, "large")


def _seen(look):
    top, bottom, left, right = box = receptive_field(look.model, look.layer.name, *look.place)
    words = inside_texts.FIELD.format(bottom - top, right - left, top, left)
    if bottom - top == DATASET.side:
        words = inside_texts.FIELD_ALL
    return fragments.figure(
        _grid(fragments.picture(look.digit, ""), (DATASET.side, DATASET.side), box), words, "seen"
    )


def _weights_as_maps(worked, rows):
    """(C, H, W) weights of the unit; None where it has none, or where they belong to no place."""
    name, step = next(iter(worked.items()))
    if not isinstance(step, WeightedSum):
        return None
    at = [row.name for row in rows].index(name)
    if rows[at - 1].kind == "Flatten":
        return step.weights.reshape(rows[at - 2].shape)
    return step.weights if step.weights.ndim == 3 else None


def _kernel(weights):
    """(C, H, W) weights as a mosaic, a line of zeros between them."""
    columns = ceil(sqrt(len(weights)))
    padded = np.pad(weights, ((0, -len(weights) % columns), (0, 1), (0, 1)))
    _, height, width = padded.shape
    mosaic = padded.reshape(-1, columns, height, width).swapaxes(1, 2).reshape(-1, columns * width)
    limit = np.abs(weights).max()
    words = inside_texts.KERNEL.format(fragments.shape(weights.shape), number(limit, 2))
    picture = fragments.picture(diverging(mosaic[:-1, :-1], limit), "")
    return fragments.figure(picture, words, "kernel")
