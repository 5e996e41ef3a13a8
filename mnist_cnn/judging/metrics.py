"""How good a network is: accuracy with its interval, confusion, errors, and time per digit."""

import platform
import statistics
import time
from math import cos, exp, radians, sin

import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest

from mnist_cnn.dataset.digits import to_unit
from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.reading.predict import logits


def accuracy_interval(correct, total):
    """95 % Wilson interval [low, high] of the accuracy correct / total."""
    interval = binomtest(correct, total).proportion_ci(0.95, method="wilson")
    return [interval.low, interval.high]


def accuracy(model, digits):
    """Share of `digits` (data.Digits) that the model reads right."""
    return (logits(model, digits.images).argmax(1) == digits.labels).double().mean().item()


def score(model, digits):
    """Everything that metrics.json says of a model's answers on `digits` (data.Digits).

    Returns:
        {"accuracy", "interval", "errors": indices in order, "predicted": the answers at these
        indices, "confusion": 10×10 counts, rows true, columns predicted}
    """
    predicted, labels = logits(model, digits.images).argmax(1).cpu(), digits.labels.cpu()
    wrong = (predicted != labels).nonzero().flatten()
    correct = len(labels) - len(wrong)
    confusion = torch.bincount(labels * DATASET.classes + predicted, minlength=DATASET.classes**2)
    return {
        "accuracy": correct / len(labels),
        "interval": accuracy_interval(correct, len(labels)),
        "errors": wrong.tolist(),
        "predicted": predicted[wrong].tolist(),
        "confusion": confusion.view(DATASET.classes, DATASET.classes).tolist(),
    }


def view_answers(model, digits):
    """The model's probabilities, each digit seen in nine slightly different ways, as their mean.

    As it is, a pixel further to each of four sides, turned by 7 degrees either way, a little
    smaller and larger: test-time augmentation.

    Args:
        digits: (N, 28, 28) uint8, on the model's device.

    Returns:
        (N, 10) on the model's device.
    """
    views = [(0, 1, 0, 0), *((0, 1, *move) for move in ((0, 1), (0, -1), (1, 0), (-1, 0)))]
    views += [(7, 1, 0, 0), (-7, 1, 0, 0), (0, 0.93, 0, 0), (0, 1.07, 0, 0)]
    total = 0
    for angle, zoom, down, right in views:
        cos_, sin_ = (f(radians(angle)) / zoom for f in (cos, sin))
        side = digits.shape[-1]
        theta = torch.tensor([[cos_, sin_, 2 * right / side], [-sin_, cos_, 2 * down / side]])
        seen = []
        for batch in to_unit(digits).split(1000):
            grid = theta.to(batch).expand(len(batch), 2, 3)
            grid = F.affine_grid(grid, (len(batch), 1, side, side), align_corners=False)
            seen.append(F.grid_sample(batch.unsqueeze(1), grid, align_corners=False).squeeze(1))
        total = total + logits(model, torch.cat(seen)).softmax(1)
    return total / len(views)


def misread(rows):
    """Which test digits were misread by which models.

    Args:
        rows: {key: row of metrics.json}.

    Returns:
        {index: {key: the wrong answer}} in the order of the indices.
    """
    answers = {}
    for key, row in rows.items():
        for index, predicted in zip(row["test"]["errors"], row["test"]["predicted"]):
            answers.setdefault(index, {})[key] = predicted
    return dict(sorted(answers.items()))


def mcnemar(errors, other_errors):
    """Whether two models that answered the same digits differ by more than chance.

    Only the digits on which one is right and the other wrong tell them apart. Were both equally
    good, each of these would be a toss of a coin.
    Source: McNemar 1947, in its exact form.

    Args:
        errors, other_errors: indices that the one and the other model misread.

    Returns:
        (digits that only the one misreads, that only the other misreads, p): p is the probability
        of so uneven a split, or a more uneven one, if both were equally good.
    """
    only, only_other = len(set(errors) - set(other_errors)), len(set(other_errors) - set(errors))
    differ = only + only_other
    return only, only_other, binomtest(only, differ).pvalue if differ else 1.0


