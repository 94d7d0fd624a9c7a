"""`huiying prepare`: makes every store ready for this version, and waits for servers that are not up yet."""

import time
from collections.abc import Callable

from console.checking import Finding
from console.wiring import Office
from huiying.archive.archive import PostQuery
from huiying.failures import Unavailable
from huiying.messages import KINDS

_BETWEEN_SECONDS = 1.0


def prepare_stores(office: Office, patience: float, tell: Callable[[str], None]) -> list[Finding]:
    """Bring the register's schema up to date and make topics, indices and the directory; what came of each store.

    Doing it again changes nothing. A store that is away is tried for `patience` seconds, and `tell` hears in
    Chinese which is waited for and why, once per reason.
    """
    waiting: dict[str, Callable[[], None]] = {
        "台账": office.register.prepare,
        "总线": lambda: _prepare_bus(office),
        "帖文库": lambda: _prepare_archive(office),
    }
    reasons: dict[str, str] = {}
    deadline = time.monotonic() + patience
    while True:
        for store, move in list(waiting.items()):
            try:
                move()
            except Unavailable as away:
                if reasons.get(store) != str(away):
                    tell(f"等待{store}：{away}")
                reasons[store] = str(away)
            else:
                del waiting[store]
                reasons[store] = "已就绪"
        if not waiting or time.monotonic() >= deadline:
            return [Finding(what=store, ok=store not in waiting, found=found) for store, found in reasons.items()]
        time.sleep(min(_BETWEEN_SECONDS, max(0.0, deadline - time.monotonic())))


def _prepare_bus(office: Office) -> None:
    """The bus makes its topics at its first use."""
    office.bus.lag("prepare", tuple(KINDS))


def _prepare_archive(office: Office) -> None:
    """The archive makes its indices at their first use."""
    office.archive.store_directory(office.policy.bureaus, office.policy.duties)
    office.archive.search(PostQuery(), limit=1)
