"""Passwords are kept as argon2id hashes (46 MiB, one pass: OWASP's first choice) and nowhere in the clear."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each hashing takes its memory: however many sign in at once, no more than two are hashed together."""


def hash_password(password: str) -> str:
    """The hash to keep, with its salt and its costs."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether this is the password of a hash; it takes as long where there is no hash to compare with."""
    with _AT_ONCE:
        try:
            _HASHER.verify(kept or _NOBODYS, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


_NOBODYS = _HASHER.hash("nobody has this password")
