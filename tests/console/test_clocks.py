"""Clocks on a screen: their words, their bar and their shape."""

from datetime import timedelta

from console.clocks import nearest_outward, view_clock, view_task_clock, worst_overrun
from huiying.task import TaskState
from tests.builders import NOON, make_clock, make_task

START = NOON + timedelta(minutes=2)


def test_a_running_clock_shows_what_is_left_of_its_bar() -> None:
    view = view_clock(make_clock(), START + timedelta(hours=12))
    assert (view.words, view.length, view.left, view.shape) == ("剩 36:00", "48小时", 75, "")


def test_a_clock_with_less_than_a_quarter_left_is_near() -> None:
    assert view_clock(make_clock(), START + timedelta(hours=37)).shape == "near"


def test_a_clock_that_ran_out_is_late() -> None:
    view = view_clock(make_clock(), START + timedelta(hours=48, minutes=12))
    assert (view.words, view.left, view.shape) == ("超 0:12", 0, "late")


def test_a_clock_whose_basis_is_not_settled_says_so() -> None:
    view = view_clock(make_clock(provisional=True), START)
    assert (view.length, view.shape) == ("48小时暂定", "prov")


def test_a_done_clock_shows_the_time_it_took() -> None:
    view = view_clock(make_clock(), START + timedelta(hours=9), done_at=START + timedelta(minutes=111))
    assert (view.words, view.shape, view.due) == ("用时 1:51", "done", None)


def test_promptly_has_no_number() -> None:
    view = view_clock(make_clock(due_at=None), START)
    assert (view.words, view.shape) == ("及时", "na")


def test_the_offices_own_terms_are_named_as_such() -> None:
    assert view_clock(make_clock(mark="U", basis="倒排"), START).basis == "倒排（本单位自定）"


def test_a_row_shows_the_nearest_outward_clock_of_the_open_tasks() -> None:
    near = make_clock(due_at=START + timedelta(hours=5))
    closed = make_task("c", clocks=(make_clock(due_at=START + timedelta(hours=1)),), state=TaskState.CLOSED)
    view = nearest_outward([make_task("a"), make_task("b", clocks=(near,)), closed], START)
    assert view is not None
    assert view.words == "剩 5:00"


def test_an_inward_clock_that_ran_out_first_is_the_worst() -> None:
    late = make_clock(title="初报", outward=False, due_at=START + timedelta(hours=2))
    later = make_clock(title="续报", outward=False, due_at=START + timedelta(hours=5))
    found = worst_overrun([make_task(clocks=(later, late))], START + timedelta(hours=6))
    assert found is not None
    assert found.title == "初报"


def test_a_row_of_an_answered_matter_shows_how_long_the_answer_took() -> None:
    answered = make_task("a", done={"publish": NOON + timedelta(hours=3, minutes=22)}, clocks=(make_clock(),))
    withdrawn = make_task("b", state=TaskState.CLOSED, closed_at=START, clocks=(make_clock(),))
    view = nearest_outward([withdrawn, answered], START + timedelta(days=9))
    assert view is not None
    assert (view.words, view.shape) == ("用时 3:20", "done")
    assert view_task_clock(withdrawn, make_clock(), START).words == "不计时"
    running = make_task("c", clocks=(make_clock(due_at=START + timedelta(hours=5)),))
    found = nearest_outward([answered, running], START)
    assert found is not None
    assert found.words == "剩 5:00"
