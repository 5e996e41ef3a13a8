"""The command lines beside train.py: `python -m mnist_cnn VERB`, one row per verb."""

import importlib
import sys
from collections.abc import Sequence

VERBS = {  # verb: (the function that takes the words after it, what it does)
    "read_page": ("read_page.main", "read a page of many digits"),
    "train": ("learning.experiments.main", "train a small network with settings of your own"),
    "shuffle_study": ("learning.shuffle_study.main", "measure what shuffled pixels cost"),
    "evaluate": ("judging.timing.main", "time the networks here, print their table"),
    "handwriting": ("judging.handwriting_report.main", "judge a folder of people's handwriting"),
    "robustness": ("judging.robustness.main", "measure the networks on perturbed test digits"),
    "disagreements": ("judging.disagreements.main", "find digits on which the networks disagree"),
    "ledger": ("judging.ledger.main", "print the table of the seed study"),
    "golden": ("sharing.golden.main", "write golden pairs for networks that exist"),
    "passport": ("reading.passport.main", "measure again where MNIST's digits lie"),
    "push": ("sharing.commands.push", "send trained networks to the Hub"),
    "pull": ("sharing.commands.pull_to_folder", "fetch networks from the Hub, verified"),
    "space": ("sharing.commands.space", "send the app to a Space"),
}


def main(arguments: Sequence[str]) -> None:
    """Run a verb; ends the program with one sentence and status 2 where there is no such verb."""
    verb, *words = arguments or ["--help"]
    if verb in ("-h", "--help"):
        print(f"{__doc__}\n")
        for name, (_, what) in VERBS.items():
            print(f"  {name:13} {what}")
        print("\n`python -m mnist_cnn VERB --help` lists the options of a verb.")
        return
    if verb not in VERBS:
        print(f"mnist_cnn: {verb!r} is none of {', '.join(VERBS)}", file=sys.stderr)
        sys.exit(2)
    module, _, function = VERBS[verb][0].rpartition(".")
    getattr(importlib.import_module(f"mnist_cnn.{module}"), function)(words)


if __name__ == "__main__":
    main(sys.argv[1:])
