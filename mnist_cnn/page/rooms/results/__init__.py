"""Room Results: how good the networks are on the test digits, how they learned, what they are."""

from mnist_cnn.page.rooms.results.layout import build

__all__ = ["build"]
