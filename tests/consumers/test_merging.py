"""Merging two concerns by hand: everything moves, and the gatherer never undoes it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from consumers.merging import merge
from huiying.clock import SetClock
from huiying.failures import NotAllowed
from huiying.register.register import Register
from tests.builders import NOON
from tests.consumers.gatherers import LATER, RULES, assessed, concern_of, gatherer
from tests.consumers.grouping.matters import NOISE, PIPE


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    register = Register(register_url, SetClock(LATER))
    yield register
    register.close()


def test_a_merge_moves_everything_and_later_posts_of_the_loser_join_the_winner(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0", PIPE[0]), assessed("post-1", NOISE[0]), assessed("post-2", NOISE[1])])
    winner, loser = concern_of(register, "post-0"), concern_of(register, "post-1")
    with register.transaction() as tx:
        joined = merge(tx, loser, winner, "值班员", RULES)
    assert (joined.posts, joined.distinct_posts) == (3, 3)
    stage([assessed("post-3", NOISE[2])])
    assert concern_of(register, "post-3") == winner
    with register.reading() as tx:
        found = tx.concerns.find(winner)
        assert found is not None
        assert found.posts == len(tx.posts.of_concern(winner)) == 4
        assert sum(quarter.posts for quarter in tx.concerns.quarter_hours(winner, NOON)) == 4
        assert tx.concerns.quarter_hours(loser, NOON) == []
        assert "并入" in tx.concerns.doings(winner)[0].what
        assert "并入" in tx.concerns.doings(loser)[0].what
        resolved = tx.concerns.resolve(loser)
    assert resolved is not None
    assert resolved.id == winner


def test_a_merge_is_remembered_however_many_posts_the_winner_gets(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0", PIPE[0]), assessed("post-1", NOISE[0])])
    winner = concern_of(register, "post-0")
    with register.transaction() as tx:
        merge(tx, concern_of(register, "post-1"), winner, "值班员", RULES)
    for number in range(2, 20):
        at = NOON + timedelta(minutes=number)
        stage([assessed(f"post-{number}", f"{PIPE[number % 4]}第{number}次反映。", published_at=at)])
    stage([assessed("late", NOISE[2], published_at=NOON + timedelta(hours=1))])
    assert concern_of(register, "late") == winner
    with register.reading() as tx:
        strands = [member.strand == winner for member in tx.concerns.members.of_concern(winner)]
    assert (strands.count(True), strands.count(False)) == (RULES.grouping.members, 2)


def test_posts_of_a_merged_matter_do_not_rename_the_winner(register: Register) -> None:
    stage = gatherer(register)
    stage([assessed("post-0", PIPE[0]), assessed("post-1", NOISE[0])])
    winner = concern_of(register, "post-0")
    with register.transaction() as tx:
        title = merge(tx, concern_of(register, "post-1"), winner, "值班员", RULES).title
    stage([assessed("post-2", NOISE[1]), assessed("post-3", NOISE[2])])
    with register.reading() as tx:
        found = tx.concerns.find(winner)
    assert found is not None
    assert (found.posts, found.title) == (4, title)


def test_nothing_is_merged_twice_nor_into_itself(register: Register) -> None:
    gatherer(register)([assessed("post-0", PIPE[0]), assessed("post-1", NOISE[0])])
    one, other = concern_of(register, "post-0"), concern_of(register, "post-1")
    with register.transaction() as tx:
        with pytest.raises(NotAllowed, match="itself"):
            merge(tx, one, one, "值班员", RULES)
        merge(tx, other, one, "值班员", RULES)
        with pytest.raises(NotAllowed, match="already"):
            merge(tx, other, one, "值班员", RULES)
        with pytest.raises(NotAllowed, match="no concern"):
            merge(tx, "unknown", one, "值班员", RULES)
