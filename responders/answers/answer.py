"""An answer as the register has it: found, opened, and told of."""

from huiying.clarification import Clarification, ClarificationKind, ClarificationState
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.messages import ClarificationChanged
from huiying.person import Signed
from huiying.register.register import Transaction
from responders.answers.drafts.sentences import split_sentences

ENDED = (ClarificationState.PUBLISHED, ClarificationState.WITHDRAWN)
"""Where an answer's text is changed no more."""


def new_answer(tx: Transaction, concern: Concern, kind: ClarificationKind, bureau: str, by: Signed) -> Clarification:
    """An answer to the present episode; after one that was published comes a further one (持续发布)."""
    done = [
        each
        for each in tx.clarifications.of_concern(concern.id)
        if (each.episode, each.bureau, each.kind) == (concern.episode_id, bureau, kind) and each.state in ENDED
    ]
    return Clarification(
        id=f"{concern.episode_id}:{kind.value}:{bureau}:{len(done) + 1}",
        concern=concern.id,
        episode=concern.episode_id,
        bureau=bureau,
        kind=kind,
        state=ClarificationState.DRAFTING,
        opened_at=by.at,
    )


def short_title(concern: Concern) -> str:
    """The matter in one sentence: a title taken from a post may run on into a second."""
    return split_sentences(concern.title)[0].rstrip("。！？!?") if concern.title.strip() else concern.number


def usual_title(concern: Concern, kind: ClarificationKind) -> str:
    """The title of an answer to which nobody gave another."""
    return f"关于“{short_title(concern)}”的{kind.label}"


def clarification_of(tx: Transaction, id: str) -> Clarification:
    """The answer of this id; `NotAllowed` where there is none."""
    found = tx.clarifications.get(id)
    if found is None:
        raise NotAllowed(f"没有回应稿 {id}")
    return found


def concern_of(tx: Transaction, id: str) -> Concern:
    """The concern of this id, or the one it was merged into; `NotAllowed` where there is none."""
    found = tx.concerns.resolve(id)
    if found is None:
        raise NotAllowed(f"没有舆情事项 {id}")
    return found


def tell(tx: Transaction, clarification: Clarification, who: str, what: str, *, log: bool = True) -> None:
    """Tell that an answer changed, and write it in the matter's log."""
    message = ClarificationChanged(
        clarification=clarification.id,
        concern=clarification.concern,
        bureau=clarification.bureau,
        state=clarification.state.value,
        what=what,
    )
    tx.outbox.add([message])
    if log:
        tx.concerns.add_doing(clarification.concern, who, what)
