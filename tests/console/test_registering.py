"""手工登记 in the console: what is written becomes a concern; what is refused stays in the form."""

from typing import Any

import httpx
import pytest

from tests.console.client import Client
from tests.console.night import Night

LETTER = {"origin": "media-enquiry", "medium": "某报", "question": "何时修好", "due_at": "2026-11-22T12:00"}


def send(client: Client, **changes: Any) -> httpx.Response:
    """The form, filled in at 02:14 about something known at 01:50."""
    fields = {
        "origin": "leader",
        "title": "向阳路自来水管爆裂",
        "what": "向阳路幸福小区门前自来水管爆裂，水漫到路上",
        "where": "向阳路",
        "from_whom": "市政府总值班室",
        "known_at": "2026-11-22T01:50",
        "level": "orange",
        "reason": "领导要求当日答复",
        "lead": "水务局",
    }
    return client.send_form("/register", fields | changes, on="/register")


def test_the_form_says_what_is_not_to_be_entered(client: Client) -> None:
    page = client.get("/register").text
    assert "不录涉密内容，不录举报" in page
    assert 'value="2026-11-22T02:14"' in page


def test_what_is_registered_stands_in_the_queue_and_has_its_page(client: Client) -> None:
    answer = send(client)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "手工登记" in page
    assert "领导交办，来自市政府总值班室" in page
    assert "市水务局 牵头（已明确）" in page
    assert "尚无帖文" in page
    assert "最早帖文" not in page
    queue = client.get("/queue").text
    assert "向阳路自来水管爆裂" in queue
    assert "值班员手工登记（领导交办，市政府总值班室）：领导要求当日答复" in queue
    assert "为什么" in client.get(f"{answer.headers['location']}/why").text


def test_the_same_again_shows_the_one_that_stands(client: Client) -> None:
    first = send(client)
    again = send(client)
    assert "没有重复登记" in again.text
    assert f'href="{first.headers["location"]}"' in again.text


REFUSED = {
    "a report of wrongdoing": ({"origin": "举报"}, "纪检监察机关"),
    "no moment": ({"known_at": ""}, "获知时刻"),
    "a moment that is none": ({"occurred_at": "昨天"}, "事发时刻”看不懂"),
    "no level": ({"level": ""}, "请选定级别"),
    "a bureau that no longer exists": ({"lead": "物价局2"}, "没有责任单位“物价局2”"),
    "a secrecy mark": ({"what": "机密★10年"}, "线下按保密规定"),
}


@pytest.mark.parametrize(("changes", "words"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_says_what_and_keeps_what_was_written(
    client: Client, night: Night, changes: dict[str, str], words: str
) -> None:
    answer = send(client, **changes)
    assert words in answer.text
    # What bears a secrecy mark, and what is a report of wrongdoing, is kept nowhere.
    kept = not changes.keys() & {"origin", "what"}
    assert ('value="向阳路自来水管爆裂"' in answer.text) == kept
    with night.register.reading() as tx:
        assert tx.concerns.count() == 0


def test_a_media_enquiry_waits_in_the_log_and_its_answer_is_recorded(client: Client, night: Night) -> None:
    assert send(client, **LETTER).status_code == 303
    page = client.get("/log").text
    assert "某报" in page
    assert "剩 9:45" in page
    with night.register.reading() as tx:
        [enquiry] = tx.duty_log.enquiries()
    answered = client.post(f"/log/enquiries/{enquiry.id}/answer", data={"answer": "今晚八时前修好"})
    assert answered.status_code == 303
    assert "答：今晚八时前修好" in client.get("/log").text
    again = client.post(f"/log/enquiries/{enquiry.id}/answer", data={"answer": "另一个"})
    assert (again.status_code, "已由值班员答复" in again.text) == (409, True)
