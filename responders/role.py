"""The respond role: relay, stages, timers and sender of one process, each in a thread of its own."""

import threading
from collections.abc import Callable, Mapping, Sequence

from huiying.loop import Loop
from huiying.pulse import Pulse
from huiying.relay import Relay
from responders.notices.sending import Sender
from responders.timers import Timers


class RespondRole:
    """Runs until told to stop, or until one of its parts breaks; then all stop and the reason is raised."""

    def __init__(self, relay: Relay, loops: Sequence[Loop], timers: Timers, sender: Sender) -> None:
        self.loops = loops
        self.pulses: Mapping[str, Pulse] = {
            "relay": relay.pulse,
            "timers": timers.pulse,
            "sender": sender.pulse,
            **{loop.name: loop.pulse for loop in loops},
        }
        self._relay = relay
        self._timers = timers
        self._sender = sender
        self._broken: list[BaseException] = []

    def run(self, stop: threading.Event) -> None:
        """Run every part; a clean stop lets each finish what it has in hand."""
        parts: list[tuple[str, Callable[[], None]]] = [
            ("relay", self._relay.run),
            ("timers", lambda: self._timers.run(stop)),
            ("sender", lambda: self._sender.run(stop)),
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
