"""The room My digits: a test set of the learner's own, and what the figures say about it."""

from mnist_cnn.page.rooms.mine.layout import build

__all__ = ["build"]
