"""How often somebody guessed from one address: after some times nothing counts from there for a while.

A try counts from its beginning: of many at once no more get through than one after the other.
"""

import ipaddress
from collections import OrderedDict, deque
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

MOST = 10
WITHIN = timedelta(minutes=15)
_ADDRESSES = 10_000


class Guesses:
    """Wrong tries of the last quarter of an hour, over all threads; of too many addresses the oldest go."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()

    def begin(self, address: str, now: datetime) -> bool:
        """Whether one more try may begin; it counts as wrong until `take_back` says otherwise."""
        network = _network(address)
        with self._lock:
            tries = self._lately(network, now)
            if len(tries) >= MOST:
                return False
            tries.append(now)
            self._tries[network] = tries
            self._tries.move_to_end(network)
            if len(self._tries) > _ADDRESSES:
                self._tries.popitem(last=False)
            return True

    def take_back(self, address: str, began: datetime) -> None:
        """The try that began then was none: it was right, or could not be looked at."""
        with self._lock, suppress(KeyError, ValueError):
            self._tries[_network(address)].remove(began)

    def _lately(self, network: str, now: datetime) -> deque[datetime]:
        tries = self._tries.get(network, deque(maxlen=MOST))
        while tries and now - tries[0] > WITHIN:
            tries.popleft()
        return tries


def _network(address: str) -> str:
    """Of IPv6 whoever has one address has all of its /64 (RFC 6177)."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)
