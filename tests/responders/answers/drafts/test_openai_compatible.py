"""A model is asked over the OpenAI protocol, and whatever a server does, there is an answer or a refusal in time."""

import json

import pytest

from huiying.failures import Unavailable
from responders.answers.drafts.openai_compatible import ChatEndpoint
from tests.responders.answers.drafts.chat_server import (
    Answer,
    chat_server,
    dribbles,
    dribbles_headers,
    hangs,
    raw,
    says,
)
from tests.services.server import free_port


def endpoint(address: str, *, seconds: float = 5, key: str | None = None) -> ChatEndpoint:
    return ChatEndpoint(url=address, model="m-1", key=key, seconds=seconds, most_bytes=20_000)


def test_it_asks_as_the_protocol_has_it() -> None:
    with chat_server(says("已关闭阀门。【E1】")) as asked:
        assert endpoint(asked.address, key="secret-1").complete("规则", "材料") == "已关闭阀门。【E1】"
    assert asked.paths == ["/v1/chat/completions"]
    assert asked.keys == ["Bearer secret-1"]
    [request] = asked.requests
    assert request["model"] == "m-1"
    assert request["messages"] == [{"role": "system", "content": "规则"}, {"role": "user", "content": "材料"}]


def test_without_a_key_none_is_sent_and_none_is_ever_shown() -> None:
    with chat_server(says("好")) as asked:
        endpoint(asked.address).complete("", "")
    assert asked.keys == [None]
    assert "secret-1" not in repr(endpoint("http://127.0.0.1/v1", key="secret-1"))


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (raw(b"oops", 500), "HTTP 500"),
        (raw(b"", 302, Location="http://127.0.0.1:1/"), "HTTP 302"),
        (raw(b"<html>"), "读不懂"),
        (raw(b"\xff\xfe"), "读不懂"),
        (raw(b"[" * 15_000), "读不懂"),
        (raw(b"{}"), "读不懂"),
        (raw(json.dumps({"choices": []}).encode()), "读不懂"),
        (says(None), "没有给出文字"),
        (says({"a": 1}), "没有给出文字"),
        (raw(b" " * 30_000), "超过 20000 字节"),
        (lambda to: to.wfile.write(b"garbage\r\n\r\n"), "连不上"),
        (lambda to: to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), "读不懂"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(answer: Answer, refusal: str) -> None:
    with chat_server(answer) as asked, pytest.raises(Unavailable, match=refusal):
        endpoint(asked.address).complete("", "")


@pytest.mark.parametrize("answer", [hangs, dribbles, dribbles_headers])
def test_a_server_that_never_comes_to_an_end_is_left(answer: Answer) -> None:
    with chat_server(answer) as asked, pytest.raises(Unavailable, match=r"0\.3 秒内没有答完"):
        endpoint(asked.address, seconds=0.3).complete("", "")


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(Unavailable, match="连不上辅助起草的模型"):
        endpoint(f"http://127.0.0.1:{free_port()}/v1").complete("", "")
