"""How often one visitor may do something: counted in this process by network address, forgotten within the hour."""

import ipaddress
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

from huiying.clock import Clock

_SPAN = timedelta(hours=1)
_MOST_VISITORS = 20_000


class Limit:
    """So many times an hour for each address; a whole /64 of IPv6 is one visitor."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self._visits: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def has_room(self, address: str) -> bool:
        """Whether this address may once more."""
        with self._lock:
            return len(self._recent(address)) < self._most

    def count(self, address: str) -> None:
        """It did."""
        with self._lock:
            self._recent(address).append(self._clock.now())
            while len(self._visits) > _MOST_VISITORS:
                self._visits.popitem(last=False)

    def _recent(self, address: str) -> deque[datetime]:
        visitor, since = _visitor(address), self._clock.now() - _SPAN
        visits = self._visits.setdefault(visitor, deque())
        self._visits.move_to_end(visitor)
        while visits and visits[0] <= since:
            visits.popleft()
        return visits


def _visitor(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
