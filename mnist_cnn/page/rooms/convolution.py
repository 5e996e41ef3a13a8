"""Room Convolution: a picture, a kernel to edit, and what the filter answers, sum by sum."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import gradio as gr
import numpy as np

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.explaining.convolution import (
    KERNEL_SIDE,
    KERNELS,
    PADDINGS,
    SOBELS,
    border_error,
    check_kernel,
    correlate,
    cosine_similarity,
    learned_kernels,
    magnitude,
    noise,
    normalised,
    pad,
    products,
)
from mnist_cnn.networks.models import MODELS, ConvNet, parameter_count
from mnist_cnn.page import current_digit, fragments
from mnist_cnn.page.figures import diverging, png_data_uri
from mnist_cnn.page.texts import convolution as convolution_texts
from mnist_cnn.page.widgets.components import (
    html,
    markdown,
    never_none,
    pickable,
    picked,
    picked_numbers,
    test_digit_picker,
)

FIRST_KERNEL = "sobel-horizontal"
MAGNITUDE = "magnitude"  # stands for the kernel where both Sobels are at work
FIRST_PIXEL = (6, 14)  # row and column of the output: on an edge of the first digit
DECIMALS = 2  # of a learned kernel: what the grid shows is what is used


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture, and the filter that looks at it."""

    image: np.ndarray  # (H, W)
    origin: str  # of the picture, in words
    kernels: np.ndarray  # (1, 3, 3), or (2, 3, 3) where both Sobels are at work
    padding: str  # key of PADDINGS
    flip: bool

    @cached_property
    def output(self):
        """(H, W), or smaller without padding."""
        return magnitude(correlate(self.image, self.kernels, self.padding, self.flip))


def build(shared):
    """Lay out the room; returns the function that fills it, its inputs and its outputs."""
    html(
        fragments.opening(
            convolution_texts.QUESTION, convolution_texts.INTRO, convolution_texts.TRY
        )
    )
    presets = pickable(elem_id="presets")
    with gr.Column(elem_id="equation"):
        scanned = html(elem_id="scanned")
        kernel = _kernel_grid()
        filtered = pickable(elem_id="filtered")
    said = html(elem_id="filter-words")
    with gr.Column(elem_id="settings"):
        with gr.Row():
            source = _choice(convolution_texts.SOURCES, convolution_texts.SOURCE_LABEL)
            with gr.Row():
                taken = test_digit_picker(shared.take_index)
                new_noise = gr.Button(
                    convolution_texts.NEW_NOISE, min_width=110, elem_classes="dice"
                )
        with gr.Row():
            pixels = _choice(convolution_texts.PIXELS, convolution_texts.PIXELS_LABEL)
            turn = _choice(convolution_texts.TURNS, convolution_texts.TURN_LABEL)
        paddings = {key: padding.title for key, padding in PADDINGS.items()}
        padding = _choice(paddings, convolution_texts.PADDING_LABEL)
    seed = gr.State(0)
    html(fragments.code("convolution"))
    html(fragments.opening(convolution_texts.ONE_PIXEL))
    with gr.Row(elem_id="pixel"):
        row, column = (
            gr.Number(place, label=label, precision=0, min_width=80)
            for place, label in zip(FIRST_PIXEL, (convolution_texts.ROW, convolution_texts.COLUMN))
        )
    arithmetic = html(elem_id="arithmetic")
    markdown(convolution_texts.FORMULA)
    html(fragments.code("nine_products"))
    paper = _number(normalised(np.zeros((1, 1))).item())
    html(
        fragments.opening(
            convolution_texts.BORDER,
            convolution_texts.BORDER_INTRO.format(paper),
            convolution_texts.TURN_INTRO,
        )
    )
    html(fragments.opening(convolution_texts.WALL, convolution_texts.WALL_INTRO))
    wall = pickable(elem_id="wall")
    html(fragments.code("learned_filters"))
    html(
        fragments.opening(
            convolution_texts.WHY_CONVOLUTION,
            *_why(shared.weights.current.models),
            convolution_texts.LINKS,
        )
    )

    def learned():
        models = shared.weights.current.models
        return {
            key: learned_kernels(model)
            for key, model in models.items()
            if isinstance(model, ConvNet)
        }

    def show(*sent):
        """All but the wall."""
        return views_of(learned(), *sent)

    def show_wall(*sent):
        return wall_of(learned(), *sent)

    def views_of(learned, kernel, row, column, *settings):
        try:
            scene = _scene(kernel, *settings)
        except RequestError as error:
            return *(gr.skip(),) * 6, fragments.notice(str(error))
        at = _inside(row, column, scene.output.shape)
        # What is being typed stays as it is, unless it lies outside.
        kept = (gr.skip() if old in (None, new) else new for old, new in zip((row, column), at))
        pictures = _presets(scene), _scanned(scene, at), _filtered(scene, at)
        return *pictures, *kept, _arithmetic(scene, at), _words(scene, learned)

    def wall_of(learned, kernel, row, column, *settings):
        try:
            return _wall(_scene(kernel, *settings), learned)
        except RequestError:  # `show` has said it
            return gr.skip()

    def fill(*sent):
        now = learned()
        return *views_of(now, *sent), wall_of(now, *sent)

    def use_preset(event: gr.EventData, old):
        return _preset_named(picked(event), old)

    def use_learned(event: gr.EventData, old):
        return _learned_named(picked(event), old, learned())

    def use_pixel(event: gr.EventData, row, column):
        return picked_numbers(event, 2) or (row, column)

    def renew(seed):
        return seed + 1, "noise"

    scene = [kernel, row, column, shared.on_table, shared.way, source, seed, pixels, padding, turn]
    views = [presets, scanned, filtered, row, column, arithmetic, said]
    taken_pixel = filtered.click(use_pixel, [row, column], [row, column], **current_digit.QUIETLY)
    for listen in (taken_pixel.then, row.input, column.input):
        listen(show, scene, views, **current_digit.QUIETLY)
    changes = (
        presets.click(use_preset, kernel, kernel, **current_digit.QUIETLY),
        wall.click(use_learned, kernel, kernel, **current_digit.QUIETLY),
        new_noise.click(renew, seed, [seed, source], **current_digit.QUIETLY),
        *(event.then(lambda: "digit", None, source, **current_digit.QUIETLY) for event in taken),
    )
    for listen in (
        *(change.then for change in changes),
        *(control.input for control in (kernel, source, pixels, padding, turn)),
    ):
        shown = listen(show, scene, views, **current_digit.QUIETLY)
        shown.then(show_wall, scene, wall, **current_digit.QUIETLY)
    return fill, scene, [*views, wall]


