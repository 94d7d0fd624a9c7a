"""规则与词表: a change is proposed, its effect on the last days looked at, and only then saved as a version."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from console.app import create_app
from huiying.leasing import Lease
from huiying.permission import Action
from huiying.person import Person, Role
from huiying.policy.directory import read_bureaus
from huiying.post import SourceKind
from tests.console.client import Client
from tests.console.night import Night
from tests.console.test_replay import BURST, QUIET
from tests.shipped import SHIPPED_OFFICE

WORD = "混凝土搅拌站"
LIST = "bureaus.yaml:环保局:words"
ADMIN = Person(id="root", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR}))


class Office:
    """A night with a configuration of its own, whose posts of the last days are in the archive."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config"
        shutil.copytree(SHIPPED_OFFICE, self.config)
        self.night = Night(folder)
        self.night.matter("c-pipe", "向阳路水管爆裂")
        for number, text in enumerate((*BURST, *QUIET)):
            self.night.post(f"p{number}", "c-pipe", text, minutes=900 - 10 * number, source_kind=SourceKind.HOTLINE)
        self.app = create_app(self.night.console(config=self.config))
        self.admin = Client(self.app, ADMIN)

    def text(self, file: str = "bureaus.yaml") -> str:
        return (self.config / file).read_text("utf-8")

    def send(self, path: str, **fields: str) -> httpx.Response:
        """A form of the page; the page that comes of it."""
        return self.admin.send_form(f"/rules{path}", fields, on="/rules")

    def add_word(self, word: str = WORD) -> httpx.Response:
        return self.send("/word/add", list=LIST, weight="3", word=word)

    def when_ended(self) -> str:
        """The page once the preview runs no longer."""
        deadline = time.monotonic() + 120
        while "HX-Redirect" not in self.admin.get("/rules/effect").headers:
            assert time.monotonic() < deadline, "the preview did not end"
            time.sleep(0.1)
        return self.admin.get("/rules").text


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.night.close()


def test_a_word_is_proposed_its_effect_seen_and_only_then_saved(office: Office) -> None:
    before = office.text()
    assert f"加“{WORD}”，分量 3" in office.add_word().text
    assert "请先看这次拟改的效果" in office.send("/save", why="漏判").text
    assert office.text() == before

    office.send("/numbers", **{"levels.blue": "25"})
    office.night.archive.delete(["p5"])
    assert "正在按拟改的规则重算最近 7 天" in office.send("/effect", days="7").text
    page = office.when_ended()
    assert '<b class="num">1</b>帖文判断会不同<small>责任单位 1</small>' in page
    assert "逐条算过这段时间收到的 7 条帖文" in page
    assert "另有 1 条当时收到的帖文已删除" in page
    assert ">p6<" in page
    assert "时间有变" in page
    assert "向阳路" not in page  # an administrator is shown no matter's words

    office.send("/numbers", **{"levels.blue": "26"})
    assert "这是改动以前算的" in office.admin.get("/rules").text
    assert "请先看这次拟改的效果" in office.send("/save", why="又改了").text
    office.send("/numbers", **{"levels.blue": "25"})
    assert "这是改动以前算的" not in office.admin.get("/rules").text

    saved = office.send("/save", why="搅拌站的扬尘归环保").text
    assert "已保存：bureaus.yaml 第 2 版，heat.yaml 第 2 版" in saved
    [bureau] = [each for each in read_bureaus(office.config) if each.id == "环保局"]
    assert (WORD, 3.0) in bureau.words
    assert len(office.text()) == len(before) + len(f", {WORD}")
    with office.night.register.reading() as tx:
        version = tx.configuration.newest("bureaus.yaml")
        acts = [entry.deed for entry in tx.audit.newest(limit=5)]
    assert version is not None
    assert (version.who, version.why) == ("root", "搅拌站的扬尘归环保")
    assert any(deed.act == Action.CONFIGURE and deed.subject == "bureaus.yaml" for deed in acts)
    assert "拟改" not in office.admin.get("/rules").text.partition("<h2")[2].partition("</h2>")[0]


def test_a_preview_can_be_stopped_and_one_runs_at_a_time(office: Office) -> None:
    assert "没有效果可看" in office.send("/effect", days="7").text
    office.add_word()
    others = Lease(office.night.register, "rules-effect", "another-console")
    assert others.held()
    assert "另有一人正在看效果" in office.send("/effect", days="7").text
    others.release()

    office.send("/effect", days="7")
    office.send("/effect/stop")
    assert "已停下，没有算完" in office.when_ended()


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/word/add", {"list": LIST, "weight": "3", "word": "污染"}, "已经在市环保局里"),
        ("/word/add", {"list": LIST, "weight": "3", "word": "尘"}, "词要有两个字以上"),
        ("/word/add", {"list": LIST, "weight": "很多", "word": "扬尘车"}, "分量应为数字"),
        ("/word/add", {"list": "../city.yaml:x:words", "weight": "3", "word": "扬尘车"}, "没有这组词"),
        ("/word/remove", {"list": LIST, "word": "3 没有的词"}, "可能已经删去"),
        ("/numbers", {"levels.blue": "90"}, "levels 的分数线应当蓝 &lt; 黄 &lt; 橙 &lt; 红"),
        ("/numbers", {"levels.blue": "二十"}, "不是数字"),
        ("/numbers", {"levels.blue": "20"}, "没有什么要改的"),
        ("/effect", {"days": "400"}, "只看最近"),
    ],
)
def test_what_cannot_be_is_refused_with_words_and_proposes_nothing(
    office: Office, path: str, fields: dict[str, str], words: str
) -> None:
    assert words in office.send(path, **fields).text
    assert 'id="proposed-h"' not in office.admin.get("/rules").text


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    office.add_word()
    (office.config / "bureaus.yaml").write_text(office.text() + "# 别人加的一行\n", "utf-8")

    assert "被别人改过" in office.admin.get("/rules").text
    assert "被别人改过" in office.add_word("搅拌楼").text
    office.send("/withdraw")
    assert "拟加“搅拌楼”" in office.add_word("搅拌楼").text


def test_words_are_found_where_they_stand_and_taken_out_or_put_back(office: Office) -> None:
    found = office.admin.get("/rules", params={"find": "搅拌站"}).text
    assert 'href="/rules?of=bureaus.yaml%3A%E7%8E%AF%E4%BF%9D%E5%B1%80"' in found
    office.send("/word/remove", list=LIST, word="3 污染")
    page = office.admin.get("/rules", params={"of": "bureaus.yaml:环保局"}).text
    assert "<del>污染</del>" in page
    assert "删“污染”，分量 3" in page


def test_only_administrators_are_let_in(office: Office) -> None:
    assert Client(office.app).get("/rules").status_code == 403
