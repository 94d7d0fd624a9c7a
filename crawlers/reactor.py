"""The one reactor of this process. Twisted cannot start a reactor twice, so it is started once and then driven.

Its asyncio loop runs only while somebody waits for something in it, which may happen any number of times, from any
thread, one after the other.
"""

import asyncio
import sys
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Started:
    """The loop under the reactor, once there is one; global because Twisted's reactor is."""

    loop: asyncio.AbstractEventLoop | None = None
    lock = threading.Lock()


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run this under the reactor and give what it gives. Another thread that is doing so is waited for."""
    with _Started.lock:
        loop = _Started.loop or _start()
        asyncio.set_event_loop(loop)
        try:
            return loop.run_until_complete(work)
        finally:
            asyncio.set_event_loop(None)


def _start() -> asyncio.AbstractEventLoop:
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("another Twisted reactor is installed in this process; crawl in a process of its own")
    from twisted.internet import asyncioreactor  # noqa: PLC0415 - nothing of Twisted's reactor before it is needed

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor  # noqa: PLC0415 - exists only now

    started: Any = reactor
    # Names are resolved in this pool; its threads must not keep the process alive, as nobody stops the reactor.
    started.getThreadPool().threadFactory = _daemon
    started.startRunning(installSignalHandlers=False)
    _Started.loop = loop
    return loop


def _daemon(*args: Any, **kwargs: Any) -> threading.Thread:
    return threading.Thread(*args, daemon=True, **kwargs)
