"""The lesson as a web page: `python app.py`, then open the address that it prints."""

import argparse
import os

import torch

from mnist_cnn.networks.models import MODELS
from mnist_cnn.page.page import build_page
from mnist_cnn.page.server import launch_settings
from mnist_cnn.page.theme import HEAD, theme
from mnist_cnn.sharing.client import silence
from mnist_cnn.sharing.live import LiveWeights, pull_in_background
from mnist_cnn.sharing.weight_set import load_shipped

weights = LiveWeights(load_shipped())
demo = build_page(weights).queue(max_size=100)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    repo_id = os.environ.get("MNIST_CNN_HUB_REPO")
    revision = os.environ.get("MNIST_CNN_HUB_REVISION") or "main"
    add = parser.add_argument
    add("--hub-repo", metavar="USER/REPO", default=repo_id, help="whose networks are to answer")
    add("--revision", default=revision, help="branch, tag or commit of them; default: %(default)s")
    settings = parser.parse_args()
    torch.set_num_threads(1)  # one digit at a time: more threads only wait for each other
    for key in MODELS.keys() - weights.current.models.keys():
        print(f"weights: {key} is not trained and left out; `python train.py {key}` trains it")
    if settings.hub_repo:
        silence()
        pull_in_background(weights, settings.hub_repo, settings.revision)
    demo.launch(theme=theme(), head=HEAD, footer_links=["api"], **launch_settings())


if __name__ == "__main__":
    main()
