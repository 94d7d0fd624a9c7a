"""Helping 辅助起草: proposals for an answer; from the office's own evidence always, from a model only on terms.

The model is off until an administrator confirmed in `config/answers/assistant.yaml` that it runs in the government's
own environment, the settings say where, and the person who asks confirms this matter: drafts that were not published
may be work secrets (保密法第六十四条). Only masked text goes out; what comes back is sifted, never saved by itself.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from huiying.clarification import Assistance, Clarification, EvidenceKind
from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.masking import mask
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.policy.answers import AnswerRules
from huiying.register.register import Register, Transaction
from huiying.secrecy import secrecy_marks
from responders.answers.answer import clarification_of, concern_of, tell
from responders.answers.drafting import Drafting
from responders.answers.drafts.asking import INSTRUCTION, question
from responders.answers.drafts.at_hand import AtHand, findings_at_hand, numbers_at_hand, posts_at_hand
from responders.answers.drafts.evidence import Posts
from responders.answers.drafts.openai_compatible import ChatEndpoint
from responders.answers.drafts.proposing import Proposal, Search, propose
from responders.answers.drafts.striking import sift

_POSTS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Whether a model may be asked: where it runs, who confirmed that and when; `off` says why not."""

    where: str = ""
    model: str = ""
    confirmed: str = ""
    off: str = ""


class Helping:
    """Proposes sentences; whoever drafts takes them or leaves them."""

    def __init__(  # noqa: PLR0913 (its parts)
        self,
        register: Register,
        rules: AnswerRules,
        drafting: Drafting,
        clock: Clock,
        *,
        posts: Posts,
        search: Search,
        endpoint: ChatEndpoint | None = None,
    ) -> None:
        self._register = register
        self._rules = rules
        self._drafting = drafting
        self._clock = clock
        self._posts = posts
        self._search = search
        self._endpoint = endpoint

    @property
    def terms(self) -> Terms:
        """On what terms a model may be asked, if at all."""
        confirmed = self._rules.assistant.confirmed
        if self._endpoint is None:
            return Terms(off="没有设 HUIYING_ASSISTANT_URL 和 HUIYING_ASSISTANT_MODEL，大模型关闭")
        if confirmed is None:
            return Terms(
                off="系统管理员还没有在 config/answers/assistant.yaml 书面确认模型部署在政务环境，大模型关闭"
            )
        words = f"{confirmed.by} {confirmed.on:%Y年%m月%d日} 确认（{confirmed.paper}）"
        return Terms(where=confirmed.where, model=self._endpoint.model, confirmed=words)

    def proposals(self, tx: Transaction, clarification: Clarification) -> tuple[Proposal, ...]:
        """What may be taken into the text, without any model."""
        concern = concern_of(tx, clarification.concern)
        texts = tx.clarifications.texts(clarification.id)
        text = texts[-1] if texts else None
        return propose(tx, concern, clarification, text, rules=self._rules, search=self._search)

    def at_hand(self, tx: Transaction, clarification: Clarification) -> tuple[AtHand, ...]:
        """What a sentence may be tied to now."""
        concern = concern_of(tx, clarification.concern)
        return (
            *findings_at_hand(tx, concern),
            *numbers_at_hand(tx, concern, self._clock.now()),
            *posts_at_hand(tx, concern, self._posts, _POSTS),
        )

    def ask(self, id: str, *, confirmed: bool, by: Person) -> Assistance:
        """Ask the model for sentences; what has no evidence is struck, and the whole is kept as a record.

        The draft stays as it is. `NotAllowed` where the model is off, the person has not confirmed this matter, or
        there is nothing to write from; `Unavailable` where the model does not answer, or nothing that can be read.
        """
        terms, endpoint = self.terms, self._endpoint
        if terms.off or endpoint is None:
            raise NotAllowed(terms.off)
        with self._register.reading() as tx:
            clarification = clarification_of(tx, id)
            signed = must_may(by, Action.DRAFT, self._clock.now(), bureaus=(clarification.bureau,))
            if not confirmed:
                raise NotAllowed("请先确认：本件可以交给政务环境内的模型辅助起草，不含涉密内容")
            evidence = self._to_send(self.at_hand(tx, clarification))
            asked = self._question(tx, clarification, evidence)
        output = endpoint.complete(INSTRUCTION, asked)
        return self._keep(clarification, output, evidence, terms, signed)

    def _to_send(self, at_hand: Sequence[AtHand]) -> dict[str, AtHand]:
        """Only what is signed, masked once more, each piece not endless; nothing that bears a mark of secrecy."""
        most = self._rules.assistant
        usable = [each for each in at_hand if each.signed][: most.most_evidence]
        if not any(each.evidence.kind is EvidenceKind.FINDING for each in usable):
            raise NotAllowed("还没有签过字的核查处置情况反馈：没有事实可写，模型帮不上忙")
        masked = [replace(each, words=mask(each.words)[: most.most_characters]) for each in usable]
        if marks := [mark for each in masked for mark in secrecy_marks(each.words)]:
            raise NotAllowed(f"材料带有密级标志“{marks[0]}”，不能交给模型，请线下报保密工作机构处理")
        return {f"E{number}": each for number, each in enumerate(masked, start=1)}

    def _question(self, tx: Transaction, clarification: Clarification, evidence: dict[str, AtHand]) -> str:
        title = mask(concern_of(tx, clarification.concern).title)
        missing = [each.part.title for each in self._drafting.parts(tx, clarification, None)]
        return question(clarification, title, missing, evidence)

    def _keep(
        self, clarification: Clarification, output: str, evidence: dict[str, AtHand], terms: Terms, signed: Signed
    ) -> Assistance:
        with self._register.transaction() as tx:
            check = self._drafting.evidence_check(tx, clarification)
            kept, struck = sift(output, evidence, check, self._rules.sentences)
            assistance = Assistance(
                id=secrets.token_hex(12),
                clarification=clarification.id,
                by=signed,
                where=terms.where,
                model=terms.model,
                sent=len(evidence),
                kept=kept,
                struck=struck,
            )
            tx.clarifications.add_assistance(assistance)
            words = f"确认本件用模型辅助起草（{terms.where}）：备选 {len(kept)} 句，划去 {len(struck)} 句"
            tell(tx, clarification, signed.name, words)
            return assistance
