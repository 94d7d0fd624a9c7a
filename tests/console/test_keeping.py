"""What comes of a form that was refused: its page again with every word, and nothing that a reload does twice."""

import html
import re
from urllib.parse import quote

import pytest

from console.app import create_app
from console.refilling import refill
from huiying.clarification import ClarificationKind
from huiying.kept_form import KeptForm, Why
from huiying.person import Person, Role
from tests.builders import person
from tests.console.client import Client
from tests.console.night import NOW, Night

OTHER = Person(id="other", name="别的值班员", roles=frozenset({Role.OFFICER}))
HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
HTML = {"accept": "text/html"}
TYPED = {
    "origin": "screenshot",
    "title": '"><script>alert(1)</script>',
    "what": "\n第一行\n</textarea><b>第二行",
    "from_whom": "网信办",
    "known_at": "",
    "level": "orange",
    "reason": "短时间内多人说起",
    "lead": "水务局",
}


@pytest.fixture
def client(night: Night) -> Client:
    return Client(create_app(night.console()))


def kept(*fields: tuple[str, str], action: str = "/a", words: str = "") -> KeptForm:
    return KeptForm(id="k", person="p", why=Why.REFUSED, action=action, fields=fields, kept_at=NOW, words=words)


def test_a_refused_form_is_sent_back_to_its_page_which_a_reload_shows_again(client: Client) -> None:
    answer = client.post("/register", data=TYPED | {"stands": "/register"}, headers=HTML)
    page = answer.text
    assert (answer.request.method, answer.url.path) == ("GET", "/register")
    assert "请填写“获知时刻”：对外时限从它起算" in page
    assert html.escape(TYPED["title"]) in page.replace("&#34;", "&quot;")
    assert "<script>alert" not in page
    assert re.search(r'<textarea name="what"[^>]*>\n\n第一行\n&lt;/textarea&gt;&lt;b&gt;第二行</textarea>', page)
    assert re.search(r'name="level" value="orange" required="" checked=""', page)
    assert re.search(r'<option value="水务局" selected="">', page)
    assert client.get(str(answer.url)).text.count("第一行") == 1
    assert client.get("/desk/finding", headers=HTML).headers["location"] == "/queue"


def test_what_was_typed_is_shown_to_nobody_else_and_on_no_other_address(night: Night, client: Client) -> None:
    answer = client.post("/register", data=TYPED | {"stands": "//evil.example/"}, headers=HTML)
    assert (answer.url.host, answer.url.path) == ("127.0.0.1", "/queue")
    assert "第一行" in answer.text
    assert "第一行" not in Client(create_app(night.console()), OTHER).get(str(answer.url)).text


def test_a_text_with_a_secrecy_mark_is_not_kept(night: Night, client: Client) -> None:
    marked = TYPED | {"what": "机密★10年\n关于供水的情况", "stands": "/register"}
    answer = client.post("/register", data=marked, headers=HTML)
    assert "填写的内容有密级标志，没有保留" in answer.text
    assert "关于供水的情况" not in answer.text
    with night.register.reading() as tx:
        form = tx.kept_forms.get(answer.url.params["kept"], "officer", night.clock.now())
    assert form is not None
    assert form.fields == ()


def test_a_refused_form_is_a_refusal_in_the_audit(night: Night, client: Client) -> None:
    client.post("/register", data=TYPED, headers=HTML)
    with night.register.reading() as tx:
        outcomes = [entry.deed.outcome for entry in tx.audit.entries() if entry.deed.subject == "/register"]
    assert outcomes == ["admitted", "refused"]


def test_of_forms_alike_the_one_that_was_sent_is_filled_in_and_opened() -> None:
    alike = '<details><form action="/a"><input type="hidden" name="id" value="{}">{}</form></details>'
    first, second = alike.format(1, '<input name="x">'), alike.format(2, '<label>说明<input name="x"></label>')
    kept_one = kept(("id", "2"), ("x", "写的话"), words="说明太短")
    filled = refill(f'<div id="main"><header></header>{first}{second}</div>', kept_one)
    assert first in filled
    assert filled.count("<details open>") == 1
    assert '<input name="x" value="写的话" aria-invalid="true" aria-describedby="kept">' in filled


def test_words_whose_form_is_gone_stand_at_the_head_of_the_page() -> None:
    filled = refill('<div id="main"><header>头</header><p>正文</p></div>', kept(("id", "t-1"), ("x", "写的话")))
    assert filled.index("头") < filled.index("<pre>写的话</pre>") < filled.index("正文")
    assert "t-1" not in filled


def test_what_is_being_written_is_there_again_until_it_is_sent_or_forgotten(night: Night) -> None:
    night.matter("c-1", "泉水自来水发黄")
    answer = night.drafting.open("c-1", ClarificationKind.SITUATION, "水务局", by=HANDLER)
    page, key = f"/drafts/{quote(answer.id, safe='')}", f"draft:{answer.id}"
    client = Client(create_app(night.console()), HANDLER)
    asks = {"hx-request": "true", "hx-current-url": f"http://127.0.0.1{page}", "host": "127.0.0.1"}
    written = {"unsent": key, "after": "0", "title": "通报", "body": "写到一半的话"}
    assert client.post("/unsent", data=written).status_code == 200
    offer = client.get("/unsent", params={"key": key}, headers=asks).text
    take = re.search(r'href="([^"]*kept=[^"]*)"', offer)
    assert take is not None
    taken = client.get(take[1]).text
    assert "还没有提交的文字" in taken
    assert "写到一半的话</textarea>" in taken
    with night.register.reading() as tx:
        assert tx.clarifications.texts(answer.id) == []
    assert "取回" not in Client(create_app(night.console()), OTHER).get("/unsent", params={"key": key}).text
    client.post(f"{page}/text", data=written)
    assert "取回" not in client.get("/unsent", params={"key": key}, headers=asks).text


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"unsent": "draft:nothing", "body": "甲"}, "没有"),
        ({"unsent": "finding:nothing", "facts": "甲"}, "没有这份文字可以留存"),
        ({"unsent": "draft:c-1:1:situation:水务局:1", "body": "秘密★5年"}, "密级标志"),
    ],
)
def test_nothing_else_is_kept_as_unsent(night: Night, written: dict[str, str], why: str) -> None:
    night.matter("c-1", "泉水自来水发黄")
    night.drafting.open("c-1", ClarificationKind.SITUATION, "水务局", by=HANDLER)
    refused = Client(create_app(night.console()), HANDLER).post("/unsent", data=written)
    assert refused.status_code in (404, 409)
    assert why in refused.text
