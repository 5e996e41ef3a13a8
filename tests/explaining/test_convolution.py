"""The output of a filter is SciPy's; its sums are those of their products."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage
from scipy.signal import convolve2d, correlate2d

from mnist_cnn.arguments import RequestError
from mnist_cnn.dataset.digits import embedded_test_set, to_batch
from mnist_cnn.explaining import convolution
from mnist_cnn.explaining.convolution import KERNELS, PADDINGS, SOBELS, check_kernel, correlate
from mnist_cnn.networks.models import ConvNet, FCNet
from tests.networks.lenet import LeNet5

DIGIT = embedded_test_set().images[3675].numpy() / 255
ODD = np.random.default_rng(5).normal(size=(3, 3))  # no symmetry hides a mistake
NUMBERS = {  # of the designed filters, written down anew
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "blur": [[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "sobel-horizontal": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "sobel-vertical": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
}
SOBEL_HORIZONTAL, SOBEL_VERTICAL = (
    np.array(NUMBERS[key], float) for key in ("sobel-horizontal", "sobel-vertical")
)
SIX = [np.array(rows, float) for rows in NUMBERS.values()]
IMAGES = {"digit": DIGIT, "noise": convolution.noise(1), "wide": DIGIT[:5]}

# How SciPy says what each padding is.
ORACLES = {
    "zero": lambda image, kernel: correlate2d(image, kernel, mode="same"),
    "edge": lambda image, kernel: ndimage.correlate(image, kernel, mode="nearest"),
    "reflected": lambda image, kernel: ndimage.correlate(image, kernel, mode="mirror"),
    "none": lambda image, kernel: correlate2d(image, kernel, mode="valid"),
}


@pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)
@pytest.mark.parametrize("padding", PADDINGS)
def test_correlation_is_scipys(image, padding):
    for kernel in (*SIX, ODD):
        expected = ORACLES[padding](image, kernel)
        answer = correlate(image, kernel, padding)
        assert answer.dtype == np.float64 and answer.shape == expected.shape
        assert np.allclose(answer, expected, rtol=0, atol=1e-9)


def test_the_designed_filters_have_their_numbers():
    assert {key: kernel.weights.tolist() for key, kernel in KERNELS.items()} == NUMBERS
    assert np.array_equal(SOBELS, [SOBEL_HORIZONTAL, SOBEL_VERTICAL])
    with pytest.raises(ValueError, match=r"Large: \(5, 5\)"):
        convolution.Kernel("Large", np.zeros((5, 5)), "")


def test_flipped_it_is_scipys_convolution():
    for mode, padding in {"same": "zero", "valid": "none"}.items():
        expected = convolve2d(DIGIT, ODD, mode=mode)
        assert np.allclose(correlate(DIGIT, ODD, padding, flip=True), expected, rtol=0, atol=1e-9)
    assert not np.allclose(correlate(DIGIT, ODD), correlate(DIGIT, ODD, flip=True))


def test_many_kernels_at_once_are_each_by_itself():
    together = correlate(DIGIT, np.stack(SIX), "edge", flip=True)
    assert np.allclose(together, [correlate(DIGIT, kernel, "edge", True) for kernel in SIX])


@pytest.mark.parametrize("padding", PADDINGS)
def test_magnitude_is_that_of_both_sobels(padding):
    across = ORACLES[padding](DIGIT, SOBEL_HORIZONTAL)
    upright = ORACLES[padding](DIGIT, SOBEL_VERTICAL)
    expected = np.sqrt(across**2 + upright**2)
    assert np.allclose(convolution.magnitude(correlate(DIGIT, SOBELS, padding)), expected)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("padding", PADDINGS)
def test_nine_products_add_up_to_the_output_pixel(padding, flip):
    output = correlate(DIGIT, ODD, padding, flip)
    for row, column in np.ndindex(output.shape):
        inputs, weights, each, total = convolution.products(DIGIT, ODD, row, column, padding, flip)
        assert np.array_equal(each, inputs * weights)
        assert total == pytest.approx(each.sum()) == pytest.approx(output[row, column])
    middle = convolution.products(DIGIT, ODD, 12, 9, "zero")
    assert np.array_equal(middle.inputs, DIGIT[11:14, 8:11])
    assert np.array_equal(middle.weights, ODD)


def test_a_constant_picture_has_no_edges_but_zeros_around_it_make_some():
    paper = convolution.normalised(np.zeros((28, 28)))
    sobel = SOBEL_HORIZONTAL
    for padding in ("edge", "reflected", "none"):
        assert not correlate(paper, sobel, padding).any()
        assert convolution.border_error(paper, sobel[None], padding) == 0
    assert convolution.border_error(paper, sobel[None], "zero") == 1  # false lines are all there is


def test_zeros_around_normalised_pixels_draw_false_lines():
    sobel = SOBEL_HORIZONTAL
    response = correlate2d(convolution.normalised(DIGIT), sobel, mode="same")
    expected = np.abs(response[[0, -1]]).max() / np.abs(response).max()
    made_up = convolution.border_error(convolution.normalised(DIGIT), sobel[None])
    assert made_up == pytest.approx(expected)
    assert expected == pytest.approx(0.132, abs=0.0005)
    assert convolution.border_error(DIGIT, sobel[None]) == 0
    assert convolution.border_error(convolution.normalised(DIGIT), SOBELS) > 0.1


@pytest.mark.parametrize("padding", ["zero", "reflected"])
@pytest.mark.parametrize("flip", [False, True])
def test_border_error_is_the_difference_to_a_picture_that_goes_on(padding, flip):
    image = np.random.default_rng(0).random((6, 9))
    outputs = [convolution.correlate(image, ODD, mode, flip) for mode in (padding, "edge")]
    expected = np.abs(outputs[0] - outputs[1]).max() / np.abs(outputs[0]).max()
    assert convolution.border_error(image, ODD[None], padding, flip) == pytest.approx(expected)
    assert expected > 0 and convolution.border_error(image, ODD[None], "none", flip) == 0
    assert convolution.border_error(np.zeros((4, 4)), ODD[None], padding, flip) == 0


def test_normalised_pixels_are_the_networks():
    expected = to_batch(DIGIT[None])[0, 0]
    assert torch.equal(torch.from_numpy(convolution.normalised(DIGIT)).float(), expected)


def test_noise_is_even_seeded_and_new_for_another_seed():
    noise = convolution.noise(7)
    assert noise.shape == (10, 10) and 0 <= noise.min() < 0.1 and 0.9 < noise.max() <= 1
    assert np.array_equal(noise, convolution.noise(7))
    assert not np.array_equal(noise, convolution.noise(8))
    many = np.stack([convolution.noise(seed) for seed in range(100)])
    assert many.mean() == pytest.approx(0.5, abs=0.01)
    assert many.std() == pytest.approx(12**-0.5, abs=0.01)


@pytest.mark.parametrize("key", ["conv", "aug"])
def test_learned_kernels_are_the_first_layers(models, key):
    kernels = convolution.learned_kernels(models[key])
    assert kernels.shape == (32, 3, 3) and kernels.dtype == np.float64
    layer = models[key].features[0]
    expected = F.conv2d(to_batch(DIGIT[None]), layer.weight)[0].detach()  # (32, 26, 26)
    answer = correlate(convolution.normalised(DIGIT), kernels, "none")
    assert np.allclose(answer, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("network", [FCNet(), LeNet5()], ids=["fc", "lenet"])
def test_a_network_without_three_by_three_filters_has_none(network):
    assert convolution.learned_kernels(network).shape == (0, 3, 3)


def test_a_planted_sobel_is_the_most_similar():
    model = ConvNet()
    sobel = SOBEL_VERTICAL
    with torch.no_grad():
        model.features[0].weight[11, 0] = torch.from_numpy(3 * sobel)
        model.features[0].weight[12, 0] = torch.from_numpy(-sobel)
        model.features[0].weight[13, 0] = 0
    scores = convolution.cosine_similarity(convolution.learned_kernels(model), sobel)
    assert scores[11] == pytest.approx(1, abs=1e-12) and scores.argmax() == 11
    assert scores[12] == pytest.approx(-1, abs=1e-12) and scores[13] == 0
    assert (np.abs(scores) <= 1).all()
    assert not convolution.cosine_similarity(np.ones((4, 3, 3)), np.zeros((3, 3))).any()
    both = np.stack([SOBEL_HORIZONTAL, np.ones((3, 3))])
    assert np.allclose(convolution.cosine_similarity(both, sobel), 0)
    # by hand: (1·1 + 1·0) / (√2 · 1)
    pair, one = np.zeros((1, 3, 3)), np.zeros((3, 3))
    pair[0, 0, :2], one[0, 0] = 1, 1
    assert convolution.cosine_similarity(pair, one) == pytest.approx([0.5**0.5])


def test_kernels_from_outside():
    for key, rows in NUMBERS.items():
        assert np.array_equal(check_kernel(key), rows)
        assert np.array_equal(check_kernel(rows), rows) and check_kernel(rows).dtype == np.float64
        assert KERNELS[key].title and KERNELS[key].why.endswith(".")
    largest = [[1e6, -1e6, 0]] * 3
    assert check_kernel(largest).tolist() == largest


@pytest.mark.parametrize(
    "kernel, said",
    [
        ("sobel", "kernel: 'sobel' is none of identity, blur, .*or 3 rows of 3 numbers"),
        (None, r"kernel: shape \(\) came"),
        ({"a": 1}, "kernel: this is no table of numbers"),
        ([[1, 2, 3], [4, 5]], "kernel: this is no table of numbers"),
        ([[1, 2], [3, 4]], r"kernel: shape \(2, 2\) came"),
        ([[10**400] * 3] * 3, "kernel: this is no table of numbers"),
        ([[float("nan")] * 3] * 3, "kernel: a number outside -1,000,000 to 1,000,000 came"),
        ([[float("inf")] * 3] * 3, "kernel: a number outside"),
        ([[1e7] * 3] * 3, "kernel: a number outside"),
        ([[-1e7] * 3] * 3, "kernel: a number outside"),
    ],
)
def test_wrong_kernels_are_named(kernel, said):
    with pytest.raises(RequestError, match=said):
        check_kernel(kernel)
