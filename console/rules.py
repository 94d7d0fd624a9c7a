"""规则与词表: the words by which posts are judged and the numbers of heat, changed by form, looked at, then saved."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting, Visiting
from console.admitting import needs
from console.effect_view import EffectView, Reader, view_effect
from console.effects import DAYS, Effects, Stage
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.proposing import Desk, forget_old_desks
from console.rendering import Pages, frame
from console.rule_lists import HEAT, HEAT_PARTS, WORD_FILES, Number, WordList, lists_of, numbers_of
from huiying.entrance import Visit
from huiying.failures import NotAllowed
from huiying.permission import Action, sees_all
from huiying.person import Person
from huiying.register.register import Transaction

Form = Annotated[Fields, Depends(read_fields)]
_MOST_FOUND = 200
_LONGEST_SEARCH = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word of a list: as it stands, or proposed to be there or not (`state`: "", "added", "removed")."""

    word: str
    state: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListView:
    """One list of words by weight."""

    id: str
    part: str
    rows: tuple[tuple[str, tuple[Word, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A duty, a bureau, a level of urgency, a kind: in the list at the side."""

    id: str
    title: str
    words: int
    changed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberGroup:
    """One part of the heat with its numbers, and which of them are proposed otherwise."""

    title: str
    numbers: tuple[tuple[Number, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A word that was searched for, where it stands."""

    subject: str
    title: str
    part: str
    weight: str
    word: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesView:
    """The whole page."""

    groups: tuple[tuple[str, tuple[Subject, ...]], ...]
    of: str
    title: str
    lists: tuple[ListView, ...]
    numbers: tuple[NumberGroup, ...]
    search: str
    hits: tuple[Hit, ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    moved: tuple[str, ...]
    why_not: str
    effect: EffectView | None
    may_save: bool
    days: tuple[int, ...]


def rules_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/rules` and what is proposed, looked at and saved there."""
    routes = APIRouter(include_in_schema=False, prefix="/rules")
    configures = needs(Action.CONFIGURE)

    def desk_of(visit: Visit) -> Desk:
        key = hashlib.sha256((visit.session or visit.person.id).encode()).hexdigest()[:24]
        return Desk(office.data / "rules" / key, office.configuring)

    @routes.get("", dependencies=configures)
    def rules(visit: Visiting, of: str = "", find: str = "") -> HTMLResponse:
        desk = desk_of(visit)
        with office.register.reading() as tx:
            view = view_rules(tx, office, desk, (of, find.strip()[:_LONGEST_SEARCH]), visit.person)
            return pages.html("rules.html", rules=view, frame=frame(tx, office, "rules"))

    @routes.get("/effect", dependencies=configures)
    def effect(visit: Visiting) -> Response:
        view = _effect(office, desk_of(visit), visit.person)
        if view is None or view.stage != Stage.RUNNING:
            return Response(headers={"HX-Redirect": "/rules?of="})
        return pages.html("_effect_progress.html", effect=view)

    def proposing(path: str, propose: Callable[[Desk, Fields], tuple[str, str]]) -> None:
        @routes.post(path, dependencies=configures, name=f"rules{path}")
        def proposed(form: Form, by: Acting, visit: Visiting) -> RedirectResponse:
            desk = desk_of(visit)
            forget_old_desks(desk.folder.parent, time.time())
            said, address = propose(desk, form)
            return done(office, by, address, said)

    for path, move in _proposals(office).items():
        proposing(path, move)

    @routes.post("/save", dependencies=configures)
    def save(form: Form, by: Acting, visit: Visiting) -> RedirectResponse:
        return done(office, by, "/rules", _save(office, desk_of(visit), form["why"], by))

    return routes


def _proposals(office: ConsoleOffice) -> dict[str, Callable[[Desk, Fields], tuple[str, str]]]:
    def add(desk: Desk, form: Fields) -> tuple[str, str]:
        return desk.add_word(form["list"], _weight(form["weight"]), form["word"].strip()), _page_of(form["list"])

    def remove(desk: Desk, form: Fields) -> tuple[str, str]:
        weight, _, word = form["word"].partition(" ")
        return desk.remove_word(form["list"], _weight(weight), word), _page_of(form["list"])

    def numbers(desk: Desk, form: Fields) -> tuple[str, str]:
        return desk.set_numbers(dict(form.pairs)), f"/rules?of={HEAT}"

    def withdraw(desk: Desk, _form: Fields) -> tuple[str, str]:
        Effects(office, desk).stop()
        desk.withdraw()
        return "拟改的都撤回了", "/rules"

    def look(desk: Desk, form: Fields) -> tuple[str, str]:
        days = int(form["days"]) if form["days"].isdecimal() else 0
        if days not in DAYS:
            raise NotAllowed(f"只看最近 {'、'.join(map(str, DAYS))} 天")
        Effects(office, desk).begin(days)
        return f"正在按拟改的规则重算最近 {days} 天，可以离开这页再回来", "/rules"

    def stop(desk: Desk, _form: Fields) -> tuple[str, str]:
        Effects(office, desk).stop()
        return "已请它停下", "/rules"

    return {
        "/word/add": add,
        "/word/remove": remove,
        "/numbers": numbers,
        "/withdraw": withdraw,
        "/effect": look,
        "/effect/stop": stop,
    }


def _save(office: ConsoleOffice, desk: Desk, why: str, by: Person) -> str:
    """Save every proposed file as a version; the effect of exactly this proposal must have been looked at."""
    proposal = desk.proposal
    if not proposal.texts:
        raise NotAllowed("还没有拟改什么，没有要保存的")
    if proposal.seen != proposal.digest:
        raise NotAllowed("请先看这次拟改的效果，看过结果再保存")
    said = []
    for file, lines in desk.changes().items():
        version = office.configuring.save(
            file, proposal.texts[file], proposal.bases[file], what="；".join(lines)[:500], why=why, by=by
        )
        said.append(f"{file} 第 {version.number} 版")
    desk.withdraw()
    return f"已保存：{'，'.join(said)}。各进程会重新读取配置，以后收到的帖文按新规则"


def view_rules(
    tx: Transaction, office: ConsoleOffice, desk: Desk, asked: tuple[str, str], person: Person
) -> RulesView:
    """The page; `asked` is whose words are shown, and which word is searched for."""
    of, search = asked
    present = {file: list(lists_of(file, office.configuring.text(file))) for file in WORD_FILES}
    proposed = {file: list(lists_of(file, desk.text(file))) for file in WORD_FILES}
    groups = tuple((title, tuple(_subjects(present[file], proposed[file]))) for file, title in WORD_FILES.items())
    before = {each.id: each for lists in present.values() for each in lists}
    shown = [each for lists in proposed.values() for each in lists if each.subject == of]
    changes = desk.changes()
    proposal = desk.proposal
    effect = _effect(office, desk, person, tx)
    fits = effect is not None and effect.fits and effect.stage == Stage.DONE
    if fits and proposal.seen != proposal.digest:
        desk.look_at(proposal.digest)
    return RulesView(
        groups=groups,
        of=of if shown or of == HEAT else "",
        title=shown[0].title if shown else "",
        lists=tuple(_list(before[each.id], each) for each in shown),
        numbers=_numbers(office, desk) if of == HEAT else (),
        search=search,
        hits=tuple(_hits(proposed, search)) if search else (),
        changes=tuple((file, tuple(lines)) for file, lines in changes.items()),
        moved=tuple(desk.moved()),
        why_not=office.configuring.why_not,
        effect=effect,
        may_save=fits and bool(changes),
        days=DAYS,
    )


def _effect(office: ConsoleOffice, desk: Desk, person: Person, tx: Transaction | None = None) -> EffectView | None:
    effects = Effects(office, desk)
    if (progress := effects.progress) is None:
        return None
    if tx is None:
        with office.register.reading() as own:
            return _effect(office, desk, person, own)
    reader = Reader(tx=tx, office=office, now=office.clock.now(), sees=sees_all(person))
    return view_effect(reader, progress, effects.found, desk.proposal.digest)


def _subjects(present: list[WordList], proposed: list[WordList]) -> Iterator[Subject]:
    before = {each.id: each.rows for each in present}
    by_subject: dict[str, list[WordList]] = {}
    for each in proposed:
        by_subject.setdefault(each.subject, []).append(each)
    for subject, lists in by_subject.items():
        yield Subject(
            id=subject,
            title=lists[0].title,
            words=sum(len(words) for each in lists for words in each.rows.values()),
            changed=any(before.get(each.id) != each.rows for each in lists),
        )


def _list(before: WordList, after: WordList) -> ListView:
    weights = sorted({*before.rows, *after.rows}, reverse=True)
    return ListView(id=after.id, part=after.part_words, rows=tuple(_row(before, after, each) for each in weights))


def _row(before: WordList, after: WordList, weight: float) -> tuple[str, tuple[Word, ...]]:
    old, new = before.rows.get(weight, ()), after.rows.get(weight, ())
    added = [Word(word=word, state="added") for word in new if word not in old]
    kept = [Word(word=word, state="" if word in new else "removed") for word in old]
    return f"{weight:g}", (*added, *kept)


def _numbers(office: ConsoleOffice, desk: Desk) -> tuple[NumberGroup, ...]:
    present = numbers_of(office.configuring.text(HEAT))
    before = {number.name: number.value for part in present.values() for number in part}
    return tuple(
        NumberGroup(title=HEAT_PARTS[part], numbers=tuple((each, before.get(each.name, "")) for each in numbers))
        for part, numbers in numbers_of(desk.text(HEAT)).items()
    )


def _hits(proposed: dict[str, list[WordList]], search: str) -> Iterator[Hit]:
    left = _MOST_FOUND
    for each in (each for lists in proposed.values() for each in lists):
        for weight, words in each.rows.items():
            for word in (word for word in words if search in word):
                if not left:
                    return
                left -= 1
                yield Hit(
                    subject=each.subject, title=each.title, part=each.part_words, weight=f"{weight:g}", word=word
                )


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise NotAllowed("分量应为数字，3 很确定，2 较确定，1 仅供参考") from None


def _page_of(list_id: str) -> str:
    return f"/rules?of={list_id.rpartition(':')[0]}"
