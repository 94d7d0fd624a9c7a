"""Checks an answer sentence by sentence: what it rests on is there, says so, and was signed.

A sentence is borne out by a signed finding about the same concern, an official document, words of a stored post of
the concern, a number asked for again, or a named person's judgement (DESIGN section 6: every sentence has its
evidence). What it claims, figures, days, bureaus, must stand in the words of that evidence or be the judgement.
"""

from collections.abc import Callable, Mapping, Sequence

from huiying.clarification import Evidence, EvidenceKind, Sentence, Text
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.policy.answers import BLANK, SentenceRules
from huiying.post import ArchivedPost
from huiying.register.register import Transaction
from responders.answers.drafts.checks import UNTIED, SentenceCheck, TextCheck, TieCheck
from responders.answers.drafts.claims import Claim, ClaimKind, Claims
from responders.answers.drafts.queries import ask_again
from responders.answers.drafts.quoting import finding_words, is_web_address, quoted_from

Posts = Callable[[Sequence[str]], Mapping[str, ArchivedPost]]
"""The posts of these ids that are kept, masked; `Archive.get`."""


class EvidenceCheck:
    """Checks texts about one concern, inside one register transaction."""

    def __init__(
        self, tx: Transaction, concern: Concern, *, claims: Claims, rules: SentenceRules, posts: Posts
    ) -> None:
        self._tx = tx
        self._concern = concern
        self._claims = claims
        self._rules = rules
        self._posts = posts

    def text(self, text: Text) -> TextCheck:
        """Check every sentence, and that the title claims nothing that no sentence says."""
        kept = self._kept(text.sentences)
        unsaid = self._claims.not_borne_out(text.title, [sentence.text for sentence in text.sentences])
        return TextCheck(
            sentences=tuple(
                self._sentence(number, sentence, kept) for number, sentence in enumerate(text.sentences, start=1)
            ),
            title_faults=tuple(f"里的“{claim.shown}”正文没有写" for claim in unsaid),
        )

    def sentence(self, sentence: Sentence, number: int = 1) -> SentenceCheck:
        """Check one sentence by itself."""
        return self._sentence(number, sentence, self._kept([sentence]))

    def _kept(self, sentences: Sequence[Sentence]) -> Mapping[str, ArchivedPost]:
        wanted = {
            each.reference
            for sentence in sentences
            for each in sentence.evidence
            if each.kind is EvidenceKind.POST and each.reference
        }
        return self._posts(sorted(wanted)) if wanted else {}

    def _sentence(self, number: int, sentence: Sentence, kept: Mapping[str, ArchivedPost]) -> SentenceCheck:
        ties = tuple(self._tie(evidence, kept) for evidence in sentence.evidence)
        faults = [tie.wrong or tie.waits for tie in ties if tie.wrong or tie.waits]
        if not ties:
            faults.append(UNTIED)
        elif not faults:
            faults += self._unfit(sentence, ties)
        if BLANK in sentence.text:
            faults.insert(0, "有空白未填")
        return SentenceCheck(number=number, sentence=sentence, ties=ties, faults=tuple(faults))

    def _unfit(self, sentence: Sentence, ties: Sequence[TieCheck]) -> list[str]:
        """What is wrong though every tie is right: claims that none bears out, or the wrong sort of evidence."""
        kinds = {tie.evidence.kind for tie in ties}
        if EvidenceKind.JUDGEMENT in kinds:
            return []
        unborne = self._claims.not_borne_out(sentence.text, [tie.words for tie in ties])
        faults = [_not_borne_out(claim) for claim in unborne]
        if kinds == {EvidenceKind.POST}:
            if any(word in sentence.text for word in self._rules.denials):
                faults.append("否认一种说法，只有帖文作依据不够，还须关联核查反馈或公开文件")
            elif not any(word in sentence.text for word in self._rules.said_by_people):
                faults.append("只有帖文作依据，须写明是谁的说法（如“网传”“市民反映”）")
        return faults

    def _tie(self, evidence: Evidence, kept: Mapping[str, ArchivedPost]) -> TieCheck:
        match evidence.kind:
            case EvidenceKind.FINDING:
                return self._finding(evidence)
            case EvidenceKind.DOCUMENT:
                return _document(evidence)
            case EvidenceKind.POST:
                return self._post(evidence, kept)
            case EvidenceKind.NUMBER:
                return self._number(evidence)
            case EvidenceKind.JUDGEMENT:
                wrong = "" if evidence.by else "的具名判断没有姓名"
                return TieCheck(evidence=evidence, words=evidence.words, wrong=wrong)

    def _finding(self, evidence: Evidence) -> TieCheck:
        finding = self._tx.findings.get(evidence.reference)
        if finding is None:
            return TieCheck(evidence=evidence, wrong=f"关联的核查反馈 {evidence.reference} 不存在")
        if not self._about_this(finding.concern):
            return TieCheck(evidence=evidence, wrong=f"关联的核查反馈 {finding.id} 属于另一事项")
        words = finding_words(finding)
        if not quoted_from(words, evidence.words):
            return TieCheck(evidence=evidence, words=words, wrong=f"引用的“{evidence.words}”在核查反馈里没有")
        waits = "" if finding.signed else f"关联的{finding.bureau}{finding.kind.label}未签字，签字后生效"
        return TieCheck(evidence=evidence, words=words, waits=waits)

    def _post(self, evidence: Evidence, kept: Mapping[str, ArchivedPost]) -> TieCheck:
        fate = self._tx.posts.fates([evidence.reference]).get(evidence.reference)
        if fate is None or fate.concern is None or not self._about_this(fate.concern):
            return TieCheck(evidence=evidence, wrong="关联的帖文不属于本事项")
        archived = kept.get(evidence.reference)
        if archived is None:
            return TieCheck(evidence=evidence, wrong="关联的帖文已不在帖文库")
        if not evidence.words.strip():
            return TieCheck(evidence=evidence, wrong="关联的帖文须写明引用哪几个字")
        if not quoted_from(archived.post.whole_text, evidence.words):
            return TieCheck(evidence=evidence, wrong=f"引用的“{evidence.words}”在帖文里没有")
        return TieCheck(evidence=evidence, words=evidence.words)

    def _number(self, evidence: Evidence) -> TieCheck:
        try:
            words = ask_again(self._tx, self._concern, evidence.reference)
        except NotAllowed as refusal:
            return TieCheck(evidence=evidence, wrong=f"的数字：{refusal}")
        if evidence.words and evidence.words != words:
            return TieCheck(
                evidence=evidence, words=words, wrong=f"的数据已变：原为“{evidence.words}”，现为“{words}”"
            )
        return TieCheck(evidence=evidence, words=words)

    def _about_this(self, concern: str) -> bool:
        """Whether a concern is this one, or was merged into it."""
        found = self._tx.concerns.resolve(concern)
        return found is not None and found.id == self._concern.id


def _document(evidence: Evidence) -> TieCheck:
    if not is_web_address(evidence.reference):
        return TieCheck(evidence=evidence, wrong="关联的公开文件须有 http 或 https 链接")
    if not evidence.title.strip() or not evidence.words.strip():
        return TieCheck(evidence=evidence, wrong="关联的公开文件须写明标题和引用的原文")
    return TieCheck(evidence=evidence, words=f"{evidence.title}\n{evidence.words}")


def _not_borne_out(claim: Claim) -> str:
    if claim.kind is ClaimKind.PERSONAL:
        return f"含个人信息{claim.shown}，须隐去，或由具名判断说明应当公开"
    return f"里的“{claim.shown}”在所关联的依据里没有"
