"""Lists of alerts, matters, tasks, proceedings, answers, 批示件 and sources, as far as whoever asks may see them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from console.admitting import needs
from console.api.answering import as_told, listed
from console.api.bodies import NO_NUL
from console.api.describing import told
from console.api.shapes import list_of, ref
from console.office import ConsoleOffice
from console.seeing import limited_to, shown_matters
from huiying.alert import Alert, AlertState
from huiying.clarification import Clarification, ClarificationState
from huiying.concern import Concern
from huiying.instruction import Instruction
from huiying.level import Level
from huiying.permission import Action
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.source import SourceHealth
from huiying.task import Task, TaskState

_OTHERS = 10_000
"""So many are looked through for those of one unit."""

Limit = Annotated[int, Query(ge=1, le=500, description="最多返回多少条", examples=[100])]
Bureau = Annotated[str | None, Query(max_length=50, pattern=NO_NUL, description="责任单位简称", examples=["水务局"])]
_OfAMatter = TypeVar("_OfAMatter", Alert, Clarification, Proceeding, Instruction)


def list_routes(office: ConsoleOffice) -> APIRouter:
    """`GET /api/{alerts,concerns,tasks,proceedings,clarifications,instructions,sources}`."""
    routes = APIRouter(prefix="/api")
    _of_matters(routes, office)
    _of_tasks(routes, office)
    _of_answers(routes, office)
    _of_sources(routes, office)
    return routes


def _views(noun: type) -> dict[str, Any]:
    return {"dependencies": needs(Action.VIEW_MATTERS), **told(list_of(ref(noun)), Action.VIEW_MATTERS)}


def _of_matters(routes: APIRouter, office: ConsoleOffice) -> None:
    @routes.get("/alerts", tags=["预警"], summary="舆情预警", **_views(Alert))
    def alerts(
        state: Annotated[AlertState | None, Query(description="不填为未关闭的", examples=["new"])] = None,
        level: Annotated[Level | None, Query(description="级别", examples=["red"])] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """预警队列：级别高的在前，同级先到的在前。"""
        states = (state,) if state else (AlertState.NEW, AlertState.ACKNOWLEDGED)
        with office.register.reading() as tx:
            return _own(tx, limit, lambda most: tx.alerts.queue(states=states, level=level, limit=most))

    @routes.get("/concerns", tags=["事项"], summary="舆情事项", **_views(Concern))
    def concerns(
        words: Annotated[
            str,
            Query(max_length=100, pattern=NO_NUL, description="标题中的词或编号开头", examples=["自来水"]),
        ] = "",
        bureau: Bureau = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """按最新帖文排列的事项。"""
        with office.register.reading() as tx:
            shown = shown_matters(tx)
            most = limit if shown is None else _OTHERS
            found = tx.concerns.titled(words, most) if words else tx.concerns.latest(most, bureau=bureau)
            return listed([one for one in found if shown is None or one.id in shown][:limit])


def _of_tasks(routes: APIRouter, office: ConsoleOffice) -> None:
    @routes.get("/tasks", tags=["任务"], summary="交办任务", **_views(Task))
    def tasks(
        bureau: Bureau = None,
        state: Annotated[TaskState | None, Query(description="状态", examples=["sent"])] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """按期限排列的任务，没有期限的在后。"""
        with office.register.reading() as tx:
            own = limited_to()
            if own is not None:
                found = tx.tasks.with_helped(own, state, _OTHERS)
                return listed([one for one in found if bureau in (None, one.bureau)][:limit])
            return listed(tx.tasks.of_bureau(bureau, state, limit))

    @routes.get("/proceedings", tags=["办理"], summary="办理记录", **_views(Proceeding))
    def proceedings(
        is_open: Annotated[
            bool | None, Query(alias="open", description="true 在办，false 已结，不填为全部", examples=[True])
        ] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """每个事项按哪个程序办、办完了哪些环节、各时限何时到期（含计算和依据）、何时办到。"""
        with office.register.reading() as tx:
            return _own(tx, limit, lambda most: tx.proceedings.listed(is_open=is_open, limit=most))


def _of_answers(routes: APIRouter, office: ConsoleOffice) -> None:
    @routes.get("/clarifications", tags=["回应稿"], summary="回应稿", **_views(Clarification))
    def clarifications(
        bureau: Bureau = None,
        state: Annotated[ClarificationState | None, Query(description="状态", examples=["drafting"])] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """每个事项的回应稿：起草单位、类型、状态、有几稿。正文和审签在 `/api/clarifications/{id}`。"""
        with office.register.reading() as tx:
            return _own(tx, limit, lambda most: tx.clarifications.listed(bureau=bureau, state=state, limit=most))

    @routes.get("/instructions", tags=["批示"], summary="批示件", **_views(Instruction))
    def instructions(
        is_open: Annotated[
            bool, Query(alias="open", description="true 未落实，false 近期已落实", examples=[True])
        ] = True,
        limit: Limit = 100,
    ) -> JSONResponse:
        """未落实的批示件，期限近的在前。"""
        with office.register.reading() as tx:
            return _own(tx, limit, tx.instructions.open if is_open else tx.instructions.finished)


def _of_sources(routes: APIRouter, office: ConsoleOffice) -> None:
    titled = {"allOf": [ref(SourceHealth), {"properties": {"title": {"type": "string"}}, "required": ["title"]}]}

    @routes.get(
        "/sources",
        tags=["信源"],
        summary="信源情况",
        dependencies=needs(Action.VIEW_SOURCES),
        **told(list_of(titled), Action.VIEW_SOURCES),
    )
    def sources() -> JSONResponse:
        """每个信源最近成功、最近新帖、最近故障。"""
        with office.register.reading() as tx:
            health = tx.sources.all_health()
        titles = office.source_titles
        return JSONResponse(
            {"items": [as_told(one) | {"title": titles.get(name, name)} for name, one in health.items()]}
        )


def _own(tx: Transaction, limit: int, ask: Callable[[int], Sequence[_OfAMatter]]) -> JSONResponse:
    """Of a list, what is of the matters that whoever asks may see."""
    shown = shown_matters(tx)
    found = ask(limit if shown is None else _OTHERS)
    return listed([one for one in found if shown is None or one.concern in shown][:limit])
