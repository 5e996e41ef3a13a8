"""The networks that learners trained or loaded: beside the lesson's own, by their sha256.

The browser keeps the file and says the sha256 with every request; the server keeps the latest, and
is sent the file again where it has forgotten one.
"""

from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache
from threading import Lock

from mnist_cnn.networks.models import OWN
from mnist_cnn.networks.variants import Variant
from mnist_cnn.sharing.weight_set import WeightSet

MOST_BYTES = 200_000_000  # of all that are kept


class OwnNetworks:
    """The latest networks, by sha256 of their files."""

    def __init__(self, most_bytes: int = MOST_BYTES):
        self._kept: OrderedDict[str, Variant] = OrderedDict()
        self._lock, self._most_bytes, self._bytes = Lock(), most_bytes, 0

    def add(self, variant: Variant) -> str:
        """Keep a network; returns its sha256."""
        with self._lock:
            if variant.sha256 not in self._kept:
                self._kept[variant.sha256] = variant
                self._bytes += len(variant.file)
            while self._bytes > self._most_bytes and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1].file)
        return variant.sha256

    def get(self, sha256: str) -> Variant | None:
        """A network that is kept still."""
        with self._lock:
            if sha256 not in self._kept:
                return None
            self._kept.move_to_end(sha256)
            return self._kept[sha256]


@lru_cache(32)
def joined(weights: WeightSet, own: Variant) -> WeightSet:
    """The same set with a learner's network in it, as OWN."""
    return replace(weights, models={**weights.models, OWN: own.model})
