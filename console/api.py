"""The HTTP door that people script against: posts in, alerts, concerns, tasks, posts and sources out, as JSON."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from console.admitting import anyone, needs, reads_evidence, signed_in
from console.office import ConsoleOffice
from console.seeing import limited_to, must_see_concern, shown_matters
from huiying.alert import AlertState
from huiying.archive.archive import PostHit, PostQuery
from huiying.failures import NotAllowed, Rejected
from huiying.level import Level
from huiying.moments import read_moment
from huiying.permission import Action
from huiying.post import RawPost, SourceKind, Tone
from huiying.register.register import Transaction
from huiying.task import TaskState

_OTHERS = 10_000
"""So many are looked through for those of one unit."""

MOST_POSTS = 1000
"""Posts in one request."""

Limit = Annotated[int, Query(ge=1, le=500, description="最多返回多少条")]


class PostIn(BaseModel):
    """一条帖文。`id` 是信源自己的编号（工单号、网址），没有则由正文和时间生成。"""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=1_000_000, description="正文")
    source: str = Field(min_length=1, max_length=100, description="信源名称")
    id: str | None = Field(
        default=None, max_length=2000, description="信源自己的编号；同一编号再来为修订，不重复计数"
    )
    title: str = Field(default="", max_length=1000, description="标题")
    time: str | None = Field(default=None, max_length=60, description="发帖时间；不带时区按北京时间")
    url: str | None = Field(default=None, max_length=2000, description="原帖网址")
    kind: SourceKind = Field(default=SourceKind.SOCIAL, description="信源类别")
    author: str | None = Field(default=None, max_length=200, description="作者，只用于当日去重，入库前散列")
    engagement: int = Field(default=0, ge=0, description="转发、评论、点赞之和")


_BATCH: TypeAdapter[list[PostIn]] = TypeAdapter(list[PostIn])


def api_routes(office: ConsoleOffice) -> APIRouter:
    """Everything under `/api`."""
    routes = APIRouter(prefix="/api", tags=["数据"])
    _description(routes)
    _lists(routes, office)
    _places(routes, office)
    _records(routes, office)
    _door(routes, office)
    return routes


def _description(routes: APIRouter) -> None:
    @routes.get("/openapi.json", include_in_schema=False, response_model=None, dependencies=signed_in())
    def description(request: Request) -> JSONResponse:
        return JSONResponse(request.app.openapi())


def _lists(routes: APIRouter, office: ConsoleOffice) -> None:
    @routes.get("/alerts", dependencies=needs(Action.VIEW_MATTERS), summary="舆情预警", response_model=None)
    def alerts(
        state: Annotated[AlertState | None, Query(description="不填为未关闭的")] = None,
        level: Annotated[Level | None, Query(description="级别")] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """预警队列：级别高的在前，同级先到的在前。"""
        states = (state,) if state else (AlertState.NEW, AlertState.ACKNOWLEDGED)
        with office.register.reading() as tx:
            shown = shown_matters(tx)
            found = tx.alerts.queue(states=states, level=level, limit=limit if shown is None else _OTHERS)
            return _json([one for one in found if shown is None or one.concern in shown][:limit])

    @routes.get("/concerns", dependencies=needs(Action.VIEW_MATTERS), summary="舆情事项", response_model=None)
    def concerns(
        words: Annotated[str, Query(max_length=100, description="标题中的词或编号开头")] = "",
        bureau: Annotated[str | None, Query(description="责任单位简称")] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """按最新帖文排列的事项。"""
        with office.register.reading() as tx:
            shown = shown_matters(tx)
            most = limit if shown is None else _OTHERS
            found = tx.concerns.titled(words, most) if words else tx.concerns.latest(most, bureau=bureau)
            return _json([one for one in found if shown is None or one.id in shown][:limit])

    @routes.get("/tasks", dependencies=needs(Action.VIEW_MATTERS), summary="交办任务", response_model=None)
    def tasks(
        bureau: Annotated[str | None, Query(description="责任单位简称")] = None,
        state: Annotated[TaskState | None, Query(description="状态")] = None,
        limit: Limit = 100,
    ) -> JSONResponse:
        """按期限排列的任务，没有期限的在后。"""
        with office.register.reading() as tx:
            own = limited_to()
            if own is not None:
                found = tx.tasks.with_helped(own, state, _OTHERS)
                return _json([one for one in found if bureau in (None, one.bureau)][:limit])
            return _json(tx.tasks.of_bureau(bureau, state, limit))


def _places(routes: APIRouter, office: ConsoleOffice) -> None:
    @routes.get("/posts", dependencies=reads_evidence(), summary="检索帖文", response_model=None)
    def posts(
        words: Annotated[str, Query(max_length=200, description="空格分开的词都要出现")] = "",
        source: str | None = None,
        tone: Tone | None = None,
        bureau: str | None = None,
        cursor: Annotated[str | None, Query(max_length=500, description="上一页给出的位置")] = None,
        limit: Limit = 50,
    ) -> JSONResponse:
        """新到的在前；`cursor` 取下一页。正文已遮蔽个人信息。`assessment` 是模型的判断，`corrections` 是人的更正。"""
        query = PostQuery(words=words, source=source, tone=tone, bureau=bureau)
        try:
            page = office.archive.search(query, limit=limit, cursor=cursor)
        except Rejected as refusal:
            raise HTTPException(422, f"cursor 无效：{refusal}") from refusal
        with office.register.reading() as tx:
            hits = _shown_hits(tx, page.hits)
            said = tx.corrections.of_posts(hit.archived.post.id for hit in hits)
        items = [
            _without_author(msgspec.to_builtins(hit.archived))
            | {
                "corrections": {
                    one.value: said_so.said for one, said_so in said.get(hit.archived.post.id, {}).items()
                }
            }
            for hit in hits
        ]
        return JSONResponse({"items": items, "cursor": page.cursor})

    @routes.get("/sources", dependencies=needs(Action.VIEW_SOURCES), summary="信源情况", response_model=None)
    def sources() -> JSONResponse:
        """每个信源最近成功、最近新帖、最近故障。"""
        with office.register.reading() as tx:
            health = tx.sources.all_health()
        titles = office.source_titles
        return JSONResponse(
            {"items": [msgspec.to_builtins(one) | {"title": titles.get(name, name)} for name, one in health.items()]}
        )


def _shown_hits(tx: Transaction, hits: Sequence[PostHit]) -> Sequence[PostHit]:
    """Of posts, only those of the unit's matters for whoever is limited to a unit."""
    shown = shown_matters(tx)
    if shown is None:
        return hits
    fates = tx.posts.fates(hit.archived.post.id for hit in hits)
    return [hit for hit in hits if (fate := fates.get(hit.archived.post.id)) and fate.concern in shown]


