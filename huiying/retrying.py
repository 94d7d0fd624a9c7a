"""Puts dead letters on the bus again, once what killed them is mended (`huiying deadletters retry`)."""

from collections.abc import Sequence

from huiying.bus.bus import Bus
from huiying.register.register import Register


def retry_dead_letters(register: Register, bus: Bus, ids: Sequence[int]) -> Sequence[int]:
    """Publish these again to their topics and mark them retried; returns the ids that are not there.

    Every stage that reads the topic meets the message again; to those that had handled it, that changes nothing.
    Published first and marked after: a crash in between publishes twice, which is harmless, and loses nothing.
    """
    with register.reading() as tx:
        found = [letter for letter in map(tx.dead_letters.get, ids) if letter is not None]
    bus.forward([letter.envelope for letter in found])
    with register.transaction() as tx:
        tx.dead_letters.mark_retried([letter.id for letter in found])
    there = {letter.id for letter in found}
    return [id for id in ids if id not in there]
