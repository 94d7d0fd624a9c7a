"""待阅: the papers that wait for a leader's 圈阅, and who signed for having read one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from console import wording
from huiying.paper import Paper, PaperKind
from huiying.person import Person
from huiying.register.register import Transaction
from responders.shift.circulating import unread_papers

_NEW = timedelta(days=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadRow:
    """One paper to read."""

    title: str
    href: str
    note: str


def view_unread(tx: Transaction, by: Person, now: datetime) -> tuple[UnreadRow, ...]:
    """快报 of the last days whose newest version this person has not signed for, the newest first."""
    papers = tx.papers.made_since(PaperKind.FLASH, now - _NEW)
    return tuple(_row(paper, now) for paper in unread_papers(tx, papers, by.id))


def readings_of(tx: Transaction, paper: Paper, now: datetime) -> tuple[str, ...]:
    """Who read exactly this paper, and when."""
    found = tx.circulation.of_papers([paper.key]).get(paper.key, [])
    return tuple(
        f"{each.by.name} {wording.when(each.by.at, now)} 圈阅" for each in found if each.sha256 == paper.sha256
    )


def _row(paper: Paper, now: datetime) -> UnreadRow:
    version = f"第 {paper.number} 版" if paper.number > 1 else "1 版"
    return UnreadRow(
        title=f"{paper.kind.label}　{paper.title.partition(' ')[2] or paper.title}",
        href=f"/concerns/{paper.concern}/papers/{paper.kind.value}?number={paper.number}",
        note=f"{wording.when(paper.made_at, now)} 备，{version}",
    )
