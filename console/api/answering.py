"""What the API tells of the office's nouns: all of it but what stays in the house."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from fastapi.responses import JSONResponse

from console.api.shapes import HIDDEN_OF_POSTS, OF_THE_PROCEDURE
from huiying.clarification import Text
from huiying.correction import Correction, Judgement
from huiying.post import ArchivedPost
from huiying.proceeding import Proceeding
from huiying.register.fates import PostFate
from huiying.running_clocks import met_at, why_not_binding


def answered(noun: object) -> JSONResponse:
    """One noun."""
    return JSONResponse(as_told(noun))


def listed(nouns: Iterable[object], **others: object) -> JSONResponse:
    """Several, beside whatever is told of the list itself."""
    return JSONResponse({"items": [as_told(noun) for noun in nouns], **others})


def as_told(noun: object) -> dict[str, Any]:
    """A noun as JSON has it."""
    whole: dict[str, Any] = msgspec.to_builtins(noun, str_keys=True)
    if isinstance(noun, Proceeding):
        return _as_a_whole(noun, whole)
    if isinstance(noun, Text):
        return whole | {"sha256": noun.sha256}
    return whole


def post_as_told(
    archived: ArchivedPost, said: Mapping[Judgement, Correction], fate: PostFate | None
) -> dict[str, Any]:
    """A post with what was judged of it, what people corrected, and what became of it."""
    whole: dict[str, Any] = msgspec.to_builtins(archived, str_keys=True)
    for name in HIDDEN_OF_POSTS:
        del whole["post"][name]
    corrections: Mapping[str, Sequence[str]] = {judgement.value: one.said for judgement, one in said.items()}
    became = {"fate": fate.fate.value if fate else None, "concern": fate.concern if fate else None}
    return whole | {"corrections": corrections} | became


def _as_a_whole(proceeding: Proceeding, whole: dict[str, Any]) -> dict[str, Any]:
    """Without the whole procedure, each clock with when it was met or why it binds nobody."""
    whole["procedure"] = {name: whole["procedure"][name] for name in OF_THE_PROCEDURE}
    for clock in whole["clocks"]:
        met = met_at(proceeding, clock["step"])
        clock["met_at"] = met.isoformat() if met else None
        clock["not_binding"] = why_not_binding(proceeding, clock["step"])
    return whole
