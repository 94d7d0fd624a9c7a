"""How the API describes itself: every operation in Chinese, with an example, its errors and the action it needs."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI

from console.api.bodies import Body
from console.api.shapes import Schema, components
from huiying.permission import Action

_ERROR = "#/components/schemas/Error"
_ALWAYS = {
    401: "没有登录，或口令无效",
    422: "参数或请求体读不懂，message 说明是哪一项",
    503: "存储暂时不可用，稍后重试",
}
OF_ACTIONS = {403: "角色、单位或口令不许可"}
OF_RECORDS = {404: "没有所说的这一个"}
OF_MOVES = {409: "现在不能这样办，message 说明原因；或其后已有变更", 413: "请求体过长"}

ERRORS = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    422: "invalid",
    503: "unavailable",
}
"""What a refusal is called, by its status."""

_EXAMPLE_WORDS = {
    401: "请先登录",
    403: "陈果（部门经办）不能批示，可以办的是：分管领导",
    404: "没有任务 t-1",
    409: "已由林知夏知悉",
    413: "请求体过长，至多 200000 字节",
    422: "until：应为 ISO 8601 的时刻，如 2026-11-22T08:15:00+08:00",
    503: "存储暂时不可用，请稍后重试：台账连不上",
}


def told(answer: Schema, *actions: Action, errors: dict[int, str] | None = None, kept: str = "") -> dict[str, Any]:
    """What a route's declaration adds: the answer's shape, its errors and the actions of which one is needed.

    `kept` tells what of the reading itself is in the audit.
    """
    known = dict(sorted((_ALWAYS | (OF_ACTIONS if actions else {}) | (errors or {})).items()))
    needed = {"x-required-action": [action.value for action in actions]} if actions else {}
    kept_in_audit = {"x-audited": kept} if kept else {}
    return {
        "response_model": None,
        "responses": {200: {"description": "办成了", "content": {"application/json": {"schema": answer}}}}
        | {status: _error(status, words) for status, words in known.items()},
        "openapi_extra": needed | kept_in_audit,
    }


def told_body(body: type[Body], example: dict[str, Any]) -> Schema:
    """The body of a move, with an example of it."""
    schema = _inlined(body.model_json_schema())
    content = {"schema": schema, "example": example}
    required = bool(schema.get("required"))
    return {"requestBody": {"required": required, "content": {"application/json": content}}}


def needs_words(actions: Sequence[Action]) -> str:
    """What a description says of who may."""
    return f"须能{'，或能'.join(action.label for action in actions)}。"


def description_of(app: FastAPI) -> dict[str, Any]:
    """The whole OpenAPI document."""
    found = app.openapi()
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas |= components() | {"Error": _error_shape()}
    found["components"]["securitySchemes"] = {
        "program": {"type": "http", "scheme": "bearer", "description": "huiying users token 发的口令，hy_ 开头"},
        "posts": {"type": "http", "scheme": "bearer", "description": "HUIYING_API_TOKEN，只用于提交帖文"},
        "session": {"type": "apiKey", "in": "cookie", "name": "huiying-session", "description": "网页登录"},
    }
    found["security"] = [{"program": []}, {"session": []}]
    return found


def _error(status: int, words: str) -> dict[str, Any]:
    example = {"error": ERRORS[status], "message": _EXAMPLE_WORDS[status]}
    content = {"schema": {"$ref": _ERROR}, "example": example}
    return {"description": words, "content": {"application/json": content}}


def _error_shape() -> Schema:
    return {
        "type": "object",
        "description": "每个没有办成的请求都这样回答",
        "properties": {
            "error": {"type": "string", "description": "供程序判断"},
            "message": {"type": "string", "description": "供人阅读：什么没有办成、是哪一项、怎么办"},
        },
        "required": ["error", "message"],
        "additionalProperties": False,
    }


def _inlined(schema: Schema) -> Schema:
    """A schema without definitions of its own, which would have no place in the document."""
    definitions = schema.pop("$defs", {})

    def inline(part: Any) -> Any:
        if isinstance(part, list):
            return [inline(each) for each in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            name = part["$ref"].rpartition("/")[2]
            return inline(definitions[name]) | {key: value for key, value in part.items() if key != "$ref"}
        return {
            key: inline(value)
            for key, value in part.items()
            if not (key == "title" and isinstance(value, str)) and not (key == "description" and "enum" in part)
        }

    inlined: Schema = inline(schema)
    inlined.pop("description", None)
    return inlined