def _records(routes: APIRouter, office: ConsoleOffice) -> None:
    views = needs(Action.VIEW_MATTERS)

    @routes.get("/concerns/{concern_id}", dependencies=views, summary="一个舆情事项", response_model=None)
    def concern(concern_id: str) -> JSONResponse:
        """事项及其预警、任务、最近动态。并入的事项给出并入后的那一个。"""
        with office.register.reading() as tx:
            return JSONResponse(_whole_concern(tx, concern_id))

    @routes.get("/alerts/{alert_id:path}", dependencies=views, summary="一条预警", response_model=None)
    def alert(alert_id: str) -> JSONResponse:
        """预警及其理由。"""
        with office.register.reading() as tx:
            found = tx.alerts.get(alert_id)
            if found is not None:
                _must_see(tx, found.concern)
        if found is None:
            raise HTTPException(404, f"没有预警 {alert_id}")
        return JSONResponse(msgspec.to_builtins(found))

    @routes.get("/tasks/{task_id:path}", dependencies=views, summary="一件任务", response_model=None)
    def task(task_id: str) -> JSONResponse:
        """任务及其全部时钟。"""
        with office.register.reading() as tx:
            found = tx.tasks.get(task_id)
            if found is not None:
                _must_see(tx, found.concern)
        if found is None:
            raise HTTPException(404, f"没有任务 {task_id}")
        return JSONResponse(msgspec.to_builtins(found))


def _must_see(tx: Transaction, concern: str | None) -> None:
    found = tx.concerns.find(concern) if concern else None
    if found is not None:
        must_see_concern(tx, found)
    elif limited_to() is not None:
        raise NotAllowed("信源故障由值班室处理，这里只有本单位的事项")


def _whole_concern(tx: Transaction, concern_id: str) -> dict[str, Any]:
    found = tx.concerns.resolve(concern_id)
    if found is None:
        raise HTTPException(404, f"没有舆情事项 {concern_id}")
    must_see_concern(tx, found)
    return {
        "concern": msgspec.to_builtins(found, str_keys=True),
        "alerts": msgspec.to_builtins(tx.alerts.for_concern(found.id)),
        "tasks": msgspec.to_builtins(tx.tasks.of_concern(found.id)),
        "doings": msgspec.to_builtins(tx.concerns.doings(found.id)),
    }


