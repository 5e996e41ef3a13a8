"""How long one answer takes, and on what: `python -m mnist_cnn evaluate`."""

import platform
import statistics
import time

import torch
from torch import nn

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.metrics import load_metrics, markdown_table, save_metrics, stored_metrics
from mnist_cnn.networks.weights import DIRECTORY, WeightsError, load_models
from mnist_cnn.reading.predict import logits


def milliseconds_per_digit(model: nn.Module, digits: torch.Tensor, repeats: int = 200) -> float:
    """Median time of one answer to one digit, on the model's device, one thread on a CPU.

    Args:
        model: in eval mode.
        digits: (N, 28, 28) uint8.
        repeats: how many answers are timed; the first tenth warms up and does not count.
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
    return 1000 * statistics.median(times[repeats // 10 :])


def hardware_name(device: str | torch.device, threads: int | None = None) -> str:
    """The name of the GPU, or of the CPU with the number of threads that are used."""
    if torch.device(device).type == "cuda":
        return torch.cuda.get_device_name(device)
    if torch.device(device).type == "mps":
        return f"Apple GPU, {platform.machine()}"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("model name")]
    except OSError:
        lines = []
    name = lines[0].partition(":")[2].strip() if lines else platform.machine()
    threads = threads or torch.get_num_threads()
    return f"{name}, {threads} thread{'s' * (threads > 1)}"


def main(arguments: list[str] | None = None) -> None:
    """Time the shipped networks on this machine, into metrics.json; print their table."""
    CommandParser("evaluate", main.__doc__).parse_args(arguments)
    with exit_on(WeightsError, OSError):
        for key, model in load_models().items():
            row = stored_metrics(DIRECTORY)["models"][key] | {
                "milliseconds_per_digit": milliseconds_per_digit(model, embedded_test_set().images),
                "inference_hardware": hardware_name("cpu", threads=1),
            }
            save_metrics(DIRECTORY, key, row)
        print(markdown_table(load_metrics()))
