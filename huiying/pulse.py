"""The pulse of a part that works in a loop of its own: by it others see that the part has not got stuck."""

import time


class Pulse:
    """Beats whenever its part has finished something or looked for work, also while it waits for a store.

    One part beats, any thread may look.
    """

    def __init__(self) -> None:
        self.last = time.monotonic()

    def beat(self) -> None:
        """The part is still going round."""
        self.last = time.monotonic()

    def silent_seconds(self) -> float:
        """How long ago it last was."""
        return time.monotonic() - self.last
