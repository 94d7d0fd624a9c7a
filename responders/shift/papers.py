"""The four papers of a matter, made from what the register holds at one moment; pure, and never a guess.

快报 has the parts that POLICY section 4.1 suggests: no rule prescribes its form. What is not known is a blank to be
filled in by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.alert import Alert
from huiying.concern import Concern
from huiying.contacts import AddressBook
from huiying.evidence import KeptPost
from huiying.finding import Finding
from huiying.paper import BLANK, CallLine, Line, Paper, PaperKind
from huiying.task import Task
from responders.answers.drafts.holding import Statement
from responders.shift.paper_words import (
    because,
    clock_words,
    contact_words,
    in_one_sentence,
    moment,
    sources,
    verified,
)

_LINKS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """All that the papers tell of. `task` is the lead's task, or the draft of one where none was opened yet.

    `names` gives the bureaus' full names by their short ones.
    """

    concern: Concern
    alert: Alert
    task: Task
    findings: Sequence[Finding]
    evidence: Sequence[KeptPost]
    holding: Statement
    names: dict[str, str]
    book: AddressBook

    def name(self, bureau: str | None) -> str:
        """A bureau's full name; a blank where there is no bureau."""
        return self.names.get(bureau, bureau) if bureau else BLANK

    @property
    def basis(self) -> str:
        """What a new version is made for: another level, title, lead or deadline, a task sent, a finding signed."""
        signed = sum(finding.signed is not None for finding in self.findings)
        # The deadline stays the same when an answer stops its clock.
        due_at = min((clock.due_at for clock in self.task.clocks if clock.outward and clock.due_at), default=None)
        parts = (
            self.alert.level.label,
            self.concern.title,
            self.concern.lead or "牵头待明确",
            "、".join(self.concern.co_handlers),
            "已交办" if self.task.sent_at else "未交办",
            f"时限{moment(due_at)}" if due_at else "时限及时",
            f"已签反馈{signed}份",
        )
        return "；".join(filter(None, parts))


def make_papers(state: State, now: datetime) -> tuple[Paper, ...]:
    """The first version of each of the four, as things stand; who keeps them numbers them."""
    return (
        _paper(state, PaperKind.FLASH, now, lines=tuple(_flash(state)), links=_links(state)),
        _paper(state, PaperKind.ASSIGNMENT, now, lines=tuple(_assignment(state)), links=_links(state)),
        _paper(state, PaperKind.HOLDING, now, lines=_holding(state)),
        _paper(state, PaperKind.CALLS, now, lines=tuple(_emergency(state)), calls=_calls(state)),
    )


def _paper(
    state: State,
    kind: PaperKind,
    now: datetime,
    *,
    lines: tuple[Line, ...],
    links: tuple[Line, ...] = (),
    calls: tuple[CallLine, ...] = (),
) -> Paper:
    return Paper(
        concern=state.concern.id,
        episode=state.alert.id,
        kind=kind,
        number=1,
        title=f"{state.concern.number} {state.concern.title}",
        made_at=now,
        basis=state.basis,
        lines=lines,
        links=links,
        calls=calls,
    )


def _flash(state: State) -> Iterator[Line]:
    yield from _emergency(state)
    yield Line(name="事项", text=in_one_sentence(state.concern))
    yield Line(
        name="级别", text=f"{state.alert.level.label}（{moment(state.alert.level_since)}起）：{because(state.alert)}"
    )
    yield Line(name="来源", text=sources(state.concern))
    yield Line(name="核实状态", text=verified(state.findings))
    yield Line(name="建议牵头单位", text=_lead(state))
    yield Line(name="时限及依据", text="\n".join(clock_words(clock) for clock in state.task.clocks))
    yield Line(name="联系人", text="\n".join(contact_words(each) for each in state.book.contacts[:1]) or BLANK)


def _assignment(state: State) -> Iterator[Line]:
    duties = "、".join(f"第{number}项" for number in sorted(state.concern.duties))
    sent = moment(state.task.sent_at) if state.task.sent_at else f"{BLANK}（待交办）"
    yield from _emergency(state)
    yield Line(name="编号", text=state.concern.number)
    yield Line(name="事项", text=in_one_sentence(state.concern))
    yield Line(name="级别与理由", text=f"{state.alert.level.label}：{because(state.alert)}")
    yield Line(name="责任单位", text=_lead(state))
    yield Line(name="涉及职责事项", text=duties or BLANK)
    yield Line(name="要求", text=state.task.asked)
    yield Line(name="时限及依据", text="\n".join(clock_words(clock) for clock in state.task.clocks))
    yield Line(name="来源与留存", text=f"{sources(state.concern)}{_kept(state.evidence)}")
    yield Line(name="交办时间", text=sent)
    yield Line(name="签发", text=BLANK)
    yield Line(name="签收", text=f"单位{BLANK}　签收人{BLANK}　时间{BLANK}")


def _holding(state: State) -> tuple[Line, ...]:
    """Each sentence beside what it rests on; one with a blank rests on nothing yet."""
    return tuple(
        Line(name="、".join(each.kind.label for each in sentence.evidence) or "待填写", text=sentence.text)
        for sentence in state.holding.sentences
    )


def _emergency(state: State) -> Iterator[Line]:
    if state.concern.endangers_life:
        numbers = "、".join(f"{each.service}{each.number}" for each in state.book.emergencies)
        yield Line(name="人身安全", text=f"反映中提到人身危险：先打电话{numbers}，并在值班日志留下电话记录")


def _calls(state: State) -> tuple[CallLine, ...]:
    bureaus = (state.concern.lead, *state.concern.co_handlers)
    return tuple(
        CallLine(
            unit=contact.unit,
            post=contact.post,
            name=contact.first.name,
            phone=contact.first.phone,
            stand_in=contact.stand_in.name,
            stand_in_phone=contact.stand_in.phone,
        )
        for contact in state.book.to_be_told(state.alert.level, bureaus)
    )


def _links(state: State) -> tuple[Line, ...]:
    linked = {each.url: each for each in state.evidence if each.url}
    return tuple(Line(name=moment(each.said_at), text=each.url or "") for each in list(linked.values())[:_LINKS])


def _kept(evidence: Sequence[KeptPost]) -> str:
    return f"；已留存{len(evidence)}条（遮蔽文字、原文校验值、链接）" if evidence else ""


def _lead(state: State) -> str:
    concern = state.concern
    if not concern.lead:
        return f"{BLANK}（系统没有把握，请人明确）"
    helpers = "、".join(state.name(each) for each in concern.co_handlers)
    sure = "" if concern.lead_certainty >= 1 else f"（把握度{concern.lead_certainty:.0%}）"
    return f"{state.name(concern.lead)}{sure}" + (f"，协办：{helpers}" if helpers else "")
