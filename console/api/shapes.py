"""The shapes of what comes out, as JSON Schema: those of the language's own types, so they are never old."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from huiying.alert import Alert
from huiying.clarification import Clarification, Text
from huiying.concern import Concern
from huiying.duty_log import Handover, LogEntry, PhoneNotice
from huiying.finding import Finding
from huiying.instruction import Instruction
from huiying.media_enquiry import MediaEnquiry
from huiying.post import ArchivedPost, Fate
from huiying.proceeding import Proceeding
from huiying.publication import Published
from huiying.register.concerns import Doing
from huiying.review import GateRecord, Review
from huiying.saved_view import SavedView
from huiying.source import SourceHealth
from huiying.supervision import Supervision
from huiying.task import Task

Schema = dict[str, Any]

NOUNS: tuple[type, ...] = (
    Alert,
    ArchivedPost,
    Clarification,
    Concern,
    Doing,
    Fate,
    Finding,
    GateRecord,
    Handover,
    Instruction,
    LogEntry,
    MediaEnquiry,
    PhoneNotice,
    Proceeding,
    Published,
    Review,
    SavedView,
    SourceHealth,
    Supervision,
    Task,
    Text,
)
"""Whatever a list holds or a move gives back."""

HIDDEN_OF_POSTS = ("author_hash",)
"""Serves to find duplicates of one day, and nobody outside (DESIGN, section 6)."""

OF_THE_PROCEDURE = ("id", "title", "version")
"""So much is told of the procedure of a matter."""

_EXAMPLES = Path(__file__).parent / "examples.json"
_REF = "#/components/schemas/{name}"


def ref(noun: type) -> Schema:
    """Where the shape of a noun stands in the description."""
    schemas, _ = _all()
    return schemas[noun]


def components() -> dict[str, Schema]:
    """Every shape by its name, with an example where one is recorded."""
    _, found = _all()
    return found


def list_of(item: Schema, **others: Schema) -> Schema:
    """An answer with its items."""
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item}, **others},
        "required": ["items", *others],
    }


@cache
def _all() -> tuple[dict[type, Schema], dict[str, Schema]]:
    schemas, found = msgspec.json.schema_components(NOUNS, ref_template=_REF)
    examples = json.loads(_EXAMPLES.read_text("utf-8"))
    told = {name: _as_told(name, schema) for name, schema in found.items()}
    for name, example in examples.items():
        told[name]["examples"] = [example]
    return dict(zip(NOUNS, schemas, strict=True)), told


def _as_told(name: str, schema: Schema) -> Schema:
    """The shape as it leaves the house. The words beside the types are for whoever reads the code."""
    told = {key: value for key, value in schema.items() if key not in ("description", "title")}
    if name == "Post":
        told["properties"] = {key: value for key, value in told["properties"].items() if key not in HIDDEN_OF_POSTS}
        told["required"] = [key for key in told["required"] if key not in HIDDEN_OF_POSTS]
    if name == "Proceeding":
        told["properties"] = told["properties"] | _OF_A_PROCEEDING
    return told


_OF_A_PROCEEDING: Schema = {
    "procedure": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in OF_THE_PROCEDURE},
        "required": list(OF_THE_PROCEDURE),
    },
    "clocks": {
        "type": "array",
        "description": "时限；met_at 为何时办到，not_binding 为因何不约束",
        "items": {
            "allOf": [
                {"$ref": _REF.format(name="DueClock")},
                {
                    "type": "object",
                    "properties": {
                        "met_at": {"type": ["string", "null"]},
                        "not_binding": {"type": ["string", "null"]},
                    },
                    "required": ["met_at", "not_binding"],
                },
            ]
        },
    },
}
