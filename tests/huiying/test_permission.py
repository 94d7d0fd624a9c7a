"""Every cell of the matrix: each role may do what the table says, to the matters that are open to it, and no more."""

import pytest

from huiying.failures import NotAllowed
from huiying.permission import ALLOWED, Action, must_be_able, must_may, must_see
from huiying.person import SYSTEM, Role
from tests.builders import NOON, person


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_every_cell(role: Role, action: Action) -> None:
    somebody = person("某人", role, bureau="水务局")
    if role not in ALLOWED[action]:
        with pytest.raises(NotAllowed, match=r"某人（.+）不能.+，可以办的是："):
            must_may(somebody, action, NOON, bureaus=("水务局",))
        with pytest.raises(NotAllowed):
            must_be_able(somebody, action)
        return
    must_be_able(somebody, action)
    signed = must_may(somebody, action, NOON, bureaus=("水务局",))
    assert (signed.name, signed.role, signed.at) == ("某人", role, NOON)
    if role.within_unit:
        with pytest.raises(NotAllowed, match="只能办理本单位（水务局）的事项，这一件属于教育局"):
            must_may(somebody, action, NOON, bureaus=("教育局",))
        with pytest.raises(NotAllowed, match="尚未明确的单位"):
            must_may(somebody, action, NOON)
    else:
        must_may(somebody, action, NOON)


@pytest.mark.parametrize("action", list(Action))
def test_a_person_without_a_role_may_nothing(action: Action) -> None:
    nobody = person("某人")
    nobody = type(nobody)(id="某人", name="某人", roles=frozenset())
    with pytest.raises(NotAllowed, match="没有任何角色"):
        must_may(nobody, action, NOON)
    with pytest.raises(NotAllowed, match="没有任何角色"):
        must_see(nobody, ("水务局",))


@pytest.mark.parametrize("action", list(Action))
def test_nobody_comes_in_by_the_name_of_the_system(action: Action) -> None:
    must_may(SYSTEM, action, NOON)
    twin = type(SYSTEM)(id="system", name="系统", roles=frozenset())
    with pytest.raises(NotAllowed):
        must_may(twin, action, NOON)


def test_a_co_handler_sees_the_matter_and_a_stranger_does_not() -> None:
    handler = person("某人", Role.HANDLER, bureau="卫生局")
    must_see(handler, ("水务局", "卫生局"))
    with pytest.raises(NotAllowed, match="属于水务局、教育局"):
        must_see(handler, ("水务局", "教育局"))


def test_every_action_is_somebodys_and_has_a_name() -> None:
    assert set(ALLOWED) == set(Action)
    assert all(ALLOWED[action] and action.label for action in Action)
