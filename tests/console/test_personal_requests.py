"""个人信息请求 in the console: the list by deadline, the page of one, and what each role may read of it."""

import pytest

from console.app import create_app
from huiying.intake import post_id
from huiying.person import Person, Role
from huiying.personal_request import PersonalRequest
from responders.personal.receiving import Asked
from responders.preserving import Preserving
from tests.console.client import Client
from tests.console.night import Night

LINK = "https://forum.example/thread/7"
POST = post_id("forum", LINK)
WORDS = "老周家的水管爆了"


@pytest.fixture
def asked(night: Night) -> PersonalRequest:
    """A request for deletion of a post that is in the archive and in the file of a matter."""
    night.matter("c-1", "水管爆裂")
    night.post(POST, "c-1", WORDS, source="forum", url=LINK)
    Preserving(night.register, night.archive.get, night.clock, 500).keep(["c-1"])
    receiving = night.public().receiving
    night.at(1)
    form = receiving.open_form()
    night.at(0)
    written = Asked(right="delete", link=LINK, reasons="那是我家", reply="zhou@example.com", form=form)
    return receiving.receive(written).request


def test_the_officer_deletes_and_answers(night: Night, client: Client, asked: PersonalRequest) -> None:
    page = client.get("/personal-requests").text
    assert "待答复 1 件" in page
    assert "剩 " in page
    here = f"/personal-requests/{asked.id}"
    page = client.get(here).text
    for words in (LINK, "那是我家", "zhou@example.com", WORDS, "已留入事项卷宗"):
        assert words in page
    form = {"outcome": "deleted", "words": "已删除，以后不再收录。", "post": POST}
    assert client.post(f"{here}/answer", data=form).headers["location"] == here
    assert night.archive.get([POST]) == {}
    with night.register.reading() as tx:
        assert len(tx.evidence.of_concern("c-1")) == 1, "the file of the matter has a rule of its own"
        concern = tx.concerns.find("c-1")
        assert concern is not None
        assert concern.posts == 12, "counts stay"
    page = client.get(here).text
    assert "已删除，以后不再收录。" in page
    assert "待答复 0 件" in client.get("/personal-requests").text


def test_a_refused_answer_keeps_what_was_written(client: Client, asked: PersonalRequest) -> None:
    here = f"/personal-requests/{asked.id}"
    answer = client.send_form(f"{here}/answer", {"words": "写好的答复", "post": POST}, on=here)
    assert "请选定结果" in answer.text
    assert "写好的答复" in answer.text
    assert f'value="{POST}" checked' in answer.text
    assert client.get("/personal-requests/2026-99").status_code == 404


def test_the_administrator_sees_the_request_and_no_words_of_posts(night: Night, asked: PersonalRequest) -> None:
    admin = Client(
        create_app(night.console()), Person(id="admin", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR}))
    )
    page = admin.get(f"/personal-requests/{asked.id}").text
    assert "那是我家" in page
    assert POST in page
    assert WORDS not in page
    assert 'href="/personal-requests"' in admin.get("/users").text


def test_who_read_it_is_in_the_audit_and_what_was_written_is_not(
    night: Night, client: Client, asked: PersonalRequest
) -> None:
    here = f"/personal-requests/{asked.id}"
    client.get(here)
    client.post(f"{here}/answer", data={"outcome": "refused", "words": "帖文里没有您的个人信息"})
    with night.register.reading() as tx:
        found = [entry.deed for entry in tx.audit.entries() if entry.deed.act != "sign-in"]
    acts = [(deed.act, deed.subject, str(deed.outcome)) for deed in found]
    assert acts == [
        ("ask", here, "done"),
        ("read-evidence", here, "admitted"),
        ("answer-personal-requests", f"{here}/answer", "admitted"),
        ("answer-personal-requests", here, "done"),
    ]
    assert "那是我家" not in repr(found)
    assert "zhou" not in repr(found)


def test_others_see_neither_the_list_nor_that_there_is_one(night: Night) -> None:
    leader = Client(create_app(night.console()), Person(id="leader", name="程砚北", roles=frozenset({Role.LEADER})))
    assert leader.get("/personal-requests").status_code == 403
    assert "/personal-requests" not in leader.get("/concerns").text
