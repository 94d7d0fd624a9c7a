"""Requests without end are refused while they still arrive."""

from starlette.types import Message, Receive


class TooLarge(Exception):
    """The body is longer than anything this application takes."""


def bounded(receive: Receive, most: int) -> Receive:
    """The same, which raises `TooLarge` after so many bytes."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge
        return message

    return receive_some
