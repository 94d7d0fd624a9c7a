"""What every archive must do."""

import threading
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiying.archive.archive import Archive, CountedBy, PostQuery, Span
from huiying.bureau import Bureau
from huiying.duty import Duty
from huiying.failures import Rejected
from huiying.post import ArchivedPost, DutyMatch, Kind, SourceKind, Tone
from tests.builders import NOON, make_archived, make_assessment
from tests.contracts.conftest import OpenArchive, StartProcess, eventually

PIPE = make_archived("pipe", text="向阳路自来水管爆裂，水漫到路上，请尽快抢修！")
DUST = make_archived(
    "dust", text="工地扬尘严重，PM2.5 超标，夜里还有噪声。", source="forum", source_kind=SourceKind.FORUM
)
BUS_STOP = make_archived("bus", title="公交 12路 改线", text="BRT站台太远，老人等车要走两公里。", source="forum")


def found(archive: Archive, **asked: object) -> list[str]:
    page = archive.search(PostQuery(**asked))  # type: ignore[arg-type]
    return [hit.archived.post.id for hit in page.hits]


def finds(archive: Archive, *ids: str, **asked: object) -> bool:
    return found(archive, **asked) == list(ids)


@pytest.fixture
def filled(archive: Archive) -> Archive:
    for each in (PIPE, DUST, BUS_STOP):
        archive.store([each])
    eventually(lambda: finds(archive, "bus", "dust", "pipe"))
    return archive


def test_a_stored_post_comes_back_whole_and_at_once(archive: Archive) -> None:
    whole = make_archived(
        "whole",
        title="标题",
        url="https://example.test/帖子?a=1",
        engagement=12,
        secrecy_marks=(),
        assessment=make_assessment(fingerprint=2**64 - 1, lead=None, duties=(), kind=Kind.PRAISE),
    )
    archive.store([whole])
    assert archive.get(["whole", "nowhere"]) == {"whole": whole}


def test_posts_survive_a_restart(open_archive: OpenArchive) -> None:
    first = open_archive()
    first.store([PIPE])
    first.close()
    second = open_archive()
    assert second.get(["pipe"]) == {"pipe": PIPE}
    eventually(lambda: finds(second, "pipe", words="爆裂"))
    second.close()


def test_a_newer_revision_replaces_the_older_and_its_words(archive: Archive) -> None:
    archive.store([PIPE])
    newer = make_archived(
        "pipe", revision=2, text="水管已经修好，谢谢。", assessment=make_assessment(tone=Tone.POSITIVE)
    )
    archive.store([newer])
    assert archive.get(["pipe"]) == {"pipe": newer}
    eventually(lambda: finds(archive, "pipe", words="修好"))
    assert finds(archive, words="爆裂")
    assert finds(archive, "pipe", tone=Tone.POSITIVE)
    assert finds(archive, tone=Tone.NEGATIVE)


@pytest.mark.parametrize("late", [1, 2])
def test_the_same_or_an_older_revision_counts_as_done_and_changes_nothing(archive: Archive, late: int) -> None:
    present = make_archived("pipe", revision=2, text="第二稿")
    archive.store([present])
    archive.store([make_archived("pipe", revision=late, text="别的文字")])
    assert archive.get(["pipe"]) == {"pipe": present}


def test_of_several_revisions_in_one_batch_the_newest_stays(archive: Archive) -> None:
    batch = [make_archived("pipe", revision=revision, text=f"第{revision}稿") for revision in (2, 3, 1)]
    archive.store(batch)
    assert archive.get(["pipe"])["pipe"].post.text == "第3稿"
    eventually(lambda: finds(archive, "pipe"))


