"""The page for the public: what it says, what it takes, what it never shows, and that no console is in it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from console.app import create_app
from console.public.app import create_public_app
from console.public.guarding import LARGEST_BODY
from console.public.limiting import Limit
from huiying.clock import SetClock
from huiying.failures import Misconfigured
from huiying.person import Role
from huiying.policy.public import PublicContact
from huiying.publication import Channel
from huiying.register.register import Register
from responders.answers.ordering import Order
from responders.personal.receiving import Receiving
from tests.console.client import Client
from tests.console.night import NOW, Night, shipped_rules
from tests.console.test_admitting import address, routes
from tests.responders.answer import ANSWER, OFFICER, Answer
from tests.responders.office import SmallOffice

LINK = "https://forum.example/thread/7"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% for x in y %}",
    "'; DROP TABLE personal_request;--",
    "=cmd|' /C calc'!A0",
    "\u202e右到左\u202c\u200b零宽",
    "\x00\x1b[31m",
)


@pytest.fixture
def public(night: Night) -> Client:
    return Client(create_public_app(night.public()), None)


def opened(night: Night, public: Client) -> dict[str, str]:
    """What a browser sends back of a form that was opened and read for a while."""
    night.at(1)
    found = re.search(r'name="form" value="([^"]+)"', public.get("/ask").text)
    night.at(0)
    assert found is not None
    return {"form": found[1], "website": ""}


def asked(night: Night, public: Client, **fields: str) -> dict[str, str]:
    values = {"right": "delete", "link": LINK, "reasons": "帖子里有我家的门牌号", "reply": ""}
    return opened(night, public) | values | fields


def receipt_in(page: str) -> str:
    found = re.search(r"([2-9A-Z]{4}(?:-[2-9A-Z]{4}){3})", page)
    assert found is not None
    return found[1]


# The rules of processing --------------------------------------------------------------------------------------


def test_the_rules_say_what_the_configuration_says(public: Client) -> None:
    page = public.get("/").text
    rules = shipped_rules()
    for words in ("本地论坛", "市政府要闻", "信息公开科", "0411-00000000", "2026年11月25日"):
        assert words in page
    assert "热榜" not in page, "a source that is not crawled is none of the office's"
    assert f"满 {rules.retention.post_days:g} 天自动删除" in page
    assert f"每个事项最多 {rules.retention.evidence_posts} 条" in page
    assert f"{rules.public.requests.answer_working_days} 个工作日" in page
    assert "没有使用外部的大语言模型" in page


def test_the_rules_follow_the_configuration(night: Night) -> None:
    also = night.public().rules.model_copy(update={"also_from": ("12345热线工单",)})
    page = Client(create_public_app(night.public(sources=(), rules=also, model_helps=True)), None).get("/").text
    assert "目前没有自动采集的来源" in page
    assert "另有：12345热线工单" in page
    assert "部署在政务环境的大语言模型" in page


def test_rules_that_nobody_answers_for_are_not_published() -> None:
    with pytest.raises(Misconfigured, match="unit（受理的处室或岗位）、address（地址）、telephone（电话）"):
        shipped_rules().public.model_copy(update={"contact": PublicContact()}).must_be_reachable()


# Asking -------------------------------------------------------------------------------------------------------


def test_who_asks_gets_a_receipt_and_sees_by_it_what_became_of_it(night: Night, public: Client) -> None:
    fields = asked(night, public, reply="138 0000 0000")
    page = public.post("/ask", data=fields).text
    receipt = receipt_in(page)
    assert receipt_in(public.post("/ask", data=fields).text) == receipt, "sent again it is the same request"
    for typed in (receipt, receipt.lower().replace("-", " ")):
        assert "正在办理" in public.post("/state", data={"receipt": typed}).text
    with night.register.reading() as tx:
        [request] = tx.personal_requests.all()
        words = tx.personal_requests.words(request.id)
        assert words is not None
        assert (words.link, words.reply) == (LINK, "138 0000 0000")
        [entry] = list(tx.audit.entries())
    assert (entry.deed.act, entry.deed.subject, entry.deed.address) == ("ask", f"/personal-requests/{request.id}", "")
    shown = Client(create_app(night.console())).get(f"/personal-requests/{request.id}").text
    assert receipt not in shown, "the office knows the receipt as little as anybody"


def test_the_same_is_said_whether_a_post_is_here_or_not(night: Night, public: Client) -> None:
    night.matter("c-1", "路灯不亮")
    night.post("p-1", "c-1", "路灯不亮", url=LINK)
    here, elsewhere = (
        public.post("/ask", data=asked(night, public, link=link)).text for link in (LINK, "https://else.example/1")
    )
    receipts = [receipt_in(page) for page in (here, elsewhere)]
    assert here.replace(receipts[0], "") == elsewhere.replace(receipts[1], "")
    states = [public.post("/state", data={"receipt": receipt}).text for receipt in receipts]
    assert states[0] == states[1]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"right": ""}, "请选定您要提出的请求"),
        ({"link": ""}, "请填写帖文的链接"),
        ({"link": "javascript:alert(1)"}, "链接应以 http:// 或 https:// 开头"),
        ({"link": "http://[::1"}, "链接应以 http:// 或 https:// 开头"),
        ({"reasons": "……"}, "请写明理由"),
        ({"reasons": "长" * 1001}, "请压缩到 1000 字以内"),
        ({"right": "access"}, "请留一种联系您的方式"),
        ({"reply": "1" * 201}, "请写在 200 字以内"),
        ({"form": "1.x"}, "核对后再提交一次"),
        ({"website": "http://spam.example"}, "请勿填写"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    night: Night, public: Client, changed: dict[str, str], said: str
) -> None:
    sent = asked(night, public, reasons="门牌号写在第二段") | changed
    answer = public.post("/ask", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert sent["reasons"] in answer.text
    assert f'value="{sent["link"]}"' in answer.text
    with night.register.reading() as tx:
        assert tx.personal_requests.all() == []


def test_who_only_asks_for_the_rules_needs_no_link(night: Night, public: Client) -> None:
    assert public.post("/ask", data=asked(night, public, right="explain", link="")).status_code == 200


@pytest.mark.parametrize("waited", [timedelta(seconds=1), timedelta(hours=25)])
def test_a_form_sent_at_once_or_a_day_later_is_asked_for_again(
    night: Night, public: Client, waited: timedelta
) -> None:
    assert isinstance(night.clock, SetClock)
    sent = asked(night, public)
    night.clock.set(NOW - timedelta(minutes=1) + waited)
    assert "再提交一次" in public.post("/ask", data=sent).text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_every_field_are_words(night: Night, public: Client, words: str) -> None:
    sent = asked(night, public, reasons=f"理由{words}", reply=words)
    assert public.post("/ask", data=sent).status_code == 200
    for field in ("right", "link", "form", "website"):
        answer = public.post("/ask", data=asked(night, public) | {field: words})
        assert answer.status_code == 422, field
        assert_only_text(answer.text)
    assert_only_text(public.post("/state", data={"receipt": words}).text)
    officer = Client(create_app(night.console()))
    with night.register.reading() as tx:
        [request] = tx.personal_requests.all()
    page = officer.get(f"/personal-requests/{request.id}").text
    assert_only_text(page)
    assert "理由" in page


def assert_only_text(page: str) -> None:
    assert "<script>alert" not in page
    assert "<img" not in page
    assert ">49<" not in page


@pytest.mark.parametrize("body", [b"\xff\xfe", b"right=%ff", b"a=1&" * 300, b"%00" * 5000])
def test_what_is_no_form_is_refused(public: Client, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert public.post("/ask", content=body, headers=headers).status_code in (413, 422)


def test_a_megabyte_is_refused(public: Client) -> None:
    answer = public.post("/ask", data={"reasons": "长" * 1_000_000})
    assert answer.status_code == 413
    assert "过长" in answer.text

    async def endless() -> object:
        for _ in range(LARGEST_BODY // 4096 + 2):
            yield b"x" * 4096

    assert public.post("/ask", content=endless()).status_code == 413


def test_one_visitor_and_all_together_are_bounded(night: Night) -> None:
    limits = shipped_rules().public.requests.model_copy(update={"submissions_per_hour": 2, "lookups_per_hour": 3})
    rules = night.public().rules.model_copy(update={"requests": limits})
    public = Client(create_public_app(night.public(rules=rules)), None)
    answers = [public.post("/ask", data=asked(night, public)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "门牌号" in answers[2].text
    looked = [public.post("/state", data={"receipt": "2222-2222-2222-2222"}).status_code for _ in range(4)]
    assert looked == [404, 404, 404, 429]


def test_a_visitor_is_an_address_or_a_network_of_ipv6(night: Night) -> None:
    assert isinstance(night.clock, SetClock)
    limit = Limit(1, night.clock)
    limit.count("2001:db8::1")
    limit.count("192.0.2.1")
    assert [limit.has_room(one) for one in ("2001:db8::ffff", "2001:db8:0:1::1", "192.0.2.1", "192.0.2.2")] == [
        False,
        True,
        False,
        True,
    ]
    night.clock.set(NOW + timedelta(hours=1))
    assert limit.has_room("192.0.2.1")


def test_where_the_register_is_away_the_rules_stand_and_a_form_is_kept(night: Night) -> None:
    away = Register("sqlite:////dev/null/register.db", night.clock)
    receiving = Receiving(away, shipped_rules(), night.clock)
    public = Client(create_public_app(night.public(register=away, receiving=receiving)), None)
    assert public.get("/").status_code == 200
    answer = public.post("/ask", data=asked(night, public))
    assert answer.status_code == 503
    assert "门牌号" in answer.text
    assert public.get("/answers").status_code == 503


# The column ---------------------------------------------------------------------------------------------------


@pytest.fixture
def answer(tmp_path: Path) -> Iterator[Answer]:
    office = SmallOffice(f"sqlite:///{tmp_path / 'answers.db'}")
    yield Answer(office, tmp_path / "publications")
    office.register.close()


def column(answer: Answer, night: Night) -> Client:
    office = night.public(register=answer.office.register, articles=answer.folder)
    return Client(create_public_app(office), None)


def publish(answer: Answer) -> str:
    """Through its gates and onto the website; the id of the publication."""
    answer.pass_gates()
    return answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER).publication.id


def test_the_column_has_what_passed_its_gates_and_nothing_before(answer: Answer, night: Night) -> None:
    public = column(answer, night)
    assert "还没有发布" in public.get("/answers").text
    publish(answer)
    page = public.get("/answers").text
    [link] = re.findall(r'href="(/answers/[^"]+\.html)"', page)
    article = public.get(link)
    assert "水管已于12时修复。" in article.text
    assert article.headers["content-security-policy"].startswith("default-src 'none'")
    assert public.get("/answers/column.css").headers["content-type"].startswith("text/css")
    assert public.get("/answers/index.html").headers["location"] == "/answers"


def test_an_article_that_is_not_as_released_is_not_shown(answer: Answer, night: Night) -> None:
    publish(answer)
    public = column(answer, night)
    [file] = [path for path in answer.folder.glob("*.html") if path.name != "index.html"]
    (answer.folder / "5-website.html").write_text("never released", "utf-8")
    file.write_text(file.read_text("utf-8").replace("12时", "13时"), "utf-8")
    assert public.get(f"/answers/{file.name}").status_code == 404
    assert public.get("/answers/5-website.html").status_code == 404
    assert f'href="http://www.example.gov.cn/hygq/{file.name}"' in public.get("/answers").text


def test_what_was_taken_back_says_so_and_leaves_the_column(answer: Answer, night: Night) -> None:
    publication = publish(answer)
    public = column(answer, night)
    answer.publishing.withdraw(publication, reasons="数字有误，已另发更正", by=OFFICER)
    gone = public.get(f"/answers/{publication.replace(':', '-')}.html")
    assert (gone.status_code, "数字有误，已另发更正" in gone.text) == (410, True)
    assert "还没有发布" in public.get("/answers").text


# No console ---------------------------------------------------------------------------------------------------

OWN = {"/", "/healthz"}
"""Paths that both applications have; what stands there is the public's own."""


