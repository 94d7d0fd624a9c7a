"""What the leader's page and the overview ask of every register."""

from datetime import timedelta

from huiying.alert import AlertState
from huiying.circulation import Reading
from huiying.correction import Judgement
from huiying.level import Level
from huiying.paper import Paper, PaperKind
from huiying.person import Role, Signed
from huiying.register.overview import InHand, of_them
from huiying.register.register import Register
from tests.builders import NOON, make_alert, make_concern, make_correction, make_task

LATER = NOON + timedelta(hours=1)


def paper(number: int, title: str = "自来水管爆裂") -> Paper:
    return Paper(
        concern="concern-1",
        episode="concern-1:1",
        kind=PaperKind.FLASH,
        number=number,
        title=title,
        made_at=NOON + timedelta(minutes=number),
        basis="红色提示",
    )


def test_what_is_in_hand_stands_under_its_bureau_and_its_main_duty(register: Register) -> None:
    with register.transaction() as tx:
        tx.concerns.insert(make_concern(duties={8: 1.0, 11: 3.0}))
        tx.concerns.insert(make_concern("concern-2", lead=None, duties={}))
        tx.alerts.insert(make_alert(level=Level.RED))
        tx.alerts.insert(make_alert("concern-2:1", state=AlertState.ACKNOWLEDGED))
        tx.alerts.insert(make_alert("source:forum:1", source="forum"))
        tx.tasks.insert(make_task())
    task = make_task()
    assert task.due_at is not None
    with register.reading() as tx:
        early, late = tx.overview.tasks(NOON), tx.overview.tasks(task.due_at + timedelta(minutes=1))
        assert early == [InHand(id=task.id, bureau="水务局", duty=11)]
        assert of_them(late, duty=11, bureau="水务局", late=True) == [task.id]
        assert of_them(early, late=True) == []
        assert [(each.id, each.bureau, each.duty) for each in tx.overview.matters()] == [
            ("concern-1", "水务局", 11),
            ("concern-2", "", None),
        ]
        assert [alert.id for alert in tx.alerts.matters()] == ["concern-1:1", "concern-2:1"]
        assert sum(tx.alerts.count_matters().values()) == 2
        assert tx.alerts.count_matters(since=NOON)[Level.RED] == 1
        assert tx.alerts.matters(since=LATER) == []
        assert tx.tasks.count_due(NOON, task.due_at) == 0
        assert [each.id for each in tx.tasks.due_between(NOON, task.due_at + timedelta(minutes=1))] == [task.id]
        assert tx.publications.since(NOON) == []


def test_a_paper_is_read_once_as_it_stood(register: Register) -> None:
    by = Signed(person="qinzhao", name="秦昭", role=Role.LEADER, at=LATER)
    first, second = paper(1), paper(2, "自来水管爆裂，已停水")
    with register.transaction() as tx:
        tx.papers.add(first)
        tx.papers.add(second)
        assert tx.papers.made_since(PaperKind.FLASH, NOON) == [second]
        assert tx.papers.made_since(PaperKind.FLASH, LATER) == []
        reading = Reading(paper=first.key, title=first.title, sha256=first.sha256, by=by)
        assert tx.circulation.add(reading)
        assert not tx.circulation.add(reading)
    with register.reading() as tx:
        assert tx.circulation.read_by("qinzhao", [first.key, second.key]) == {(first.key, first.sha256)}
        assert tx.circulation.of_papers([first.key]) == {first.key: [reading]}
    assert first.sha256 != second.sha256


def test_the_posts_corrected_lately_are_named(register: Register) -> None:
    with register.transaction() as tx:
        tx.corrections.add(make_correction(at=NOON))
        tx.corrections.add(make_correction(post="post-2", at=LATER))
    with register.reading() as tx:
        assert tx.corrections.posts_since(LATER, (Judgement.TONE, Judgement.LEAD)) == {"post-2"}
        assert tx.corrections.posts_since(NOON, (Judgement.TONE,)) == set()
