"""What the HTTP door tells of how matters are answered: their proceedings and the clarifications."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from console.admitting import needs
from console.office import ConsoleOffice
from console.seeing import shown_matters
from huiying.clarification import ClarificationState
from huiying.permission import Action
from huiying.proceeding import Proceeding
from huiying.running_clocks import met_at, why_not_binding

_OTHERS = 10_000
"""So many are looked through for those of one unit."""

_OF_THE_PROCEDURE = ("id", "title", "version")

Limit = Annotated[int, Query(ge=1, le=500, description="最多返回多少条")]


def answer_routes(office: ConsoleOffice) -> APIRouter:
    """`/api/clarifications` and `/api/proceedings`."""
    routes = APIRouter(prefix="/api", tags=["数据"])
    views = needs(Action.VIEW_MATTERS)

    @routes.get("/clarifications", dependencies=views, summary="回应稿", response_model=None)
    def clarifications(
        bureau: Annotated[str | None, Query(description="责任单位简称")] = None,
        state: Annotated[ClarificationState | None, Query(description="状态")] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """每个事项的回应稿：起草单位、类型、状态、有几稿。正文在起草页和审查页。"""
        with office.register.reading() as tx:
            shown = shown_matters(tx)
            most = limit if shown is None else _OTHERS
            found = tx.clarifications.listed(bureau=bureau, state=state, limit=most)
        own = [one for one in found if shown is None or one.concern in shown][:limit]
        return JSONResponse({"items": msgspec.to_builtins(own)})

    @routes.get("/proceedings", dependencies=views, summary="办理记录", response_model=None)
    def proceedings(
        is_open: Annotated[bool | None, Query(alias="open", description="true 在办，false 已结，不填为全部")] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """每个事项按哪个程序办、办完了哪些环节、各时限何时到期（含计算和依据）、何时办到。"""
        with office.register.reading() as tx:
            shown = shown_matters(tx)
            found = tx.proceedings.listed(is_open=is_open, limit=limit if shown is None else _OTHERS)
        own = [one for one in found if shown is None or one.concern in shown][:limit]
        return JSONResponse({"items": [_told(one) for one in own]})

    return routes


def _told(proceeding: Proceeding) -> dict[str, Any]:
    """A proceeding without the whole procedure, each clock with when it was met or why it binds nobody."""
    whole: dict[str, Any] = msgspec.to_builtins(proceeding, str_keys=True)
    whole["procedure"] = {name: whole["procedure"][name] for name in _OF_THE_PROCEDURE}
    for clock in whole["clocks"]:
        met = met_at(proceeding, clock["step"])
        clock["met_at"] = met.isoformat() if met else None
        clock["not_binding"] = why_not_binding(proceeding, clock["step"])
    return whole
