"""Room Train it yourself: a network in training, watched, and then beside the lesson's own."""

from mnist_cnn.page.rooms.train.layout import build

__all__ = ["build"]
