"""Dead letters are said again or dropped with a reason; their words are evidence."""

import pytest

from console.app import create_app
from huiying.messages import ConcernChanged, enclose
from huiying.register.deadletters import DeadLetter
from tests.console.client import Client
from tests.console.night import Night
from tests.console.offices import ADMINISTRATOR

LETTER = enclose(ConcernChanged(concern="c-secret-words", concern_version=1))


@pytest.fixture
def letters(night: Night) -> list[int]:
    """Two that wait: a refusal and a bug."""
    with night.register.transaction() as tx:
        tx.dead_letters.add("alerting", LETTER, "读不懂")
        tx.dead_letters.add("preserving", LETTER, "ValueError", "Traceback: line 1")
        return sorted(letter.id for letter in tx.dead_letters.list())


def kept(night: Night, id: int) -> DeadLetter:
    with night.register.reading() as tx:
        found = tx.dead_letters.get(id)
    assert found is not None
    return found


def notes(night: Night) -> list[tuple[str, str]]:
    with night.register.reading() as tx:
        return [(entry.deed.subject, entry.deed.note) for entry in tx.audit.newest() if entry.deed.outcome == "done"]


def test_a_letter_is_put_on_the_bus_again_once(night: Night, letters: list[int]) -> None:
    admin = Client(create_app(night.console()), ADMINISTRATOR)
    assert "程序出错" in admin.get("/dead-letters").text
    answer = admin.send_form("/dead-letters/retry", {"id": str(letters[0])}, on="/dead-letters")
    assert "已重新送出 1 条" in answer.text
    reader = night.bus.reader("test", [LETTER.topic])
    assert [each.payload for each in reader.read(10, 0)] == [LETTER.payload]
    reader.close()
    assert notes(night)[0] == (f"死信 {letters[0]}", "重新送出")
    second = admin.send_form("/dead-letters/retry", {"id": str(letters[0])}, on="/dead-letters")
    assert "不在等待" in second.text


def test_a_letter_is_dropped_with_a_reason_only_and_the_same_one_may_die_again(
    night: Night, letters: list[int]
) -> None:
    admin = Client(create_app(night.console()), ADMINISTRATOR)
    without = admin.send_form("/dead-letters/drop", {"id": str(letters[0]), "why": " "}, on="/dead-letters")
    assert "请写明为什么不再处理" in without.text
    assert "请先勾选" in admin.send_form("/dead-letters/drop", {"why": "旧"}, on="/dead-letters").text
    dropped = admin.send_form("/dead-letters/drop", {"id": str(letters[0]), "why": "试验数据"}, on="/dead-letters")
    assert "已丢弃 1 条" in dropped.text
    assert kept(night, letters[0]).dropped_because == "试验数据"
    assert notes(night)[0] == (f"死信 {letters[0]}", "不再处理：试验数据")
    assert "试验数据" in admin.get("/dead-letters?settled=true").text
    with night.register.transaction() as tx:
        tx.dead_letters.add("alerting", LETTER, "又一次")
        assert tx.dead_letters.waiting() == {"alerting": 1, "preserving": 1}


def test_the_words_in_a_letter_are_read_by_who_may_see_posts_and_that_is_in_the_audit(
    night: Night, letters: list[int]
) -> None:
    admin, officer = Client(create_app(night.console()), ADMINISTRATOR), Client(create_app(night.console()))
    assert admin.get(f"/dead-letters/{letters[0]}").status_code == 403
    page = officer.get(f"/dead-letters/{letters[1]}").text
    assert "c-secret-words" in page
    assert "Traceback: line 1" in page
    with night.register.reading() as tx:
        assert tx.audit.newest()[0].deed.act == "read-evidence"
    assert officer.get("/dead-letters/999").status_code == 404
    assert officer.post("/dead-letters/drop", data={"id": "1", "why": "x"}).status_code == 403
    assert "丢弃勾选" not in officer.get("/dead-letters").text
