"""The command lines beside train.py: `python -m mnist_cnn VERB`, one row per verb."""

import importlib
import sys

VERBS = {  # verb: (the function that takes the words after it, what it does)
    "evaluate": ("judging.metrics.main", "time the networks here, print their table"),
    "handwriting": (
        "judging.handwriting.main",
        "how well a folder of people's handwriting is read",
    ),
    "robustness": ("judging.robustness.main", "measure the networks on changed test digits"),
    "ledger": ("judging.ledger.main", "print what many trainings came to"),
    "golden": ("sharing.golden.main", "write golden pairs for networks that exist"),
    "passport": ("reading.passport.main", "measure again where MNIST's digits lie"),
    "push": ("sharing.commands.push", "send trained networks to the Hub"),
    "pull": ("sharing.commands.pull_to_folder", "fetch networks from the Hub, verified"),
    "space": ("sharing.commands.space", "send the app to a Space"),
}


def main():
    verb, *words = sys.argv[1:] or ["--help"]
    if verb in ("-h", "--help"):
        print(f"{__doc__}\n")
        for name, (_, what) in VERBS.items():
            print(f"  {name:12} {what}")
        return
    if verb not in VERBS:
        sys.exit(f"mnist_cnn: {verb!r} is none of {', '.join(VERBS)}")
    module, _, function = VERBS[verb][0].rpartition(".")
    getattr(importlib.import_module(f"mnist_cnn.{module}"), function)(words)


if __name__ == "__main__":
    main()
