"""Posts: searched as 检索 does, and the door by which programs bring them in."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from console.admitting import anyone, reads_evidence
from console.api.answering import post_as_told
from console.api.bodies import NO_NUL, in_words
from console.api.describing import OF_RECORDS, told
from console.api.shapes import Schema, list_of, ref
from console.office import ConsoleOffice
from console.post_query import Asked, query_of
from console.post_results import find_posts
from huiying.failures import Rejected
from huiying.moments import read_moment
from huiying.permission import Action
from huiying.post import ArchivedPost, Fate, RawPost, SourceKind, Tone

MOST_POSTS = 1000
"""Posts in one request."""

_Value = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
_Day = Annotated[str, StringConstraints(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


class Search(BaseModel):
    """The filters of 检索."""

    words: _Value = Field("", description="词都要出现；“引号里”的须连在一起，-词 为排除", examples=["铁锈味"])
    since: _Day = Field("", description="起日（北京）", examples=["2026-11-21"])
    until: _Day = Field("", description="止日（北京），含当日", examples=["2026-11-22"])
    source: _Value = Field("", description="信源名称", examples=["forum"])
    kind: SourceKind | None = Field(None, description="信源类别", examples=["hotline"])
    tone: Tone | None = Field(None, description="语气", examples=["negative"])
    bureau: _Value = Field("", description="责任单位简称，或“待明确”", examples=["水务局"])
    duty: int | None = Field(None, ge=1, le=99_999, description="职责事项的序号", examples=[3])
    concern: _Value = Field("", description="事项的 id 或编号", examples=["2026-1187"])
    fate: Fate | None = Field(None, description="去向", examples=["gathered"])
    cursor: _Value = Field("", description="上一页给出的位置", examples=["eyJ…"])
    limit: int = Field(50, ge=1, le=500, description="最多返回多少条", examples=[50])


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


def post_routes(office: ConsoleOffice) -> APIRouter:
    """`GET` and `POST /api/posts`."""
    routes = APIRouter(prefix="/api", tags=["帖文"])
    _search(routes, office)
    _door(routes, office)
    return routes


def _search(routes: APIRouter, office: ConsoleOffice) -> None:
    how = told(_POSTS, Action.VIEW_MATTERS, errors=OF_RECORDS, kept="read-evidence")

    @routes.get("/posts", dependencies=reads_evidence(), summary="检索帖文", **how)
    def posts(search: Annotated[Search, Query()]) -> JSONResponse:
        """新到的在前；`cursor` 取下一页，直到它为 null。正文已遮蔽个人信息。`assessment` 是模型的判断，
        `corrections` 是人的更正，`fate` 是去向；`notes` 说明哪一项没有照办。读到帖文记入审计。"""
        asked = Asked(
            words=search.words,
            since=search.since,
            until=search.until,
            source=search.source,
            kind=search.kind or "",
            tone=search.tone or "",
            bureau=search.bureau,
            duty=str(search.duty or ""),
            concern=search.concern,
            fate=search.fate or "",
        )
        return _found(office, asked, search.limit, search.cursor)


def _found(office: ConsoleOffice, asked: Asked, limit: int, cursor: str) -> JSONResponse:
    with office.register.reading() as tx:
        meant = query_of(tx, office, asked)
        try:
            results = find_posts(tx, office, meant.query, limit=limit, cursor=cursor)
        except Rejected as refusal:
            raise HTTPException(422, f"cursor 无效：{refusal}") from refusal
    items = [
        post_as_told(one, results.corrections.get(one.post.id, {}), results.fates.get(one.post.id))
        for one in results.posts
    ]
    return JSONResponse({"items": items, "cursor": results.cursor, "notes": list(meant.said)})


def _door(routes: APIRouter, office: ConsoleOffice) -> None:
    door = _Door(office)
    how = told(_TAKEN, errors={413: "一次过多或过长"})
    how["openapi_extra"] = {
        "security": [{"posts": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"oneOf": [_schema(), {"type": "array", "items": _schema()}]},
                    "example": _EXAMPLE,
                }
            },
        },
    }

    @routes.post(
        "/posts",
        summary="提交帖文",
        dependencies=[*anyone(), Depends(door.check_token)],
        **how,
    )
    def take(posts: Annotated[list[PostIn], Depends(_read_posts)]) -> JSONResponse:
        """提交一条或一批（至多 1000 条）帖文。返回 new、known、changed 的条数和每条被拒的理由；总线收妥后才返回。
        全部被拒为 422，仍逐条说明。凭 HUIYING_API_TOKEN 提交。"""
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
        kinds = f"应为 {'、'.join(SourceKind)} 之一" if mistake["type"] == "enum" else ""
        said.append(f"第 {int(place) + 1} 条的 {name}：{kinds or in_words(mistake['type'], mistake['msg'])}")
    return "；".join(said)


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


_LINES: Schema = {"type": "array", "items": {"type": "string"}}
_POSTS: Schema = list_of(
    {
        "allOf": [
            ref(ArchivedPost),
            {
                "type": "object",
                "properties": {
                    "corrections": {
                        "type": "object",
                        "additionalProperties": {"type": "array", "items": {"type": "string"}},
                    },
                    "fate": {"anyOf": [ref(Fate), {"type": "null"}]},
                    "concern": {"type": ["string", "null"]},
                },
                "required": ["corrections", "fate", "concern"],
            },
        ]
    },
    cursor={"type": ["string", "null"]},
    notes=_LINES,
)

_SAID: Schema = {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}
_TAKEN: Schema = {
    "type": "object",
    "properties": {
        **{name: {"type": "integer"} for name in ("new", "known", "changed")},
        "rejected": _SAID,
        "notes": _SAID,
    },
    "required": ["new", "known", "changed", "rejected", "notes"],
}
_EXAMPLE = {
    "source": "hotline",
    "kind": "hotline",
    "id": "2611210736",
    "text": "泉水K1区水管爆裂，没人修",
    "time": "2026-11-22T01:36:00+08:00",
}
