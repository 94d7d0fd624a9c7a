"""Two clicks at once on the same task: each thing happens once, and the other person is told in words."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

from huiying.failures import NotAllowed, Unavailable
from huiying.finding import FindingKind, FindingWords
from huiying.person import Role
from huiying.task import Task, TaskState
from tests.builders import person
from tests.responders.office import SmallOffice

SHEN = person("沈敬", Role.HANDLER, bureau="水务局")
ZOU = person("邹平川", Role.HANDLER, bureau="水务局")
HEADS = [person(name, Role.BUREAU_HEAD, bureau="水务局") for name in ("韩立新", "马副局")]
OFFICERS = [person(name) for name in ("高远", "林知夏")]
WORDS = FindingWords(facts="水黄", measures="冲洗", next_steps="复检", responsible="邹平川")


def at_once(*moves: Callable[[], object]) -> list[str]:
    """Begin all at the same moment; the words of those that were refused."""
    ready = Barrier(len(moves))

    def play(move: Callable[[], object]) -> str:
        ready.wait(20)
        for _ in range(5):
            try:
                move()
            except NotAllowed as refusal:
                return str(refusal)
            except Unavailable:
                continue
            return ""
        raise AssertionError("was asked to try again five times")

    with ThreadPoolExecutor(len(moves)) as threads:
        return [words for words in threads.map(play, moves) if words]


def sent(office: SmallOffice, count: int = 3) -> list[Task]:
    """Tasks of the water bureau, one a concern."""
    ids = [f"concern-{number}" for number in range(1, count + 1)]
    for id in ids:
        office.burst(id, posts=8, number=id)
    office.alert(*ids)
    office.task()
    return [task for id in ids for task in office.tasks(id)]


def leads(tasks: Sequence[Task]) -> list[str]:
    return [task.bureau for task in tasks if task.leads and task.state is not TaskState.CLOSED]


def test_of_two_who_sign_for_a_task_one_is_told_who_was_first(office: SmallOffice) -> None:
    for task in sent(office):
        refused = at_once(*(partial(office.desk.sign_in, task.id, by=who) for who in (SHEN, ZOU)))
        assert len(refused) == 1
        assert "签收，无须再签" in refused[0]


def test_a_return_is_answered_once_and_one_bureau_leads_afterwards(office: SmallOffice) -> None:
    for task in sent(office):
        office.desk.ask_return(task.id, reason="不归我局", by=SHEN)
        refused = at_once(
            partial(office.deciding.accept_return, task.id, bureau="房产局", by=OFFICERS[0]),
            partial(office.deciding.accept_return, task.id, bureau="城管局", by=OFFICERS[1]),
            partial(office.deciding.refuse_return, task.id, reason="应由你局办", by=OFFICERS[1]),
        )
        assert len(refused) == 2
        assert len(leads(office.tasks(task.concern))) == 1


def test_an_officer_and_the_system_who_choose_different_leads_at_once_leave_one(office: SmallOffice) -> None:
    for number in range(1, 5):
        id = f"concern-{number}"
        office.burst(id, posts=1, number=id)
        # The lead stands without a task yet, so that neither of the two below writes the concern first.
        office.assigning.correct_lead(id, "房产局", reason="二次供水", by=OFFICERS[0])
        office.burst(id, posts=8)
        office.alert(id)
        at_once(office.task, partial(office.assigning.assign_lead, id, "城管局", by=OFFICERS[1]))
        assert len(leads(office.tasks(id))) == 1


def test_a_finding_is_signed_once_and_never_under_words_that_changed(office: SmallOffice) -> None:
    for task in sent(office):
        office.desk.sign_in(task.id, by=SHEN)
        written = office.reporting.write(task.id, FindingKind.FIRST, WORDS, by=SHEN)
        other = FindingWords(facts="改过", measures="冲洗", next_steps="复检", responsible="邹平川")
        refused = at_once(
            *(partial(office.reporting.sign, written.id, by=head, seen=0) for head in HEADS),
            partial(office.reporting.write, task.id, FindingKind.FIRST, other, by=ZOU),
        )
        with office.register.reading() as tx:
            [finding] = tx.findings.of_task(task.id)
        assert (finding.signed is None) == (finding.facts == "改过")
        assert len(refused) == 2


def test_many_papers_at_once_have_each_its_own_number(office: SmallOffice) -> None:
    [task] = sent(office, 1)
    at_once(*[partial(office.supervising.supervise, task.id, asked="进展", by=OFFICERS[0])] * 4)
    with office.register.reading() as tx:
        papers = tx.supervisions.of_tasks([task.id])[task.id]
    assert [paper.id for paper in papers] == [f"督2014-000{number}" for number in (1, 2, 3, 4)]


def test_an_extension_and_the_end_of_the_task_do_not_cross(office: SmallOffice) -> None:
    for task in sent(office):
        office.desk.sign_in(task.id, by=SHEN)
        at_once(
            partial(
                office.desk.ask_extension,
                task.id,
                step="draft",
                until=office.clock.now() + timedelta(hours=40),
                reason="开挖",
                by=SHEN,
            ),
            partial(office.assigning.withdraw_task, task.id, reason="重复", by=OFFICERS[0]),
        )
        [after] = office.tasks(task.concern)
        assert after.state is TaskState.CLOSED
        assert [change.version for change in after.changes] == list(range(after.version + 1))
