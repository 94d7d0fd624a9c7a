"""Registering by hand: a concern without posts, its alert and its proceeding; what is refused leaves nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consumers.merging import merge
from huiying.alert import AlertState
from huiying.concern import Concern, Origin
from huiying.failures import NotAllowed
from huiying.level import Level
from huiying.messages import AlertRaised, ConcernChanged, ProceedingChanged, TaskOpened
from huiying.person import Role
from huiying.policy.gathering import GatheringRules
from huiying.procedure import Start
from responders.proceedings.proceeding import proceeding_id, proceeding_of
from responders.shift.registering import AlreadyRegistered
from responders.shift.written import Enquiry, read_origin
from tests.builders import NOON, make_concern, person
from tests.registered import written
from tests.responders.office import SmallOffice

LI = person("李静")
ENQUIRY = Enquiry(medium="某报", contact="王记者", question="何时修好", due_at=NOON + timedelta(hours=6))


def remeasure(office: SmallOffice, concern: Concern) -> None:
    """Let the heat be measured, as after every change."""
    office.alert(concern.id)


def test_a_matter_without_posts_stands_in_the_queue_at_the_level_the_person_chose(office: SmallOffice) -> None:
    concern = office.registering.register(written(lead="水务局"), by=LI)

    [alert] = office.queue()
    assert (alert.id, alert.level, alert.title) == (f"{concern.id}:1", Level.ORANGE, "向阳路幸福小区自来水管爆裂")
    assert [reason.text for reason in alert.reasons] == ["李静手工登记（领导交办，市政府总值班室）：领导要求当日答复"]
    assert (concern.posts, concern.number, concern.lead, concern.lead_frozen) == (0, "2014-1", "水务局", True)
    assert concern.found_at == NOON - timedelta(minutes=30)
    assert {type(message) for message in office.told()} == {ConcernChanged, AlertRaised, ProceedingChanged}


def test_its_proceeding_has_begun_with_discovery_and_gathering_done(office: SmallOffice) -> None:
    occurred = NOON - timedelta(hours=2)
    concern = office.registering.register(written(occurred_at=occurred), by=LI)

    with office.register.reading() as tx:
        proceeding = proceeding_of(tx, proceeding_id(concern.episode_id, "opinion-response"))
    assert [(done.step, done.by.name) for done in proceeding.done] == [("discover", "李静"), ("gather", "李静")]
    assert proceeding.moments == {Start.DISCOVERED: concern.found_at, Start.OCCURRED: occurred}
    [change] = proceeding.moment_changes
    assert (change.was, change.became, change.by.name) == (None, occurred, "李静")


def test_its_clocks_are_counted_at_once_and_its_level_is_known(office: SmallOffice) -> None:
    occurred = NOON - timedelta(hours=2)
    concern = office.registering.register(written(occurred_at=occurred, level=Level.RED), by=LI)
    with office.register.reading() as tx:
        counted = proceeding_of(tx, proceeding_id(concern.episode_id, "opinion-response"))
    assert {clock.step: clock.due_at for clock in counted.clocks if clock.outward} == {
        "respond": concern.found_at + timedelta(hours=48),
        "authoritative-information": occurred + timedelta(hours=5),
        "press-conference": occurred + timedelta(hours=24),
    }
    assert counted.counted_by == office.rules.calendar.digest
    office.begin()
    assert office.proceeding(counted.id) == counted


def test_its_task_is_opened_as_for_every_alert_with_a_lead(office: SmallOffice) -> None:
    concern = office.registering.register(written(lead="水务局", level=Level.RED), by=LI)
    office.task()

    [task] = office.tasks(concern.id)
    assert (task.bureau, task.title) == ("水务局", concern.title)
    assert any(isinstance(message, TaskOpened) for message in office.told())


def test_without_a_lead_it_waits_for_a_person_to_name_one(office: SmallOffice) -> None:
    concern = office.registering.register(written(), by=LI)
    office.task()

    assert office.tasks(concern.id) == []
    assert office.assigning.assign_lead(concern.id, "水务局", by=LI).bureau == "水务局"


def test_personal_data_is_masked_before_it_is_kept(office: SmallOffice) -> None:
    concern = office.registering.register(
        written(
            what="向阳路幸福小区3号楼2单元501室的业主张建国（手机13912345678）反映水管爆裂",
            where="幸福小区3号楼2单元501室",
        ),
        by=LI,
    )

    assert concern.registered is not None
    kept = concern.registered.what + concern.registered.where
    assert "幸福小区3号楼" in kept
    assert not any(part in kept for part in ("13912345678", "501", "张建国"))


def test_measuring_never_lets_it_fall_below_what_the_person_set(office: SmallOffice) -> None:
    concern = office.registering.register(written(level=Level.ORANGE), by=LI)
    office.wait(hours=30)
    remeasure(office, concern)
    assert office.the_alert(concern.episode_id).level is Level.ORANGE

    office.burst(concern.id, posts=200, kinds=5)
    remeasure(office, concern)
    assert office.the_alert(concern.episode_id).level is Level.RED

    office.wait(days=4)
    remeasure(office, concern)
    alert = office.the_alert(concern.episode_id)
    assert alert.level is Level.ORANGE
    assert alert.reasons[0].part == "by-hand"


def test_a_person_closes_it_and_quiet_measuring_leaves_it_closed(office: SmallOffice) -> None:
    concern = office.registering.register(written(), by=LI)
    office.handling.close(concern.episode_id, reason="已办妥", by=LI)
    office.burst(concern.id, posts=3)
    remeasure(office, concern)
    assert office.the_alert(concern.episode_id).state is AlertState.CLOSED


def test_a_later_episode_of_one_still_open_keeps_the_level(office: SmallOffice) -> None:
    concern = office.registering.register(written(), by=LI)
    office.wait(days=9)
    office.burst(concern.id, posts=1, episode=2, episode_began_at=office.clock.now())
    remeasure(office, concern)

    assert [(alert.id, alert.level) for alert in office.queue()] == [(f"{concern.id}:2", Level.ORANGE)]


def test_a_later_episode_of_one_that_was_closed_is_measured_like_any_other(office: SmallOffice) -> None:
    concern = office.registering.register(written(), by=LI)
    office.handling.close(concern.episode_id, reason="已办妥", by=LI)
    office.wait(days=9)
    office.burst(concern.id, posts=1, episode=2, episode_began_at=office.clock.now())
    remeasure(office, concern)

    assert office.queue() == []


def test_merged_into_another_it_takes_the_level_along(office: SmallOffice) -> None:
    office.burst(posts=8, number="2014-100")
    office.alert()
    assert office.the_alert().level is Level.YELLOW
    concern = office.registering.register(written(title="领导交办的水管爆裂"), by=LI)
    with office.register.transaction() as tx:
        merge(tx, concern.id, "concern-1", "李静", GatheringRules())
    office.alert("concern-1", concern.id)

    assert office.the_alert().level is Level.ORANGE
    assert office.the_alert(concern.episode_id).state is AlertState.CLOSED


def test_the_same_title_within_a_day_shows_the_one_that_stands(office: SmallOffice) -> None:
    concern = office.registering.register(written(), by=LI)
    with pytest.raises(AlreadyRegistered, match="没有重复登记") as refused:
        office.registering.register(written(origin=Origin.CALL, known_at=NOON - timedelta(days=3)), by=LI)
    assert refused.value.concern == concern.id

    office.wait(hours=25)
    assert office.registering.register(written(known_at=office.clock.now()), by=LI).id != concern.id


def test_of_two_who_register_the_same_at_once_one_is_shown_the_others(office: SmallOffice) -> None:
    def register(origin: Origin) -> str:
        try:
            return office.registering.register(written(origin=origin), by=LI).id
        except AlreadyRegistered as there:
            return there.concern

    office.register.prepare()
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(register, (Origin.LEADER, Origin.CALL))
    assert first == second
    assert [alert.concern for alert in office.queue()] == [first]


def test_a_gathered_concern_of_the_same_title_is_shown_too(office: SmallOffice) -> None:
    with office.register.transaction() as tx:
        tx.concerns.insert(make_concern(number="2014-100"))
    with pytest.raises(AlreadyRegistered) as refused:
        office.registering.register(written(title=" 向阳路幸福小区自来水管爆裂 "), by=LI)
    assert refused.value.concern == "concern-1"


def test_a_media_enquiry_is_registered_with_its_question_and_answered_once(office: SmallOffice) -> None:
    concern = office.registering.register(written(origin=Origin.MEDIA_ENQUIRY, enquiry=ENQUIRY), by=LI)
    with office.register.reading() as tx:
        [enquiry] = tx.duty_log.enquiries()
    assert (enquiry.concern, enquiry.medium, enquiry.question) == (concern.id, "某报", "何时修好")

    office.registering.answer_enquiry(enquiry.id, "今晚八时前修好", by=LI)
    with pytest.raises(NotAllowed, match="已由李静答复"):
        office.registering.answer_enquiry(enquiry.id, "另一个答复", by=LI)
    with office.register.reading() as tx:
        assert [each.answer for each in tx.duty_log.enquiries()] == ["今晚八时前修好"]


def test_words_of_danger_to_life_are_known_from_the_offices_own_list(office: SmallOffice) -> None:
    calm = office.registering.register(written(), by=LI)
    dire = office.registering.register(
        written(title="向阳路楼房着火有人被困", what="楼里着火，有人被困在楼上"), by=LI
    )
    assert not calm.endangers_life
    assert dire.endangers_life


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"title": "  "}, "请填写“标题”"),
    "no matter": ({"what": ""}, "请填写“何事”"),
    "from nobody": ({"from_whom": ""}, "请填写“来自”"),
    "no reason": ({"reason": " "}, "为何定为橙色提示"),
    "too long a title": ({"title": "长" * 61}, "最多60字"),
    "too long a text": ({"what": "长" * 2001}, "最多2000字"),
    "known tomorrow": ({"known_at": NOON + timedelta(days=1)}, "获知时刻在此刻之后"),
    "happens tomorrow": ({"occurred_at": NOON + timedelta(days=1)}, "事发时刻在此刻之后"),
    "known before it happened": ({"occurred_at": NOON}, "事发时刻晚于获知时刻"),
    "a secrecy mark": ({"what": "机密★10年\n关于某事的通知"}, "线下按保密规定"),
    "a secrecy mark in the reason": ({"reason": "见绝密★启用前文件"}, "线下按保密规定"),
    "a medium without a question": (
        {"origin": Origin.MEDIA_ENQUIRY, "enquiry": replace(ENQUIRY, question="")},
        "哪家媒体、问什么",
    ),
    "an answer wanted before it was asked": (
        {"origin": Origin.MEDIA_ENQUIRY, "enquiry": replace(ENQUIRY, due_at=NOON - timedelta(days=1))},
        "要求答复的时刻",
    ),
}


@pytest.mark.parametrize(("changes", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    office: SmallOffice, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotAllowed, match=words):
        office.registering.register(written(**changes), by=LI)

    assert office.queue() == []
    assert office.told() == []


def test_a_refusal_for_secrecy_does_not_repeat_the_words(office: SmallOffice) -> None:
    with pytest.raises(NotAllowed) as refused:
        office.registering.register(written(what="机密★10年 关于某工程"), by=LI)
    assert "某工程" not in str(refused.value)


def test_a_report_of_wrongdoing_is_sent_to_the_discipline_channel() -> None:
    with pytest.raises(NotAllowed, match="纪检监察机关"):
        read_origin("举报")
    with pytest.raises(NotAllowed, match="领导交办"):
        read_origin("口信")
    assert read_origin("leader") is Origin.LEADER


@pytest.mark.parametrize("role", [Role.HANDLER, Role.AUDITOR])
def test_who_is_no_officer_registers_nothing(office: SmallOffice, role: Role) -> None:
    moves: list[Callable[[], object]] = [
        lambda: office.registering.register(written(), by=person("高远", role, bureau="水务局")),
        lambda: office.registering.answer_enquiry("x", "答复", by=person("高远", role, bureau="水务局")),
    ]
    for move in moves:
        with pytest.raises(NotAllowed, match="舆情值班员"):
            move()
    assert office.queue() == []
