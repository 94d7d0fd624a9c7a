"""Intake 收件: the one way from a raw post to the bus, for all three doors (crawlers, import, HTTP).

A post is masked before anything else sees it, gets its id and revision, and has its date checked. It goes to the bus
first and is remembered afterwards, so that a crash between the two publishes the same id and revision again and loses
nothing. Neither the register nor a log ever holds a refused post's words.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from huiying.bus.bus import Publisher
from huiying.cleaning import clean, says_something
from huiying.clock import BEIJING, Clock
from huiying.masking import mask
from huiying.messages import PostCollected
from huiying.policy.intake import IntakeRules
from huiying.post import Post, RawPost
from huiying.register.posts import KnownPost
from huiying.register.register import Register
from huiying.rejection import Rejection
from huiying.secrecy import secrecy_marks

_ID_LENGTH = 20
_LONGEST_SOURCE = 200
_LONGEST_URL = 2_000
_MOST_ENGAGEMENT = 10**12
_CUT_NUMBER = re.compile(r"[0-9A-Za-z@.\-_ ]{1,40}$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something intake did to a post that whoever sent it should know (a date not believed, a text cut)."""

    where: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeResult:
    """What became of a batch: how many posts are new, changed (a new revision) or known, and which were refused."""

    new: int
    changed: int
    known: int
    rejected: tuple[Rejection, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Arrival:
    raw: RawPost
    where: str
    source: str
    id: str
    sha256: str


class Intake:
    """One run of intake: one file, one crawl or one request.

    A text without a key of its own is told apart from its equals by how many came before it *in this run*, so the
    same file taken again gives the same ids. Two runs at once with the same posts are harmless. Raises `Unavailable`
    while bus or register is away; the same batch may then be taken again, by a fresh run.
    """

    def __init__(self, register: Register, bus: Publisher, clock: Clock, rules: IntakeRules) -> None:
        self._register = register
        self._bus = bus
        self._clock = clock
        self._rules = rules
        self._occurrences: Counter[bytes] = Counter()
        self._salt: tuple[date, bytes] | None = None

    def take(self, raw_posts: Sequence[RawPost], where: Sequence[str] | None = None) -> IntakeResult:
        """Put the new and changed posts on the bus, then remember them; `where` names each for rejections."""
        now = self._clock.now()
        batch = _Batch(self._rules, now)
        arrivals = list(batch.admit(raw_posts, where, self._occurrences))
        with self._register.reading() as tx:
            ids = {arrival.id for arrival in arrivals}
            known, withheld = dict(tx.posts.known(ids)), tx.personal_requests.withheld(ids)
        salt = self._salt_of(now) if any(arrival.raw.author for arrival in arrivals) else b""
        posts = list(batch.posts(batch.without(withheld, arrivals), known, salt))
        if posts:
            self._bus.publish([PostCollected(post=post) for post in posts])
        if posts or batch.rejected:
            with self._register.transaction() as tx:
                tx.posts.remember(posts)
                tx.posts.reject(batch.rejected)
        new = sum(post.revision == 1 for post in posts)
        return IntakeResult(
            new=new,
            changed=len(posts) - new,
            known=batch.known,
            rejected=tuple(batch.rejected),
            notes=tuple(batch.notes),
        )

    def _salt_of(self, now: datetime) -> bytes:
        today = now.astimezone(BEIJING).date()
        if self._salt is None or self._salt[0] != today:
            with self._register.transaction() as tx:
                self._salt = today, tx.posts.author_salt(today)
        return self._salt[1]


class _Batch:
    """What is found out about one batch on its way through intake; touches no store."""

    def __init__(self, rules: IntakeRules, now: datetime) -> None:
        self._rules = rules
        self._now = now
        self._earliest = datetime(rules.earliest_year, 1, 1, tzinfo=UTC)
        self._latest = now + timedelta(hours=rules.future_hours)
        self._trusted_since = now - timedelta(hours=rules.trust_hours)
        self.known = 0
        self.rejected: list[Rejection] = []
        self.notes: list[Note] = []

    def admit(
        self, raw_posts: Sequence[RawPost], where: Sequence[str] | None, occurrences: Counter[bytes]
    ) -> Iterator[_Arrival]:
        """Each post with its id and the hash of its original; one without a usable source name is refused."""
        for place, raw in enumerate(raw_posts):
            at = where[place] if where else raw.url or f"第 {place + 1} 条"
            source = clean(raw.source)
            if not source or len(source) > _LONGEST_SOURCE:
                self._refuse(at, source, f"信源名称应为 1 至 {_LONGEST_SOURCE} 字")
                continue
            original = f"{raw.title}\n{raw.text}".encode("utf-8", "surrogatepass")
            sha256 = hashlib.sha256(original).hexdigest()
            post_id = _id(source, raw, sha256, occurrences)
            yield _Arrival(raw=raw, where=at, source=source, id=post_id, sha256=sha256)

    def without(self, withheld: Collection[str], arrivals: Sequence[_Arrival]) -> list[_Arrival]:
        """Those that nobody had withheld (`huiying/personal_request.py`); of the others no further trace is kept."""
        taken = [arrival for arrival in arrivals if arrival.id not in withheld]
        self.known += len(arrivals) - len(taken)
        return taken

    def posts(self, arrivals: Sequence[_Arrival], known: dict[str, KnownPost], salt: bytes) -> Iterator[Post]:
        """The new and changed ones as posts, masked; `known` learns each, so that a batch may repeat an id."""
        for arrival in arrivals:
            before = known.get(arrival.id)
            if before is not None and before.sha256 == arrival.sha256:
                self.known += 1
                continue
            post = self._post(arrival, 1 if before is None else before.revision + 1, salt)
            if post is not None:
                known[arrival.id] = KnownPost(revision=post.revision, sha256=post.original_sha256)
                yield post

    def _post(self, arrival: _Arrival, revision: int, salt: bytes) -> Post | None:
        raw, rules = arrival.raw, self._rules
        title = self._cut(arrival, "标题", " ".join(clean(raw.title).split()), rules.longest_title)
        text = self._cut(arrival, "正文", clean(raw.text), rules.longest_text) or title
        if not says_something(text) and not says_something(title):
            self._refuse(arrival.where, arrival.source, "没有内容：标题和正文为空，或只有标点")
            return None
        published_at = raw.published.astimezone(UTC) if raw.published else None
        if published_at and not self._earliest <= published_at <= self._latest:
            if rules.impossible_date == "reject":
                self._refuse(arrival.where, arrival.source, f"日期不可信：{_day(published_at)}")
                return None
            self.notes.append(Note(where=arrival.where, note=f"日期不可信，未采用：{_day(published_at)}"))
            published_at = None
        masked_title, masked_text = mask(title), mask(text)
        return Post(
            id=arrival.id,
            revision=revision,
            source=arrival.source,
            source_kind=raw.source_kind,
            url=_web_address(raw.url),
            title=masked_title,
            text=masked_text,
            published_at=published_at,
            collected_at=self._now,
            author_hash=_author_hash(raw.author, salt),
            original_sha256=arrival.sha256,
            engagement=min(max(raw.engagement, 0), _MOST_ENGAGEMENT),
            history=raw.first_crawl or (published_at is not None and published_at < self._trusted_since),
            secrecy_marks=secrecy_marks(f"{title}\n{text}"),
        )

    def _cut(self, arrival: _Arrival, what: str, words: str, longest: int) -> str:
        """At most so many characters; a number that the cut would halve, and so hide from masking, goes whole."""
        if len(words) <= longest:
            return words
        self.notes.append(Note(where=arrival.where, note=f"{what}有 {len(words)} 字，只保留前 {longest} 字"))
        return _CUT_NUMBER.sub("", words[:longest])

    def _refuse(self, where: str, source: str, reason: str) -> None:
        self.rejected.append(Rejection(where=where, source=source[:_LONGEST_SOURCE], reason=reason, at=self._now))


def post_id(source: str, key: str) -> str:
    """The id of what has this key (its link, its order number) in this source."""
    return _digest(source, "key", key).hex()[:_ID_LENGTH]


def _id(source: str, raw: RawPost, sha256: str, occurrences: Counter[bytes]) -> str:
    """From the source and its own key there; without one from the raw text, the time and the nth occurrence."""
    key = raw.key or raw.url
    if key:
        return post_id(source, key)
    moment = raw.published.astimezone(UTC).isoformat() if raw.published else ""
    same = _digest(source, "text", sha256, moment)[:10]
    occurrences[same] += 1
    return _digest(source, "text", sha256, moment, str(occurrences[same])).hex()[:_ID_LENGTH]


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()


def _author_hash(author: str | None, salt: bytes) -> str | None:
    if not author or not author.strip():
        return None
    return hmac.digest(salt, author.strip().encode("utf-8", "surrogatepass"), "sha256").hex()[:16]


def _web_address(url: str | None) -> str | None:
    """A link that a screen may show; anything but http and https is none."""
    address = clean(url).replace("\n", "") if url else ""
    usable = address.lower().startswith(("http://", "https://")) and len(address) <= _LONGEST_URL
    return address if usable else None


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
