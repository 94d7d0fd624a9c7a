"""What the forms of the page of an answer say, read and refused in words."""

from collections.abc import Sequence

from console.forms import Fields
from console.office import ConsoleOffice
from huiying.clarification import Clarification, ClarificationKind, Evidence, EvidenceKind, Sentence
from huiying.failures import NotAllowed
from huiying.register.register import Transaction


def chosen_sentences(
    tx: Transaction, office: ConsoleOffice, draft: Clarification, keys: Sequence[str]
) -> list[Sentence]:
    """The proposals that were ticked, the model's among them, as they were made and not as the form says."""
    known = {proposal.key: proposal.sentence for proposal in office.helping.proposals(tx, draft)}
    for assisted in tx.clarifications.assistances(draft.id)[:1]:
        known |= {f"{assisted.id}:{place}": sentence for place, sentence in enumerate(assisted.kept)}
    if unknown := [key for key in keys if key not in known]:
        raise NotAllowed(f"有 {len(unknown)} 句备选已经不在了，请重新勾选")
    return [known[key] for key in keys]


def signed_proposals(tx: Transaction, office: ConsoleOffice, draft: Clarification) -> list[str]:
    """Every sentence of the findings that their heads signed; `NotAllowed` where none is left to be taken."""
    keys = [proposal.key for proposal in office.helping.proposals(tx, draft) if proposal.signed]
    if not keys:
        raise NotAllowed("已签反馈里的句子都在稿中，或还没有签过字的反馈")
    return keys


def ticked(values: tuple[str, ...]) -> tuple[str, ...]:
    """What was ticked; `NotAllowed` where nothing was."""
    if not values:
        raise NotAllowed("请先勾选要用的句子")
    return values


def kind_in(value: str) -> ClarificationKind:
    """The kind of answer that was chosen."""
    try:
        return ClarificationKind(value)
    except ValueError:
        raise NotAllowed(f"请选定稿种：{'、'.join(kind.label for kind in ClarificationKind)}") from None


def number_in(form: Fields, name: str) -> int:
    """A number that the page itself put into its form."""
    if not form[name].isdecimal():
        raise NotAllowed("页面不完整，请刷新后再试")
    return int(form[name][:9])


def evidence_in(form: Fields) -> Evidence:
    """What was chosen from the list, or the document that was typed in."""
    kind, _, reference = form["evidence"].partition(" ")
    if kind == EvidenceKind.DOCUMENT:
        link, title, words = (form[name].strip() for name in ("link", "title", "words"))
        return Evidence(kind=EvidenceKind.DOCUMENT, reference=link, title=title, words=words)
    if kind not in (EvidenceKind.FINDING, EvidenceKind.POST, EvidenceKind.NUMBER) or not reference:
        raise NotAllowed("请先选定依据")
    words = "" if kind == EvidenceKind.NUMBER else form["words"].strip()
    return Evidence(kind=EvidenceKind(kind), reference=reference, words=words)
