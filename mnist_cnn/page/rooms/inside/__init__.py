"""Room Inside: a network's layers, all channels of one, and one unit to the last product.

Start with layout.py. selection.py makes of what the page sends something that exists; channels.py
shows a layer, unit.py one unit of it, arithmetic.py the numbers that make up its value.
"""

from mnist_cnn.page.rooms.inside.layout import build

__all__ = ["build"]
