"""Bytes of a page to text, whatever the page declares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.decoding import decode

SIMPLIFIED = "市水务局表示，将对老旧管网进行全面排查，停水期间安排送水车，居民可以拨打服务热线了解情况。"
TRADITIONAL = "市政府表示，將對老舊管線進行全面檢查，停水期間安排送水車，居民可以撥打服務熱線了解情況。"


def page(text: str, declared: str | None) -> str:
    """A small page that declares an encoding or none."""
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>page</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8", SIMPLIFIED), ("gb18030", SIMPLIFIED), ("gb18030", TRADITIONAL), ("big5", TRADITIONAL)],
)
def test_a_wrong_declaration_loses_against_the_bytes(encoding: str, text: str, declared: str | None) -> None:
    written = page(text, declared)
    assert decode(written.encode(encoding)) == (written, encoding)
    assert decode(written.encode(encoding), {"content-type": f"text/html; charset={declared}"}) == (written, encoding)


@pytest.mark.parametrize("text", ["联通", "局长", "好"])
def test_a_few_characters_follow_the_declaration(text: str) -> None:
    assert decode(page(text, "gbk").encode("gb18030"))[0] == page(text, "gbk")
    assert decode(page(text, None).encode())[0] == page(text, None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_believed(encoding: str) -> None:
    assert decode(page(SIMPLIFIED, "gbk").encode(encoding))[0] == page(SIMPLIFIED, "gbk")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_cut_in_the_middle_of_a_character_is_still_read(encoding: str) -> None:
    text, found = decode(SIMPLIFIED.encode(encoding)[:-1])
    assert found == encoding
    assert text.startswith(SIMPLIFIED[:-2])


def test_a_few_broken_bytes_do_not_make_utf8_something_else() -> None:
    text, found = decode(SIMPLIFIED.encode() * 3 + b"\xff" + SIMPLIFIED.encode())
    assert found == "utf-8"
    assert text.count("\ufffd") == 1


def test_rare_characters_of_gb18030_are_kept() -> None:
    text = page(SIMPLIFIED + "村名叫㙍头，户主姓𠮷。", "gb2312")
    assert decode(text.encode("gb18030")) == (text, "gb18030")


@given(st.binary(max_size=300))
def test_any_bytes_become_text_without_lone_surrogates(body: bytes) -> None:
    text, encoding = decode(body)
    assert encoding
    text.encode()


@pytest.mark.parametrize("name", ["idna", "punycode", "hex", "rot13", "undefined", "unicode_escape", "utf-7"])
def test_a_declared_codec_that_is_no_encoding_of_pages_is_not_used(name: str) -> None:
    written = page(SIMPLIFIED, name)
    assert decode(written.encode("gb18030")) == (written, "gb18030")