def test_a_newer_revision_keeps_its_place_in_the_order_of_arrival(filled: Archive) -> None:
    filled.store([make_archived("pipe", revision=2, text="自来水管爆裂，已经修好")])
    eventually(lambda: finds(filled, "pipe", words="修好"))
    assert finds(filled, "bus", "dust", "pipe")


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("水", ["pipe"]),
        ("修", ["pipe"]),
        ("水管", ["pipe"]),
        ("自来水", ["pipe"]),
        ("自来水管爆裂", ["pipe"]),
        ("自来水管 抢修", ["pipe"]),
        ("抢修，自来水管", ["pipe"]),
        ("水管 噪声", []),
        ("管水", []),
        ("路", ["bus", "pipe"]),
        ("公交", ["bus"]),
        ("brt", ["bus"]),
        ("ＢＲＴ", ["bus"]),
        ("BRT站台", ["bus"]),
        ("12路", ["bus"]),
        ("PM2.5", ["dust"]),
        ("BR", []),
        ("老人　两公里", ["bus"]),
    ],
)
def test_words_are_found_as_a_person_types_them(filled: Archive, words: str, ids: list[str]) -> None:
    assert found(filled, words=words) == ids


@pytest.mark.parametrize(
    ("phrase", "ids"),
    [
        ("水管爆裂", ["pipe"]),
        ("爆裂水", []),
        ("爆裂，水漫", ["pipe"]),
        ("裂 水", ["pipe"]),
        ("水管 爆裂", []),
        ("爆裂 请尽快抢修", []),
        ("爆裂 水漫到路上 请尽快", ["pipe"]),
        ("爆裂 水漫到 请尽快", []),
        ("BRT站台", ["bus"]),
        ("ＢＲＴ 站台太远，老", ["bus"]),
        ("BRT太远", []),
        ("公交 12路", ["bus"]),
        ("公交 12 路 改线 brt", ["bus"]),
        ("！", []),
    ],
)
def test_the_parts_of_a_phrase_follow_each_other(filled: Archive, phrase: str, ids: list[str]) -> None:
    assert found(filled, phrases=(phrase,)) == ids


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"words": "路", "without": ("公交",)}, ["pipe"]),
        ({"words": "路", "without": ("公交", "抢修")}, []),
        ({"without": ("水",)}, ["bus", "dust"]),
        ({"without": ("爆裂，水漫",)}, ["bus", "dust"]),
        ({"without": ("水管 爆裂",), "words": "水管"}, ["pipe"]),
        ({"without": ("！", "")}, ["bus", "dust", "pipe"]),
        ({"without": ('" OR words:水*', "NOT"), "source": "forum"}, ["bus", "dust"]),
        ({"words": "站台", "phrases": ("老人等车", "公交"), "without": ("地铁",)}, ["bus"]),
        ({"words": "站台", "phrases": ("老人等车", "地铁")}, []),
    ],
)
def test_what_is_excluded_is_not_found(filled: Archive, asked: dict[str, object], ids: list[str]) -> None:
    assert found(filled, **asked) == ids
    counted = filled.facets(PostQuery(**asked), [CountedBy.TONE], newest=50)  # type: ignore[arg-type]
    assert (counted.counted, counted.whole) == (len(ids), True)


@pytest.mark.parametrize(
    "words",
    [
        *(
            '"',
            "'",
            '""',
            '水管" OR "1',
            "水 OR 噪声",
            "NOT 水",
            "*",
            "水*",
            "words:水",
            "^水",
            "{水}",
            "(水",
            "水)",
            "a:b",
        ),
        *(
            "水 NEAR 路",
            "-水",
            "+",
            "\\",
            "%",
            "_",
            "[水",
            "水~2",
            "/水/",
            "<em>",
            "水\x00管",
            "\ud83d",
            "水\ud800",
            "--;",
        ),
    ],
)
def test_no_character_of_a_query_is_a_command(filled: Archive, words: str) -> None:
    assert set(found(filled, words=words)) <= {"pipe"}


def test_words_that_cannot_be_searched_for_find_nothing_and_no_words_find_everything(filled: Archive) -> None:
    assert found(filled, words="！？ 😀") == []
    assert found(filled, words=" 　\n") == ["bus", "dust", "pipe"]
    assert filled.count_by(PostQuery(words="！"), CountedBy.TONE) == {}
    assert filled.histogram(PostQuery(words="！"), Span.DAY) == {}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(words=st.text(max_size=30))
def test_any_text_is_a_query(filled: Archive, words: str) -> None:
    filled.search(PostQuery(words=words))
    filled.search(PostQuery(phrases=(words,), without=(words[:3], words[3:])))
    filled.who_answers(words)


def test_any_stretch_of_a_post_finds_it(filled: Archive) -> None:
    text = "自来水管爆裂"
    for first in range(len(text)):
        for last in range(first + 1, len(text) + 1):
            assert "pipe" in found(filled, words=text[first:last])


