"""提示: which kinds that must be answered first, and which points of collection, a concern may belong to.

Signs suggest, a person confirms or denies. What was said stays, with who and when, and counts in the queue.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.office import ConsoleOffice
from console.rendering import Pages
from console.seeing import found_concern
from consumers.judging.first_answers import Seen, Suggestion, suggest_for_posts
from huiying.correction import SUGGESTIONS, Answer, Correction, Judgement, standing_answers
from huiying.failures import NotAllowed, Unavailable
from huiying.permission import Action
from huiying.person import Person
from huiying.policy.first_answers import Ground
from huiying.post import Fate

_LOOKED_AT = 200
_AWAY = "帖文库暂时连不上，现在看不到提示；有人答复过的列在下面。"
_CHECKED = {"P": "已核对原文", "O": "政府网站摘录", "N": "新闻转述", "M": "第三方转载，全文未核"}

Form = Annotated[Fields, Depends(read_fields)]
Answered = Mapping[tuple[Judgement, str], Correction]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenView:
    """A sign with what showed it: words to be marked, and what is no word."""

    sign: str
    words: tuple[str, ...]
    others: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SuggestionView:
    """One category: its clause and how well that was checked, what was seen, and what a person said."""

    judgement: str
    category: str
    title: str
    basis: str
    mark: str
    checked: str
    seen: tuple[SeenView, ...]
    posts: int
    answer: str
    who: str
    exact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SuggestionsView:
    """The whole section; `told` says what was just written down or why not, `note` what could not be looked at."""

    concern: str
    groups: tuple[tuple[str, tuple[SuggestionView, ...]], ...]
    looked_at: int
    told: str
    note: str


def suggestion_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/concerns/{id}/suggestions`: the section by itself, and a person's answer."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/concerns/{concern}/suggestions", dependencies=needs(Action.VIEW_MATTERS))
    def suggestions(concern: str) -> HTMLResponse:
        return pages.html("_suggestions.html", suggestions=view_suggestions(office, concern))

    @routes.post("/concerns/{concern}/suggestions", dependencies=needs(Action.CORRECT_JUDGEMENTS))
    def answer(concern: str, form: Form, by: Acting) -> HTMLResponse:
        told, status = _answer(office, concern, form, by)
        return pages.html("_suggestions.html", status=status, suggestions=view_suggestions(office, concern, told))

    return routes


def view_suggestions(office: ConsoleOffice, concern: str, told: str = "") -> SuggestionsView:
    """The section as it stands, from the newest posts; without the archive what people said is still shown."""
    with office.register.reading() as tx:
        found = found_concern(tx, concern)
        fates = tx.posts.of_concern(found.id, limit=_LOOKED_AT)
        answered = standing_answers(tx.corrections.said_of_concern(found.id))
    note = ""
    try:
        kept = office.archive.get([fate.id for fate in fates if fate.fate is not Fate.NEAR_DUPLICATE])
    except Unavailable:
        kept, note = {}, _AWAY
    suggested = suggest_for_posts(office.policy.first_answers, list(kept.values()))
    of_each = (suggested.first_answers, suggested.collection_points)
    now = office.clock.now()
    groups = (
        (judgement.label, tuple(_views(judgement, found_here, _grounds(office, judgement), answered, now)))
        for judgement, found_here in zip(SUGGESTIONS, of_each, strict=True)
    )
    return SuggestionsView(
        concern=found.id,
        groups=tuple((name, views) for name, views in groups if views),
        looked_at=len(kept),
        told=told,
        note=note,
    )


def _answer(office: ConsoleOffice, concern: str, form: Fields, by: Person) -> tuple[str, int]:
    with office.register.reading() as tx:
        found = found_concern(tx, concern)
    try:
        suggested, ground, answer = _read_answer(office, form)
    except NotAllowed as refusal:
        return str(refusal), 409
    new = office.correcting.answer(found.id, suggested, ground.id, answer, by=by, title=ground.title)
    return (f"已记：{answer.label}" if new else f"已经记为{answer.label}，没有重复登记"), 200


def _read_answer(office: ConsoleOffice, form: Fields) -> tuple[Judgement, Ground, Answer]:
    suggested = next((one for one in SUGGESTIONS if one.value == form["judgement"]), None)
    grounds = _grounds(office, suggested) if suggested else ()
    ground = next((one for one in grounds if one.id == form["category"]), None)
    answer = next((one for one in Answer if one.value == form["answer"]), None)
    if suggested is None or ground is None or answer is None:
        raise NotAllowed("没有这一类，没有记下")
    return suggested, ground, answer


def _grounds(office: ConsoleOffice, judgement: Judgement) -> Sequence[Ground]:
    rules = office.policy.first_answers
    return rules.first_answers if judgement is Judgement.FIRST_ANSWER else rules.collection_points


def _views(
    judgement: Judgement,
    suggested: Sequence[Suggestion],
    grounds: Sequence[Ground],
    answered: Answered,
    now: datetime,
) -> Iterator[SuggestionView]:
    """What is suggested, the most frequent first, then what people answered and is no longer suggested."""
    for one in suggested:
        yield _view(judgement, one.ground, one, answered.get((judgement, one.ground.id)), now)
    shown: Collection[str] = {one.ground.id for one in suggested}
    for ground in grounds:
        said = answered.get((judgement, ground.id))
        if said and ground.id not in shown:
            yield _view(judgement, ground, None, said, now)


def _view(
    judgement: Judgement, ground: Ground, suggestion: Suggestion | None, said: Correction | None, now: datetime
) -> SuggestionView:
    return SuggestionView(
        judgement=judgement.value,
        category=ground.id,
        title=ground.title,
        basis=ground.basis,
        mark=ground.mark,
        checked=_CHECKED[ground.mark],
        seen=tuple(_seen(one) for one in suggestion.seen) if suggestion else (),
        posts=suggestion.posts if suggestion else 0,
        answer=said.said[0] if said else "",
        who=f"{said.who} {wording.when(said.at, now)} {Answer(said.said[0]).label}" if said else "",
        exact=wording.exact(said.at) if said else "",
    )


def _seen(seen: Seen) -> SeenView:
    others = [
        f"紧急程度 {seen.urgency} 级" if seen.urgency is not None else "",
        f"关注度 {seen.attention:.2f}" if seen.attention is not None else "",
        "、".join(wording.SOURCE_KINDS[kind] for kind in seen.source_kinds),
    ]
    return SeenView(sign=seen.sign, words=seen.words, others="、".join(one for one in others if one))
