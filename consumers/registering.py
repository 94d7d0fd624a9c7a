"""How the gatherer knows a registered matter again: its words stand among the members, as if they were a post's."""

from dataclasses import replace
from datetime import datetime

from consumers.gathering import to_member
from consumers.grouping.grouping import Grouping, Incoming
from huiying.policy.gathering import GatheringRules
from huiying.register.members import Member


def member_of_words(
    concern: str, title: str, text: str, at: datetime, fingerprint: int, rules: GatheringRules
) -> tuple[Member, tuple[str, ...]]:
    """The member for these words of a concern without posts, and the key words of its title."""
    incoming = Incoming(
        post=f"registered:{concern}", at=at, text=f"{title}\n{text}", title=title, fingerprint=fingerprint
    )
    placed = Grouping(rules).place([incoming])
    name = placed.placements[0].name
    member = replace(to_member(placed.remembered[0]), concern=concern, strand=concern)
    return member, name.keywords if name else ()
