"""Corrections on the screen: what a person said beside what was judged, and the forms to say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.forms import Fields
from console.office import ConsoleOffice
from huiying.correction import OF_POSTS, Correction, Judgement, judged_of
from huiying.failures import NotAllowed
from huiying.post import ArchivedPost, Kind, Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One correction in words; `changed` is False where a person confirmed what was judged."""

    name: str
    was: str
    now: str
    who: str
    when: str
    exact: str
    note: str
    changed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One answer of a form."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FixForm:
    """The form by which one judgement of a post is corrected; `many` where several answers may be ticked."""

    judgement: str
    name: str
    choices: tuple[Choice, ...]
    many: bool


def view_said(correction: Correction, office: ConsoleOffice, now: datetime) -> Said:
    """A correction for the screen."""
    return Said(
        name=correction.judgement.label,
        was=in_words(correction.judgement, correction.judged, office),
        now=in_words(correction.judgement, correction.said, office),
        who=correction.who,
        when=wording.when(correction.at, now),
        exact=wording.exact(correction.at),
        note=correction.note,
        changed=correction.changed,
    )


def standing_in_order(
    standing: Mapping[Judgement, Correction], office: ConsoleOffice, now: datetime
) -> tuple[Said, ...]:
    """What stands of a post's corrections, always in the same order."""
    return tuple(view_said(standing[judgement], office, now) for judgement in OF_POSTS if judgement in standing)


def in_words(judgement: Judgement, value: Sequence[str], office: ConsoleOffice) -> str:
    """A judgement's value as the screen says it."""
    match judgement:
        case Judgement.TONE:
            return wording.TONES[Tone(value[0])]
        case Judgement.LEAD:
            return office.bureau(value[0] if value else None)
        case Judgement.DUTIES:
            return "、".join(f"第{number}项" for number in value) or "无"
        case Judgement.ALERT:
            return wording.alert_words(value)
        case Judgement.SPLIT:
            return "原在一起" if len(value) == 1 else f"{len(value)} 条帖文"
        case _:
            return "、".join(value)


def fix_form(judgement: Judgement, counted: ArchivedPost, office: ConsoleOffice) -> FixForm:
    """The form for one judgement, what counts now chosen."""
    now = judged_of(counted.assessment, judgement)
    return FixForm(
        judgement=judgement.value,
        name=judgement.label,
        choices=tuple(
            Choice(value=value, words=words, chosen=value in now) for value, words in _answers(judgement, office, now)
        ),
        many=judgement is Judgement.DUTIES,
    )


def read_said(form: Fields, office: ConsoleOffice) -> tuple[Judgement, tuple[str, ...]]:
    """What a form says; `NotAllowed` where it is no answer to be chosen from."""
    judgement = next((one for one in OF_POSTS if one.value == form["judgement"]), None)
    if judgement is None:
        raise NotAllowed("不能更正这一项")
    said = form.all("said")
    allowed = {value for value, _ in _answers(judgement, office, ())} - {""}
    if not set(said) <= allowed or (judgement is not Judgement.DUTIES and len(said) != 1):
        raise NotAllowed(f"请选定{judgement.label}")
    return judgement, tuple(sorted(said, key=int)) if judgement is Judgement.DUTIES else said


def _answers(judgement: Judgement, office: ConsoleOffice, now: Sequence[str]) -> list[tuple[str, str]]:
    match judgement:
        case Judgement.TONE:
            return [(tone.value, wording.TONES[tone]) for tone in Tone]
        case Judgement.KIND:
            return [(kind.value, kind.value) for kind in Kind]
        case Judgement.DUTIES:
            return [(str(duty.number), f"{duty.number} {duty.title}") for duty in office.policy.duties]
        case _:
            unsure = [] if now else [("", "选定牵头单位")]
            return unsure + [(bureau.id, bureau.name) for bureau in office.policy.bureaus]
