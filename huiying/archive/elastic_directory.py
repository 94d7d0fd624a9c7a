"""The directory of who answers for what, as an index of Elasticsearch ranked by shared words."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from huiying.archive import words as token
from huiying.archive.archive import DirectoryHit
from huiying.archive.directory import entries
from huiying.archive.elastic_index import Index
from huiying.archive.elastic_server import Server
from huiying.bureau import Bureau
from huiying.duty import Duty
from huiying.failures import HuiyingError

VERSION = 1
MAPPINGS: Mapping[str, Any] = {
    # Tokens are made here, pairs of characters as in the embedded archive: single characters are shared by everyone.
    "properties": {"words": {"type": "text", "analyzer": "whitespace"}, "place": {"type": "integer"}}
}

_MOST_ENTRIES = 10_000
_encoder = msgspec.json.Encoder()


class Directory:
    """The index of the directory. An entry's id is the hash of what it says."""

    def __init__(self, server: Server, index: Index) -> None:
        self._server = server
        self._index = index

    def store(self, bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> None:
        """Replace the directory: add what is new, then remove what is old. Every process does so when it starts, and
        where nothing has changed nothing is written.
        """
        wanted = {_id(document): document for document in _documents(bureaus, duties)}
        with self._index.used():
            there = self._stored_ids()
            added = [_action("index", id, document) for id, document in wanted.items() if id not in there]
            removed = [_action("delete", id, None) for id in there if id not in wanted]
            if not added and not removed:
                return
            for done in self._server.bulk(self._index.alias, [*added, *removed]):
                if done.refusal:
                    raise self._server.refused(done.refusal) or HuiyingError(str(done.refusal))
            self._server.client.indices.refresh(index=self._index.alias)

    def who_answers(self, words: str, limit: int) -> Sequence[DirectoryHit]:
        """Bureaus and duties that share words with these, the best first."""
        tokens = token.shared(token.phrases(words))
        if not tokens:
            return ()
        with self._index.used():
            answer = self._server.client.search(
                index=self._index.alias,
                query={"bool": {"should": [_shares(each) for each in tokens]}},
                sort=["_score", {"place": "asc"}],
                size=min(limit, _MOST_ENTRIES),
                allow_partial_search_results=False,
                track_total_hits=False,
            )
        return [_hit(each) for each in answer["hits"]["hits"]]

    def _stored_ids(self) -> set[str]:
        self._server.client.indices.refresh(index=self._index.alias)
        answer = self._server.client.search(
            index=self._index.alias, size=_MOST_ENTRIES, source=False, allow_partial_search_results=False
        )
        return {each["_id"] for each in answer["hits"]["hits"]}


def _documents(bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> Iterator[bytes]:
    for place, entry in enumerate(entries(bureaus, duties)):
        yield _encoder.encode(asdict(entry) | {"place": place})


def _id(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def _action(kind: str, id: str, document: bytes | None) -> tuple[bytes, bytes | None]:
    return _encoder.encode({kind: {"_id": id}}), document


def _shares(word: str) -> Mapping[str, Any]:
    """One character asks for the pairs that begin with it, as every pair of a run and its last character do."""
    return {"prefix": {"words": word}} if token.is_one_character(word) else {"term": {"words": word}}


def _hit(found: Mapping[str, Any]) -> DirectoryHit:
    entry = found["_source"]
    return DirectoryHit(bureau=entry["bureau"], duty=entry["duty"], text=entry["shown"], score=found["_score"])
