"""One alert, matter, task, proceeding or answer, with what belongs to it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse

from console.admitting import needs, reads_evidence
from console.api import found
from console.api.answering import answered, as_told
from console.api.bodies import NO_NUL
from console.api.describing import OF_RECORDS, told
from console.api.shapes import Schema, ref
from console.office import ConsoleOffice
from huiying.alert import Alert
from huiying.clarification import Clarification, Text
from huiying.concern import Concern
from huiying.finding import Finding
from huiying.permission import Action
from huiying.proceeding import Proceeding
from huiying.publication import Published
from huiying.register.concerns import Doing
from huiying.review import GateRecord, Review
from huiying.supervision import Supervision
from huiying.task import Task

Id = Annotated[str, Path(max_length=500, pattern=NO_NUL, description="编号，见各列表的 id", examples=["c-water"])]


def record_routes(office: ConsoleOffice) -> APIRouter:
    """`GET /api/{alerts,concerns,tasks,proceedings,clarifications}/{id}`."""
    routes = APIRouter(prefix="/api")
    _matters(routes, office)
    _tasks(routes, office)
    _answers(routes, office)
    return routes


def _matters(routes: APIRouter, office: ConsoleOffice) -> None:
    whole = _object(concern=ref(Concern), alerts=_many(Alert), tasks=_many(Task), doings=_many(Doing))

    @routes.get("/concerns/{id:path}", tags=["事项"], summary="一个舆情事项", **_views(whole))
    def concern(id: Id) -> JSONResponse:
        """事项及其预警、任务、最近动态。并入的事项给出并入后的那一个。"""
        with office.register.reading() as tx:
            one = found.concern(tx, id)
            return JSONResponse(
                {
                    "concern": as_told(one),
                    "alerts": [as_told(each) for each in tx.alerts.for_concern(one.id)],
                    "tasks": [as_told(each) for each in tx.tasks.of_concern(one.id)],
                    "doings": [as_told(each) for each in tx.concerns.doings(one.id)],
                }
            )

    @routes.get("/alerts/{id:path}", tags=["预警"], summary="一条预警", **_views(ref(Alert)))
    def alert(id: Id) -> JSONResponse:
        """预警及其理由。"""
        with office.register.reading() as tx:
            return answered(found.alert(tx, id))

    @routes.get("/proceedings/{id:path}", tags=["办理"], summary="一个事项的办理记录", **_views(ref(Proceeding)))
    def proceeding(id: Id) -> JSONResponse:
        """环节、时限、级别和评估。"""
        with office.register.reading() as tx:
            return answered(found.proceeding(tx, id))


def _tasks(routes: APIRouter, office: ConsoleOffice) -> None:
    @routes.get(
        "/tasks/{id:path}/findings",
        tags=["任务"],
        summary="一件任务的反馈和督办",
        **_views(_object(findings=_many(Finding), supervisions=_many(Supervision))),
    )
    def findings(id: Id) -> JSONResponse:
        """单位写的反馈（签了字的和没有签的）和这件任务的督办。"""
        with office.register.reading() as tx:
            task = found.task(tx, id)
            asked = tx.supervisions.of_tasks([task.id]).get(task.id, [])
            written = tx.findings.of_task(task.id)
        return JSONResponse(
            {"findings": [as_told(each) for each in written], "supervisions": [as_told(each) for each in asked]}
        )

    @routes.get("/tasks/{id:path}", tags=["任务"], summary="一件任务", **_views(ref(Task)))
    def task(id: Id) -> JSONResponse:
        """任务及其全部时钟。"""
        with office.register.reading() as tx:
            return answered(found.task(tx, id))


def _answers(routes: APIRouter, office: ConsoleOffice) -> None:
    text = {"allOf": [ref(Text), _object(sha256={"type": "string"})]}
    review = _object(review=ref(Review), records=_many(GateRecord))
    whole = _object(
        clarification=ref(Clarification),
        texts={"type": "array", "items": text},
        reviews={"type": "array", "items": review},
        publications=_many(Published),
    )
    how = told(whole, Action.VIEW_MATTERS, errors=OF_RECORDS, kept="read-evidence")

    @routes.get(
        "/clarifications/{id:path}", tags=["回应稿"], summary="一份回应稿", dependencies=reads_evidence(), **how
    )
    def clarification(id: Id) -> JSONResponse:
        """每一稿的正文、依据和 sha256，三关的席位和意见，发布情况。依据里有帖文，所以记入审计。"""
        with office.register.reading() as tx:
            one = found.clarification(tx, id)
            return JSONResponse(
                {
                    "clarification": as_told(one),
                    "texts": [as_told(each) for each in tx.clarifications.texts(one.id)],
                    "reviews": [as_told(each) for each in tx.reviews.of_clarification(one.id)],
                    "publications": [as_told(each) for each in tx.publications.of_clarification(one.id)],
                }
            )


def _views(answer: Schema) -> dict[str, Any]:
    return {
        "dependencies": needs(Action.VIEW_MATTERS),
        **told(answer, Action.VIEW_MATTERS, errors=OF_RECORDS),
    }


def _object(**parts: Schema) -> Schema:
    return {"type": "object", "properties": parts, "required": list(parts)}


def _many(noun: type) -> Schema:
    return {"type": "array", "items": ref(noun)}
