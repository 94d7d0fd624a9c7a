"""A first holding statement says what is known and leaves blank what is not; cleared wording is found by words."""

from dataclasses import replace

import pytest

from huiying.clarification import ClarificationKind, ClarificationState
from huiying.failures import NotAllowed
from huiying.person import Role
from huiying.policy.answers import BLANK
from huiying.post import Fate
from huiying.register.fates import PostFate
from responders.answers.drafting import Drafting
from responders.answers.drafts.cleared import cleared_wording
from tests.builders import NOON, make_archived, make_concern, make_finding, make_task, person
from tests.responders.office import SmallOffice

HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
ARCHIVED = make_archived(text="向阳路幸福小区自来水管爆裂，水漫到路上。")


def drafting(office: SmallOffice) -> Drafting:
    return Drafting(office.register, office.rules, lambda ids: dict.fromkeys(ids, ARCHIVED), office.clock)


def faults(office: SmallOffice, id: str) -> list[tuple[str, ...]]:
    with office.register.reading() as tx:
        clarification = tx.clarifications.get(id)
        assert clarification is not None
        check = drafting(office).check(tx, clarification, tx.clarifications.texts(id)[-1])
        assert check.title_faults == ()
        return [each.faults for each in check.sentences]


def sentences(office: SmallOffice, id: str) -> list[str]:
    with office.register.reading() as tx:
        return [sentence.text for sentence in tx.clarifications.texts(id)[-1].sentences]


def test_it_says_what_was_heard_who_handles_it_what_was_found_and_leaves_the_rest_blank(office: SmallOffice) -> None:
    fate = PostFate(
        id="post-1",
        revision=1,
        fate=Fate.GATHERED,
        concern="concern-1",
        source="hotline",
        source_kind=ARCHIVED.post.source_kind,
        tone=ARCHIVED.assessment.tone,
        at=NOON,
        collected_at=NOON,
    )
    with office.register.transaction() as tx:
        tx.concerns.insert(make_concern())
        tx.posts.add_fates([fate])
        tx.tasks.insert(make_task().sent(by="高远", now=NOON))
        tx.findings.insert(make_finding())
        tx.findings.insert(make_finding("finding-2", facts="还没有人签字的事实。", signed=None))
    opened = drafting(office).open("concern-1", ClarificationKind.SITUATION, "水务局", by=HANDLER)
    drafting(office).hold(opened.id, by=HANDLER)
    assert sentences(office, opened.id) == [
        "5月30日12时起，有市民反映“向阳路幸福小区自来水管爆裂”，我们已关注到。",
        "5月30日12时，已交由市水务局核查处置。",
        "30日11时30分，向阳路DN300自来水管爆裂，影响3个小区。",
        "12时起关闭2处阀门，出动抢修人员20人。",
        "下一次信息将于＿＿发布，请以官方发布的信息为准。",
    ]
    *known, blank = faults(office, opened.id)
    assert known == [()] * 4
    assert blank[0] == "有空白未填"


def test_of_a_concern_registered_by_hand_nothing_is_invented(office: SmallOffice) -> None:
    title = "自来水管爆裂。谁来修？"
    with office.register.transaction() as tx:
        tx.concerns.insert(make_concern(posts=0, distinct_posts=0, title_post=None, title=title))
    opened = drafting(office).open("concern-1", ClarificationKind.SITUATION, "水务局", by=HANDLER)
    drafting(office).hold(opened.id, by=HANDLER)
    heard, handling, coming = sentences(office, opened.id)
    assert heard == "5月30日12时1分起，有市民反映“自来水管爆裂”，我们已关注到。"
    assert BLANK in handling
    assert BLANK in coming
    assert faults(office, opened.id)[0] == ()
    with pytest.raises(NotAllowed, match="沈敬刚才先存了第 1 版"):
        drafting(office).hold(opened.id, by=HANDLER)


def test_cleared_wording_is_the_offices_own_and_what_was_published(office: SmallOffice) -> None:
    with office.register.transaction() as tx:
        tx.concerns.insert(make_concern())
    opened = drafting(office).open("concern-1", ClarificationKind.SITUATION, "水务局", by=HANDLER)
    drafting(office).write(opened.id, "停水通报", "停水期间设送水点。给您带来不便。", after=0, by=HANDLER)
    own = ("给市民带来的不便，我们深表歉意。", "停水请储水。")
    with office.register.reading() as tx:
        assert cleared_wording(tx, own, "送水点") == ()
    with office.register.transaction() as tx:
        present = tx.clarifications.get(opened.id)
        assert present is not None
        tx.clarifications.save(replace(present, state=ClarificationState.PUBLISHED), present.version)
    with office.register.reading() as tx:
        assert [(one.text, one.where) for one in cleared_wording(tx, own, "停水")] == [
            ("停水请储水。", "本单位口径"),
            ("停水期间设送水点。", "停水通报"),
        ]
        assert [one.text for one in cleared_wording(tx, own, "停水 送水点")] == ["停水期间设送水点。"]
        assert [one.text for one in cleared_wording(tx, own, "")] == list(own)
        assert cleared_wording(tx, own, "100%") == ()
