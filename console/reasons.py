"""为什么是一件事: why a concern's posts stand together, why it is called so, why this bureau, why this level."""

from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from console import wording
from console.corrections import Said, view_said
from console.marking import Piece, pieces
from console.office import ConsoleOffice
from console.preview import ReasonView, view_reasons
from huiying.concern import Concern
from huiying.correction import Judgement
from huiying.post import ArchivedPost, Fate
from huiying.register.fates import PostFate
from huiying.register.register import Transaction

_POSTS = 8
_LOOKED_AT = 60
_VOTES = 5
_SHORTEST, _SHARED = 3, 4
_EXCERPT = 140


@dataclass(frozen=True, kw_only=True, slots=True)
class AlikePost:
    """One post beside the one that names the concern: how alike they are, and the stretches that both have."""

    post: str
    kind: str
    when: str
    pieces: tuple[Piece, ...]
    likeness: str
    shared: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """What the posts together say for one bureau."""

    bureau: str
    votes: str
    percent: float
    leads: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcernReasons:
    """The whole page."""

    id: str
    number: str
    title: str
    level: str
    level_words: str
    together_rule: str
    posts: tuple[AlikePost, ...]
    counts: str
    title_words: tuple[str, ...]
    title_post: str | None
    lead_words: tuple[str, ...]
    votes: tuple[Vote, ...]
    heat: str
    reasons: tuple[ReasonView, ...]
    said: tuple[Said, ...]


def view_reasons_of(tx: Transaction, concern: Concern, office: ConsoleOffice, now: datetime) -> ConcernReasons:
    """Why this concern is what it is."""
    alerts = tx.alerts.for_concern(concern.id)
    alert = alerts[0] if alerts else None
    return ConcernReasons(
        id=concern.id,
        number=concern.number,
        title=concern.title,
        level=alert.level.value if alert else "none",
        level_words=alert.level.label if alert else "未预警",
        together_rule=_together_rule(office),
        posts=_alike(tx, concern, office, now),
        counts=f"共 {concern.posts} 条，其中 {concern.posts - concern.distinct_posts} 条是同文（只计数，不投票）",
        title_words=_title_words(tx, concern, office, now),
        title_post=concern.title_post,
        lead_words=_lead_words(tx, concern, office, now),
        votes=_votes(concern, office),
        heat=f"{alert.heat:.0f}" if alert else "—",
        reasons=view_reasons(alert) if alert else (),
        said=tuple(view_said(one, office, now) for one in tx.corrections.said_of_concern(concern.id)),
    )


def _together_rule(office: ConsoleOffice) -> str:
    near = office.policy.gathering.grouping
    return (
        f"新帖与事项中最相近的 {near.nearest} 条代表帖文，用词平均相似度达到 {near.usual.threshold:g} 才并入"
        f"（带标题的报道为 {near.news.threshold:g}）；"
        f"两帖写明的地点不同，相似度乘 {near.other_place:g}，地点和单位都相同，乘 {near.same_place:g}。"
        "由人并入或拆分的，以人为准。"
    )


def _alike(tx: Transaction, concern: Concern, office: ConsoleOffice, now: datetime) -> tuple[AlikePost, ...]:
    fates = [fate for fate in tx.posts.of_concern(concern.id, limit=_LOOKED_AT) if fate.id != concern.title_post]
    fresh = [fate for fate in fates if fate.fate is not Fate.NEAR_DUPLICATE]
    chosen = (fresh + [fate for fate in fates if fate.fate is Fate.NEAR_DUPLICATE])[: _POSTS - 1]
    if concern.title_post:
        chosen = [*tx.posts.fates([concern.title_post]).values(), *chosen]
    kept = office.archive.get([fate.id for fate in chosen])
    chosen = [fate for fate in chosen if fate.id in kept]
    texts = [kept[fate.id].post.whole_text for fate in chosen]
    alike = office.insight.likeness(texts) if office.insight.likeness and texts else [None] * len(texts)
    return tuple(
        _alike_post(fate, kept[fate.id], (texts[0], like), concern, now)
        for fate, like in zip(chosen, alike, strict=True)
    )


def _alike_post(
    fate: PostFate, archived: ArchivedPost, beside: tuple[str, float | None], concern: Concern, now: datetime
) -> AlikePost:
    named, like = beside
    text = archived.post.whole_text
    is_first = fate.id == concern.title_post
    shared = tuple(concern.keywords[:_SHARED]) if is_first else shared_stretches(named, text)
    return AlikePost(
        post=fate.id,
        kind=wording.SOURCE_KINDS[fate.source_kind],
        when=wording.when(fate.at, now),
        pieces=pieces(text, shared, limit=_EXCERPT),
        likeness="" if like is None or is_first else f"{like:.2f}",
        shared=shared,
        note="标题取自本帖" if is_first else ("同文" if fate.fate is Fate.NEAR_DUPLICATE else ""),
    )


def shared_stretches(one: str, other: str) -> tuple[str, ...]:
    """The longest stretches of characters that both texts have, the longest first; none shorter than three."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    found = {one[block.a : block.a + block.size].strip("，。！？、：；“”（）\n 　") for block in blocks}
    long = sorted((words for words in found if len(words) >= _SHORTEST), key=lambda words: (-len(words), words))
    return tuple(long[:_SHARED])


def _title_words(tx: Transaction, concern: Concern, office: ConsoleOffice, now: datetime) -> tuple[str, ...]:
    keywords = f"这些帖文里最有代表性的词：{'、'.join(concern.keywords)}" if concern.keywords else ""
    if concern.title_post is None:
        return tuple(filter(None, ("标题由人登记", keywords)))
    fate = tx.posts.fates([concern.title_post]).get(concern.title_post)
    source = office.source_titles.get(fate.source, fate.source) if fate else ""
    taken = f"取自一条帖文的原句（{source}，{wording.when(fate.at, now)}），不是机器改写的" if fate else ""
    return tuple(filter(None, (taken, keywords)))


def _lead_words(tx: Transaction, concern: Concern, office: ConsoleOffice, now: datetime) -> tuple[str, ...]:
    rules = office.policy.gathering.lead
    by_person = next(
        (one for one in tx.corrections.said_of_concern(concern.id) if one.judgement is Judgement.LEAD), None
    )
    rule = (
        f"每条帖文（同文除外）按把握给单位投票，有把握的一票顶 {rules.sure_vote:g} 票；"
        f"平均得票达到 {rules.certainty:g} 才认定牵头。"
    )
    if by_person and concern.lead_frozen:
        note = f"，理由：{by_person.note}" if by_person.note else ""
        said = f"{by_person.who} {wording.when(by_person.at, now)} 指定 {office.bureau(concern.lead)}{note}。"
        return (said, rule)
    if concern.lead is None:
        return (f"没有单位达到：最高 {concern.lead_certainty:.2f}。", rule)
    frozen = "已据此交办，此后帖文不再改变它。" if concern.lead_frozen else ""
    return (f"{office.bureau(concern.lead)} 平均得票 {concern.lead_certainty:.2f}。{frozen}", rule)


def _votes(concern: Concern, office: ConsoleOffice) -> tuple[Vote, ...]:
    ranked = sorted(concern.votes.items(), key=lambda vote: (-vote[1], vote[0]))[:_VOTES]
    most = max((votes for _, votes in ranked), default=0.0)
    return tuple(
        Vote(
            bureau=office.bureau(bureau),
            votes=f"{votes:.1f}",
            percent=round(100 * votes / most, 1) if most else 0.0,
            leads=bureau == concern.lead,
        )
        for bureau, votes in ranked
        if votes > 0
    )