def test_a_snippet_shows_the_place_found(filled: Archive) -> None:
    (hit,) = filled.search(PostQuery(words="爆裂 抢修")).hits
    assert [piece.text for piece in hit.snippet if piece.found] == ["爆裂", "抢修"]
    assert "".join(piece.text for piece in hit.snippet) == PIPE.post.text


def test_a_snippet_of_a_long_post_is_short_and_marks_full_width_letters(archive: Archive) -> None:
    archive.store([make_archived("long", text="前" * 500 + "ＢＲＴ站台" + "后" * 500)])
    eventually(lambda: finds(archive, "long", words="brt"))
    (hit,) = archive.search(PostQuery(words="brt")).hits
    assert [piece.text for piece in hit.snippet if piece.found] == ["ＢＲＴ"]
    assert len("".join(piece.text for piece in hit.snippet)) <= 300


def test_every_filter_narrows(filled: Archive) -> None:
    filled.store([make_archived("late", published_at=NOON + timedelta(hours=3), text="水管", assessment=OTHER)])
    eventually(lambda: finds(filled, "late", bureau="城建局"))
    assert finds(filled, "late", "pipe", words="水管")
    assert finds(filled, "bus", "dust", source="forum")
    assert finds(filled, "dust", source_kind=SourceKind.FORUM)
    assert finds(filled, "late", tone=Tone.NEUTRAL)
    assert finds(filled, "late", duty=3)
    assert finds(filled, "late", "pipe", ids=("pipe", "late", "nowhere"))
    assert finds(filled, ids=())
    assert finds(filled, "late", since=NOON + timedelta(hours=3))
    assert finds(filled, "bus", "dust", "pipe", until=NOON + timedelta(hours=3))
    assert finds(filled, "pipe", words="水管", bureau="水务局", until=NOON + timedelta(seconds=1))


OTHER = make_assessment(
    tone=Tone.NEUTRAL, lead="城建局", duties=(DutyMatch(number=3, score=0.6), DutyMatch(number=8, score=0.2))
)


def test_pages_follow_each_other_by_arrival_without_gap_or_repeat(archive: Archive) -> None:
    for number in range(7):
        archive.store([make_archived(f"post-{number}", published_at=NOON - timedelta(hours=number))])
    eventually(lambda: len(found(archive)) == 7)
    for words in ("", "水管"):
        seen, cursor = list[str](), None
        while True:
            page = archive.search(PostQuery(words=words), limit=3, cursor=cursor)
            seen += [hit.archived.post.id for hit in page.hits]
            if (cursor := page.cursor) is None:
                break
            archive.store([make_archived(f"new-{words}-{len(seen)}")])
        assert [each for each in seen if each.startswith("post")] == [f"post-{number}" for number in range(6, -1, -1)]


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "9" * 40, "1 OR 1", "٣"])
def test_a_cursor_that_was_never_given_is_rejected(filled: Archive, cursor: str) -> None:
    with pytest.raises(Rejected):
        filled.search(PostQuery(), cursor=cursor)


def test_posts_are_counted_by_every_field(filled: Archive) -> None:
    filled.store(
        [make_archived("other", assessment=OTHER), make_archived("none", assessment=make_assessment(lead=None))]
    )
    eventually(lambda: len(found(filled)) == 5)
    assert filled.count_by(PostQuery(), CountedBy.SOURCE) == {"hotline": 3, "forum": 2}
    assert filled.count_by(PostQuery(), CountedBy.SOURCE_KIND) == {"hotline": 4, "forum": 1}
    assert filled.count_by(PostQuery(), CountedBy.TONE) == {"negative": 4, "neutral": 1}
    assert filled.count_by(PostQuery(), CountedBy.BUREAU) == {"水务局": 3, "城建局": 1, "": 1}
    assert filled.count_by(PostQuery(), CountedBy.KIND) == {"投诉": 5}
    assert filled.count_by(PostQuery(), CountedBy.DUTY) == {"8": 5, "3": 1}
    assert filled.count_by(PostQuery(words="水管", duty=8), CountedBy.DUTY) == {"8": 3, "3": 1}


