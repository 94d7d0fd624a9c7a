"""What a program sends: JSON, read strictly and refused in words that name the field."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import HTTPException, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from huiying.moments import in_beijing

MOST_BYTES = 200_000
"""Bytes of one move; posts have a door of their own."""

NO_NUL = r"^[^\x00]*$"
"""No database keeps the character NUL."""

LONGEST_TEXT = 50_000


class Body(BaseModel):
    """What one move is told. Nothing is guessed: an unknown field is refused, and a number is no text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


AnyBody = TypeVar("AnyBody", bound=Body)


def _in_utc(moment: datetime) -> datetime:
    if not 1990 <= moment.year <= 2200:
        raise ValueError("年份应在 1990 到 2200 之间")
    return in_beijing(moment)


Moment = Annotated[
    datetime, AfterValidator(_in_utc), Field(description="ISO 8601；不带时区按北京时间，年份在 1990 到 2200 之间")
]
Line = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
Words = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=NO_NUL)]
Seen = Annotated[int | None, Field(default=None, ge=0, le=2**31, description="所见的版本号；其后有变更即不办（409）")]


def reading(body: type[AnyBody]) -> Callable[[Request], Coroutine[Any, Any, AnyBody]]:
    """A route's dependency: the body, once it is known that whoever sends it is admitted."""

    async def read(request: Request) -> AnyBody:
        sent = await request.body()
        if len(sent) > MOST_BYTES:
            raise HTTPException(413, f"请求体过长，至多 {MOST_BYTES} 字节")
        try:
            return body.model_validate_json(sent or b"{}", strict=True)
        except ValidationError as error:
            raise HTTPException(422, _mistakes(error)) from error

    return read


def _mistakes(error: ValidationError) -> str:
    found = error.errors(include_input=False, include_url=False)[:10]
    return "；".join(f"{_place(mistake['loc'])}：{in_words(mistake['type'], mistake['msg'])}" for mistake in found)


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "请求体"


def in_words(kind: str, otherwise: str) -> str:
    """What is wrong with a field."""
    return _MISTAKES.get(kind, otherwise)


_MISTAKES = {
    "bool_type": "应为 true 或 false",
    "datetime_from_date_parsing": "应为 ISO 8601 的时刻，如 2026-11-22T08:15:00+08:00",
    "datetime_parsing": "应为 ISO 8601 的时刻，如 2026-11-22T08:15:00+08:00",
    "datetime_type": "应为 ISO 8601 的时刻，如 2026-11-22T08:15:00+08:00",
    "enum": "不在可选的值之内，可选的见接口说明",
    "extra_forbidden": "不认识这一项",
    "greater_than_equal": "不能为负",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "json_invalid": "不是 JSON",
    "list_type": "应为数组",
    "missing": "缺这一项",
    "model_type": "应为一个对象",
    "string_pattern_mismatch": "含有不能保存的字符（NUL）",
    "string_too_long": "过长",
    "string_too_short": "不能为空",
    "string_type": "应为文字",
    "string_unicode": "含有不成对的代理字符",
    "tuple_type": "应为数组",
}
