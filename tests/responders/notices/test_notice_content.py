"""No channel ever carries a word of a matter: whatever titles, texts, reasons and names are, a notice is the same."""

import string
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.alert import Reason
from huiying.clarification import Clarification, ClarificationKind, ClarificationState
from huiying.level import Level
from huiying.messages import (
    AlertChanged,
    AlertRaised,
    ClarificationChanged,
    Message,
    ProceedingChanged,
    TaskEscalated,
    TaskOpened,
    TaskOverdue,
)
from huiying.notice import About
from huiying.procedure import Regime
from responders.notices.claiming import claim
from responders.notices.lines import Facts, Line
from responders.notifying import Notifying
from responders.proceedings.proceeding import begin
from tests.builders import NOON, make_concern, make_signed, make_task
from tests.registers import empty_register
from tests.responders.telling import TellingOffice, channel
from tests.steps import write_step

_SAID = "红橙黄蓝色提示交办任务已超时待催办进度有更新回应稿对外限未定信源异常日月等条试发通知办理"
"""Every Chinese character that a notice may have."""

_FIXED = frozenset(_SAID + "　" + string.printable)
_NUMBERS = count(1)
_WORDS = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF, exclude_characters="".join(_FIXED)), min_size=1
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TellingOffice]:
    """An office whose one channel carries everything."""
    mail = channel("mail", about=tuple(About), levels=tuple(Level))
    folder = tmp_path_factory.mktemp("told")
    office = TellingOffice(empty_register(folder), mail)
    yield office
    office.register.close()


def a_matter_of(office: TellingOffice, words: str) -> Sequence[Message]:
    """A matter in which everything that may be free text is these words; all that is told of it."""
    id = f"concern-{next(_NUMBERS)}"
    concern = make_concern(id, title=words, keywords=(words,), lead=words, votes={words: 1.0})
    task = make_task(f"{id}:1:opinion-response", concern=id, alert=f"{id}:1", title=words, asked=words, bureau=words)
    answer = Clarification(
        id=f"answer:{id}",
        concern=id,
        episode=f"{id}:1",
        bureau=words,
        kind=ClarificationKind.REPLY,
        state=ClarificationState.SUBMITTED,
        opened_at=NOON,
    )
    with office.register.transaction() as tx:
        tx.concerns.insert(concern)
        tx.tasks.insert(replace(task, waits_because=words, co_handlers=(words,)))
        begun = begin(tx, office.rules.procedures["opinion-response"], concern, now=NOON, regime=Regime.CURRENT)
        for step in ("discover", "gather", "appraise", "designate", "assign", "find", "draft"):
            outcome = "public-answer" if step == "appraise" else None
            write_step(tx, begun.id, step, by=make_signed(), outcome=outcome, reasons=words)
        for step in ("countersign", "review", "sign"):
            write_step(tx, begun.id, step, by=make_signed(), reasons=words)
        tx.clarifications.insert(answer)
        tx.concerns.add_doing(id, words, words)
    reasons = (Reason(part="volume", text=words, value=1, points=1),)
    office.raise_alert(Level.RED, f"{id}:1", title=words, reasons=reasons, silence_reason=words)
    return (
        TaskOpened(task=task.id, concern=id, bureau=words, alert=task.alert, state=words, due_at=None),
        TaskOverdue(task=task.id, concern=id, bureau=words, step=words, due_at=NOON),
        TaskEscalated(task=task.id, concern=id, bureau=words, step=words, rung=words, due_at=None),
        AlertRaised(alert=task.alert, concern=id, source=None, level="red"),
        AlertChanged(alert=task.alert, concern=id, source=None, level="red", what=words),
        ProceedingChanged(proceeding=begun.id, concern=id, what=words),
        ClarificationChanged(clarification=answer.id, concern=id, bureau=words, state="", what=words),
    )


@settings(max_examples=40, deadline=None)
@given(words=_WORDS)
def test_nothing_that_goes_out_holds_a_character_of_the_matter(office: TellingOffice, words: str) -> None:
    told = a_matter_of(office, words)
    list(Notifying(office.register, office.rules, office.clock)(told))
    [mail] = office.rules.channels.enabled
    with office.register.transaction() as tx:
        parcel = claim(tx, mail, 2, "https://huiying.example.gov.cn", office.clock.now())
    assert parcel is not None
    assert {notice.about for notice in parcel.notices} == set(About) - {About.TRIAL}
    said = parcel.subject + parcel.text
    assert [character for character in said if character not in _FIXED] == []
    assert "红色提示 2014-" in said


def test_a_line_is_made_of_nothing_that_could_hold_a_title() -> None:
    assert {field.name for field in fields(Facts)} == {"levels", "numbers", "deadlines"}
    assert {field.name for field in fields(Line)} == {"head", "link"}
    assert replace(Line(head="红色提示 2026-1", link="http://x"), link="y").text == "红色提示 2026-1　y"
