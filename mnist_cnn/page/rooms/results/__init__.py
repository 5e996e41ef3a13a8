"""Room Results: how good the networks are on the test digits, how they learned, what they are.

Nothing here depends on the current digit; a misread one can become it. Start with layout.py; each
other file is a part of the room, from rows of metrics.json or the ledger to HTML.
"""

from mnist_cnn.page.rooms.results.layout import build

__all__ = ["build"]
