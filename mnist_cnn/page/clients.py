"""Who asks, and how much each may send: a token bucket per address."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope


def address(scope: Scope) -> str:
    """The client's: where the peer is on a private network, a proxy, the one that it names.

    Of several names the last, which the nearest proxy wrote.
    """
    peer = (scope.get("client") or ("",))[0]
    named = Headers(scope=scope).get("x-forwarded-for", "").rpartition(",")[2].strip()
    try:
        return named if named and ip_address(peer).is_private else peer
    except ValueError:
        return peer


@dataclass(frozen=True)
class Rate:
    """Of a token bucket: so much a second, and so much at once after a pause."""

    per_second: float
    at_once: float


# Two hundred people may stand behind one address.
RATES = {"uploads": Rate(50, 1_000), "bytes": Rate(30_000_000, 1_000_000_000)}


class Meter:
    """What each client has left of RATES."""

    def __init__(self, rates: dict[str, Rate] = RATES, clients: int = 10_000):
        self._rates, self._clients = rates, clients
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, client: str, kind: str, count: float) -> bool:
        """Whether so much was left; then it is taken."""
        rate, now = self._rates[kind], time.monotonic()
        left, before = self._left.pop((client, kind), (rate.at_once, now))
        left = min(rate.at_once, left + rate.per_second * (now - before))
        enough = left >= count
        self._left[client, kind] = left - count * enough, now
        if len(self._left) > self._clients:
            self._left.popitem(last=False)
        return enough
