"""What goes wrong with Elasticsearch in use, and what operators are told; nothing is lost meanwhile."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from huiying.archive.archive import CountedBy, PostQuery
from huiying.failures import Rejected, Unavailable, Unusable
from huiying.settings import ElasticsearchSettings
from tests.builders import make_archived
from tests.huiying.archive.local_server import Answer, Request, passed_on, serving
from tests.huiying.archive.telling import ELASTIC, away, opened, told

pytestmark = pytest.mark.servers

OURS = {"huiying": "posts", "version": 1}


def mapping(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {"mappings": {"_meta": meta}, "settings": {"number_of_replicas": 0}}


@pytest.mark.parametrize(
    ("indices", "said"),
    [
        ({"{posts}-000001": {"aliases": {"{posts}": {}}, **mapping({})}}, "不是本程序建的"),
        ({"{posts}-000001": {"aliases": {"{posts}": {}}, **mapping(OURS | {"version": 2})}}, "另一个版本"),
        ({"{posts}": mapping(OURS)}, "应为别名"),
        ({"{posts}-000001": mapping(OURS)}, "不在别名"),
        ({f"{{posts}}-00000{n}": {"aliases": {"{posts}": {}}, **mapping(OURS)} for n in (1, 2)}, "不止一个"),
    ],
)
def test_a_foreign_index_is_told_left_alone_and_once_moved_away_work_goes_on(
    url: str, posts: str, client: Elasticsearch, indices: dict[str, dict[str, Any]], said: str
) -> None:
    for name, made in json.loads(json.dumps(indices).replace("{posts}", posts)).items():
        client.indices.create(index=name, **made)
    with opened(url) as archive:
        with pytest.raises(Unusable, match="HUIYING_ARCHIVE") as failure:
            archive.store([make_archived("pipe")])
        assert said in str(failure.value)
        assert url.rpartition("/")[0] in str(failure.value)
        foreign = list(client.indices.get(index=f"{posts}*"))
        assert client.count(index=foreign)["count"] == 0
        client.indices.delete(index=foreign)
        archive.store([make_archived("pipe")])
        assert archive.get(["pipe"]).keys() == {"pipe"}


def test_an_analyzer_that_the_server_has_not_is_told(url: str) -> None:
    assert "HUIYING_ELASTICSEARCH_ANALYZER" in told(url, ElasticsearchSettings(analyzer="ik_smart"))


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("index.blocks.read_only_allow_delete", "磁盘"),
        ("index.blocks.read_only", "index.blocks"),
        ("index.blocks.write", "index.blocks"),
    ],
)
def test_a_locked_index_is_told_and_once_unlocked_work_goes_on(
    url: str, posts: str, client: Elasticsearch, block: str, said: str
) -> None:
    with opened(url) as archive:
        archive.store([make_archived("before")])
        client.indices.put_settings(index=posts, settings={block: True})
        began = time.monotonic()
        for write in (lambda: archive.store([make_archived("pipe")]), lambda: archive.delete(["before"])):
            with pytest.raises(Unusable, match="HUIYING_ARCHIVE") as failure:
                write()
            assert said in str(failure.value)
        assert time.monotonic() - began < 10
        assert archive.get(["before"]).keys() == {"before"}
        client.indices.put_settings(index=posts, settings={block: None})
        archive.store([make_archived("pipe")])
        assert archive.get(["pipe"]).keys() == {"pipe"}


def test_a_closed_index_is_told(url: str, posts: str, client: Elasticsearch) -> None:
    with opened(url) as archive:
        archive.store([make_archived("pipe")])
        client.indices.close(index=posts)
        with pytest.raises(Unusable, match="关闭"):
            archive.store([make_archived("pipe", revision=1)])
        with pytest.raises(Unusable, match="关闭"):
            archive.count_by(PostQuery(), CountedBy.TONE)


def test_an_index_that_was_removed_is_made_anew_and_never_by_elasticsearch_itself(
    url: str, posts: str, client: Elasticsearch
) -> None:
    with opened(url) as archive:
        archive.store([make_archived("pipe")])
        client.indices.delete(index=f"{posts}-000001")
        with pytest.raises(Unavailable):
            archive.store([make_archived("pipe")])
        assert not client.indices.exists(index=posts)
        archive.store([make_archived("pipe")])
        assert archive.get(["pipe"]).keys() == {"pipe"}
        assert list(client.indices.get(index=posts)) == [f"{posts}-000001"]


def test_an_index_without_a_working_copy_is_waited_for(url: str, posts: str, client: Elasticsearch) -> None:
    with opened(url) as archive:
        archive.store([make_archived("pipe")])
    client.indices.delete(index=f"{posts}-000001")
    nowhere = {"index.routing.allocation.require.room": "nowhere", "index.number_of_replicas": 0}
    client.indices.create(
        index=f"{posts}-000001",
        aliases={posts: {}},
        settings=nowhere,
        wait_for_active_shards=0,
    )
    began = time.monotonic()
    assert "'status': 'red'" in away(url)
    assert time.monotonic() - began < 10


def busy_for_the_first(request: Request, url: str) -> Answer:
    """What an Elasticsearch answers that has no room for the first action of a bulk and does the rest."""
    lines = request.body.splitlines(keepends=True)
    rest = Request(method=request.method, path=request.path, headers=request.headers, body=b"".join(lines[2:]))
    answer = passed_on(rest, url)
    told = json.loads(answer.body)
    ((kind, action),) = json.loads(lines[0]).items()
    error = {"type": "es_rejected_execution_exception", "reason": "the queue is full"}
    told["items"].insert(0, {kind: {"_index": "posts", "_id": action["_id"], "status": 429, "error": error}})
    told["errors"] = True
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
    return Answer(status=200, body=json.dumps(told).encode(), headers=headers)


def test_what_a_busy_server_puts_off_is_sent_again(url: str) -> None:
    node, _, prefix = url.rpartition("/")
    bulks = list[int]()

    def answer(request: Request) -> Answer:
        if "_bulk" not in request.path:
            return passed_on(request, node)
        bulks.append(request.body.count(b"\n") // 2)
        return busy_for_the_first(request, node) if len(bulks) == 1 else passed_on(request, node)

    with serving(answer) as between, opened(f"{between}/{prefix}") as archive:
        archive.store([make_archived(id) for id in "abc"])
        assert bulks == [3, 1]
        assert archive.get("abc").keys() == {"a", "b", "c"}


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_away_within_ten_seconds_and_nothing_is_lost(url: str, status: int) -> None:
    node, _, prefix = url.rpartition("/")
    busy = True
    error = {"error": {"type": "es_rejected_execution_exception", "reason": "full"}, "status": status}

    def answer(request: Request) -> Answer:
        if busy and "_bulk" in request.path:
            return Answer(status=status, body=json.dumps(error).encode(), headers=ELASTIC)
        return passed_on(request, node)

    with serving(answer) as between, opened(f"{between}/{prefix}") as archive:
        began = time.monotonic()
        with pytest.raises(Unavailable, match=str(status)):
            archive.store([make_archived("pipe")])
        assert time.monotonic() - began < 10
        busy = False
        archive.store([make_archived("pipe")])
        assert archive.get(["pipe"]).keys() == {"pipe"}


def test_a_request_too_large_for_a_proxy_is_rejected(url: str) -> None:
    node, _, prefix = url.rpartition("/")

    def answer(request: Request) -> Answer:
        if len(request.body) > 100_000:
            return Answer(status=413, body=b"too large", headers={"Content-Type": "text/plain"})
        return passed_on(request, node)

    with serving(answer) as between, opened(f"{between}/{prefix}") as archive:
        with pytest.raises(Rejected):
            archive.store([make_archived("long", text="水" * 50_000), make_archived("short")])
        archive.store([make_archived("short")])
