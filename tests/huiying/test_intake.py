"""The one way in: ids, revisions, dates, masking, and what happens between bus and register."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from huiying.bus.sqlite import SqliteBus
from huiying.clock import SetClock
from huiying.failures import Unavailable
from huiying.intake import Intake
from huiying.messages import Message, PostCollected, open_envelope
from huiying.policy.intake import IntakeRules, read_intake
from huiying.post import Post, RawPost, SourceKind
from huiying.register.register import Register
from tests.builders import NOON
from tests.registers import empty_register

RULES = read_intake(Path(__file__).parents[2] / "config")


class Office:
    """Intake on real stores in a folder, with a reader on the bus."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock(NOON)
        self.register = Register(empty_register(folder), self.clock)
        self.bus = SqliteBus(folder / "bus.db", clock=self.clock)
        self._reader = self.bus.reader("test", [PostCollected.topic])

    def intake(self, **changes: Any) -> Intake:
        rules: IntakeRules = RULES.model_copy(update=changes)
        return Intake(self.register, self.bus, self.clock, rules)

    def collected(self) -> list[Post]:
        messages = [open_envelope(envelope) for envelope in self._reader.read(10_000, 0)]
        return [message.post for message in messages if isinstance(message, PostCollected)]

    def close(self) -> None:
        self._reader.close()
        self.bus.close()
        self.register.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    opened.close()


def raw(text: str = "向阳路自来水管爆裂", **changes: Any) -> RawPost:
    values: dict[str, Any] = {"source": "hotline", "source_kind": SourceKind.HOTLINE, "text": text, "published": NOON}
    return RawPost(**(values | changes))


def test_a_post_reaches_the_bus_masked_with_its_link_kept(office: Office) -> None:
    result = office.intake().take(
        [
            raw(
                "联系人：张伟，电话13912345678",
                title="张先生反映停水",
                url="https://bbs.test/13912345678",
                author="老张",
            )
        ]
    )
    (post,) = office.collected()
    assert (result.new, result.changed, result.known, result.rejected) == (1, 0, 0, ())
    assert post.text == "联系人：〔姓名〕，电话〔电话〕"
    assert post.title == "〔姓名〕先生反映停水"
    assert post.url == "https://bbs.test/13912345678"
    assert post.revision == 1
    assert post.collected_at == NOON


def test_nothing_of_the_original_is_kept_anywhere(office: Office, tmp_path: Path) -> None:
    office.intake().take([raw("打我手机13912345678", author="昵称某甲"), raw("！！！", author="13812345678")])
    office.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"13912345678" not in kept
    assert b"13812345678" not in kept
    assert "昵称某甲".encode() not in kept
    assert "！！！".encode() not in kept


def test_the_same_posts_taken_again_are_known(office: Office) -> None:
    posts = [raw("停水了", key="GD-1"), raw("停电了"), raw("停电了"), raw("停气了", published=None)]
    assert office.intake().take(posts).new == 4
    again = office.intake().take(posts)
    assert (again.new, again.changed, again.known) == (0, 0, 4)
    assert len(office.collected()) == 4


def test_the_same_text_without_a_key_twice_in_one_run_is_two_posts(office: Office) -> None:
    intake = office.intake()
    assert intake.take([raw("一样的话"), raw("一样的话")]).new == 2
    assert intake.take([raw("一样的话")]).new == 1
    assert len({post.id for post in office.collected()}) == 3


def test_batch_boundaries_change_no_id(office: Office) -> None:
    posts = [raw(f"停水第{n % 5}天") for n in range(20)]
    office.intake().take(posts)
    in_pieces = office.intake()
    assert [in_pieces.take(posts[n : n + 3]).new for n in range(0, 20, 3)] == [0] * 7


def test_a_changed_text_is_a_new_revision_of_the_same_post(office: Office) -> None:
    office.intake().take([raw("停水一天", key="GD-1")])
    result = office.intake().take([raw("停水两天", key="GD-1")])
    first, second = office.collected()
    assert (result.new, result.changed) == (0, 1)
    assert first.id == second.id
    assert (first.revision, second.revision) == (1, 2)
    assert office.intake().take([raw("停水两天", key="GD-1")]).known == 1


