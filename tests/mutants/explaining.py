"""Bugs in explaining/, and in the tables of networks and layers on which it stands."""

from tests.mutants import Mutant

TESTS = ("tests/explaining", "tests/networks/test_models.py", "tests/networks/test_layers.py")
_CONVOLUTION = "mnist_cnn/explaining/convolution.py"
_ACTIVATIONS = "mnist_cnn/explaining/activations.py"
_ARITHMETIC = "mnist_cnn/explaining/arithmetic.py"
_PERTURBATIONS = "mnist_cnn/explaining/perturbations.py"
_SHIFTS = "mnist_cnn/explaining/shifts.py"
_LAYERS = "mnist_cnn/networks/layers.py"
_OPERATIONS = "mnist_cnn/networks/operations.py"
_MODELS = "mnist_cnn/networks/models.py"
_WEIGHTS = "mnist_cnn/networks/weights.py"


def _rows(path, *rows):
    return tuple(Mutant(path, *row) for row in rows)


MUTANTS = (
    *_rows(
        _CONVOLUTION,
        ("(-1, 5, -1)", "(-1, 4, -1)", "sharpen's middle is 4"),
        (
            "_rows((1, 2, 1), (2, 4, 2), (1, 2, 1)) / 16",
            "_rows((1, 1, 1), (1, 1, 1), (1, 1, 1)) / 9",
            "blur weighs all nine pixels alike",
        ),
        ("(1, -4, 1)", "(1, -8, 1)", "the Laplacian's middle is -8"),
        (
            "_rows((1, 2, 1), (0, 0, 0), (-1, -2, -1))",
            "_rows((-1, -2, -1), (0, 0, 0), (1, 2, 1))",
            "the horizontal Sobel is upside down",
        ),
        (
            'Padding("Edge, repeated", "edge")',
            'Padding("Edge, repeated", "reflect")',
            "edge padding reflects",
        ),
        (
            '"reflected": Padding("Picture, reflected", "reflect")',
            '"reflected": Padding("Picture, reflected", "symmetric")',
            "reflection repeats the edge",
        ),
        (
            "return kernel[..., ::-1, ::-1] if flip",
            "return kernel[..., ::-1, :] if flip",
            "a flip is upside down only",
        ),
        ("oriented(kernel, flip), optimize", "kernel, optimize", "correlate ignores the flip"),
        ("np.hypot(*outputs)", "np.abs(outputs).sum(0)", "the magnitude adds the two parts"),
        (
            "_windows(image, padding)[row, column]",
            "_windows(image, padding)[column, row]",
            "the nine products are of the pixel with row and column swapped",
        ),
        (
            "_windows(image, padding)[row, column], oriented(kernel, flip)",
            "_windows(image, padding)[row, column], kernel",
            "the products ignore the flip",
        ),
        (
            "np.abs(output - expected).max() / strongest",
            "np.abs(output - expected).max()",
            "the border error is not relative",
        ),
        (
            'for each in (padding, "edge")',
            'for each in (padding, "reflected")',
            "the border error is measured against a reflected picture",
        ),
        (
            "correlate(image, kernels, each, flip)",
            "correlate(image, kernels, each)",
            "the border error ignores the flip",
        ),
        ("default_rng(seed).random(", "default_rng(seed).normal(size=", "noise is Gaussian"),
        (
            "np.linalg.norm(kernels, axis=(1, 2)) * np.linalg.norm(kernel)",
            "np.linalg.norm(kernels, axis=(1, 2))",
            "the cosine is not divided by the kernel's length",
        ),
        (
            "(np.abs(weights) <= LARGEST_WEIGHT).all()",
            "(weights <= LARGEST_WEIGHT).all()",
            "large negative weights are accepted",
        ),
        (
            "weights.shape[1:] != (1, KERNEL_SIDE, KERNEL_SIDE)",
            "weights.ndim != 4",
            "filters of any side are taken for 3×3 ones",
        ),
    ),
    *_rows(
        _ACTIVATIONS,
        (
            "side = (side - 1) * this.stride + this.side",
            "side = side - 1 + this.side",
            "the receptive field ignores the stride",
        ),
        (
            "weights * prod(shape[1:])",
            "2 * weights * prod(shape[1:])",
            "multiply-adds are counted twice",
        ),
        ("weights * prod(shape[1:])", "weights", "a filter's products are counted at one place"),
        (
            "sum(parameter.numel() for parameter in module.parameters())",
            "weights",
            "parameters without biases and batch norm",
        ),
        (
            "for at in range(names.index(layer), 0, -1)",
            "for at in range(names.index(layer) - 1, 0, -1)",
            "the receptive field forgets the layer itself",
        ),
        (
            "reversed(names[: names.index(layer) + 1])",
            "reversed(names[: names.index(layer)])",
            "the side of the receptive field is that of the layer before",
        ),
        ("if titles.count(title) > 1 else title", "", "the only layer of its kind is numbered"),
        (
            "return min(side, DATASET.side)",
            "return side",
            "a receptive field may be larger than the digit",
        ),
    ),
    *_rows(
        _ARITHMETIC,
        (
            "(to_unit(digit[None]).numpy(), *outputs.values())",
            "outputs.values()",
            "a layer's output is shown as its input",
        ),
        (
            "    while kind(modules[names[first]]).is_elementwise:\n        first -= 1\n",
            "",
            "what leads up to a batch norm is not shown",
        ),
    ),
    *_rows(
        _PERTURBATIONS,
        (
            "(0, round(down), round(right))",
            "(0, round(right), round(down))",
            "shifts down and right are swapped",
        ),
        (
            "np.array([[cos, -sin], [sin, cos]])",
            "np.array([[cos, sin], [-sin, cos]])",
            "rotation is counter-clockwise",
        ),
        (
            "np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))",
            "np.cos(degrees), np.sin(degrees)",
            "degrees are taken for radians",
        ),
        (
            "np.eye(2) / (1 + percent / 100)",
            "np.eye(2) * (1 + percent / 100)",
            "a larger scale makes the digit smaller",
        ),
        ("(DATASET.side - 1) / 2", "DATASET.side / 2", "rotation is half a pixel off the middle"),
        ("rounds = abs(pixels) / 2", "rounds = abs(pixels)", "strokes change twice as much"),
        (
            "grey_dilation if pixels > 0 else ndimage.grey_erosion",
            "grey_erosion if pixels > 0 else ndimage.grey_dilation",
            "thicker is thinner",
        ),
        ("percent / 100 * grain", "percent / 50 * grain", "noise is twice as strong"),
        (
            "return np.clip(digits + percent / 100 * grain, 0, 1)",
            "return digits + percent / 100 * grain",
            "noise leaves the range of pixels",
        ),
        ("default_rng(0)", "default_rng()", "noise differs from call to call"),
        ("(0, sigma, sigma)", "(sigma, sigma, sigma)", "blur mixes digits of a batch"),
        (
            "percent / 100 * (0.5 - digits)",
            "percent / 100 * (0 - digits)",
            "contrast fades to black",
        ),
        (
            '"rotation": Perturbation("Turn right", "°"',
            '"rotation": Perturbation("Turn right", "px"',
            "the unit of rotation is px",
        ),
        (
            "for key, row in PERTURBATIONS.items():",
            "for key, row in reversed(PERTURBATIONS.items()):",
            "perturbations are applied in reverse order",
        ),
        (
            "abs(strengths.get(key, 0)) > 0",
            "strengths.get(key, 0) > 0",
            "negative strengths do nothing",
        ),
        ("SHIFT_LIMIT = 12", "SHIFT_LIMIT = 8", "shifts of more than 8 px are refused"),
    ),
    *_rows(
        _SHIFTS,
        (".flip(1, 2)\n\n\ndef _features", "\n\n\ndef _features", "shift maps are not flipped"),
        (
            "return answers.view(len(x), shifts, shifts, -1).flip(1, 2)",
            "return answers.view(len(x), shifts, shifts, -1).flip(1, 2).transpose(1, 2)",
            "shift maps are transposed",
        ),
        (
            "dilation *= window(layer).stride",
            "dilation = window(layer).stride",
            "the second pooling forgets the first one's dilation",
        ),
        ("x[..., :used, :used]", "x", "the rest that a stride leaves is read as more shifts"),
        (
            "if any(it.moves or (it.is_windowed and window(at).padding)",
            "if any(False",
            "a padded network is shifted all at once",
        ),
        (
            ".unfold(2, DATASET.side, 1).flip(1, 2)",
            ".unfold(2, DATASET.side, 1)",
            "shifted one by one, down is up",
        ),
        (
            "rays = kept[middle::-1, middle], kept[middle:, middle]",
            "rays = kept[middle:, middle], kept[middle::-1, middle]",
            "reach swaps up and down",
        ),
        (
            "int(np.cumprod(ray).sum()) - 1",
            "int(ray.sum()) - 1",
            "reach counts on after the answer has changed",
        ),
        ("int(np.cumprod(ray).sum()) - 1", "int(np.cumprod(ray).sum())", "reach counts the middle"),
        (
            "labels[max_shift, max_shift].item()",
            "labels[0, 0].item()",
            "a shift map is of the answer in its corner",
        ),
        (
            "original = answers.shape[1] // 2 if name == SHIFTS",
            "original = 0 if name == SHIFTS",
            "the answer to the original is taken from the corner of the map",
        ),
        (
            "own = answers[:, original].argmax(1)",
            "own = answers[:, original].argmin(1)",
            "the probability is of the least likely digit",
        ),
        (
            "not in range(SHIFT_LIMIT + 1)",
            "not in range(SHIFT_LIMIT)",
            "a shift of 12 px is refused",
        ),
        (
            "for strength in row.strengths], 1)",
            "for strength in row.strengths[::-1]], 1)",
            "curves run backwards",
        ),
    ),
    *_rows(
        _LAYERS,
        (
            "DATASET.mean, DATASET.std**2",
            "DATASET.mean, DATASET.std",
            "the input's variance is its deviation",
        ),
        (
            "mean, variance, module.eps, weight, bias)",
            "mean, variance, 0.0, weight, bias)",
            "batch norm without epsilon",
        ),
        (
            "(module.running_mean, module.running_var, module.weight, module.bias)",
            "(module.running_mean, module.running_var, module.bias, module.weight)",
            "batch norm swaps weight and bias",
        ),
        (
            "_under(module, x, unit, pads=True)",
            "_under(module, x, unit, pads=False)",
            "a padded convolution reads a window that is cut",
        ),
        (
            "x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))",
            "pass",
            "a padded convolution reads the window too far right and down",
        ),
        (
            "pads=module.count_include_pad",
            "pads=True",
            "zeros beyond the border count in every mean",
        ),
        (
            "_maximum(module, x, unit):\n    return Maximum(_under(module, x, unit, pads=False)",
            "_maximum(module, x, unit):\n    return Maximum(_under(module, x, unit, pads=True)",
            "max pooling takes zeros beyond the border",
        ),
        (
            "(place * stride for place in unit[1:])",
            "(place for place in unit[1:])",
            "the window ignores the stride",
        ),
        ('getattr(module, "negative_slope", 0.0)', "0.0", "a leaky ReLU does not leak"),
        (
            "return weights, 0.0 if module.bias is None else module.bias[unit[0]].item()",
            "return weights, 0.0",
            "sums without their bias",
        ),
        (
            "max(start * stride - padding, 0)",
            "max(start * stride, 0)",
            "the receptive field ignores padding",
        ),
        (
            "(stop - 1) * stride - padding + side",
            "stop * stride - padding + side",
            "the receptive field is a stride too wide",
        ),
        (
            "    if stop - start > 1:\n        return tuple((0, length) for length in shape)\n",
            "",
            "a dense unit sees what the first unit before it sees",
        ),
        (
            "torch.full((channels, 1, side, side), 1 / side**2)",
            "torch.full((channels, 1, side, side), 1 / side)",
            "dilated means are sums",
        ),
        ("module.bias, dilation=dilation)", "module.bias)", "convolutions are not dilated"),
        (
            "stride=1, dilation=dilation)\n\n\ndef _dilated_mean",
            "stride=1)\n\n\ndef _dilated_mean",
            "pools are not dilated",
        ),
        (
            "    if padding >= side:",
            "    if padding > side:",
            "padding as wide as the window passes",
        ),
        ("    if down != right:", "    if False:", "a window that is no square passes"),
        ('"groups": (1,), ', "", "grouped convolutions pass"),
        ('"dilation": _ONE, "padding_mode"', '"padding_mode"', "dilated convolutions pass"),
        (', "padding_mode": ("zeros",)', "", "reflecting convolutions pass"),
        ('"dilation": _ONE, "ceil_mode": (False,)', '"dilation": _ONE', "pools that round up pass"),
        ("    network.eval()\n", "", "the check of a network in training changes its statistics"),
        (
            "        network.train(was_training)",
            "        network.train()",
            "a checked network is in training mode",
        ),
        (
            "    if not torch.allclose(network(digits), x, atol=1e-5):",
            "    if False:",
            "a forward that is no chain passes",
        ),
        (
            "if isinstance(module, nn.Linear) and x.ndim != 2:",
            "if False:",
            "a dense layer that reads maps passes",
        ),
        ("    if x.shape != (1, DATASET.classes):", "    if False:", "eleven logits pass"),
        (
            "    if type(module) not in LAYER_KINDS:",
            "    if False:",
            "an unknown layer ends in a KeyError",
        ),
    ),
    *_rows(
        _OPERATIONS,
        ("(self.variance + self.epsilon) ** 0.5", "self.variance ** 0.5", "epsilon is not added"),
        (
            ".reshape(len(self.inputs), -1).sum(1)",
            ".reshape(len(self.inputs), -1).mean(1)",
            "contributions are means",
        ),
        (
            "float(self.contributions.sum()) + self.bias",
            "float(self.contributions.sum()) - self.bias",
            "the bias is subtracted",
        ),
        (
            "max(value, 0.0) + slope * min(value, 0.0)",
            "max(value, 0.0) - slope * min(value, 0.0)",
            "a leaky ReLU bends up",
        ),
        (
            "0.5 + 0.5 * math.tanh(value / 2)",
            "0.5 + 0.5 * math.tanh(value)",
            "the sigmoid is twice as steep",
        ),
        (
            "float(self.values.max())",
            "float(np.abs(self.values).max())",
            "max pooling takes the largest absolute value",
        ),
        ("float(self.values.mean())", "float(np.median(self.values))", "the mean is the median"),
        ("np.exp(self.logits - self.logits.max())", "np.exp(self.logits)", "softmax overflows"),
        (
            "exponentials[self.digit] / exponentials.sum()",
            "exponentials[self.digit]",
            "softmax is not normalised",
        ),
    ),
    *_rows(
        _MODELS,
        ("        check_network(network)\n", "", "a network is not checked when it is built"),
        (
            "counter.get_total_flops() // 2",
            "counter.get_total_flops()",
            "the network's multiply-adds are counted twice",
        ),
        ('plain_twin="conv"', 'plain_twin="fc"', "the twin of aug is another architecture"),
        ('("#0069a8", "#63b8f2")', '("#63b8f2", "#0069a8")', "light and dark colours are swapped"),
        (
            "*_conv_block(32, 64, batch_norm),  # (B, 64, 10, 10)",
            "*_conv_block(32, 32, batch_norm),  # (B, 64, 10, 10)",
            "a layer of the ConvNet has half its channels",
        ),
    ),
    *_rows(
        _WEIGHTS,
        ("row.is_required or key in ", "key in ", "a required network that is missing is left out"),
        (
            "or weights_path(directory, key).exists()",
            "",
            "weights without metrics.json are left out",
        ),
    ),
)
