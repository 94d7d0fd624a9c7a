"""Every channel's protocol against a local server that speaks it, and every way in which one may fail."""

import ssl
import time
from email import message_from_string
from email.header import decode_header, make_header
from urllib.parse import parse_qs

import pytest
import trustme

from responders.notices.claiming import Receipt
from responders.notices.posting import Courier
from tests.responders.channel_servers import HOOK, KEY, PASSWORD, SECRET, TOKEN, ChannelServer, MailServer
from tests.services.server import free_port

SUBJECT = "红色提示 2026-1187　对外时限 22日18:00"
LINE = f"{SUBJECT}　https://huiying.example.gov.cn/concerns/c-1"


def sent(url: str, seconds: float = 10) -> Receipt:
    return Courier(seconds).carry(url, SUBJECT, LINE)


def refused(url: str, seconds: float = 10) -> str:
    receipt = sent(url, seconds)
    assert not receipt.arrived
    return receipt.words


def test_wecom_takes_the_line_as_text() -> None:
    with ChannelServer() as server:
        assert sent(f"wecomrobot://{server.place}/cgi-bin/webhook/send?key={KEY}") == Receipt(arrived=True)
    [request] = server.requests
    assert request.json == {"msgtype": "text", "text": {"content": LINE}}


def test_wecom_that_refuses_with_200_is_a_failure_with_its_number() -> None:
    with ChannelServer() as server:
        assert refused(f"wecomrobot://{server.place}/cgi-bin/webhook/send?key=other") == "对方拒收，代码 93000"


def test_dingtalk_is_signed_and_never_told_the_signing_secret() -> None:
    with ChannelServer() as server:
        url = f"dingrobot://{server.place}/robot/send?access_token={TOKEN}"
        assert sent(f"{url}&secret={SECRET}") == Receipt(arrived=True)
        assert refused(f"{url}&secret=other") == "对方拒收，代码 310000"
        assert refused(url) == "对方拒收，代码 310000"
    assert server.requests[0].json == {"msgtype": "text", "text": {"content": LINE}}
    assert all("secret" not in request.query for request in server.requests)


def test_feishu_is_signed_in_the_body_and_its_refusal_is_told() -> None:
    with ChannelServer() as server:
        url = f"feishurobot://{server.place}/open-apis/bot/v2/hook"
        assert sent(f"{url}/{HOOK}?secret={SECRET}") == Receipt(arrived=True)
        assert refused(f"{url}/{HOOK}?secret=other") == "对方拒收，代码 19021"
        assert refused(f"{url}/other") == "对方拒收，代码 19001"
    assert server.requests[0].json["content"] == {"text": LINE}


def test_a_webhook_gets_subject_and_line_as_json() -> None:
    with ChannelServer() as server:
        assert sent(f"json://{server.place}/hook").arrived
    [request] = server.requests
    assert (request.json["title"], request.json["message"]) == (SUBJECT, LINE)


def test_an_sms_gateway_gets_a_form_with_the_number_it_is_for() -> None:
    with ChannelServer() as server:
        assert sent(f"form://{server.place}/sms?:phone=13800000001&:message=text").arrived
    [request] = server.requests
    form = parse_qs(request.body)
    assert (form["phone"], form["text"]) == (["13800000001"], [LINE])


def test_a_letter_has_the_subject_line_and_the_text() -> None:
    with MailServer() as server:
        assert sent(f"mailto://huiying:{PASSWORD}@{server.place}?from=h@example.gov.cn&to=li@example.gov.cn").arrived
    [letter] = server.letters
    mail = message_from_string(letter)
    assert str(make_header(decode_header(mail["Subject"]))).split() == SUBJECT.split()
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().strip() == LINE
    assert server.recipients == ["rcpt TO:<li@example.gov.cn>"]


def test_a_mail_server_that_does_not_know_the_password_is_told_so() -> None:
    with MailServer() as server:
        url = f"mailto://huiying:wrong@{server.place}?from=h@example.gov.cn&to=li@example.gov.cn"
        assert refused(url) == "对方不认用户名或口令"
    assert server.letters == []


@pytest.mark.parametrize("schema", ["json", "form", "wecomrobot", "dingrobot", "feishurobot"])
def test_an_error_a_closed_port_and_an_unknown_host_are_told_in_words(schema: str) -> None:
    with ChannelServer() as server:
        assert refused(f"{schema}://{server.place}/broken") == "对方答复 HTTP 500"
    assert refused(f"{schema}://127.0.0.1:{free_port()}/x") == "连接被拒绝：那里没有服务"
    assert refused(f"{schema}://no.such.host.invalid/x") == "主机名解析不了"


@pytest.mark.parametrize("schema", ["wecomrobot", "dingrobot", "feishurobot"])
def test_a_robot_that_answers_garbage_has_not_taken_anything(schema: str) -> None:
    with ChannelServer() as server:
        assert refused(f"{schema}://{server.place}/garbage") == "对方的应答读不懂"
        assert refused(f"{schema}://{server.place}/plain") == "对方的应答读不懂", "JSON without a code is no receipt"


@pytest.mark.parametrize("schema", ["jsons", "wecomrobots"])
def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(schema: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with ChannelServer(context=context) as server:
        assert refused(f"{schema}://{server.place}/hook?key={KEY}") == "对方的证书不被信任"
    assert server.requests == []


@pytest.mark.parametrize("schema", ["json", "wecomrobot"])
def test_a_server_that_never_gets_done_is_left_in_time_and_not_asked_again_meanwhile(schema: str) -> None:
    with ChannelServer() as server:
        courier, began = Courier(0.5), time.monotonic()
        url = f"{schema}://{server.place}/drip"
        assert courier.carry(url, SUBJECT, LINE).words == "0.5 秒内没有发完"
        assert courier.carry(url, SUBJECT, LINE).words == "上一条还没有发完，对方迟迟不答"
        assert time.monotonic() - began < 10
        assert len(server.requests) == 1


def test_a_server_that_does_not_answer_is_left_after_the_time_of_its_address() -> None:
    with ChannelServer() as server:
        assert refused(f"json://{server.place}/hang?rto=0.2") == "限时内没有应答"
        assert refused(f"wecomrobot://{server.place}/hang?rto=0.2") == "限时内没有应答"


def test_a_host_that_no_library_can_spell_is_a_failure_and_no_crash() -> None:
    for schema in ("wecomrobot", "json"):
        assert refused(f"{schema}://{'a' * 70}.example/x?key={KEY}")


@pytest.mark.parametrize("url", ["", "https://", "no-such-way://host/x", "wecomrobot://", "json://a/x, json://b/x"])
def test_an_address_that_cannot_be_read_sends_nothing(url: str) -> None:
    assert "读不懂" in refused(url)