def test_one_batch_may_hold_revisions_of_one_post(office: Office) -> None:
    result = office.intake().take([raw("甲说停水", key="1"), raw("乙说停水", key="1"), raw("乙说停水", key="1")])
    assert (result.new, result.changed, result.known) == (1, 1, 1)
    assert [post.revision for post in office.collected()] == [1, 2]


def test_equal_keys_of_different_sources_are_different_posts(office: Office) -> None:
    office.intake().take([raw(key="1"), raw(key="1", source="forum"), raw(key="1", source="forum1"), raw(key="11")])
    assert len({post.id for post in office.collected()}) == 4


def test_the_id_does_not_depend_on_author_or_collection_time(office: Office) -> None:
    office.intake().take([raw(key="1", author="甲")])
    office.clock.set(NOON + timedelta(days=2))
    assert office.intake().take([raw(key="1", author="乙")]).known == 1


def test_a_crash_between_bus_and_register_repeats_the_same_id_and_revision(office: Office) -> None:
    class CrashingRegister:
        """The real register, whose process dies before it can write."""

        reading = staticmethod(office.register.reading)

        @staticmethod
        def transaction() -> Any:
            raise Unavailable("killed")

    doomed = Intake(CrashingRegister(), office.bus, office.clock, RULES)  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        doomed.take([raw("停水了")])
    assert office.intake().take([raw("停水了")]).new == 1
    first, second = office.collected()
    assert (first.id, first.revision, first.text) == (second.id, second.revision, second.text)


def test_nothing_is_remembered_that_the_bus_did_not_take(office: Office, tmp_path: Path) -> None:
    class AwayBus(SqliteBus):
        def publish(self, messages: Sequence[Message]) -> None:
            raise Unavailable(f"away with {len(messages)} messages")

    bus = AwayBus(tmp_path / "away.db")
    with pytest.raises(Unavailable):
        Intake(office.register, bus, office.clock, RULES).take([raw("停水了")])
    bus.close()
    assert office.intake().take([raw("停水了")]).new == 1


@pytest.mark.parametrize("text", ["", "  \n\t ", "。。。！！", "——", "<p> </p>", "\x00\x01", "\u200b\ufeff"])
def test_a_post_that_says_nothing_is_refused_without_its_words(office: Office, text: str) -> None:
    result = office.intake().take([raw(text), raw("停水了")], ["投诉.csv 第 2 行", "投诉.csv 第 3 行"])
    assert (result.new, len(result.rejected)) == (1, 1)
    with office.register.reading() as tx:
        (refused,) = tx.posts.rejections(10)
    assert refused.where == "投诉.csv 第 2 行"
    assert refused.reason == "没有内容：标题和正文为空，或只有标点"
    assert refused.at == NOON


@pytest.mark.parametrize("text", ["😡😡😡", "❤", "1", "x"])
def test_emoji_alone_are_a_post(office: Office, text: str) -> None:
    assert office.intake().take([raw(text)]).new == 1
    assert office.collected()[0].text == text


def test_a_title_alone_is_a_post(office: Office) -> None:
    office.intake().take([raw("", title="大连今晚停水")])
    assert office.collected()[0].whole_text == "大连今晚停水"


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("停\x00水\x07了", "停水了"),
        ("停水\ud800了", "停水了"),
        ("停水\ud83d\ude21", "停水😡"),
        ("<p>停水</p><p>三天</p>", "停水\n三天"),
        ("停水<br/>三天&nbsp;&amp;没人管", "停水\n三天 &没人管"),
        ("<script>alert(1)</script>停水<style>p{}</style>", "停水"),
        ("停水<!-- 注释 -->了", "停水了"),
        ("&lt;p&gt;停水&lt;/p&gt;", "停水"),
        ("水压<0.1兆帕，甲<乙>丙，1<2>0", "水压<0.1兆帕，甲<乙>丙，1<2>0"),
        ("cafe\u0301", "caf\u00e9"),
        ("停水\r\n\r\n\r\n三天\r", "停水\n三天"),
        ("\u202e停水\u202c", "停水"),
    ],
)
def test_markup_and_invisible_characters_go(office: Office, dirty: str, clean: str) -> None:
    office.intake().take([raw(dirty)])
    assert office.collected()[0].text == clean


