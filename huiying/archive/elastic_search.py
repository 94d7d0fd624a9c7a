"""Searches and counts over the index of posts. Lists follow the order of arrival, which nobody's score decides."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from huiying.archive import words
from huiying.archive.archive import CountedBy, Facets, PostHit, PostPage, PostQuery, Span
from huiying.archive.elastic_index import Index
from huiying.archive.elastic_posts import document_id, phrases
from huiying.archive.elastic_server import Server
from huiying.clock import BEIJING
from huiying.failures import Rejected
from huiying.post import ArchivedPost, Tone

_CURSOR = re.compile(r"([0-9]{1,19})\.([0-9a-f]{8})", re.ASCII)
_LONGEST_PAGE = 9_999
_MOST_VALUES = 60_000
_NOTHING: Mapping[str, Any] = {"match_none": {}}
_SPANS: Mapping[Span, Mapping[str, str]] = {
    Span.HOUR: {"fixed_interval": "1h"},
    Span.DAY: {"calendar_interval": "day", "time_zone": "+08:00"},
}
_GAP = 100
"""What Elasticsearch leaves between two values of one field, unless a mapping says otherwise."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where a page begins: below this arrival, in the copies of the index that showed the page before.

    A copy may lag behind another; whoever leafs on stays with the copies that the first page came from.
    """

    below: int | None
    copies: str

    @classmethod
    def of(cls, cursor: str | None) -> "_Place":
        if cursor is None:
            return cls(below=None, copies=secrets.token_hex(4))
        given = _CURSOR.fullmatch(cursor)
        if given is None or int(given[1]) >= 1 << 63:
            raise Rejected(f"{cursor!a} is not a cursor of this archive")
        return cls(below=int(given[1]), copies=given[2])

    def cursor_below(self, arrived: int) -> str:
        return f"{arrived}.{self.copies}"


class Searches:
    """The index of posts, as far as it is searched; what was stored within the last second may be missing."""

    def __init__(self, server: Server, index: Index) -> None:
        self._server = server
        self._index = index

    def search(self, query: PostQuery, *, limit: int, cursor: str | None) -> PostPage:
        """A page of posts by first arrival, newest first."""
        place = _Place.of(cursor)
        limit = min(limit, _LONGEST_PAGE)
        found = self._ask(
            query,
            preference=place.copies,
            size=limit + 1,
            sort=[{"arrived": "desc"}],
            search_after=None if place.below is None else [place.below],
            source_includes="body",
        )["hits"]["hits"]
        parts = words.asked_for(query)
        hits = tuple(_hit(each, parts) for each in found[:limit])
        after = place.cursor_below(found[limit - 1]["sort"][0]) if len(found) > limit else None
        return PostPage(hits=hits, cursor=after)

    def count_by(self, query: PostQuery, field: CountedBy) -> Mapping[str, int]:
        """How many posts per value of the field, the most first."""
        counted = self._count(query, {"terms": {"field": field.value, "size": _MOST_VALUES}})
        return {bucket["key"]: bucket["doc_count"] for bucket in counted}

    def histogram(self, query: PostQuery, span: Span) -> Mapping[datetime, int]:
        """How many posts per hour or day, by its beginning."""
        return _by_time(self._count(query, _bars(span)))

    def facets(self, query: PostQuery, fields: Sequence[CountedBy]) -> Facets:
        """Everything that is found is counted, in one request."""
        aggregations = {field.value: {"terms": {"field": field.value, "size": _MOST_VALUES}} for field in fields}
        answer = self._ask(query, size=0, track_total_hits=True, aggs={**aggregations, "days": _bars(Span.DAY)})
        counted = {name: each["buckets"] for name, each in answer["aggregations"].items()}
        return Facets(
            by={field: {each["key"]: each["doc_count"] for each in counted[field.value]} for field in fields},
            days=_by_time(counted["days"]),
            counted=answer["hits"]["total"]["value"],
            whole=True,
        )

    def tones(self, field: CountedBy, since: date, until: date) -> Mapping[str, Mapping[Tone, int]]:
        """How many posts of each tone per value of the field, said in these days of Beijing."""
        query = PostQuery(since=_midnight(since), until=_midnight(until))
        by_tone = {"terms": {"field": CountedBy.TONE.value}}
        by_name = {"terms": {"field": field.value, "size": _MOST_VALUES}, "aggs": {"tones": by_tone}}
        return {
            bucket["key"]: {Tone(each["key"]): each["doc_count"] for each in bucket["tones"]["buckets"]}
            for bucket in self._count(query, by_name)
        }

    def _count(self, query: PostQuery, aggregation: Mapping[str, Any]) -> list[Any]:
        answer = self._ask(query, size=0, aggs={"counted": aggregation})
        counted: list[Any] = answer["aggregations"]["counted"]["buckets"]
        return counted

    def _ask(self, query: PostQuery, *, track_total_hits: bool = False, **asked: Any) -> Any:
        """A part of the index that is away makes the whole answer fail, so that no number is silently too small."""
        with self._index.used():
            return self._server.client.search(
                index=self._index.alias,
                query=_condition(query),
                allow_partial_search_results=False,
                track_total_hits=track_total_hits,
                **asked,
            )


def _condition(query: PostQuery) -> Mapping[str, Any]:
    must: list[Mapping[str, Any]] = [
        {"term": {field: _text(value)}}
        for field, value in (
            ("source", query.source),
            ("source_kind", query.source_kind),
            ("tone", query.tone),
            ("bureau", query.bureau),
            ("duty", query.duty),
        )
        if value is not None
    ]
    if query.words.strip():
        parts = phrases(query.words)
        if not parts:
            return _NOTHING
        must += [{"match_phrase": {"words": part}} for part in dict.fromkeys(parts)]
    for phrase in query.phrases:
        if not (parts := phrases(phrase)):
            return _NOTHING
        must.append(_in_a_row(parts))
    if query.ids is not None:
        must.append({"ids": {"values": [document_id(id) for id in query.ids]}})
    if query.since is not None:
        must.append({"range": {"at": {"gte": _rounded_up(query.since)}}})
    if query.until is not None:
        must.append({"range": {"at": {"lt": _rounded_up(query.until)}}})
    without = [_in_a_row(parts) for phrase in query.without if (parts := phrases(phrase))]
    return {"bool": {"filter": must, "must_not": without}}


def _in_a_row(parts: Sequence[str]) -> Mapping[str, Any]:
    """Texts in which a run ends with the first part, the next run is or begins with the second, and so on.

    Elasticsearch leaves a gap between two runs; what stands further apart, or nearer within one run, is no row.
    """
    if len(parts) == 1:
        return {"match_phrase": {"words": parts[0]}}
    row = _exactly(parts[0])
    for part in parts[1:]:
        row = _apart([row, _exactly(part)])
    return {"intervals": {"words": row}}


def _exactly(part: str) -> Mapping[str, Any]:
    return {"match": {"query": part, "ordered": True, "max_gaps": 0}}


def _apart(two: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    together = {"ordered": True, "intervals": two}
    nearer = {"all_of": {**together, "max_gaps": _GAP - 1}}
    return {"all_of": {**together, "max_gaps": _GAP, "filter": {"not_contained_by": nearer}}}


def _bars(span: Span) -> Mapping[str, Any]:
    return {"date_histogram": {"field": "at", "min_doc_count": 1, **_SPANS[span]}}


def _by_time(bars: Sequence[Mapping[str, Any]]) -> Mapping[datetime, int]:
    return {_EPOCH + bar["key"] * _MILLISECOND: bar["doc_count"] for bar in bars}


def _text(value: object) -> str:
    """What is no Unicode is in no post."""
    return str(value).encode("utf-8", "replace").decode()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def _rounded_up(moment: datetime) -> int:
    """Moments of posts are rounded down, so bounds are rounded up: two spans that meet share no post."""
    return -((_EPOCH - moment) // _MILLISECOND)


def _hit(found: Mapping[str, Any], parts: Sequence[str]) -> PostHit:
    archived = msgspec.convert(found["_source"]["body"], ArchivedPost)
    return PostHit(archived=archived, snippet=words.snippet(archived.post.whole_text, parts))
