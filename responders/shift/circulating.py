"""Circulating 圈阅: a leader signs for having read a paper, as it stood when they read it."""

from huiying.circulation import Reading
from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.paper import Paper, PaperKind
from huiying.permission import Action, must_may
from huiying.person import Person
from huiying.register.register import Register, Transaction


class Circulating:
    """What leaders read; a second time changes nothing."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def read_paper(self, episode: str, kind: PaperKind, number: int, *, seen: str, by: Person) -> Paper:
        """圈阅 one version of a paper of a matter; `seen` is the hash of what the person had before them."""
        signed = must_may(by, Action.CIRCULATE, self._clock.now())
        with self._register.transaction() as tx:
            versions = tx.papers.versions(episode, kind)
            paper = next((each for each in versions if each.number == number), None)
            if paper is None:
                raise NotAllowed(f"没有第 {number} 版{kind.label}，请从“待阅”重新打开")
            if paper.sha256 != seen:
                raise NotAllowed(f"您看到的不是第 {number} 版{kind.label}的现文，请重新打开后再圈阅")
            reading = Reading(paper=paper.key, title=f"{kind.label}　{paper.title}", sha256=paper.sha256, by=signed)
            if tx.circulation.add(reading):
                tx.concerns.add_doing(paper.concern, signed.name, f"圈阅{kind.label}第 {number} 版")
            return paper


def unread_papers(tx: Transaction, papers: list[Paper], person: str) -> list[Paper]:
    """Those of these papers that this person has not signed for as they stand."""
    read = tx.circulation.read_by(person, [paper.key for paper in papers]) if papers else set()
    return [paper for paper in papers if (paper.key, paper.sha256) not in read]
