"""Room What if: move, turn and thicken the digit; the answers follow, maps and curves show why.

Start with layout.py. maps.py says where an answer holds, curves.py how long.
"""

from mnist_cnn.page.rooms.whatif.layout import build

__all__ = ["build"]
