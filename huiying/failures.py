"""Three kinds of trouble: a message that can never work, a part that is away, and a move that is not allowed.

Anything else that is raised is a bug; the loop isolates the message that causes it (`huiying/loop.py`).
"""


class HuiyingError(Exception):
    """What all of the house's own errors have in common."""


class Rejected(HuiyingError):
    """This input will never work; it goes to the dead letters or the rejects with its reason."""


class Unavailable(HuiyingError):
    """A store, the bus or a server is away; keep the work in hand and try again later."""


class Unusable(Unavailable):
    """A server answers but cannot be worked with until a person mends it; the message names the setting, what was
    tried and the remedy. Waiting is right: once it is mended the work goes on by itself.
    """


class NotAllowed(HuiyingError):
    """The thing is not in a state, or the person not in a role, that allows this move."""


class NotToBeKept(NotAllowed):
    """Not allowed, and nothing of what was said may be kept anywhere: a report of wrongdoing, a secrecy mark."""


class Stale(HuiyingError):
    """Somebody else changed the record first; read it again and decide again."""


class Misconfigured(HuiyingError):
    """A setting or a file under `config/` is wrong; the message names which, where and the remedy."""