def test_facets_are_counted_beside_a_list(filled: Archive) -> None:
    filled.store(
        [
            make_archived("other", published_at=NOON - timedelta(hours=13), assessment=OTHER),
            make_archived("none", assessment=make_assessment(lead=None, duties=())),
        ]
    )
    eventually(lambda: len(found(filled)) == 5)
    counted = filled.facets(PostQuery(), list(CountedBy), newest=50)
    assert {field: counted.by[field] for field in CountedBy} == {
        field: filled.count_by(PostQuery(), field) for field in CountedBy
    }
    assert counted.by[CountedBy.BUREAU] == {"水务局": 3, "城建局": 1, "": 1}
    assert counted.days == filled.histogram(PostQuery(), Span.DAY)
    assert len(counted.days) == 2
    assert (counted.counted, counted.whole) == (5, True)
    narrowed = filled.facets(PostQuery(words="水管", duty=8), [CountedBy.DUTY], newest=50)
    assert narrowed.by == {CountedBy.DUTY: {"8": 2, "3": 1}}
    nothing = filled.facets(PostQuery(words="！"), [CountedBy.TONE], newest=50)
    assert (nothing.by, nothing.days, nothing.counted, nothing.whole) == ({CountedBy.TONE: {}}, {}, 0, True)


def test_facets_of_part_of_what_is_found_are_those_of_the_newest_and_say_so(archive: Archive) -> None:
    for number in range(6):
        archive.store([make_archived(f"post-{number}", source="forum" if number < 2 else "hotline")])
    eventually(lambda: len(found(archive)) == 6)
    counted = archive.facets(PostQuery(words="水管"), [CountedBy.SOURCE], newest=3)
    by, days = counted.by[CountedBy.SOURCE], counted.days
    assert sum(by.values()) == sum(days.values()) == counted.counted >= 3
    assert counted.whole is (counted.counted == 6)
    assert by == ({"hotline": 4, "forum": 2} if counted.whole else {"hotline": 3})


def test_hours_are_whole_and_days_are_those_of_beijing(archive: Archive) -> None:
    moments = [
        datetime(2014, 5, 30, 15, 59, tzinfo=UTC),
        datetime(2014, 5, 30, 16, 0, tzinfo=UTC),
        datetime(2014, 5, 30, 16, 30, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 30, tzinfo=UTC),
    ]
    archive.store([make_archived(f"post-{n}", published_at=moment) for n, moment in enumerate(moments)])
    eventually(lambda: len(found(archive)) == 4)
    assert archive.histogram(PostQuery(), Span.HOUR) == {
        datetime(1969, 12, 31, 23, tzinfo=UTC): 1,
        datetime(2014, 5, 30, 15, tzinfo=UTC): 1,
        datetime(2014, 5, 30, 16, tzinfo=UTC): 2,
    }
    assert archive.histogram(PostQuery(since=NOON), Span.DAY) == {
        datetime(2014, 5, 29, 16, tzinfo=UTC): 1,
        datetime(2014, 5, 30, 16, tzinfo=UTC): 2,
    }


def test_a_deleted_post_is_gone_from_everywhere(filled: Archive) -> None:
    assert filled.delete(["pipe", "nowhere", "dust"]) == 2
    assert filled.get(["pipe", "dust"]) == {}
    eventually(lambda: finds(filled, "bus"))
    assert found(filled, words="水管") == []
    assert found(filled, duty=8) == ["bus"]
    assert filled.delete(["pipe"]) == 0


def test_old_posts_are_deleted_in_bulk(archive: Archive) -> None:
    posts = [make_archived(f"post-{number}", text=f"水管 {number}") for number in range(5_000)]
    archive.store(posts)
    assert archive.delete([each.post.id for each in posts[:4_500]]) == 4_500
    eventually(lambda: archive.count_by(PostQuery(words="水管"), CountedBy.TONE) == {"negative": 500})


@pytest.mark.parametrize(
    "text", ["", "\x00\x01\x1b[31m水管", "😀" * 50, "\u202e水管\ufeff", "a" * 70_000, "水" * 300_000]
)
def test_strange_texts_are_stored_replaced_and_deleted(archive: Archive, text: str) -> None:
    strange = make_archived("strange", text=text)
    archive.store([strange])
    assert archive.get(["strange"]) == {"strange": strange}
    archive.store([make_archived("strange", revision=2, text="平常")])
    eventually(lambda: finds(archive, "strange", words="平常"))
    assert finds(archive, words="水管")
    assert archive.delete(["strange"]) == 1


