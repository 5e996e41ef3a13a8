"""What the room Convolution says of a filter is so; a pick is the kernel that was picked."""

import re

import gradio as gr
import numpy as np
import pytest
from scipy.signal import correlate2d

from mnist_cnn.explaining.convolution import KERNELS, SOBELS
from mnist_cnn.page.current_digit import from_test_set
from mnist_cnn.page.rooms import convolution
from mnist_cnn.page.rooms.convolution import scene as scenes
from mnist_cnn.page.rooms.convolution.equation import (
    filter_output,
    preset_buttons,
    scanned_picture,
    slid_over,
)
from mnist_cnn.page.rooms.convolution.scene import FilteredPicture, filtered_picture
from mnist_cnn.page.rooms.convolution.sentences import (
    border_words,
    even_ground,
    filter_title,
    filter_words,
    why_convolution,
)
from mnist_cnn.page.rooms.convolution.wall import ranking, wall
from mnist_cnn.page.texts import convolution as texts
from tests.page.conftest import in_loop
from tests.page.words import text

IMAGE = np.arange(20.0).reshape(4, 5) / 20
IDENTITY = KERNELS["identity"].weights
LEARNED = {
    "conv": np.stack([SOBELS[1], -SOBELS[0], IDENTITY / 3]),
    "aug": np.stack([IDENTITY * 2, SOBELS[0], SOBELS[1]]),
}


def scene(kernels, padding="zero", image=IMAGE, flip=False):
    return FilteredPicture(image, "test digit 5", np.asarray(kernels), padding, flip)


def test_presets_and_learned_filters_are_put_into_the_grid():
    old = [[9.0] * 3] * 3
    assert scenes.preset_named("sharpen", old) == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert scenes.preset_named("magnitude", old) == "magnitude"
    assert scenes.preset_named("nothing", old) is old
    assert scenes.learned_named("aug 1", old, LEARNED) == [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]
    assert scenes.learned_named("conv 2", old, LEARNED)[1] == [0, 0.33, 0]
    for wrong in ("conv 3", "fc 0", "conv -1", "conv", ""):
        assert scenes.learned_named(wrong, old, LEARNED) is old


def test_the_settings_decide_what_is_filtered():
    digit = np.full((28, 28), 255, np.uint8)
    plain = filtered_picture(IDENTITY.tolist(), digit, "a one", "digit", 0, "raw", "zero",
                             "correlation")  # fmt: skip
    assert plain.image.max() == plain.image.min() == 1 and plain.origin == "a one"
    assert not plain.flip and plain.preset == "identity"
    noise = filtered_picture("magnitude", digit, "a one", "noise", 3, "normalised", "none",
                             "convolution")  # fmt: skip
    expected = (np.random.default_rng(3).random((10, 10)) - 0.1307) / 0.3081
    np.testing.assert_allclose(noise.image, expected, atol=1e-6)
    assert noise.flip and noise.preset == "magnitude" and "3" in noise.origin
    assert noise.output.shape == (8, 8)


@pytest.mark.parametrize(
    "kernels, title, why",
    [
        (SOBELS, "Gradient magnitude", texts.MAGNITUDE_WHY),
        (SOBELS[:1], "Sobel, horizontal", KERNELS["sobel-horizontal"].why),
        (LEARNED["conv"][2:].round(2), "Filter 2 of ConvNet", texts.LEARNED_WHY),
        (LEARNED["aug"][:1], "Filter 0 of ConvNet, augmented data", texts.LEARNED_WHY),
        (np.full((1, 3, 3), 7.0), "Your own kernel", ""),
    ],
)
def test_the_filter_is_called_what_it_is(kernels, title, why):
    said, more = filter_title(scene(kernels), LEARNED)
    assert (text(said), more) == (title, why)
    assert text(filter_words(scene(kernels), LEARNED)).startswith(title[:10])


@pytest.mark.parametrize(
    "kernel, words",
    [
        (KERNELS["laplacian"].weights, texts.KERNEL_ZERO),
        (KERNELS["sharpen"].weights, texts.KERNEL_SUM.format("1")),
        (-IDENTITY / 2, texts.KERNEL_SUM.format("−0.5")),
        (np.full((3, 3), 1 / 9), texts.KERNEL_SUM.format("1")),
    ],
)
def test_what_the_filter_answers_on_even_ground(kernel, words):
    assert even_ground(kernel[None]) == words


