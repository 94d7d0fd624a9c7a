"""回应稿 as a page shows it: sentence by sentence with its evidence, what must be written, and why it is locked."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from console import wording
from console.draft_lines import STATES, draft_path
from console.draft_parts import ChangesView, ChoiceView, DraftView, SentenceView, TieView, VersionView
from console.forms import Fields
from console.office import ConsoleOffice
from huiying.clarification import Clarification, ClarificationKind, ClarificationState, EvidenceKind, Text
from huiying.kept_form import KeptForm
from huiying.register.register import Transaction
from responders.answers.answer import ENDED, concern_of, usual_title
from responders.answers.drafts.at_hand import AtHand
from responders.answers.drafts.checks import UNTIED, SentenceCheck, TieCheck
from responders.answers.drafts.cleared import cleared_wording
from responders.answers.drafts.differences import SentenceChange
from responders.answers.drafts.requirements import PartCheck
from responders.answers.drafts.versions import Overtaken, compare, overtaken, wordings

_CHOICE = 60


def view_draft(
    tx: Transaction, office: ConsoleOffice, clarification: Clarification, kept: KeptForm | None = None
) -> DraftView:
    """The page of one answer."""
    now, drafting = office.clock.now(), office.drafting
    texts = tx.clarifications.texts(clarification.id)
    last = texts[-1] if texts else None
    check = drafting.check(tx, clarification, last) if last else None
    parts = drafting.parts(tx, clarification, last)
    concern = concern_of(tx, clarification.concern)
    assisted = tx.clarifications.assistances(clarification.id)
    words, shape = STATES[clarification.state]
    return DraftView(
        id=clarification.id,
        path=draft_path(clarification.id),
        concern=concern,
        kind=clarification.kind.label,
        bureau=office.bureau(clarification.bureau),
        state=words,
        state_shape=shape,
        open=clarification.state not in ENDED,
        clarifies=clarification.kind is ClarificationKind.CLARIFYING,
        submitted=clarification.state is ClarificationState.SUBMITTED,
        after=clarification.texts,
        draft=len(wordings(texts)),
        title=last.title if last else usual_title(concern, clarification.kind),
        title_faults=check.title_faults if check else (),
        body="\n".join(sentence.text for sentence in last.sentences) if last else "",
        sentences=tuple(_sentence(each, parts) for each in check.sentences) if check else (),
        parts=parts,
        missing=tuple(each.part.title for each in parts if each.sentence is None),
        locked=check.refusals if check else ("还没有正文",),
        first_faulty=check.first_faulty if check else None,
        choices=_choices(office.helping.at_hand(tx, clarification)),
        proposals=office.helping.proposals(tx, clarification),
        terms=office.helping.terms,
        assisted=assisted[0] if assisted else None,
        cleared=cleared_wording(tx, office.policy.answers.cleared, ""),
        versions=_versions(texts, now),
        overtaken=_overtaken(texts, kept) if kept else (),
    )


def _overtaken(texts: Sequence[Text], kept: KeptForm) -> tuple[SentenceChange, ...]:
    """What changed since the version over which the kept form was written."""
    after = Fields(kept.fields)["after"]
    if not after.isdecimal() or int(after[:9]) >= len(texts):
        return ()
    late = overtaken(texts, int(after[:9]))
    return late.changes if isinstance(late, Overtaken) else ()


def _sentence(check: SentenceCheck, parts: Sequence[PartCheck]) -> SentenceView:
    return SentenceView(
        number=check.number,
        text=check.sentence.text,
        shape="waits" if check.only_waits else "bad" if check.faults else "",
        ties=tuple(_tie(tie) for tie in check.ties),
        faults=tuple(fault for fault in check.faults if fault != UNTIED),
        untied=check.untied,
        judged=any(tie.evidence.kind is EvidenceKind.JUDGEMENT for tie in check.ties),
        parts=tuple(each.part.title for each in parts if each.sentence == check.number),
    )


def _tie(check: TieCheck) -> TieView:
    evidence = check.evidence
    link = None
    if evidence.kind is EvidenceKind.DOCUMENT and not check.wrong:
        link = evidence.reference
    if evidence.kind is EvidenceKind.POST:
        link = f"/posts/{quote(evidence.reference, safe='')}/why"
    tag = f"{evidence.kind.label} {evidence.by.name}" if evidence.by else evidence.kind.label
    words = evidence.title or evidence.words or check.words.partition("\n")[0]
    return TieView(tag=tag, words=words, link=link, wrong=check.wrong, waits=check.waits)


def _choices(at_hand: Sequence[AtHand]) -> tuple[tuple[str, tuple[ChoiceView, ...]], ...]:
    """The lists under 关联依据, one for each sort of evidence."""
    groups: dict[str, list[ChoiceView]] = {}
    for each in at_hand:
        unsigned = "" if each.signed else "（未签字）"
        words = " ".join(each.words.split())
        shown = f"{each.source}{unsigned}：{words[:_CHOICE]}{'…' if len(words) > _CHOICE else ''}"
        value = f"{each.evidence.kind.value} {each.evidence.reference}"
        groups.setdefault(each.evidence.kind.label, []).append(ChoiceView(value=value, words=shown))
    return tuple((name, tuple(choices)) for name, choices in groups.items())


def _versions(texts: Sequence[Text], now: datetime) -> tuple[VersionView, ...]:
    drafts = [
        VersionView(
            draft=draft,
            number=text.number,
            who=text.by.name,
            when=wording.when(text.by.at, now),
            exact=wording.exact(text.by.at),
            sha256=text.sha256[:12],
        )
        for draft, text in enumerate(wordings(texts), start=1)
    ]
    return tuple(reversed(drafts))


def view_changes(
    tx: Transaction, office: ConsoleOffice, clarification: Clarification, old: int, new: int
) -> ChangesView:
    """Two drafts side by side; the last two where none are named."""
    texts = tx.clarifications.texts(clarification.id)
    before, after = _two(texts, old, new)
    return ChangesView(
        path=draft_path(clarification.id),
        title=after.title if after else "",
        versions=_versions(texts, office.clock.now()),
        old=before.number if before else 0,
        new=after.number if after else 0,
        changes=compare(before, after) if before and after else (),
    )


def _two(texts: Sequence[Text], old: int, new: int) -> tuple[Text | None, Text | None]:
    if 1 <= old <= len(texts) and 1 <= new <= len(texts):
        return texts[old - 1], texts[new - 1]
    before, after = (None, None, *wordings(texts))[-2:]
    return before, after