def _choice(choices, label):
    """A radio of {key: title}; the first one is chosen."""
    titles = [(title, key) for key, title in choices.items()]
    return never_none(gr.Radio(titles, value=next(iter(choices)), label=label))


def _kernel_grid():
    """Nine numbers to edit; the value is three rows of three, or MAGNITUDE."""
    cells = "".join(
        f'<input type="number" step="any" aria-label="{convolution_texts.WEIGHT.format(*place)}">'
        for place in np.ndindex(KERNEL_SIDE, KERNEL_SIDE)
    )
    both = "".join(_nine(sobel, "ab"[place]) for place, sobel in enumerate(SOBELS))
    return gr.HTML(
        KERNELS[FIRST_KERNEL].weights.tolist(),
        html_template=f'<div class="kernel">{cells}</div><div class="both" hidden>{both}</div>',
        js_on_load=(Path(__file__).parents[1] / "widgets" / "kernel.js").read_text(),
        elem_id="kernel",
        apply_default_css=False,
    )


# -- What the page sends ---------------------------------------------------------------------------


def _scene(kernel, picture, way, source, seed, pixels, padding, turn):
    if source == "noise":
        image, origin = noise(seed), convolution_texts.NOISE.format(seed)
    else:
        image, origin = to_unit(current_digit.digit(picture, way)).numpy(), picture.origin
    if pixels == "normalised":
        image = normalised(image)
    kernels = SOBELS if kernel == MAGNITUDE else check_kernel(kernel)[None]
    return Scene(image, origin, kernels, padding, flip=turn == "convolution")


def _preset_named(pick, old):
    if pick == MAGNITUDE:
        return MAGNITUDE
    return KERNELS[pick].weights.tolist() if pick in KERNELS else old


def _learned_named(pick, old, learned):
    key, _, number = pick.partition(" ")
    kernels = {str(number): kernel for number, kernel in enumerate(learned.get(key, ()))}
    return kernels[number].round(DECIMALS).tolist() if number in kernels else old


def _inside(row, column, shape):
    """The nearest pixel of the output; None is the first."""
    return tuple(min(max(place or 0, 0), side - 1) for place, side in zip((row, column), shape))


