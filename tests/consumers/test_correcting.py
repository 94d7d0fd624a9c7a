"""What a person corrects of a post counts from then on: in its concern, in the lead, in the log."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from consumers.correcting import Correcting
from consumers.tallying import quarter_of, votes_of
from huiying.clock import SetClock
from huiying.concern import Concern, QuarterHour
from huiying.correction import Judgement
from huiying.failures import NotAllowed
from huiying.policy.gathering import GatheringRules
from huiying.post import ArchivedPost, Fate, Kind, SourceKind, Tone
from huiying.register.fates import PostFate
from huiying.register.register import Register
from tests.builders import NOON, make_archived, make_assessment, make_concern, make_task, person

RULES = GatheringRules()
OTHER_LEAD = {Judgement.LEAD: ("城管局",)}


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    register = Register(register_url, SetClock(NOON))
    yield register
    register.close()


@pytest.fixture
def correcting(register: Register) -> Correcting:
    return Correcting(register, RULES, SetClock(NOON))


def keep(register: Register, archived: ArchivedPost, fate: Fate = Fate.GATHERED, **changes: object) -> None:
    """A concern of this one post, counted as the gatherer counts."""
    votes = votes_of(archived.assessment, RULES)
    tone = archived.assessment.tone
    concern = make_concern("c-1", **({"number": "2014-900", "votes": votes, "tones": {tone: 1}} | changes))
    quarter = QuarterHour(starts_at=quarter_of(archived.post.at), posts=1, tones={tone: 1})
    with register.transaction() as tx:
        tx.concerns.insert(concern)
        tx.concerns.add_quarter_hours([("c-1", quarter)])
        tx.posts.add_fates(
            [
                PostFate(
                    id=archived.post.id,
                    revision=1,
                    fate=fate,
                    concern="c-1",
                    source="hotline",
                    source_kind=SourceKind.HOTLINE,
                    tone=tone,
                    at=archived.post.at,
                    collected_at=archived.post.collected_at,
                )
            ]
        )


def concern(register: Register) -> Concern:
    with register.reading() as tx:
        found = tx.concerns.find("c-1")
    assert found is not None
    return found


def test_a_corrected_bureau_moves_the_vote_and_the_lead_of_the_concern(
    register: Register, correcting: Correcting
) -> None:
    post = make_archived()
    keep(register, post)
    [correction] = correcting.correct(post, OTHER_LEAD, by=person("高远"), note=" 路灯不归水务 ")
    assert (correction.judged, correction.said, correction.note) == (("水务局",), ("城管局",), "路灯不归水务")
    assert correction.model == "test"
    assert (concern(register).lead, concern(register).votes) == ("城管局", {"城管局": RULES.lead.sure_vote})
    with register.reading() as tx:
        assert tx.concerns.doings("c-1")[0].what == "更正一条帖文：牵头单位水务局→城管局"


def test_correcting_again_counts_only_the_last_word(register: Register, correcting: Correcting) -> None:
    post = make_archived()
    keep(register, post)
    correcting.correct(post, OTHER_LEAD, by=person("高远"))
    correcting.correct(post, {Judgement.LEAD: ("建委",)}, by=person("林知夏"))
    assert concern(register).votes == {"建委": RULES.lead.sure_vote}
    with register.reading() as tx:
        assert len(tx.corrections.said_of_post("post-1")) == 2


def test_the_same_word_twice_is_written_once(register: Register, correcting: Correcting) -> None:
    post = make_archived()
    keep(register, post)
    correcting.correct(post, OTHER_LEAD, by=person("高远"))
    version = concern(register).version
    assert correcting.correct(post, OTHER_LEAD, by=person("高远")) == []
    assert concern(register).version == version


def test_to_confirm_is_written_and_changes_no_count(register: Register, correcting: Correcting) -> None:
    post = make_archived()
    keep(register, post)
    before = concern(register)
    [correction] = correcting.correct(post, {Judgement.LEAD: ("水务局",)}, by=person("高远"))
    assert not correction.changed
    assert concern(register).votes["水务局"] >= before.votes["水务局"]
    assert concern(register).lead == "水务局"


def test_a_frozen_lead_stays(register: Register, correcting: Correcting) -> None:
    post = make_archived()
    keep(register, post, lead_frozen=True)
    correcting.correct(post, OTHER_LEAD, by=person("高远"))
    assert (concern(register).lead, concern(register).lead_frozen) == ("水务局", True)


def test_a_corrected_tone_moves_the_counts_of_its_quarter_hour(register: Register, correcting: Correcting) -> None:
    post = make_archived()
    keep(register, post)
    correcting.correct(post, {Judgement.TONE: ("neutral",)}, by=person("高远"))
    assert concern(register).tones == {Tone.NEUTRAL: 1}
    with register.reading() as tx:
        [quarter] = tx.concerns.quarter_hours("c-1", NOON.replace(hour=0))
        assert (quarter.posts, quarter.tones[Tone.NEUTRAL], quarter.tones[Tone.NEGATIVE]) == (1, 1, 0)
        assert tx.posts.fates(["post-1"])["post-1"].tone is Tone.NEUTRAL


def test_corrected_duties_stand_in_place_of_those_that_were_judged(
    register: Register, correcting: Correcting
) -> None:
    post = make_archived()
    keep(register, post)
    correcting.correct(post, {Judgement.DUTIES: ("11", "16")}, by=person("高远"))
    assert concern(register).duties == {11: 1.0, 16: 1.0}


def test_a_near_duplicate_has_no_vote_to_correct(register: Register, correcting: Correcting) -> None:
    post = make_archived()
    keep(register, post, fate=Fate.NEAR_DUPLICATE, duties={8: 0.7})
    before = concern(register)
    correcting.correct(post, OTHER_LEAD | {Judgement.DUTIES: ()}, by=person("高远"))
    assert (concern(register).votes, concern(register).duties) == (before.votes, before.duties)


def test_a_post_that_waited_for_a_bureau_waits_no_more(register: Register, correcting: Correcting) -> None:
    post = make_archived(assessment=make_assessment(lead=None))
    keep(register, post, fate=Fate.TRIAGE, lead=None)
    correcting.correct(post, OTHER_LEAD, by=person("高远"))
    with register.reading() as tx:
        assert tx.posts.fates(["post-1"])["post-1"].fate is Fate.GATHERED
    assert concern(register).lead == "城管局"


def test_a_post_without_a_concern_is_labelled_all_the_same(register: Register, correcting: Correcting) -> None:
    assert len(correcting.correct(make_archived(), OTHER_LEAD, by=person("高远"))) == 1
    with register.reading() as tx:
        assert [one.said for one in tx.corrections.standing()] == [("城管局",)]


def test_a_merge_is_kept_as_a_correction_and_takes_the_tasks_along(
    register: Register, correcting: Correcting
) -> None:
    with register.transaction() as tx:
        for id in ("c-1", "c-2"):
            tx.concerns.insert(make_concern(id))
        tx.tasks.insert(make_task(concern="c-1", alert="c-1:1"))
    correcting.merge("c-1", "c-2", by=person("高远"), note="同一条管线")
    with register.reading() as tx:
        assert [task.concern for task in tx.tasks.of_concern("c-2")] == ["c-2"]
        [correction] = tx.corrections.said_of_concern("c-1")
    assert (correction.judgement, correction.said, correction.note) == (Judgement.MERGED, ("c-2",), "同一条管线")
    with pytest.raises(NotAllowed):
        correcting.merge("c-1", "c-2", by=person("高远"))
    with register.reading() as tx:
        assert len(tx.corrections.said_of_concern("c-1")) == 1


def test_a_post_that_is_a_report_of_wrongdoing_leaves_its_concern(register: Register, correcting: Correcting) -> None:
    post, other = make_archived("post-1"), make_archived("post-2", text="向阳路停水两天")
    keep(register, post, title_post="post-2", posts=2, distinct_posts=2)
    with register.transaction() as tx:
        tx.posts.add_fates([replace(tx.posts.fates(["post-1"])["post-1"], id="post-2")])
    correcting.correct(post, {Judgement.KIND: (Kind.REPORT.value,)}, by=person("高远"))
    with register.reading() as tx:
        fates = tx.posts.fates(["post-1", "post-2"])
        assert (fates["post-1"].fate, fates["post-1"].concern) == (Fate.TRIAGE, None)
        assert fates["post-2"].concern == "c-1"
        assert tx.concerns.doings("c-1")[0].what == "一条帖文更正为举报，移出本事项"
    assert (concern(register).posts, concern(register).distinct_posts) == (1, 1)
    assert other.post.id == concern(register).title_post


def test_the_only_post_of_a_concern_stays_in_it_whatever_it_is(register: Register, correcting: Correcting) -> None:
    post = make_archived()
    keep(register, post)
    assert len(correcting.correct(post, {Judgement.KIND: (Kind.REPORT.value,)}, by=person("高远"))) == 1
    with register.reading() as tx:
        assert tx.posts.fates(["post-1"])["post-1"].concern == "c-1"


def test_posts_split_off_are_counted_as_they_were_corrected(register: Register, correcting: Correcting) -> None:
    post, other = make_archived("post-1", text="路灯半个月不亮"), make_archived("post-2", text="向阳路停水两天")
    keep(register, post, posts=2, distinct_posts=2, title_post="post-2")
    with register.transaction() as tx:
        tx.posts.add_fates([replace(tx.posts.fates(["post-1"])["post-1"], id=other.post.id)])
    correcting.correct(post, OTHER_LEAD, by=person("高远"))
    part = correcting.split("c-1", [post], by=person("高远"), note="是另一件事")
    assert (part.lead, part.votes) == ("城管局", {"城管局": RULES.lead.sure_vote})
    assert "城管局" not in concern(register).votes
    with register.reading() as tx:
        assert tx.corrections.said_of_concern("c-1")[0].said == ("post-1",)


def test_of_many_who_correct_the_same_post_at_once_one_word_stands_and_is_counted_once(
    register: Register, correcting: Correcting
) -> None:
    post = make_archived()
    keep(register, post)
    bureaus = ["城管局", "建委", "房产局", "交通局"] * 2
    someone = person("高远")
    with ThreadPoolExecutor(len(bureaus)) as officers:
        for done in [
            officers.submit(correcting.correct, post, {Judgement.LEAD: (lead,), Judgement.TONE: (tone,)}, by=someone)
            for lead, tone in zip(bureaus, ["neutral", "positive"] * 4, strict=True)
        ]:
            done.result(60)
    with register.reading() as tx:
        standing = tx.corrections.of_posts(["post-1"])["post-1"]
    assert concern(register).votes == {standing[Judgement.LEAD].said[0]: RULES.lead.sure_vote}
    assert concern(register).tones == {Tone(standing[Judgement.TONE].said[0]): 1}
