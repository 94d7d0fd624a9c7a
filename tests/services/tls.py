"""TLS in front of a PostgreSQL that has none: answers the client's request for TLS and passes on what it decrypts."""

import socket
import ssl
import threading
from contextlib import closing, suppress
from types import TracebackType
from typing import Self

_REQUEST = 8
"""Bytes with which a client of PostgreSQL asks for TLS, before anything else."""


class TlsFront:
    """Listens on a port of its own with the certificate of `context`; what comes reaches `port` in the clear."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._behind = port
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A thread that waits in accept() wakes up only by this.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with closing(client), suppress(OSError):
            client.recv(_REQUEST, socket.MSG_WAITALL)
            client.sendall(b"S")
            with (
                self._context.wrap_socket(client, server_side=True) as said,
                socket.create_connection(("127.0.0.1", self._behind)) as server,
            ):
                back = threading.Thread(target=_pass_on, args=(server, said), daemon=True)
                back.start()
                _pass_on(said, server)
                back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(65_536):
            target.sendall(block)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
