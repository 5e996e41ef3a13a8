"""Test digits, and drawings of our own, on which the networks really disagree: as the page reads.

Of the test digits, for each kind of disagreement (which networks are wrong, and how many different
answers there are) the one on which the least sure network is surest; of the drawings, all.
`python -m mnist_cnn disagreements` prints them.
"""

from collections.abc import Mapping

from tqdm import tqdm

from mnist_cnn.command_line import CommandParser, exit_on
from mnist_cnn.dataset.digits import embedded_test_set
from mnist_cnn.judging.drawings import DRAWINGS, on_paper
from mnist_cnn.judging.metrics import load_metrics, misread
from mnist_cnn.networks.weights import DIRECTORY, WeightsError
from mnist_cnn.reading.detector import Weights, load_weights
from mnist_cnn.reading.predict import Reading, read

# Of the shipped networks, as the command prints them.
DISAGREEMENTS = (3030, 3808, 9839, 6571, 740, 4699, 8316, 674)
DRAWN = ("0-slender", "0-slashed", "1-long-flag", "1-leaning", "8-small-head", "8-leaning")


def disagree(reading: Reading) -> bool:
    """Whether all networks answer, and not all alike."""
    labels = {answer.label for answer in reading.predictions.values()}
    return None not in labels and len(labels) > 1


def disagreements(weights: Weights, rows: Mapping[str, Mapping]) -> list[int]:
    """Indices of the test digits, those with the most different answers first.

    Args:
        weights: the networks; all of them must give an answer.
        rows: {key: row of metrics.json}: what none of them misreads is not looked at.
    """
    test = embedded_test_set()
    surest: dict[tuple, tuple[float, int]] = {}
    for index in tqdm(misread(rows), disable=None):
        reading = read(test.images[index].numpy(), weights)
        if not disagree(reading):
            continue
        answers = reading.predictions.values()
        labels = [answer.label for answer in answers]
        wrong = tuple(label != int(test.labels[index]) for label in labels)
        found = min(answer.confidence for answer in answers), index
        kind = len(set(labels)), wrong
        surest[kind] = max(found, surest.get(kind, found))
    return [index for _, (_, index) in sorted(surest.items(), reverse=True)]


def drawn_disagreements(weights: Weights) -> list[str]:
    """Keys of the drawings of our own on which these networks disagree."""
    return [key for key, it in DRAWINGS.items() if disagree(read(on_paper(it), weights))]


def main(arguments: list[str] | None = None) -> None:
    """Print the test digits and drawings on which the shipped networks disagree."""
    CommandParser("disagreements", main.__doc__).parse_args(arguments)
    with exit_on(WeightsError):
        weights = load_weights(DIRECTORY)
        print(*disagreements(weights, load_metrics()["models"]), sep=", ")
        print(*drawn_disagreements(weights), sep=", ")
