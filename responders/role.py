"""The respond role: relay, stages and what else stands in one process, each in a thread of its own."""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from huiying.loop import Loop
from huiying.pulse import Pulse
from huiying.relay import Relay


class Standing(Protocol):
    """What works until it is told to stop, wherever the lease that it needs is held."""

    pulse: Pulse

    def run(self, stop: threading.Event) -> None:
        """Work."""
        ...


class RespondRole:
    """Runs until told to stop, or until one of its parts breaks; then all stop and the reason is raised."""

    def __init__(self, relay: Relay, loops: Sequence[Loop], standing: Mapping[str, Standing]) -> None:
        self.loops = loops
        self.pulses: Mapping[str, Pulse] = {
            "relay": relay.pulse,
            **{name: part.pulse for name, part in standing.items()},
            **{loop.name: loop.pulse for loop in loops},
        }
        self._relay = relay
        self._standing = standing
        self._broken: list[BaseException] = []

    def run(self, stop: threading.Event) -> None:
        """Run every part; a clean stop lets each finish what it has in hand."""
        parts: list[tuple[str, Callable[[], None]]] = [
            ("relay", self._relay.run),
            *((name, partial(part.run, stop)) for name, part in self._standing.items()),
            *((loop.name, loop.run) for loop in self.loops),
        ]
        threads = [threading.Thread(target=self._watch, args=(part, stop), name=name) for name, part in parts]
        for thread in threads:
            thread.start()
        stop.wait()
        self._relay.stop()
        for loop in self.loops:
            loop.stop()
        for thread in threads:
            thread.join()
        if self._broken:
            raise self._broken[0]

    def _watch(self, part: Callable[[], None], stop: threading.Event) -> None:
        try:
            part()
        except BaseException as error:  # noqa: BLE001 - re-raised in the main thread, once the others have stopped
            self._broken.append(error)
        finally:
            # A part that ended by itself would leave the office half alive: all stop, the supervisor starts anew.
            stop.set()
