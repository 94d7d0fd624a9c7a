"""A proxy on loopback that holds back one kind of request until it is let pass: a slow server, made on purpose."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

_PATIENCE = 20.0


class SlowProxy:
    """Passes everything on to a port; a connection that asks for `slow_path` waits for `let_pass`."""

    def __init__(self, port: int, *, slow_path: bytes) -> None:
        self._port = port
        self._slow_path = slow_path
        self._pass = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.held = 0

    @property
    def address(self) -> str:
        """Where it stands before the server."""
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def let_pass(self) -> None:
        """The server is quick again."""
        self._pass.set()

    def __enter__(self) -> Self:
        """Open the door."""
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Shut it; what is under way ends with its own connections."""
        self._pass.set()
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                browser, _ = self._door.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            threading.Thread(target=_carry, args=(browser, server, self._hold), daemon=True).start()
            threading.Thread(target=_carry, args=(server, browser, _let), daemon=True).start()

    def _hold(self, data: bytes) -> None:
        if data.startswith(self._slow_path):
            self.held += 1
            self._pass.wait(_PATIENCE)


def _let(_data: bytes) -> None:
    """Answers are never held back."""


def _carry(source: socket.socket, to: socket.socket, before: Callable[[bytes], None]) -> None:
    with contextlib.suppress(OSError), source, to:
        while data := source.recv(65536):
            before(data)
            to.sendall(data)
