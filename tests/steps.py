"""Steps of a proceeding as their own moves leave them, for tests of what comes after."""

from typing import Any

from huiying.person import Signed
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from responders.proceedings.proceeding import done_words, keep, proceeding_of


def write_step(tx: Transaction, id: str, step: str, *, by: Signed, **decided: Any) -> Proceeding:
    """Write a step down without the move that it belongs to; its order and outcome are checked all the same."""
    present = proceeding_of(tx, id)
    done = present.completed(step, by=by, **decided)
    return keep(tx, present, done, done_words(done, step), by.name)