def test_at_the_border_what_is_made_up_is_said():
    ones = np.ones((4, 4))
    blur = np.full((1, 3, 3), 1.0)
    assert border_words(scene(blur, "none", ones)) == texts.BORDER_NONE
    assert border_words(scene(blur, "edge", ones)) == texts.BORDER_TRUE
    # In a corner four ones of nine are left: 5 of 9 are missing, and 9 is the strongest answer.
    assert border_words(scene(blur, "zero", ones)) == texts.BORDER_FALSE.format("5", "9")


def test_learned_filters_are_ranked_by_similarity():
    order, similarities = ranking(LEARNED["conv"], SOBELS[:1])
    assert order.tolist() == [0, 2, 1]  # unrelated, unrelated, opposite: stable
    np.testing.assert_allclose(similarities, [0, 0, -1], atol=1e-12)
    order, similarities = ranking(LEARNED["aug"], SOBELS)
    assert order.tolist() == [1, 2, 0]
    np.testing.assert_allclose(similarities, [1, 1, 0], atol=1e-12)


def test_the_wall_says_which_filter_is_which():
    html = wall(scene(SOBELS[:1]), LEARNED)
    assert "From filter 0, likeness 0.00, to filter 1, likeness −1.00." in html
    picks = re.findall(r'data-pick="(\w+ \d)"', html)
    assert picks == ["conv 0", "conv 2", "conv 1", "aug 1", "aug 0", "aug 2"]
    places = re.findall(r"--place:([\d.]+)%", html)
    assert places == ["0.00", "50.00", "100.00"] * 2
    assert "Filter 1 of ConvNet, augmented data, likeness 1.00" in text(html)


def test_the_presets_show_which_one_is_at_work():
    pressed = re.findall(
        r'data-pick="([\w-]+)" aria-pressed="true"', preset_buttons(scene(SOBELS).preset)
    )
    assert pressed == ["magnitude"]
    assert 'data-pick="blur" aria-pressed="false"' in preset_buttons(scene(SOBELS).preset)


def test_the_pictures_say_how_many_pixels_they_have():
    html = scanned_picture(scene(IDENTITY[None]))  # padded to 6 × 7
    assert "Test digit 5, 4 × 5. Black is 0, white is 0.95." in html
    assert "--rows:6;--columns:7" in html and 'aria-valuemax="19"' in html
    # The picture's own border: its first pixel of the six.
    assert '<i class="frame" style="top:16.667%' in html
    html = filter_output(scene(IDENTITY[None]))
    assert "--rows:4;--columns:5" in html and "Output, 4 × 5: from 0 to 0.95." in html
    assert 'class="frame"' not in scanned_picture(scene(IDENTITY[None], "none"))


@pytest.mark.parametrize("padding, sides", [("zero", (6, 7)), ("none", (4, 5))])
def test_what_is_sent_makes_the_output(padding, sides):
    shown = scene(SOBELS, padding, flip=True)
    sent = slid_over(shown)
    assert np.shape(sent["pixels"]) == sides and np.shape(sent["kernels"]) == (2, 3, 3)
    across, down = (correlate2d(sent["pixels"], kernel, "valid") for kernel in sent["kernels"])
    np.testing.assert_allclose(np.hypot(across, down), shown.output, atol=1e-8)
    turned = [kernel[::-1, ::-1].tolist() for kernel in SOBELS]  # a gradient's length hides it
    assert sent["kernels"] == turned


@pytest.mark.parametrize(("before", "source"), [("same", "noise"), ("another", "digit")])
def test_noise_makes_way_for_another_digit(shared, before, source):
    def build():
        with gr.Blocks(analytics_enabled=False):
            return convolution.build(shared)

    fill, inputs, outputs = in_loop(build)
    this = from_test_set(18)
    values = {shared.picture: this, shared.pipeline: "mnist", shared.own: {}, inputs[5]: "noise"}
    sent = [values.get(it, getattr(it, "value", None)) for it in inputs]
    sent[0] = this.seen("mnist") if before == "same" else before
    assert fill(*sent)[outputs[1]] == source


def test_why_convolution_has_the_numbers_of_these_networks(models):
    few, _, anywhere = map(text, why_convolution(models))
    assert "784 weights and 1 bias; 512 such units have 401,920 numbers" in few
    assert "9 weights and 1 bias, wherever it looks; 32 of them have 320" in few
    assert "676 places" in anywhere