def test_a_megabyte_is_cut_and_said_so(office: Office) -> None:
    result = office.intake().take([raw("停水" * 500_000, key="1")], ["大文件 第 1 行"])
    assert len(office.collected()[0].text) == RULES.longest_text
    assert result.notes[0].note == "正文有 1000000 字，只保留前 20000 字"


def test_a_cut_never_leaves_half_a_number_unmasked(office: Office) -> None:
    text = "水" * (RULES.longest_text - 6) + "13912345678"
    office.intake().take([raw(text)])
    assert "139" not in office.collected()[0].text


@pytest.mark.parametrize("years", [-44, 85])
def test_an_impossible_date_is_dropped_and_said(office: Office, years: int) -> None:
    result = office.intake().take([raw(published=NOON.replace(year=NOON.year + years))])
    (post,) = office.collected()
    assert post.published_at is None
    assert not post.history
    assert result.notes[0].note.startswith("日期不可信，未采用：")


def test_an_office_may_refuse_impossible_dates(office: Office) -> None:
    result = office.intake(impossible_date="reject").take([raw(published=NOON.replace(year=1970))])
    assert result.rejected[0].reason == "日期不可信：1970-05-30"
    assert office.collected() == []


def test_what_is_older_than_the_trust_window_is_history(office: Office) -> None:
    office.intake().take(
        [
            raw("旧事", published=NOON - timedelta(hours=72, seconds=1)),
            raw("新事", published=NOON - timedelta(hours=71)),
            raw("首抓", first_crawl=True),
            raw("无日期", published=None),
        ]
    )
    assert [post.history for post in office.collected()] == [True, False, True, False]


def test_secrecy_marks_travel_with_the_post(office: Office) -> None:
    office.intake().take([raw("机密★10年\n关于某项工作的通知")])
    assert office.collected()[0].secrecy_marks == ("机密★10年",)


def test_an_author_is_the_same_within_a_day_and_another_the_next(office: Office) -> None:
    intake = office.intake()
    intake.take([raw("一", author="老张"), raw("二", author="老张 "), raw("三", author="老李"), raw("四")])
    office.clock.set(NOON + timedelta(days=1))
    intake.take([raw("五", author="老张")])
    first, second, other, nobody, next_day = [post.author_hash for post in office.collected()]
    assert first == second
    assert len({first, other, next_day}) == 3
    assert nobody is None


def test_two_processes_share_the_salt_of_the_day_and_the_old_one_is_deleted(office: Office) -> None:
    today = NOON.date()
    with office.register.transaction() as tx:
        salt = tx.posts.author_salt(today)
        assert tx.posts.author_salt(today) == salt
        assert len(salt) == 16
        tx.posts.author_salt(today + timedelta(days=1))
        assert tx.posts.author_salt(today) != salt


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a", "http://" + "a" * 3000]
)
def test_only_web_links_are_links(office: Office, url: str) -> None:
    office.intake().take([raw(url=url)])
    assert office.collected()[0].url is None


@pytest.mark.parametrize("source", ["", " ", "\x00", "长" * 201])
def test_a_source_needs_a_usable_name(office: Office, source: str) -> None:
    result = office.intake().take([raw(source=source)])
    assert (result.new, len(result.rejected)) == (0, 1)


def test_an_older_revision_never_replaces_a_newer_one(office: Office) -> None:
    office.intake().take([raw("停水", key="1")])
    (first,) = office.collected()
    with office.register.transaction() as tx:
        tx.posts.remember([replace(first, revision=3, original_sha256="3" * 64)])
        tx.posts.remember([replace(first, revision=2, original_sha256="2" * 64)])
        assert tx.posts.known([first.id])[first.id].revision == 3


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    some.text(some.characters(exclude_categories=[]), max_size=80),
    some.text(some.characters(exclude_categories=[]), max_size=20),
    some.none() | some.text(some.characters(exclude_categories=[]), max_size=20),
)
def test_no_words_whatever_break_intake(office: Office, text: str, title: str, key: str | None) -> None:
    result = office.intake().take([raw(text, title=title, key=key, url=key, author=key)])
    assert result.new + result.changed + result.known + len(result.rejected) == 1
    for post in office.collected():
        post.text.encode()
