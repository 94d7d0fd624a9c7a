"""Posts in Elasticsearch by their id: written with their revision as version, read and deleted at once.

    {"body": the post as it was judged, "words": ["向阳路自来水管爆裂", "水漫到路上"], "at": …, "arrived": …, …}

`words` are the runs of the text, folded here, so that every server finds what the embedded archive finds whatever it
knows of full-width letters; no phrase reaches from one run into the next.

A write that Elasticsearch refuses because of its version is looked at: where the same or a newer revision stands, it
is done. Elasticsearch also remembers the version of what was deleted, for a minute; then the post is written anew.
"""

import hashlib
import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from huiying.archive import batch, words
from huiying.archive.elastic_index import Index
from huiying.archive.elastic_server import Done, Server
from huiying.clock import SystemClock
from huiying.failures import Rejected, Unavailable
from huiying.post import ArchivedPost

VERSION = 1

_LONGEST_ID = 512
_HASHED = "sha256:"
_READ_AT_ONCE = 1_000
_ROUNDS = 5
_CONFLICT = 409

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TICK = timedelta(microseconds=100)
_TICKS = _MILLISECOND // _TICK
_WRITERS = 1 << 16

_SYLLABLE = re.compile("[\u3005\u3040-\u30ff\uac00-\ud7af]")
_KEYWORD = {"type": "keyword"}
_encoder = msgspec.json.Encoder()


def mappings(analyzer: str) -> dict[str, Any]:
    """Fields to filter, count and order by; the post itself is only kept."""
    return {
        "properties": {
            "body": {"type": "object", "enabled": False},
            "words": {"type": "text", "analyzer": analyzer, "norms": False},
            "source": _KEYWORD,
            "source_kind": _KEYWORD,
            "tone": _KEYWORD,
            "bureau": _KEYWORD,
            "kind": _KEYWORD,
            "duty": _KEYWORD,
            "at": {"type": "date", "format": "epoch_millis"},
            "arrived": {"type": "long"},
            # A date of this name makes Elasticsearch look into its newest parts first, so that a list of the latest
            # posts costs the same however many there are.
            "@timestamp": {"type": "date", "format": "epoch_millis"},
        }
    }


def document_id(post_id: str) -> str:
    """The id under which Elasticsearch keeps a post: its own, hashed where it is none that Elasticsearch takes."""
    try:
        may_stay = 0 < len(post_id.encode()) <= _LONGEST_ID and not post_id.startswith(_HASHED)
    except UnicodeEncodeError:
        may_stay = False
    return post_id if may_stay else _HASHED + hashlib.sha256(post_id.encode("utf-8", "surrogatepass")).hexdigest()


def phrases(text: str) -> list[str]:
    """The runs of a text as the index holds them and as a query asks for them.

    Analyzers take kana, hangul and 々々 for words; here every character counts by itself, as in Chinese.
    """
    return [" ".join(run) if _SYLLABLE.search(run) else run for run in words.runs(text)]


