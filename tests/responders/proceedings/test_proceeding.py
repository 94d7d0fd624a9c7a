"""A matter goes through its procedure step by step, by the version it began with."""

from functools import partial

import pytest

from huiying.failures import NotAllowed
from huiying.person import Role, Signed
from huiying.procedure import Regime
from responders.proceedings.evaluating import Evaluating
from responders.proceedings.proceeding import begin, complete_step, mark_steps, proceeding_id
from tests.builders import NOON, make_concern, person
from tests.responders.office import SmallOffice, small_policy
from tests.steps import write_step

OFFICER = Signed(person="gao", name="高远", role=Role.OFFICER, at=NOON)
PROCEEDING = proceeding_id("concern-1:1", "opinion-response")


@pytest.fixture
def begun(office: SmallOffice) -> SmallOffice:
    with office.register.transaction() as tx:
        concern = tx.concerns.insert(make_concern())
        begin(tx, office.rules.procedures["opinion-response"], concern, now=NOON, regime=Regime.CURRENT)
    return office


def complete(office: SmallOffice, *steps: str, outcome: str | None = None, reasons: str = "") -> None:
    for step in steps:
        with office.register.transaction() as tx:
            write_step(tx, PROCEEDING, step, by=OFFICER, outcome=outcome, reasons=reasons)


def test_only_what_comes_next_can_be_done_and_the_refusal_says_what_is_missing(begun: SmallOffice) -> None:
    complete(begun, "discover")
    with pytest.raises(NotAllowed, match=r"“研判（会商）”之前还要先办：归并"):
        complete(begun, "appraise", outcome="public-answer")
    complete(begun, "gather")
    with pytest.raises(NotAllowed, match="去向应为以下之一：公开回应"):
        complete(begun, "appraise")
    complete(begun, "appraise", outcome="public-answer")
    assert begun.log_of()[0] == "高远：办完“研判（会商）”：公开回应"


def test_a_matter_that_is_not_answered_says_why_and_goes_straight_to_the_file(begun: SmallOffice) -> None:
    complete(begun, "discover", "gather")
    with pytest.raises(NotAllowed, match="须写明理由"):
        complete(begun, "appraise", outcome="no-answer")
    complete(begun, "appraise", outcome="no-answer", reasons="与本市无关")
    with pytest.raises(NotAllowed, match="不需要办“交办”"):
        complete(begun, "assign")
    Evaluating(begun.register, begun.clock).file(PROCEEDING, "ten", by=person("高远"))
    with pytest.raises(NotAllowed, match="已归档"):
        complete(begun, "assign")


def test_a_step_is_done_once(begun: SmallOffice) -> None:
    complete(begun, "discover")
    with pytest.raises(NotAllowed, match="已由高远办过"):
        complete(begun, "discover")


ORDER = tuple(step.id for step in small_policy().procedures["opinion-response"].steps)


@pytest.mark.parametrize("step", ORDER[2:])
def test_no_step_is_done_around_the_move_it_belongs_to(begun: SmallOffice, step: str) -> None:
    complete(begun, *ORDER[:2])
    for before in ORDER[2 : ORDER.index(step)]:
        complete(begun, before, outcome="public-answer" if before == "appraise" else None)
    outcome = "public-answer" if step == "appraise" else None
    turn = begun.proceeding()
    assert step in {each.id for each in turn.open_steps}

    for around in (partial(complete_step, outcome=outcome), mark_steps):
        with pytest.raises(NotAllowed, match="为办完"), begun.register.transaction() as tx:
            around(tx, PROCEEDING, step, by=OFFICER)
    assert begun.proceeding() == turn
