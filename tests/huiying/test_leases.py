"""Leases: one at a time, renewed in time, taken over when they lapse."""

import time
from collections.abc import Iterator

import pytest

from huiying.leasing import Lease
from huiying.register.leases import LeaseLost
from huiying.register.register import Register
from tests.leasing import age_leases


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    opened = Register(register_url)
    yield opened
    opened.close()


def must_hold(register: Register, lease: Lease) -> None:
    with register.transaction() as tx:
        tx.leases.must_hold(lease.name, lease.holder)


def test_one_holds_a_lease_and_the_other_stands_by(register: Register) -> None:
    one, two = (Lease(register, "gatherer", holder, 10) for holder in ("one", "two"))
    assert one.held()
    assert not two.held()
    assert Lease(register, "timers", "two", 10).held(), "another lease is another matter"


def test_a_lease_given_back_is_free_at_once(register: Register) -> None:
    one = Lease(register, "gatherer", "one", 10)
    assert one.held()
    one.release()
    assert Lease(register, "gatherer", "two", 10).held()
    one.release()
    assert not Lease(register, "gatherer", "three", 10).held(), "who has nothing gives nothing back"


def test_a_lapsed_lease_is_taken_over_and_its_old_holder_may_write_no_more(register: Register) -> None:
    one, two = (Lease(register, "gatherer", holder, 10) for holder in ("one", "two"))
    assert one.held()
    must_hold(register, one)
    age_leases(register, 11)
    must_hold(register, one)
    assert two.held()
    with pytest.raises(LeaseLost, match="held by two"):
        must_hold(register, one)
    must_hold(register, two)


def test_nobody_may_write_under_a_lease_that_nobody_took(register: Register) -> None:
    with pytest.raises(LeaseLost, match="held by nobody"):
        must_hold(register, Lease(register, "gatherer", "one", 10))


def test_a_holder_renews_in_time(register: Register) -> None:
    one = Lease(register, "gatherer", "one", 3)
    assert one.held()
    age_leases(register, 2)
    time.sleep(1.05)
    assert one.held(), "a third of the term has passed, so this renews"
    age_leases(register, 2)
    assert not Lease(register, "gatherer", "two", 10).held()
    age_leases(register, 2)
    assert Lease(register, "gatherer", "two", 10).held(), "it was not renewed again"


def test_who_hears_that_the_lease_is_lost_stands_by(register: Register) -> None:
    one = Lease(register, "gatherer", "one", 10)
    assert one.held()
    one.lost()
    assert not one.held()


def test_who_has_taken_what_and_until_when_is_known(register: Register) -> None:
    assert Lease(register, "relay", "one", 10).held()
    assert Lease(register, "gatherer", "two", 30).held()
    with register.reading() as tx:
        gatherer, relay = tx.leases.taken()
    assert [(each.name, each.holder) for each in (gatherer, relay)] == [("gatherer", "two"), ("relay", "one")]
    assert (gatherer.expires_at - relay.expires_at).total_seconds() == pytest.approx(20, abs=5)
