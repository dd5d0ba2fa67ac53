"""How often somebody guessed from one address: after some times nothing counts from there for a while."""

import ipaddress
from collections import OrderedDict, deque
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

    def are_too_many(self, address: str, now: datetime) -> bool:
        with self._lock:
            return len(self._lately(_network(address), now)) >= MOST

    def note(self, address: str, now: datetime) -> None:
        network = _network(address)
        with self._lock:
            tries = self._lately(network, now)
            tries.append(now)
            self._tries[network] = tries
            self._tries.move_to_end(network)
            if len(self._tries) > _ADDRESSES:
                self._tries.popitem(last=False)

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