def _door(routes: APIRouter, office: ConsoleOffice) -> None:
    door = _Door(office)
    body = {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"oneOf": [_schema(), {"type": "array", "items": _schema()}]}}
            },
        }
    }

    @routes.post(
        "/posts",
        summary="提交帖文",
        response_model=None,
        openapi_extra=body,
        dependencies=[*anyone(), Depends(door.check_token)],
    )
    def take(posts: Annotated[list[PostIn], Depends(_read_posts)]) -> JSONResponse:
        """提交一条或一批（至多 1000 条）帖文。返回 new、known、changed 的条数和每条被拒的理由；总线收妥后才返回。"""
        return door.take(posts)


class _Door:
    """Where posts come in: whoever bears the token, one run of intake for each request."""

    def __init__(self, office: ConsoleOffice) -> None:
        self._office = office

    def check_token(self, authorization: Annotated[str, Header(description="Bearer 口令")] = "") -> None:
        """Refuse whoever does not bear the office's token; nothing is read of the body before."""
        expected = self._office.api_token
        if self._office.intake is None or not expected:
            raise HTTPException(503, "这个接口没有开启：管理员须设置 HUIYING_API_TOKEN")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(token.strip().encode(), expected.encode()):
            raise HTTPException(
                401, "口令不对。请求头应为 Authorization: Bearer 口令", {"WWW-Authenticate": "Bearer"}
            )

    def take(self, posts: Sequence[PostIn]) -> JSONResponse:
        """Through intake to the bus."""
        now = self._office.clock.now()
        raw = [_raw_post(post, place, now) for place, post in enumerate(posts)]
        assert self._office.intake is not None
        taken = self._office.intake().take(raw, [f"第 {place} 条" for place in range(1, len(raw) + 1)])
        rejected = [{"where": refused.where, "reason": refused.reason} for refused in taken.rejected]
        notes = [{"where": note.where, "note": note.note} for note in taken.notes]
        counts = {"new": taken.new, "known": taken.known, "changed": taken.changed}
        answer = counts | {"rejected": rejected, "notes": notes}
        return JSONResponse(answer, status_code=422 if rejected and len(rejected) == len(raw) else 200)


def _without_author(archived: dict[str, Any]) -> dict[str, Any]:
    """The hash tells duplicates of one day apart and nobody else: what goes out is the matter, never the speaker."""
    return archived | {"post": {name: part for name, part in archived["post"].items() if name != "author_hash"}}


async def _read_posts(request: Request) -> list[PostIn]:
    body = await request.body()
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise HTTPException(422, f"请求体不是 JSON：{error}") from error
    batch = found if isinstance(found, list) else [found]
    if not batch:
        raise HTTPException(422, "没有帖文：应为一个对象或一个非空数组")
    if len(batch) > MOST_POSTS:
        raise HTTPException(413, f"一次至多 {MOST_POSTS} 条，这里有 {len(batch)} 条，请分批提交")
    try:
        return _BATCH.validate_python(batch)
    except ValidationError as error:
        raise HTTPException(422, _mistakes(error)) from error


def _mistakes(error: ValidationError) -> str:
    said = []
    for mistake in error.errors(include_input=False, include_url=False)[:10]:
        place, *field = mistake["loc"]
        name = ".".join(str(part) for part in field) or "整条"
        said.append(f"第 {int(place) + 1} 条的 {name}：{_MISTAKES.get(mistake['type'], mistake['msg'])}")
    return "；".join(said)


_MISTAKES = {
    "missing": "缺这一项",
    "extra_forbidden": "不认识这一项",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "过长",
    "enum": f"应为 {'、'.join(SourceKind)} 之一",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "greater_than_equal": "不能为负",
    "model_type": "应为一个对象",
    "string_unicode": "含有不成对的代理字符",
}


def _raw_post(post: PostIn, place: int, now: datetime) -> RawPost:
    published = read_moment(post.time, now) if post.time else None
    if post.time and published is None:
        raise HTTPException(422, f"第 {place + 1} 条的 time：读不懂“{post.time}”，应如 2026-11-22T08:15:00+08:00")
    return RawPost(
        source=post.source,
        source_kind=post.kind,
        key=post.id or post.url,
        url=post.url,
        title=post.title,
        text=post.text,
        published=published,
        author=post.author,
        engagement=post.engagement,
    )


def _schema() -> dict[str, Any]:
    schema = PostIn.model_json_schema()
    schema["properties"]["kind"] = {"type": "string", "enum": list(SourceKind), "default": "social"}
    schema.pop("$defs", None)
    return schema


def _json(items: Sequence[object]) -> JSONResponse:
    return JSONResponse({"items": msgspec.to_builtins(items, str_keys=True)})