class Arrivals:
    """Numbers posts as they come: tenths of milliseconds by the clock, then the writer's own number.

    The numbers of one writer only rise. Writers draw their own among 65,536, so that two posts hardly ever share one.
    """

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._writer = secrets.randbelow(_WRITERS)
        self._lock = threading.Lock()
        self._next = 0

    def take(self, many: int) -> list[int]:
        """So many numbers, rising."""
        with self._lock:
            first = max(self._next, (self._clock.now() - _EPOCH) // _TICK)
            self._next = first + many
        return [number * _WRITERS + self._writer for number in range(first, first + many)]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Draft:
    """A post on its way into the index."""

    archived: ArchivedPost
    body: bytes
    arrived: int

    @property
    def revision(self) -> int:
        return self.archived.post.revision

    def document(self, arrived: int) -> bytes:
        post, judged = self.archived.post, self.archived.assessment
        return _encoder.encode(
            {
                "body": msgspec.Raw(self.body),
                "words": phrases(post.whole_text),
                "source": post.source,
                "source_kind": post.source_kind,
                "tone": judged.tone,
                "bureau": judged.lead or "",
                "kind": judged.kind,
                "duty": [duty.number for duty in judged.duties],
                "at": (post.at - _EPOCH) // _MILLISECOND,
                "arrived": arrived,
                "@timestamp": arrived // _WRITERS // _TICKS,
                "revision": post.revision,
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Standing:
    """What the index holds of a post: which revision, since when, and the state a change must start from."""

    revision: int
    arrived: int
    seq_no: int
    primary_term: int


class Posts:
    """The index of posts, as far as it is asked by id."""

    def __init__(self, server: Server, index: Index) -> None:
        self._server = server
        self._index = index
        self._arrivals = Arrivals()

    def store(self, posts: Sequence[ArchivedPost]) -> None:
        """Keep the newest revision of each; raises `Rejected` before anything is sent where one is no Unicode."""
        drafts = self._drafts(posts)
        if not drafts:
            return
        with self._index.used():
            standing = self._standing([id for id, draft in drafts.items() if draft.revision > 1])
            new = {id: draft for id, draft in drafts.items() if not _is_done(draft, standing.get(id))}
            refused = self._write(_with_revision(id, draft, standing.get(id)) for id, draft in new.items())
            self._settle({id: drafts[id] for id in refused})

    def get(self, ids: Sequence[str]) -> Iterator[ArchivedPost]:
        """Those that are here, whether a search sees them yet or not."""
        with self._index.used():
            for found in self._read([document_id(id) for id in ids], "body"):
                yield msgspec.convert(found["_source"]["body"], ArchivedPost)

    def delete(self, ids: Sequence[str]) -> int:
        """Remove these; how many were there."""
        actions = [(_encoder.encode({"delete": {"_id": document_id(id)}}), None) for id in ids]
        if not actions:
            return 0
        with self._index.used():
            return sum(self._carried_out(done).result == "deleted" for done in self._bulk(actions))

    def _drafts(self, posts: Sequence[ArchivedPost]) -> dict[str, _Draft]:
        newest = batch.newest(posts)
        bodies = {id: batch.encoded(each) for id, each in newest.items()}
        numbers = self._arrivals.take(len(newest))
        return {
            document_id(id): _Draft(archived=each, body=bodies[id], arrived=number)
            for (id, each), number in zip(newest.items(), numbers, strict=True)
        }

    def _settle(self, refused: dict[str, _Draft]) -> None:
        """Look at what stands in the way of each; where it is nothing as new, write from exactly that state."""
        for _ in range(_ROUNDS):
            if not refused:
                return
            standing = self._standing(list(refused))
            again = {id: draft for id, draft in refused.items() if not _is_done(draft, standing.get(id))}
            still = self._write(_from_state(id, draft, standing.get(id)) for id, draft in again.items())
            refused = {id: again[id] for id in still}
        if refused:
            raise Unavailable(f"others write the same {len(refused)} posts to {self._index.alias} all the time")

    def _standing(self, ids: Sequence[str]) -> Mapping[str, _Standing]:
        return {
            found["_id"]: _Standing(
                revision=found["_source"]["revision"],
                arrived=found["_source"]["arrived"],
                seq_no=found["_seq_no"],
                primary_term=found["_primary_term"],
            )
            for found in self._read(ids, "revision,arrived")
        }

    def _read(self, ids: Sequence[str], fields: str) -> Iterator[Mapping[str, Any]]:
        for first in range(0, len(ids), _READ_AT_ONCE):
            some = list(ids[first : first + _READ_AT_ONCE])
            answer = self._server.client.mget(index=self._index.alias, ids=some, source_includes=fields)
            for each in answer["docs"]:
                if "error" in each:
                    raise self._server.away(each["error"])
                if each["found"]:
                    yield each

    def _write(self, actions: Iterable[tuple[bytes, bytes]]) -> list[str]:
        """Carry these out; the ids of those that were refused because of what stands there."""
        return [done.id for done in self._bulk(actions) if not self._written(done)]

    def _bulk(self, actions: Iterable[tuple[bytes, bytes | None]]) -> Iterator[Done]:
        return self._server.bulk(self._index.alias, actions)

    def _written(self, done: Done) -> bool:
        if done.refusal is not None and done.refusal.status == _CONFLICT:
            return False
        self._carried_out(done)
        return True

    def _carried_out(self, done: Done) -> Done:
        if done.refusal is None:
            return done
        refused = f"Elasticsearch does not take post {done.id!a}: {done.refusal.kind}: {done.refusal.reason}"
        raise self._server.refused(done.refusal) or Rejected(refused)


def _is_done(draft: _Draft, standing: _Standing | None) -> bool:
    return standing is not None and standing.revision >= draft.revision


def _with_revision(id: str, draft: _Draft, standing: _Standing | None) -> tuple[bytes, bytes]:
    """Only what is newer than everything that was ever there; a newer revision keeps its place."""
    action = {"index": {"_id": id, "version": draft.revision, "version_type": "external"}}
    return _encoder.encode(action), draft.document(standing.arrived if standing else draft.arrived)


def _from_state(id: str, draft: _Draft, standing: _Standing | None) -> tuple[bytes, bytes]:
    """Only where everything is still as it was seen."""
    if standing is None:
        return _encoder.encode({"create": {"_id": id}}), draft.document(draft.arrived)
    state = {"if_seq_no": standing.seq_no, "if_primary_term": standing.primary_term}
    return _encoder.encode({"index": {"_id": id, **state}}), draft.document(standing.arrived)