# -- What the page shows ---------------------------------------------------------------------------


def _number(value):
    """A number as people write it: −1.98, 0.5, 0."""
    return f"{round(value, 9) + 0:.3g}".replace("-", "−")


def _presets(scene):
    titles = {key: kernel.title for key, kernel in KERNELS.items()} | {
        MAGNITUDE: convolution_texts.MAGNITUDE
    }
    chosen = _chosen(scene)
    buttons = "".join(
        f'<button type="button" data-pick="{key}" aria-pressed="{str(key == chosen).lower()}">'
        f"{title}</button>"
        for key, title in titles.items()
    )
    name = convolution_texts.PRESETS
    return f'<div class="presets" role="group" aria-label="{name}">{buttons}</div>'


def _chosen(scene):
    """The key of the preset at work; None for other numbers."""
    if len(scene.kernels) == 2:
        return MAGNITUDE
    same = (key for key, row in KERNELS.items() if np.array_equal(row.weights, scene.kernels[0]))
    return next(same, None)


def _scanned(scene, at):
    """The picture and what is added around it, the window of one output pixel marked."""
    padded = pad(scene.image, scene.padding)
    low, high = padded.min(), padded.max()
    grey = (padded - low) / ((high - low) or 1)
    height, width = scene.image.shape
    words = convolution_texts.SCANNED.format(
        scene.origin.capitalize(), height, width, _number(low), _number(high)
    )
    ring = (padded.shape[0] - height) // 2
    boxes = _box("frame", ring, ring, height, padded.shape) if ring else ""
    boxes += _box("window", *at, KERNEL_SIDE, padded.shape)
    return fragments.figure(
        f'<div class="scan" style="--share:1">{fragments.picture(grey, words)}{boxes}</div>', words
    )


def _filtered(scene, at):
    """The output to pick a pixel from, and its scale."""
    output = scene.output
    height, width = output.shape
    limit = np.abs(output).max()
    words = convolution_texts.FILTERED.format(
        height, width, _number(output.min()), _number(output.max())
    )
    share = height / pad(scene.image, scene.padding).shape[0]
    return fragments.figure(
        f'<div class="scan" data-grid="{height} {width}" style="--share:{share:.4f}">'
        f"{fragments.picture(diverging(output, limit), words)}"
        f"{_box('spot', *at, 1, output.shape)}</div>"
        f'<p class="scale" aria-hidden="true"><span>{_number(-limit)}</span><i></i>'
        f"<span>{_number(limit)}</span></p>",
        words,
    )


def _box(css, row, column, side, shape):
    """A square of so many pixels drawn on a picture of that shape."""
    top, left, height, width = (
        f"{100 * length / whole:.3f}%"
        for length, whole in zip((row, column, side, side), (*shape, *shape))
    )
    return f'<i class="{css}" style="top:{top};left:{left};height:{height};width:{width}"></i>'


def _nine(values, caption, signed=True):
    """Nine numbers as a table; `signed` ones each on a ground that shows sign and weight."""
    limit = np.abs(values).max() * signed
    rows = "".join(
        f"<tr>{''.join(f'<td{_ground(value, limit)}>{_number(value)}</td>' for value in row)}</tr>"
        for row in values
    )
    return f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>"


def _ground(value, limit):
    if not limit:
        return ""
    return f' data-sign="{np.sign(value):.0f}" style="--share:{abs(value) / limit:.2f}"'


def _arithmetic(scene, at):
    """The nine products of one output pixel, and their sum."""
    names = ("",) if len(scene.kernels) == 1 else ("a = ", "b = ")
    sums = "".join(
        _sum(products(scene.image, kernel, *at, scene.padding, scene.flip), name)
        for name, kernel in zip(names, scene.kernels)
    )
    if len(scene.kernels) == 2:
        sums += f"<p>√(a² + b²) = <b>{_number(scene.output[at])}</b></p>"
    return sums


def _sum(nine, name):
    window = _nine(nine.inputs, convolution_texts.WINDOW, signed=False)
    weights, each = (
        _nine(nine.weights, convolution_texts.WEIGHTS),
        _nine(nine.products, convolution_texts.PRODUCTS),
    )
    return (
        f'<div class="sum">{window}<span>×</span>{weights}<span>=</span>{each}'
        f"<p>{convolution_texts.SUM}<br>{name}<b>{_number(nine.total)}</b></p></div>"
    )


