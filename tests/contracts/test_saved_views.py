"""What every register must keep of saved views, and of posts by their fate."""

from datetime import timedelta

from huiying.person import Person, Role
from huiying.post import Fate, SourceKind, Tone
from huiying.register.fates import PostFate
from huiying.register.register import Register
from huiying.saved_view import ListPage, SavedView
from tests.builders import NOON


def someone(name: str) -> Person:
    return Person(id=name, name=name, roles=frozenset({Role.OFFICER}))


def test_views_are_kept_by_every_register(register: Register) -> None:
    lin, gao = someone("lin"), someone("gao")
    for owner, name, shared in ((lin, "甲", True), (lin, "乙", False), (gao, "丙", False)):
        view = SavedView.of(owner, ListPage.POSTS, name, f"words={name}", shared=shared, at=NOON)
        with register.transaction() as tx:
            tx.saved_views.save(view)
            tx.saved_views.save(view)
    with register.transaction() as tx:
        assert {view.name for view in tx.saved_views.of("gao")} == {"甲", "丙"}
        assert {view.name for view in tx.saved_views.of("lin", ListPage.POSTS)} == {"甲", "乙"}
        assert tx.saved_views.of("lin", ListPage.TASKS) == []
        assert tx.saved_views.delete(view.id, "lin") is False
        assert tx.saved_views.delete(view.id, "gao") is True


def test_the_newest_posts_of_a_fate_or_of_matters(register: Register) -> None:
    fates = [
        PostFate(
            id=f"p-{number}",
            revision=1,
            fate=fate,
            concern=concern,
            source="forum",
            source_kind=SourceKind.FORUM,
            tone=Tone.NEUTRAL,
            at=NOON,
            collected_at=NOON + timedelta(minutes=number),
        )
        for number, (fate, concern) in enumerate(
            [(Fate.GATHERED, "a"), (Fate.NEAR_DUPLICATE, "a"), (Fate.GATHERED, "b"), (Fate.IRRELEVANT, None)]
        )
    ]
    with register.transaction() as tx:
        tx.posts.add_fates(fates)
    with register.reading() as tx:
        assert tx.posts.newest() == ["p-3", "p-2", "p-1", "p-0"]
        assert tx.posts.newest(fate=Fate.GATHERED) == ["p-2", "p-0"]
        assert tx.posts.newest(concerns={"a"}, limit=1) == ["p-1"]
        assert tx.posts.newest(fate=Fate.GATHERED, concerns={"a", "c"}) == ["p-0"]
        assert tx.posts.newest(concerns=()) == []
