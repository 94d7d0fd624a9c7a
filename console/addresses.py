"""Where one goes next: an address of this console, whatever was asked for, and where somebody begins."""

import re

from huiying.gate import Gate
from huiying.permission import Action, able
from huiying.person import Person

MY_PAGE = "/me"
_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,2000}")


def local_address(text: str, *, otherwise: str = "/") -> str:
    """An address of this console: nobody is sent elsewhere by a form or after signing in."""
    return text if _HERE.fullmatch(text) else otherwise


def home_of(person: Person) -> str:
    """Where somebody begins who asked for nothing else: at their own work."""
    if able(person, Action.HANDLE_ALERTS):
        return "/"
    if able(person, Action.HANDLE_TASK):
        return "/desk"
    if any(able(person, gate.action) for gate in Gate):
        return "/review"
    if able(person, Action.VIEW_MATTERS):
        return "/"
    return "/users" if able(person, Action.MANAGE_USERS) else MY_PAGE
