"""No channel ever carries a word of a matter: whatever titles, texts, reasons and names are, a notice is the same."""

import string
import tempfile
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.alert import Reason
from huiying.clarification import Clarification, ClarificationKind, ClarificationState
from huiying.level import Level
from huiying.messages import (
    AlertChanged,
    ClarificationChanged,
    ProceedingChanged,
    TaskEscalated,
    TaskOpened,
    TaskOverdue,
)
from huiying.notice import GROUP, About
from huiying.policy.roster import Roster
from huiying.procedure import Regime
from responders.claiming import claim
from responders.notice_lines import Facts, Line
from responders.proceeding import begin
from tests.builders import NOON, make_concern, make_task
from tests.responders.telling import TellingOffice, channel, roster

_FIXED = set(
    "红橙黄蓝色提示交办任务已超时待催办进度有更新回应稿对外限未定信源异常日月等条试发通知办理　 " + string.printable
)
_WORDS = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF, exclude_characters="".join(_FIXED)), min_size=1
)


def office_about(folder: str, words: str, people: Roster) -> TellingOffice:
    """An office with a matter of which everything that may be free text is these words."""
    mail = channel("mail", about=tuple(About), levels=tuple(Level), group=True)
    office = TellingOffice(f"sqlite:///{folder}/register.db", mail, people=people)
    concern = make_concern(title=words, keywords=(words,), lead=words, votes={words: 1.0})
    with office.register.transaction() as tx:
        tx.concerns.insert(concern)
        tx.tasks.insert(make_task(title=words, asked=words, waits_because=words, bureau=words, co_handlers=(words,)))
        begin(tx, office.rules.procedures["opinion-response"], concern, now=NOON, regime=Regime.CURRENT)
        answer = Clarification(
            id="answer-1",
            concern=concern.id,
            episode="concern-1:1",
            bureau=words,
            kind=ClarificationKind.REPLY,
            state=ClarificationState.SUBMITTED,
            opened_at=NOON,
        )
        tx.clarifications.insert(answer)
        tx.concerns.add_doing(concern.id, words, words)
    reasons = (Reason(part="volume", text=words, value=1, points=1),)
    office.raise_alert(Level.RED, title=words, reasons=reasons, silence_reason=words)
    return office


@settings(max_examples=12, deadline=None)
@given(words=_WORDS)
def test_nothing_that_goes_out_holds_a_character_of_the_matter(words: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = office_about(folder, words, roster())
        about = {"task": make_task().id, "concern": "concern-1", "bureau": words}
        office.notify(
            TaskOpened(**about, alert="concern-1:1", state=words, due_at=None),
            TaskOverdue(**about, step=words, due_at=NOON),
            TaskEscalated(**about, step=words, rung=words, due_at=None),
            AlertChanged(alert="concern-1:1", concern="concern-1", source=None, level="red", what=words),
            ProceedingChanged(proceeding="concern-1:1:opinion-response", concern="concern-1", what=words),
            ClarificationChanged(clarification="answer-1", concern="concern-1", bureau=words, state="", what=words),
        )
        [mail] = office.rules.channels.enabled
        with office.register.transaction() as tx:
            parcel = claim(tx, mail, 2, "https://huiying.example.gov.cn", office.clock.now())
        office.register.close()
    assert parcel is not None
    assert {notice.about for notice in parcel.notices} == set(About) - {About.TRIAL}
    assert parcel.person == GROUP
    said = parcel.subject + parcel.text
    assert [character for character in said if character not in _FIXED] == []
    assert "2014-1" in said


def test_a_line_is_made_of_nothing_that_could_hold_a_title() -> None:
    assert {field.name for field in fields(Facts)} == {"levels", "numbers", "deadlines"}
    assert {field.name for field in fields(Line)} == {"head", "link"}
    assert replace(Line(head="红色提示 2026-1", link="http://x"), link="y").text == "红色提示 2026-1　y"
