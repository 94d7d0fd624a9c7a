"""Where one goes next: an address of this console, whatever was asked for, and where somebody begins."""

import re

from huiying.person import Person, Role

MY_PAGE = "/me"
_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,2000}")

_STARTS = (
    (Role.OFFICER, "/queue"),
    (Role.LEADER, "/leader"),
    (Role.HANDLER, "/desk"),
    (Role.BUREAU_HEAD, "/desk"),
    (Role.CHECKER, "/review"),
    (Role.REVIEWER, "/review"),
    (Role.SIGNER, "/review"),
    (Role.SUPERVISOR, "/tasks"),
    (Role.ADMINISTRATOR, "/sources"),
    (Role.AUDITOR, "/audit"),
)
"""The first role of a person in this order decides: who keeps watch has the queue, whatever else they do."""


def local_address(text: str, *, otherwise: str = "/") -> str:
    """An address of this console: nobody is sent elsewhere by a form or after signing in."""
    return text if _HERE.fullmatch(text) else otherwise


def home_of(person: Person) -> str:
    """The page where a person's work begins who asked for nothing else; for somebody without a role, their own."""
    return next((path for role, path in _STARTS if role in person.roles), MY_PAGE)
