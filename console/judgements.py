"""为什么这样判断: every judgement of one post with its words, its rule and its line, and what a person made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console import wording
from console.corrections import FixForm, Said, fix_form, in_words, view_said
from console.marking import Piece, pieces
from console.office import ConsoleOffice
from huiying.correction import Correction, Judgement, as_corrected, judged_of
from huiying.post import ADDRESSED_TO_THE_OFFICE, ArchivedPost, Assessment
from huiying.register.register import Transaction

if TYPE_CHECKING:
    from consumers.judging.grounds import Grounds

Reason = tuple[tuple[str, float], ...]

_URGENCIES = ("0 级　无时限要求", "1 级　一般", "2 级　涉及多人", "3 级　危及生命")
_WORDS = 4
_TELLING = 0.15
"""A word without which the log odds fall by less tells a reader nothing."""
_SHOWN = 0.005
_WHOLE_TEXT = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidingWord:
    """A word and how far the score falls without it (in log odds)."""

    word: str
    fall: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """One candidate answer with its probability, as a bar of so many percent."""

    words: str
    score: str
    percent: float
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgementRow:
    """One judgement: what counts now, what was judged, by which words and which rule."""

    name: str
    counts: str
    judged: str
    scores: tuple[Score, ...]
    words: tuple[DecidingWord, ...]
    rule: str
    said: Said | None
    form: FixForm | None


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgementsView:
    """All judgements of a post, ready to be printed."""

    post: str
    rows: tuple[JudgementRow, ...]
    model: str
    model_note: str
    history: tuple[Said, ...]
    done: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostView:
    """The page of one post: its text, where it came from, and its judgements."""

    id: str
    kind: str
    source: str
    when: str
    exact: str
    title: str
    pieces: tuple[Piece, ...]
    url: str | None
    key: str
    fate: str
    concern: str | None
    concern_words: str
    judgements: JudgementsView


def view_post(tx: Transaction, archived: ArchivedPost, office: ConsoleOffice, now: datetime) -> PostView:
    """The page of one post."""
    post = archived.post
    fate = tx.posts.fates([post.id]).get(post.id)
    concern = tx.concerns.resolve(fate.concern) if fate and fate.concern else None
    judgements = view_judgements(tx, archived, office, now)
    # Tone leans on stretches that are no words to a reader; they stand in its row, and the text stays readable.
    deciding = [word.word for row in judgements.rows if row.name != Judgement.TONE.label for word in row.words]
    return PostView(
        id=post.id,
        kind=wording.SOURCE_KINDS[post.source_kind],
        source=office.source_titles.get(post.source, post.source),
        when=wording.when(post.at, now),
        exact=wording.exact(post.at),
        title=post.title,
        pieces=pieces(post.text or post.title, deciding, limit=_WHOLE_TEXT),
        url=post.url if post.url and post.url.startswith(("http://", "https://")) else None,
        key=post.original_sha256[:12],
        fate=wording.FATES[fate.fate] if fate else "处理中",
        concern=concern.id if concern else None,
        concern_words=f"{concern.number} {concern.title}" if concern else "",
        judgements=judgements,
    )


def view_judgements(
    tx: Transaction, archived: ArchivedPost, office: ConsoleOffice, now: datetime, done: str = ""
) -> JudgementsView:
    """The judgements of one post; `done` says what was just written down, or why not."""
    standing = tx.corrections.of_posts([archived.post.id]).get(archived.post.id, {})
    grounds = office.insight.grounds(archived) if office.insight.grounds else None
    judged = archived.assessment
    rows = _Rows(archived, standing, grounds, office, now)
    return JudgementsView(
        post=archived.post.id,
        rows=(rows.tone(), rows.relevance(), rows.lead(), rows.duties(), rows.kind(), rows.urgency()),
        model=judged.model,
        model_note=_model_note(judged.model, grounds),
        history=tuple(view_said(one, office, now) for one in tx.corrections.said_of_post(archived.post.id)),
        done=done,
    )


class _Rows:
    """The rows of one post."""

    def __init__(
        self,
        archived: ArchivedPost,
        standing: Mapping[Judgement, Correction],
        grounds: "Grounds | None",
        office: ConsoleOffice,
        now: datetime,
    ) -> None:
        self._archived, self._judged = archived, archived.assessment
        self._standing = standing
        self._grounds = grounds
        self._office = office
        self._now = now
        self._counted = as_corrected(archived, standing)

    def tone(self) -> JudgementRow:
        scores = tuple(
            _score(words, getattr(self._judged.tone_scores, tone.value), chosen=tone is self._judged.tone)
            for tone, words in wording.TONES.items()
        )
        words = self._grounds.because.tone if self._grounds else ()
        rule = "三种语气中可能性最大的一种。只作参考，不参与预警定级。"
        return self._of_post(Judgement.TONE, scores, words, rule)

    def relevance(self) -> JudgementRow:
        judged, grounds = self._judged, self._grounds
        line = f"{grounds.relevant_from:.2f}" if grounds else "—"
        if self._archived.post.source_kind in ADDRESSED_TO_THE_OFFICE:
            rule = "12345 热线与信箱来帖，都是写给本市的，按规定相关。"
        elif grounds and grounds.everywhere:
            rule = f"本单位不限地域，只看是不是公共事务；达到 {line} 即相关。"
        else:
            rule = f"是公共事务的把握，乘以说的是本市的把握；达到 {line} 即相关。"
        counts = "相关" if judged.relevant else "不相关"
        score = _score("相关", judged.relevance, chosen=judged.relevant)
        words = grounds.because.relevance if grounds else ()
        return JudgementRow(
            name="与本市有关",
            counts=counts,
            judged=counts,
            scores=(score,),
            words=_words(words),
            rule=rule,
            said=None,
            form=None,
        )

    def lead(self) -> JudgementRow:
        judged, grounds = self._judged, self._grounds
        scores = tuple(
            _score(self._office.bureau(match.bureau), match.score, chosen=match.bureau == judged.lead)
            for match in judged.bureaus
            if match.score >= _SHOWN or match.bureau == judged.lead
        )
        line = f"{grounds.lead_from:.2f}" if grounds else "—"
        rule = f"排首位的单位把握达到 {line} 才指定；不到则待明确，由人来定。"
        return self._of_post(Judgement.LEAD, scores, grounds.because.lead if grounds else (), rule)

    def duties(self) -> JudgementRow:
        judged, grounds = self._judged, self._grounds
        titles = {duty.number: duty.title for duty in self._office.policy.duties}
        scores = tuple(
            _score(f"{match.number} {titles.get(match.number, '')}", match.score, chosen=True)
            for match in judged.duties
        )
        decided = grounds.because.duties if grounds else {}
        words = {word: fall for reason in decided.values() for word, fall in reason}
        line = f"{grounds.duty_from:.2f}" if grounds else "—"
        rule = f"通知所列 20 项职责中，把握达到 {line} 的都列出；可以一项也没有。"
        return self._of_post(Judgement.DUTIES, scores, tuple(words.items()), rule)

    def kind(self) -> JudgementRow:
        rule = "六类中最可能的一类。举报不并入事项。"
        return self._of_post(Judgement.KIND, (), self._grounds.kind if self._grounds else (), rule)

    def urgency(self) -> JudgementRow:
        words = self._grounds.because.urgency if self._grounds else ()
        said = _URGENCIES[self._judged.urgency]
        return JudgementRow(
            name="紧急程度",
            counts=said,
            judged=said,
            scores=(),
            words=_words(words),
            rule="3 级只由本单位词表中危及生命的词决定；1、2 级由文字和词共同决定。",
            said=None,
            form=None,
        )

    def _of_post(self, judgement: Judgement, scores: tuple[Score, ...], words: Reason, rule: str) -> JudgementRow:
        correction = self._standing.get(judgement)
        return JudgementRow(
            name=judgement.label,
            counts=self._in_words(judgement, self._counted.assessment),
            judged=self._in_words(judgement, self._judged),
            scores=scores,
            words=_words(words),
            rule=rule,
            said=view_said(correction, self._office, self._now) if correction else None,
            form=fix_form(judgement, self._counted, self._office),
        )

    def _in_words(self, judgement: Judgement, assessment: Assessment) -> str:
        return in_words(judgement, judged_of(assessment, judgement), self._office)


def _model_note(judged_by: str, grounds: "Grounds | None") -> str:
    if grounds is None:
        return "本进程没有装载模型，只列结果，不列起作用的词。"
    if grounds.model == judged_by:
        return "起作用的词：逐个去掉再判一次，把握下降最多的几个；数字是下降的幅度（对数几率）。"
    return f"结果由 {judged_by} 判定；起作用的词按现在装用的 {grounds.model} 重新找出，可能与当时不同。"


def _score(words: str, score: float, *, chosen: bool) -> Score:
    return Score(words=words, score=f"{score:.2f}", percent=round(100 * score, 1), chosen=chosen)


def _words(reason: Reason) -> tuple[DecidingWord, ...]:
    return tuple(DecidingWord(word=word, fall=f"{fall:.1f}") for word, fall in reason[:_WORDS] if fall >= _TELLING)