def _words(scene, learned):
    """What the filter does, and what happens at the border."""
    title, why = _title(scene, learned)
    total = scene.kernels.sum()
    even = (
        convolution_texts.KERNEL_ZERO
        if abs(total) < 1e-9
        else convolution_texts.KERNEL_SUM.format(_number(total))
    )
    sentences = f"<b>{title}.</b> {why} {even}", _border(scene)
    return "".join(f'<p class="text">{sentence}</p>' for sentence in sentences)


def _border(scene):
    if PADDINGS[scene.padding].mode is None:
        return convolution_texts.BORDER_NONE
    made_up = border_error(scene.image, scene.kernels, scene.padding, scene.flip)
    if made_up < 0.0005:
        return convolution_texts.BORDER_TRUE
    return convolution_texts.BORDER_FALSE.format(fragments.percent(made_up))


def _title(scene, learned):
    """What to call the filter, and what to say of it."""
    chosen = _chosen(scene)
    if chosen == MAGNITUDE:
        return convolution_texts.MAGNITUDE, convolution_texts.MAGNITUDE_WHY
    if chosen:
        return KERNELS[chosen].title, KERNELS[chosen].why
    for key, kernels in learned.items():
        for number in np.flatnonzero((kernels.round(DECIMALS) == scene.kernels[0]).all((1, 2))):
            title = convolution_texts.LEARNED_KERNEL.format(number, fragments.model_name(key))
            return title, convolution_texts.LEARNED_WHY
    return convolution_texts.OWN_KERNEL, ""


def _wall(scene, learned):
    """The learned filters of each network, the likest to the kernel first."""
    halves = "".join(_half(key, kernels, scene) for key, kernels in learned.items())
    return f'<div class="wall">{halves}</div>'


def _half(key, kernels, scene):
    scores = magnitude([cosine_similarity(kernels, kernel) for kernel in scene.kernels])
    order = np.argsort(-scores, kind="stable")
    kernels, scores = kernels[order], scores[order]
    outputs = correlate(scene.image, kernels, scene.padding, scene.flip)
    words = convolution_texts.WALL_WORDS.format(
        order[0], _cosine(scores[0]), order[-1], _cosine(scores[-1])
    )
    tiles = "".join(
        _tile(key, number, _cosine(score), place / (len(order) - 1))
        for place, (number, score) in enumerate(zip(order, scores))
    )
    return (
        f'<section><h3>{fragments.model_name(key)}</h3><p class="small">{words}</p>'
        f'<div class="tiles" style="--count:{len(order)};--kernels:url({_sheet(kernels)});'
        f'--outputs:url({_sheet(outputs)})">{tiles}</div></section>'
    )


def _sheet(pictures):
    """Signed pictures (K, H, W) one below the other, each in its own scale: one image for all."""
    limits = np.abs(pictures).max((1, 2), keepdims=True)
    column = (pictures / np.where(limits, limits, 1)).reshape(-1, pictures.shape[2])
    return png_data_uri(diverging(column, 1), longest_side=len(column))


def _tile(key, number, score, place):
    """A button with what the sheets hold at `place`, from 0 at their top to 1."""
    words = convolution_texts.WALL_TILE.format(number, MODELS[key].title, score)
    return (
        f'<button type="button" data-pick="{key} {number}" aria-label="{words}" '
        f'style="--place:{100 * place:.2f}%"><i class="of-kernel"></i><i class="of-output"></i>'
        f"<span>{number}</span><span>{score}</span></button>"
    )


def _cosine(score):
    return f"{round(score, 2) + 0:.2f}".replace("-", "−")


def _why(models):
    """Why convolution, in sentences with the numbers of these networks."""
    dense, convolution = models["fc"].hidden, models["conv"].features[0]
    numbers = {
        "pixels": dense.in_features,
        "units": dense.out_features,
        "dense": parameter_count(dense),
        "weights": convolution.weight[0].numel(),
        "filters": convolution.out_channels,
        "convolution": parameter_count(convolution),
        "places": (DATASET.side - KERNEL_SIDE + 1) ** 2,
    }
    sentences = (
        convolution_texts.WHY_FEW,
        convolution_texts.WHY_STRUCTURE,
        convolution_texts.WHY_ANYWHERE,
    )
    return [sentence.format(**numbers) for sentence in sentences]
