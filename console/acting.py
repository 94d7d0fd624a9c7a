"""Who acts: the person of the request at hand, in every route that does something in somebody's name."""

from typing import Annotated, cast

from fastapi import Depends, Request

from huiying.person import Person


def acting_person(request: Request) -> Person:
    """Whom the guard let in with this request."""
    return cast(Person, request.state.person)


Acting = Annotated[Person, Depends(acting_person)]
"""A route's parameter: who acts."""
