"""Drafting 起草: an answer is opened, written in versions, tied to its evidence, and submitted for review.

Each move is one register transaction with its message and its line in the matter's log. Whoever saves over a version
that is no longer the newest is told who was first and what they changed (`Overtaken`); nothing is overwritten.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from huiying.bureau import Bureau
from huiying.clarification import Clarification, ClarificationKind, ClarificationState, Text
from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.policy.answers import AnswerRules
from huiying.policy.review import ReviewRules
from huiying.register.register import Register, Transaction
from responders.answers.answer import ENDED, clarification_of, concern_of, new_answer, tell, usual_title
from responders.answers.drafts.checks import TextCheck
from responders.answers.drafts.claims import Claims
from responders.answers.drafts.editing import Edit, added, reworded
from responders.answers.drafts.evidence import EvidenceCheck, Posts
from responders.answers.drafts.holding import Statement, holding_statement
from responders.answers.drafts.requirements import PartCheck, check_parts, required_parts
from responders.answers.drafts.sentences import split_sentences
from responders.answers.drafts.versions import overtaken, reads_otherwise, signed_judgements, wordings
from responders.answers.drafts.writing import refuse_too_long, refuse_unwritable
from responders.answers.gates import open_review, settle_steps, text_changed
from responders.proceedings.proceeding import complete_step, proceeding_id, proceeding_of
from responders.rereading import reread_when_stale
from responders.rules import PROCEDURE
from responders.tasks.clocks import step_done

STEP = "draft"


class DraftingRules(Protocol):
    """What the office decides about answers; `Policy` has it."""

    @property
    def answers(self) -> AnswerRules:
        """Everything in `config/answers/`."""
        ...

    @property
    def bureaus(self) -> Sequence[Bureau]:
        """Whose names a sentence may only give with evidence."""
        ...

    @property
    def review(self) -> ReviewRules:
        """The gates that a submitted text stands before."""
        ...


class Drafting:
    """What officers and handlers do with the text of an answer."""

    def __init__(self, register: Register, rules: DraftingRules, posts: Posts, clock: Clock) -> None:
        self._register = register
        self._rules = rules.answers
        self._review = rules.review
        self._claims = Claims(rules.bureaus, rules.answers.sentences.plain_numbers)
        self._names = {bureau.id: bureau.name for bureau in rules.bureaus}
        self._posts = posts
        self._clock = clock

    def open(self, concern_id: str, kind: ClarificationKind, bureau: str, *, by: Person) -> Clarification:
        """Begin an answer of this kind by this bureau; the one in hand where there is one."""
        signed = must_may(by, Action.DRAFT, self._clock.now(), bureaus=(bureau,))
        return reread_when_stale(lambda: self._open(concern_id, kind, bureau, signed))

    def hold(self, id: str, *, by: Person) -> Text:
        """Write the first holding statement 首次回应口径 as the first version."""
        with self._register.reading() as tx:
            said = self.holding(tx, clarification_of(tx, id).concern)
        return reread_when_stale(lambda: self._save(id, said.title, added(said.sentences), 0, by))

    def holding(self, tx: Transaction, concern_id: str) -> Statement:
        """What may be said about a concern now, each sentence with its evidence."""
        return holding_statement(tx, concern_of(tx, concern_id), self._rules.holding, self._names, self._posts)

    def write(self, id: str, title: str, body: str, *, after: int, by: Person) -> Text:
        """Save the next version of a text, written anew over version `after` (0 where there is none yet)."""
        refuse_too_long(body, self._rules.sentences)
        sentences = split_sentences(body)
        if len(sentences) > self._rules.sentences.most_sentences:
            raise NotAllowed(f"正文有 {len(sentences)} 句，至多 {self._rules.sentences.most_sentences} 句；请删减")
        return reread_when_stale(lambda: self._save(id, title, reworded(sentences), after, by))

    def change(self, id: str, edit: Edit, *, after: int, by: Person) -> Text:
        """Save the next version: version `after` with sentences changed (`responders/answers/drafts/editing.py`).

        A judgement without a name gets the name of whoever saves it; nobody can give one in another's.
        """
        return reread_when_stale(lambda: self._save(id, None, edit, after, by))

    def submit(self, id: str, *, after: int, by: Person, note: str = "") -> Clarification:
        """送审: hand version `after` to the gates; it completes the step `draft` of the matter's proceeding.

        `NotAllowed` names every sentence that may not go out and what to do; what the answer must contain and does
        not has to be explained in the note.
        """
        return reread_when_stale(lambda: self._submit(id, after, by, note.strip()))

    def check(self, tx: Transaction, clarification: Clarification, text: Text) -> TextCheck:
        """What is wrong with a text, sentence by sentence."""
        return self.evidence_check(tx, clarification).text(text)

    def evidence_check(self, tx: Transaction, clarification: Clarification) -> EvidenceCheck:
        """What checks sentences of this answer."""
        concern = concern_of(tx, clarification.concern)
        return EvidenceCheck(tx, concern, claims=self._claims, rules=self._rules.sentences, posts=self._posts)

    def parts(self, tx: Transaction, clarification: Clarification, text: Text | None) -> tuple[PartCheck, ...]:
        """What the answer must contain, and which sentence gives it."""
        concern = concern_of(tx, clarification.concern)
        wanted = required_parts(self._rules, clarification.kind, concern.duties)
        return check_parts(wanted, text.sentences if text else ())

    def _open(self, concern_id: str, kind: ClarificationKind, bureau: str, by: Signed) -> Clarification:
        with self._register.transaction() as tx:
            concern = concern_of(tx, concern_id)
            if concern.lead != bureau and bureau not in concern.co_handlers:
                raise NotAllowed(
                    f"{bureau}不是这一事项的牵头或协办单位，请先明确责任单位（现为{concern.lead or '待明确'}）"
                )
            fresh = new_answer(tx, concern, kind, bureau, by)
            if not tx.clarifications.insert(fresh):
                return clarification_of(tx, fresh.id)
            tell(tx, fresh, by.name, f"{bureau}起草{kind.label}")
            return fresh

    def _save(self, id: str, title: str | None, edit: Edit, after: int, by: Person) -> Text:
        with self._register.transaction() as tx:
            present, texts, signed = self._in_hand(tx, id, after, by)
            last = texts[-1] if texts else None
            usual = last.title if last else usual_title(concern_of(tx, present.concern), present.kind)
            sentences = edit(last.sentences if last else ())
            text = Text(
                clarification=id,
                number=present.texts + 1,
                kind=present.kind,
                title=usual if title is None else title.strip(),
                sentences=signed_judgements(sentences, texts, signed),
                by=signed,
            )
            refuse_unwritable(text, self._rules.sentences)
            if last and (last.title, last.sentences) == (text.title, text.sentences):
                raise NotAllowed("与上一稿相同，没有需要保存的改动")
            # The answer's own row first: of two at once the second waits here, and then knows that it is the second.
            changed = replace(present, state=ClarificationState.DRAFTING, texts=text.number)
            saved = tx.clarifications.save(changed, present.version)
            tx.clarifications.add_text(text)
            new = reads_otherwise(last, text)
            what = f"第 {len(wordings([*texts, text]))} 稿" if new else "的依据有变动"
            tell(tx, saved, signed.name, f"{present.kind.label}{what}", log=new)
            if new and present.state is ClarificationState.SUBMITTED:
                text_changed(tx, id, by=signed)
            return text

    def _submit(self, id: str, after: int, by: Person, note: str) -> Clarification:
        with self._register.transaction() as tx:
            present, texts, signed = self._in_hand(tx, id, after, by)
            if present.state is ClarificationState.SUBMITTED:
                raise NotAllowed("这一稿已经送审")
            if not texts:
                raise NotAllowed("还没有正文，写好并保存后再送审")
            refusals = self.check(tx, present, texts[-1]).refusals
            if refusals:
                raise NotAllowed("还不能送审：" + "；".join(refusals))
            reasons = self._reasons(tx, present, texts[-1], note)
            saved = tx.clarifications.save(replace(present, state=ClarificationState.SUBMITTED), present.version)
            self._complete(tx, present, signed, reasons)
            settle_steps(tx, saved, open_review(tx, self._review, saved, signed.at), signed)
            tell(tx, saved, signed.name, f"{present.kind.label}第 {len(wordings(texts))} 稿送审{reasons}")
            return saved

    def _reasons(self, tx: Transaction, clarification: Clarification, text: Text, note: str) -> str:
        missing = [each.part.title for each in self.parts(tx, clarification, text) if each.sentence is None]
        if missing and not note:
            raise NotAllowed(f"还没有写{'、'.join(missing)}：补上，或在送审时写明为什么不写")
        return f"（未写{'、'.join(missing)}：{note}）" if missing else note and f"（{note}）"

    def _complete(self, tx: Transaction, clarification: Clarification, by: Signed, reasons: str) -> None:
        """The step is done once; after a return it is done again where the gates reopened it."""
        proceeding = proceeding_of(tx, proceeding_id(clarification.episode, PROCEDURE))
        if proceeding.done_as(STEP) is None:
            step_done(tx, clarification.episode, STEP, who=by.name, at=by.at)
            complete_step(tx, proceeding.id, STEP, by=by, reasons=reasons.strip("（）"))

    def _in_hand(self, tx: Transaction, id: str, after: int, by: Person) -> tuple[Clarification, list[Text], Signed]:
        """The answer, its versions and the drafter's name, if they may change it and have its newest version."""
        present = clarification_of(tx, id)
        signed = must_may(by, Action.DRAFT, self._clock.now(), bureaus=(present.bureau,))
        texts = tx.clarifications.texts(id)
        if present.state in ENDED:
            word = "发布" if present.state is ClarificationState.PUBLISHED else "撤回"
            raise NotAllowed(f"这一稿已{word}，不能再改；要补充，请另开一稿")
        if present.texts != after:
            raise overtaken(texts, after)
        return present, texts, signed
