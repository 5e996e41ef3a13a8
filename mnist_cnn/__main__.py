"""The command lines beside train.py: `python -m mnist_cnn VERB`, one row per verb."""

import importlib
import sys

VERBS = {  # verb: (the module whose main() takes the words after it, what it does)
    "evaluate": ("judging.metrics", "time the networks on this machine, print the README's table"),
    "handwriting": ("judging.handwriting", "how well a folder of people's handwriting is read"),
    "robustness": ("judging.robustness", "measure the networks on changed test digits"),
    "ledger": ("judging.ledger", "print what many trainings came to"),
    "golden": ("sharing.golden", "write golden pairs for networks that exist"),
    "passport": ("reading.passport", "measure again where MNIST's digits lie"),
    "push": ("sharing.hub", "send trained networks to the Hub"),
    "pull": ("sharing.hub", "fetch networks from the Hub, verified"),
    "space": ("sharing.hub", "send the app to a Space"),
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
    module, _ = VERBS[verb]
    importlib.import_module(f"mnist_cnn.{module}").main(
        [verb, *words] if module == "sharing.hub" else words
    )


if __name__ == "__main__":
    main()