def test_text_that_is_no_unicode_is_rejected_with_its_batch(archive: Archive) -> None:
    with pytest.raises(Rejected, match="bad"):
        archive.store([make_archived("bad", text="水\ud800管")])
    assert archive.get(["bad", "\ud800"]) == {}
    assert archive.delete(["\ud800"]) == 0


def test_an_empty_batch_changes_nothing(filled: Archive) -> None:
    filled.store([])
    assert filled.get([]) == {}
    assert filled.delete([]) == 0
    assert finds(filled, "bus", "dust", "pipe")


def test_many_threads_store_and_search_at_once(archive: Archive) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                archive.store([make_archived(f"{name}-{number}"), make_archived("shared", revision=number + 1)])
                archive.search(PostQuery(words="水管"))
        except BaseException as error:  # noqa: BLE001 (told by the assertion below)
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    eventually(lambda: len(found(archive)) == 41)
    assert archive.get(["shared"])["shared"].post.revision == 10


def store_for_ever(pipe: Connection, open_archive: OpenArchive) -> None:
    """Stores small batches and tells of each that was kept."""
    archive = open_archive()
    for batch in range(1_000_000):
        archive.store([make_archived(f"{batch}-{number}") for number in range(5)])
        pipe.send(batch)


def test_what_was_stored_is_there_after_the_process_was_killed(
    archive: Archive, open_archive: OpenArchive, start_process: StartProcess
) -> None:
    process, pipe = start_process(store_for_ever, open_archive)
    kept = [pipe.recv() for _ in range(20)]
    process.kill()
    process.join()
    ids = [f"{batch}-{number}" for batch in kept for number in range(5)]
    assert sorted(archive.get(ids)) == sorted(ids)
    eventually(lambda: archive.count_by(PostQuery(words="水管"), CountedBy.TONE).get("negative", 0) >= 100)


WATER = Bureau(id="水务局", name="市水务局", matters=("供水", "排水", "自来水管网"), words=(("水管", 2.0),))
HOUSING = Bureau(id="城建局", name="市城乡建设委员会", name_today="市住房和城乡建设局", matters=("工地扬尘",))
SUPPLY = Duty(
    number=8,
    title="供水安全",
    section="三",
    leads=("水务局", "城建局"),
    clause="做好饮用水信息公开。",
    words=(("水质", 1.0),),
)


def test_the_directory_tells_who_answers_for_a_matter(archive: Archive) -> None:
    archive.store_directory([WATER, HOUSING], [SUPPLY])
    eventually(lambda: bool(archive.who_answers("水质")))
    assert archive.who_answers("小区自来水管爆了")[0].bureau == "水务局"
    assert [(hit.bureau, hit.duty) for hit in archive.who_answers("扬尘")] == [("城建局", None)]
    assert {(hit.bureau, hit.duty, hit.text) for hit in archive.who_answers("饮用水水质")} >= {
        ("水务局", 8, "供水安全"),
        ("城建局", 8, "供水安全"),
    }
    assert {hit.duty for hit in archive.who_answers("水务局")} == {None, 8}
    assert archive.who_answers("住房")[0].bureau == "城建局"
    assert len(archive.who_answers("水", limit=1)) == 1
    assert not archive.who_answers("外星人")


def test_a_new_directory_replaces_the_old_one(archive: Archive) -> None:
    archive.store_directory([WATER], [SUPPLY])
    archive.store_directory([HOUSING], [])
    eventually(lambda: [hit.bureau for hit in archive.who_answers("城建局")] == ["城建局"])
    assert not archive.who_answers("水管")


def test_a_post_without_a_title_and_one_whose_text_repeats_it_are_found_once(archive: Archive) -> None:
    posts: list[ArchivedPost] = [
        make_archived("a", title="停水", text="停水通知"),
        make_archived("b", title="", text="停水"),
    ]
    archive.store(posts)
    eventually(lambda: sorted(found(archive, words="停水")) == ["a", "b"])