def calibrate(model, digits):
    """Scale the model's logits so that its probabilities are as often right as they say.

    One number, the temperature, divides all logits: no answer changes, only its confidence. It is
    the one that makes `digits` likeliest, and goes into the last layer, so that nobody forgets it.
    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv 1706.04599.

    Args:
        digits: data.Digits that the model was not trained on.

    Returns:
        The temperature.
    """
    answers, labels = logits(model, digits.images).double(), digits.labels

    def surprise(log_temperature):
        return F.cross_entropy(answers / exp(log_temperature), labels).item()

    temperature = exp(minimize_scalar(surprise, bounds=(-3, 3), method="bounded").x)
    *_, last = (layer for layer in model.modules() if isinstance(layer, torch.nn.Linear))
    with torch.no_grad():
        last.weight.div_(temperature)
        last.bias.div_(temperature)
    return temperature


def calibration_error(model, digits, bins=15):
    """Expected calibration error: by how much confidence and accuracy differ, on average.

    Source: Guo et al. 2017; `bins` of equal width, weighted by the digits in them.
    """
    probabilities = logits(model, digits.images).double().softmax(1)
    confidence, predicted = probabilities.max(1)
    right = (predicted == digits.labels).double()
    place = (confidence * bins).ceil().long().clamp(1, bins) - 1
    gaps = torch.zeros(bins, dtype=torch.double, device=place.device)
    gaps.index_add_(0, place, right - confidence)
    return gaps.abs().sum().item() / len(right)


def milliseconds_per_digit(model, digits, repeats=200):
    """Median time of one answer to one digit, on the model's device, one thread on a CPU.

    Args:
        digits: (N, 28, 28) uint8.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times = []
        for index in range(repeats):
            start = time.perf_counter()
            logits(model, digits[index % len(digits)][None]).cpu()  # .cpu() waits for a GPU
            times.append(time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    return 1000 * statistics.median(times[repeats // 10 :])  # the first ones warm up


def hardware_name(device, threads=None):
    """The processor's own name: of the GPU, or of the CPU with the threads that work on it."""
    if torch.device(device).type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        with open("/proc/cpuinfo") as file:
            lines = [line for line in file if line.startswith("model name")]
    except OSError:
        lines = []
    name = lines[0].partition(":")[2].strip() if lines else platform.machine()
    threads = threads or torch.get_num_threads()
    return f"{name}, {threads} thread{'s' * (threads > 1)}"


def markdown_table(metrics):
    """The table in docs/training.md of the networks, from what weights.load_metrics returned."""
    lines = [
        "| network | parameters | multiply-adds | time per digit | test accuracy | 95 % interval |",
        "|---|---|---|---|---|---|",
    ]
    for row in metrics["models"].values():
        low, high = row["test"]["interval"]
        line = (
            f"| {row['title']} | {row['parameters']:,} | {row['multiply_adds']:,} "
            f"| {row['milliseconds_per_digit']:.1f} ms | {row['test']['accuracy']:.2%} "
            f"| {low:.2%} to {high:.2%} |"
        )
        lines.append(line.replace("%", " %"))
    return "\n".join(lines)


def main(arguments=None):
    """Time the shipped networks on this machine, into metrics.json; print their table."""
    from mnist_cnn.dataset.digits import embedded_test_set
    from mnist_cnn.networks.weights import DIRECTORY, load_metrics, load_models, save_metrics

    for key, model in load_models().items():
        milliseconds = milliseconds_per_digit(model, embedded_test_set().images)
        row = load_metrics()["models"][key] | {
            "milliseconds_per_digit": milliseconds,
            "inference_hardware": hardware_name("cpu", threads=1),
        }
        save_metrics(DIRECTORY, key, row)
    print(markdown_table(load_metrics()))
