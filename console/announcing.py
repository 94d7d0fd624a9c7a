"""A process says in the register, again and again, that it is there and which configuration it read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from console.wiring import Office
from huiying.failures import Unavailable
from huiying.register.register import Register
from huiying.running_process import RunningProcess

_EVERY_SECONDS = 15.0
_LEAVE_SECONDS = 2.0


@contextmanager
def announced(office: Office, role: str) -> Iterator[None]:
    """Say it for as long as the block runs. Nobody waits for it: where the register is away, it is said later."""
    ended, register = threading.Event(), office.register
    saying = threading.Thread(
        target=_keep_saying, args=(register, _process(office, role), ended), daemon=True, name="announcing"
    )
    saying.start()
    try:
        yield
    finally:
        ended.set()
        saying.join(_LEAVE_SECONDS)


def _process(office: Office, role: str) -> RunningProcess:
    now = office.clock.now()
    return RunningProcess(process=office.holder, role=role, config=office.config_digest, began_at=now, seen_at=now)


def _keep_saying(register: Register, process: RunningProcess, ended: threading.Event) -> None:
    while True:
        with suppress(Unavailable), register.transaction() as tx:
            tx.configuration.announce(process)
        if ended.wait(_EVERY_SECONDS):
            break
    with suppress(Unavailable), register.transaction() as tx:
        tx.configuration.withdraw(process.process)
