"""Room Inside: a network's layers, all channels of one, and one unit to the last product."""

from mnist_cnn.page.rooms.inside.layout import build

__all__ = ["build"]
