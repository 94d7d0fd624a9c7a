"""What is remembered follows from the members alone, and what nobody joined is forgotten first."""

from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.grouping.memory import Memory, Remembered
from consumers.grouping.sketches import sketch_all
from consumers.grouping.weights import Weights
from huiying.policy.gathering import GroupingRules
from tests.builders import NOON

ROOM = 100
RULES = GroupingRules(most_members=ROOM, members=8, anchors=2, window_days=1000)
(SKETCH,) = sketch_all(Weights.load(), ["向阳路停水"], [""])


def remembered(number: int, strand: str, *, minutes: int) -> Remembered:
    return Remembered(f"post-{number:04}", strand, strand, NOON + timedelta(minutes=minutes), None, SKETCH)


def fill(memory: Memory, members: Iterable[Remembered]) -> set[str]:
    """Remember one after another; the posts that are known at the end."""
    for member in members:
        (slot,) = memory.reserve(1)
        memory.remember(Remembered(member.post, member.concern, member.strand, member.at, None, SKETCH, slot))
    return posts_of(memory)


def posts_of(memory: Memory) -> set[str]:
    slots = range(memory.reserve(0).start)
    return {member.post for slot in slots if (member := memory.at_slot(slot)) is not None}


def test_a_matter_of_months_is_not_washed_away_by_a_busy_day() -> None:
    memory = Memory(RULES)
    fill(memory, (remembered(number, "long", minutes=number) for number in range(3)))
    kept = fill(memory, (remembered(number, f"lone-{number}", minutes=number) for number in range(10, 500)))
    assert len(kept) == ROOM
    assert {f"post-{number:04}" for number in range(3)} <= kept


def test_lone_posts_keep_half_of_the_room_so_that_new_matters_can_begin() -> None:
    memory = Memory(RULES)
    fill(memory, (remembered(number, f"pair-{number // 2}", minutes=number) for number in range(300)))
    kept = fill(memory, (remembered(number, f"lone-{number}", minutes=number) for number in range(300, 340)))
    assert {f"post-{number:04}" for number in range(300, 340)} <= kept
    assert len(kept) == ROOM


def test_what_is_older_than_the_window_goes_first() -> None:
    memory = Memory(RULES.model_copy(update={"window_days": 1.0}))
    kept = fill(
        memory, [remembered(0, "a", minutes=0), remembered(1, "a", minutes=1), remembered(2, "b", minutes=3000)]
    )
    assert kept == {"post-0002"}


def test_the_places_of_a_strand_are_those_that_its_members_name() -> None:
    memory = Memory(RULES)
    fill(memory, [remembered(0, "a", minutes=0), remembered(1, "a", minutes=1)])
    assert set(memory.names_of("a")) == set(SKETCH.places.names) != set()
    assert not memory.names_of("b")
    fill(memory, [remembered(2, "b", minutes=5_000_000)])
    assert not memory.names_of("a")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5000)), min_size=90, max_size=160), st.integers(0, 160))
def test_a_memory_read_back_forgets_the_same(drawn: list[tuple[int, int]], stop: int) -> None:
    members = [remembered(n, f"strand-{strand}", minutes=minutes) for n, (strand, minutes) in enumerate(drawn)]
    undisturbed, before, after = Memory(RULES), Memory(RULES), Memory(RULES)
    fill(before, members[:stop])
    after.recall(member for member in members[:stop] if member.post in posts_of(before))
    assert fill(after, members[stop:]) == fill(undisturbed, members)
