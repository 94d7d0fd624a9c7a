"""What the archive on Elasticsearch does beyond its port: its indices, its versions, its order, the same finds."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from huiying.archive.archive import Archive, PostQuery
from huiying.archive.elastic import ElasticArchive
from huiying.archive.sqlite import SqliteArchive
from huiying.bureau import Bureau
from huiying.failures import Rejected
from huiying.settings import ElasticsearchSettings
from tests.builders import make_archived
from tests.contracts.conftest import eventually

pytestmark = pytest.mark.servers


@pytest.fixture
def archive(url: str) -> Iterator[ElasticArchive]:
    opened = ElasticArchive(url, ElasticsearchSettings())
    yield opened
    opened.close()


def found(archive: Archive, words: str = "") -> list[str]:
    return [hit.archived.post.id for hit in archive.search(PostQuery(words=words), limit=1_000).hits]


@pytest.mark.parametrize(
    ("replicas", "as_set"),
    [("0-1", ("0-1", "0")), ("0", (None, "0")), ("2", (None, "2"))],
)
def test_the_index_is_made_as_the_settings_say(
    url: str, posts: str, client: Elasticsearch, replicas: str, as_set: tuple[str | None, str]
) -> None:
    archive = ElasticArchive(url, ElasticsearchSettings(shards=3, replicas=replicas, analyzer="whitespace"))
    archive.get(["nothing"])
    archive.close()
    made = client.indices.get(index=posts).body
    assert list(made) == [f"{posts}-000001"]
    index = made[f"{posts}-000001"]
    settings = index["settings"]["index"]
    assert settings["number_of_shards"] == "3"
    assert (settings.get("auto_expand_replicas"), settings["number_of_replicas"]) == as_set
    assert settings["refresh_interval"] == "1s"
    assert index["mappings"]["properties"]["words"]["analyzer"] == "whitespace"
    assert index["mappings"]["dynamic"] == "false"
    (template,) = client.indices.get_index_template(name=posts)["index_templates"]
    assert template["index_template"]["index_patterns"] == [f"{posts}-0*"]


def test_opening_sends_nothing_and_only_what_is_used_is_made(
    url: str, posts: str, directory: str, client: Elasticsearch
) -> None:
    archive = ElasticArchive(url, ElasticsearchSettings())
    assert not client.indices.exists(index=posts)
    archive.get(["nothing"])
    archive.close()
    assert client.indices.exists(index=posts)
    assert not client.indices.exists(index=directory)


def test_many_may_make_the_index_at_once(url: str, posts: str, client: Elasticsearch) -> None:
    archives = [ElasticArchive(url, ElasticsearchSettings()) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda each: each[1].store([make_archived(f"post-{each[0]}")]), enumerate(archives)))
    assert len(archives[0].get([f"post-{number}" for number in range(8)])) == 8
    assert list(client.indices.get(index=posts)) == [f"{posts}-000001"]
    for each in archives:
        each.close()


def test_one_offices_prefix_may_begin_with_anothers(url: str) -> None:
    for longer in (url, f"{url}-posts"):
        archive = ElasticArchive(longer, ElasticsearchSettings())
        archive.store([make_archived("pipe")])
        archive.close()


def test_what_is_sent_again_is_not_written_again(archive: ElasticArchive, posts: str, client: Elasticsearch) -> None:
    batch = [make_archived("a"), make_archived("b", revision=3)]
    archive.store(batch)
    before = stored(client, posts, "a", "b")
    archive.store(batch)
    archive.store([make_archived("b", revision=2)])
    assert stored(client, posts, "a", "b") == before
    assert [each["_version"] for each in before] == [1, 3]


def stored(client: Elasticsearch, posts: str, *ids: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.mget(index=posts, ids=ids)["docs"]
    return found


def test_a_deleted_post_may_come_again_at_once_and_be_revised(archive: ElasticArchive) -> None:
    archive.store([make_archived("pipe", revision=2, text="第二稿")])
    assert archive.delete(["pipe"]) == 1
    archive.store([make_archived("pipe", revision=1, text="第一稿")])
    assert archive.get(["pipe"])["pipe"].post.text == "第一稿"
    archive.store([make_archived("pipe", revision=1, text="又一个第一稿")])
    assert archive.get(["pipe"])["pipe"].post.text == "第一稿"
    for revision in (2, 3, 4):
        archive.store([make_archived("pipe", revision=revision, text=f"第{revision}稿")])
        assert archive.get(["pipe"])["pipe"].post.text == f"第{revision}稿"
    assert archive.delete(["pipe"]) == 1
    archive.store([make_archived("pipe", revision=4), make_archived("other")])
    assert archive.get(["pipe", "other"]).keys() == {"pipe", "other"}


def test_any_id_may_be_stored_searched_for_and_deleted(archive: ElasticArchive) -> None:
    ids = ["", "a" * 512, "a" * 513, "水" * 200, "sha256:" + "0" * 64, "_", "a/b?c", "\x00\n", "123", "😀"]
    archive.store([make_archived(id, text=f"水管 {number}") for number, id in enumerate(ids)])
    assert list(archive.get(ids)) == ids
    eventually(lambda: set(found(archive)) == set(ids))
    for id in ids:
        assert [hit.archived.post.id for hit in archive.search(PostQuery(ids=(id,))).hits] == [id]
    assert archive.delete(ids) == len(ids)
    assert archive.get(ids) == {}


def test_one_post_that_the_index_does_not_take_is_named_and_the_others_are_kept(archive: ElasticArchive) -> None:
    batch = [make_archived("good"), make_archived("bad", source="源" * 20_000), make_archived("after")]
    with pytest.raises(Rejected, match="bad"):
        archive.store(batch)
    archive.store([batch[0], batch[2]])
    assert archive.get(["good", "bad", "after"]).keys() == {"good", "after"}


def test_posts_of_a_batch_arrive_in_its_order_and_batches_one_after_the_other(url: str) -> None:
    first, second = (ElasticArchive(url, ElasticsearchSettings()) for _ in range(2))
    for number, archive in enumerate((first, second, first, second)):
        archive.store([make_archived(f"{number}-{each:03}") for each in range(40)])
    expected = [f"{number}-{each:03}" for number in range(4) for each in range(40)][::-1]
    eventually(lambda: len(found(first)) == 160)
    assert found(first) == expected
    pages, cursor = list[str](), None
    while True:
        page = second.search(PostQuery(), limit=7, cursor=cursor)
        pages += [hit.archived.post.id for hit in page.hits]
        if (cursor := page.cursor) is None:
            break
    assert pages == expected
    first.close()
    second.close()


@pytest.mark.parametrize(
    "cursor", ["1", "1.abcdefg1", f"{1 << 63}.abcdef01", "1._local01", "-1.abcdef01", "1.ABCDEF01"]
)
def test_a_cursor_is_taken_only_as_it_was_given(archive: ElasticArchive, cursor: str) -> None:
    with pytest.raises(Rejected):
        archive.search(PostQuery(), cursor=cursor)


def test_a_page_longer_than_the_server_gives_at_once_goes_on_at_its_cursor(archive: ElasticArchive) -> None:
    archive.store([make_archived(f"{number}") for number in range(10_003)])
    eventually(lambda: len(archive.search(PostQuery(), limit=20_000).hits) == 9_999)
    page = archive.search(PostQuery(), limit=20_000)
    rest = archive.search(PostQuery(), limit=20_000, cursor=page.cursor)
    assert [hit.archived.post.id for hit in rest.hits] == ["3", "2", "1", "0"]
    assert rest.cursor is None


def test_the_same_directory_again_writes_nothing(
    archive: ElasticArchive, directory: str, client: Elasticsearch
) -> None:
    water = Bureau(id="水务局", name="市水务局", matters=("供水", "排水"))
    archive.store_directory([water], [])
    archive.store_directory([water], [])
    indexing = client.indices.stats(index=directory)["_all"]["primaries"]["indexing"]
    assert (indexing["index_total"], indexing["delete_total"]) == (1, 0)
    archive.store_directory([], [])
    assert not archive.who_answers("供水")


ALPHABET = "水管路自来々〇abBR125.，。 _-ＡｂＣ①ℓ㎡ßカンハーひら한글é😀٣½ñ’'·:Ⅷ𠀀αΣ\u0301\u200d\n"


def test_it_finds_what_the_embedded_archive_finds(archive: ElasticArchive, tmp_path: Path) -> None:
    """Chinese, kana, hangul, wide and narrow letters, digits and signs in any mixture, asked for by any stretch."""
    dice = random.Random(20140530)
    texts = ["".join(dice.choices(ALPHABET, k=dice.randint(0, 14))) for _ in range(400)]
    embedded = SqliteArchive(tmp_path / "archive.db")
    for each in (archive, embedded):
        each.store([make_archived(str(number), text=text) for number, text in enumerate(texts)])
    eventually(lambda: len(found(archive)) == len(texts))
    for text in texts:
        first = dice.randrange(max(1, len(text)))
        stretch = text[first : first + dice.randint(1, 5)]
        assert found(archive, stretch) == found(embedded, stretch), ascii(stretch)
    embedded.close()