def test_no_path_of_the_console_is_there(night: Night, public: Client) -> None:
    paths = {(method, address(path)) for method, path, _ in routes(create_app(night.console()))}
    assert len(paths) > 60
    found = {(method, path): public.ask(method, path).status_code for method, path in paths if path not in OWN}
    assert {asked for asked, status in found.items() if status != 404} == set()
    for path in ("/static/console.css", "/static/../templates/base.html", "/static/%2e%2e/app.py", "/docs"):
        assert public.get(path).status_code == 404, path
    assert "值班台" not in public.get("/").text


def test_a_session_of_the_console_opens_nothing(night: Night) -> None:
    app = create_public_app(night.public())
    app.state.office = night.console()
    page = Client(app).get("/")
    assert "值班员" not in page.text.replace("值班人员", "")
    assert "set-cookie" not in page.headers
    assert Role.OFFICER.label not in page.text


def test_the_process_has_no_route_of_the_console_in_it() -> None:
    program = (
        "import sys, console.public.app; print([m for m in ('console.app', 'console.queue') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("path", ["/", "/ask", "/state", "/answers", "/nothing", "/static/public.css"])
def test_every_answer_bears_its_headers_and_no_script(public: Client, path: str) -> None:
    answer = public.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    for sign in ("<script", " style=", " onclick", 'src="http'):
        assert sign not in answer.text


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_a_form_of_another_site_is_refused(night: Night, public: Client, headers: dict[str, str]) -> None:
    assert public.post("/ask", data=asked(night, public), headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "[::1", "127.0.0.1.evil.example"])
def test_under_a_name_of_somebody_else_nothing_is_answered(public: Client, host: str) -> None:
    assert public.get("/", headers={"host": host}).status_code == 421
