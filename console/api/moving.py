"""A move as a program makes it: the same method of the office, the same action, the same audit as its button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path
from fastapi.responses import JSONResponse

from console.acting import Acting
from console.admitting import keeps, needs
from console.api.answering import answered
from console.api.bodies import NO_NUL, Body, reading
from console.api.describing import OF_MOVES, OF_RECORDS, needs_words, told, told_body
from console.api.shapes import ref
from console.office import ConsoleOffice
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.person import Person
from huiying.register.register import Transaction

Finder = Callable[[Transaction, str], object]
"""Finds what a move is about: 404 where there is none, `NotAllowed` where it is not for who asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One move: where, by whom, what it is told and what it gives back.

    `about` finds what the `{id}` of the path names; a path without one begins something. `kept_as` is what it is
    called in the audit where it is not called as its action.
    """

    path: str
    action: Action | Sequence[Action]
    summary: str
    says: str
    body: type[Body]
    example: dict[str, Any]
    gives: type
    act: Callable[[str, Any, Person], object]
    about: Finder | None = None
    kept_as: str = ""

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of which whoever makes it must be able to do one."""
        return (self.action,) if isinstance(self.action, Action) else tuple(self.action)


class Empty(Body):
    """A move that needs to be told nothing."""


def add_moves(routes: APIRouter, office: ConsoleOffice, tag: str, moves: Sequence[Move]) -> None:
    """A route for each."""
    for move in moves:
        _add(routes, office, tag, move)


def _add(routes: APIRouter, office: ConsoleOffice, tag: str, move: Move) -> None:
    read = reading(move.body)

    def act(body: Annotated[Any, Depends(read)], by: Acting) -> JSONResponse:
        return answered(move.act("", body, by))

    def act_on(
        id: Annotated[str, Path(max_length=500, pattern=NO_NUL, description="编号，见各列表的 id")],
        body: Annotated[Any, Depends(read)],
        by: Acting,
    ) -> JSONResponse:
        _must_find(office, move, id)
        return answered(move.act(id, body, by))

    declared = told(ref(move.gives), *move.actions, errors=OF_MOVES | OF_RECORDS)
    declared["openapi_extra"] |= told_body(move.body, move.example)
    routes.add_api_route(
        move.path,
        act_on if move.about else act,
        methods=["POST"],
        tags=[tag],
        summary=move.summary,
        description=f"{move.says}{needs_words(move.actions)}",
        operation_id=move.path.strip("/").replace("/", "-").replace("{id:path}-", ""),
        dependencies=keeps(move.kept_as) if move.kept_as else needs(*move.actions),
        **declared,
    )


def _must_find(office: ConsoleOffice, move: Move, id: str) -> None:
    if move.about is None:
        return
    with office.register.reading() as tx:
        try:
            move.about(tx, id)
        except NotAllowed as refusal:
            raise HTTPException(403, str(refusal)) from refusal
