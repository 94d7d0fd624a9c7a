"""Answering: what the office says to a personal request, what it does to posts for it, and what it forgets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from huiying.archive.archive import Archive
from huiying.audit import Outcome as DeedOutcome
from huiying.audit import deed_of
from huiying.clock import Clock
from huiying.failures import NotAllowed, Unavailable
from huiying.intake import post_id
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Person, Signed
from huiying.personal_request import Answer, Outcome, PersonalRequest
from huiying.post import ArchivedPost, Post
from huiying.register.register import Register, Transaction
from responders.personal.rules import PersonalRules, subject_of
from responders.shift.written import must_bear_no_secrecy_mark

FORGETTING_SECONDS = 600
"""How often what is over is forgotten, and what is to stay deleted is deleted again."""

_LONGEST_ANSWER = 2_000
_MOST_POSTS = 50
_AT_ONCE = 500
_ON_ITS_WAY = timedelta(days=45)
"""How long after its deletion a post may still arrive, from a bus that keeps its messages."""

_MASKED = "〔遮蔽〕"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What somebody of the office decided: `posts` are deleted or masked, `hide` are the words masked in them."""

    outcome: Outcome
    words: str
    posts: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()


class Answering:
    """What the office does with requests."""

    def __init__(self, register: Register, archive: Archive, rules: PersonalRules, clock: Clock) -> None:
        self._register = register
        self._archive = archive
        self._rules = rules
        self._clock = clock

    def posts_at(self, link: str) -> Sequence[ArchivedPost]:
        """The posts of the archive that stand under this link in one of the office's sources."""
        keys = _spellings(link)
        ids = [post_id(source.name, key) for source in self._rules.sources for key in keys]
        return list(self._archive.get(ids).values()) if ids else []

    def answer(self, request_id: str, decision: Decision, *, by: Person) -> PersonalRequest:
        """答复: once, with what it does to posts; from then on intake takes these posts no more.

        What was deleted is gone at once, or as soon as the archive is back. Counts stay, and so does what is kept
        in the file of a matter.
        """
        now = self._clock.now()
        signed = must_may(by, Action.ANSWER_PERSONAL_REQUESTS, now)
        _must_be_whole(decision)
        found = self._posts_of(decision)
        with self._register.reading() as tx:
            _request(tx, request_id).answered(_answer(decision, signed))
        if decision.outcome is Outcome.MASKED:
            self._mask(found, decision.hide)
        with self._register.transaction() as tx:
            request = _request(tx, request_id)
            answered = request.answered(_answer(decision, signed))
            tx.personal_requests.save(answered, request.version)
            if decision.posts:
                deleted = decision.outcome is Outcome.DELETED
                tx.personal_requests.withhold(decision.posts, now, deleted=deleted)
            note = f"{decision.outcome.label}；帖文 {len(decision.posts)} 条"
            act = Action.ANSWER_PERSONAL_REQUESTS.value
            tx.audit.add(deed_of(by, act, subject_of(request), DeedOutcome.DONE, note=note))
        if decision.outcome is Outcome.DELETED:
            self._delete(decision.posts)
        return answered

    def forget(self, now: datetime) -> None:
        """Delete askers' words that are over, and posts that arrived after they were to be deleted."""
        kept_for = timedelta(days=self._rules.public.requests.kept_days)
        with self._register.transaction() as tx:
            gone = tx.personal_requests.forget_words(now - kept_for)
            if gone:
                note = f"请求人所写到期删除 {gone} 件"
                tx.audit.add(deed_of(SYSTEM, "forget", "/personal-requests", DeedOutcome.DONE, note=note))
            stay_deleted = tx.personal_requests.deleted_since(now - _ON_ITS_WAY)
        for first in range(0, len(stay_deleted), _AT_ONCE):
            self._archive.delete(stay_deleted[first : first + _AT_ONCE])

    def _posts_of(self, decision: Decision) -> Sequence[ArchivedPost]:
        if not decision.posts:
            return ()
        found = self._archive.get(decision.posts)
        if missing := [post for post in decision.posts if post not in found]:
            raise NotAllowed(f"帖文库里没有帖文 {'、'.join(missing)}，请核对编号；已到期删除的，请选“已答复”并写明")
        return list(found.values())

    def _mask(self, posts: Sequence[ArchivedPost], hide: Sequence[str]) -> None:
        """Write these posts with the words taken out, as their next revision, which is also their last."""
        masked = [replace(one, post=_masked(one, hide)) for one in posts]
        if not any(word in f"{one.post.title}\n{one.post.text}" for one in posts for word in hide):
            raise NotAllowed("要遮蔽的文字在这些帖文里都没有找到，请照帖文原样填写")
        self._archive.store(masked)

    def _delete(self, posts: Sequence[str]) -> None:
        try:
            self._archive.delete(posts)
        except Unavailable as away:
            _log.warning("posts of a personal request wait for the archive to be deleted", reason=str(away))


def _request(tx: Transaction, request_id: str) -> PersonalRequest:
    found = tx.personal_requests.get(request_id)
    if found is None:
        raise NotAllowed(f"没有个人信息请求 {request_id}")
    return found


def _answer(decision: Decision, signed: Signed) -> Answer:
    return Answer(outcome=decision.outcome, words=decision.words.strip(), by=signed, posts=decision.posts)


def _must_be_whole(decision: Decision) -> None:
    words = decision.words.strip()
    if not words:
        raise NotAllowed("请写明给请求人的答复；不予办理的须说明理由（个人信息保护法第五十条）")
    if len(words) > _LONGEST_ANSWER:
        raise NotAllowed(f"答复请写在 {_LONGEST_ANSWER} 字以内")
    must_bear_no_secrecy_mark(words)
    if decision.outcome.touches_posts and not decision.posts:
        raise NotAllowed(f"选“{decision.outcome.label}”须写明是哪些帖文")
    if not decision.outcome.touches_posts and decision.posts:
        raise NotAllowed(f"选“{decision.outcome.label}”不处理帖文，请去掉所选帖文，或改选已删除、已进一步遮蔽")
    if len(decision.posts) > _MOST_POSTS:
        raise NotAllowed(f"一次最多处理 {_MOST_POSTS} 条帖文")
    if decision.outcome is Outcome.MASKED and not decision.hide:
        raise NotAllowed("请写明要遮蔽哪些文字，一行一处")


def _masked(archived: ArchivedPost, hide: Sequence[str]) -> Post:
    title, text = archived.post.title, archived.post.text
    for word in sorted(hide, key=len, reverse=True):
        title, text = title.replace(word, _MASKED), text.replace(word, _MASKED)
    return replace(archived.post, title=title, text=text, revision=archived.post.revision + 1)


def _spellings(link: str) -> list[str]:
    """A link as people copy it: with or without its fragment and last slash, http or https."""
    plain = link.strip().partition("#")[0]
    tail = {plain, plain.rstrip("/"), f"{plain.rstrip('/')}/", link.strip()}
    other = {re.sub(r"^https?:", f"{scheme}:", each) for each in tail for scheme in ("http", "https")}
    return sorted(other)
