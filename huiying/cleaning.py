"""Cleans a text as it came from a page, a file or an interface into plain words, without changing any word."""

import html
import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff]")  # fmt: skip # noqa: E501 - one set
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_BLANK = re.compile(r"[ \t]*\n[ \t]*(?:\n[ \t]*)+")
_KNOWN_TAG = (
    r"(?:p|br|div|span|a|img|b|i|u|em|strong|font|center|script|style|table|tbody|thead|tr|td|th|li|ul|ol|dl|dt|dd|h[1-6]|html|head|body"
    r"|title|meta|link|iframe|svg|input|form|video|audio|source|section|article|header|footer|blockquote|pre|code|label|button|sup|sub|hr|object|embed|o:p)"
)
_HTML = re.compile(rf"</?{_KNOWN_TAG}(?=[\s/>])[^<>]{{0,4000}}>|<!--|<!doctype|<!\[CDATA\[", re.IGNORECASE)
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:]{0,20})(?=[\s/>])[^<>]{0,4000}>|<!--|-->|<![^<>]{0,4000}>|<!\[CDATA\[|\]\]>"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});")
_BREAKS = frozenset(
    (
        "p",
        "br",
        "div",
        "tr",
        "li",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "section",
        "article",
        "blockquote",
        "pre",
        "hr",
        "title",
    )
)
_UNREAD = frozenset({"script", "style", "svg", "object"})
_WORDY = re.compile(r"[^\W_]")


def clean(text: str) -> str:
    """Plain words: no markup, no control or invisible characters, no lone surrogates, composed (NFC), trimmed."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    if "<" in text and _HTML.search(text):
        text = _without_markup(text)
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
        if "<" in text and _HTML.search(text):
            text = _without_markup(text)
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text)).replace("\xa0", " ")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _BLANK.sub("\n", text).strip()


def says_something(text: str) -> bool:
    """Whether there is a letter, a digit or a picture in it; punctuation alone says nothing."""
    return bool(_WORDY.search(text)) or any(unicodedata.category(sign) == "So" for sign in text)


def _without_markup(text: str) -> str:
    """The words between the tags; one pass, so that its time grows with the length alone."""
    words: list[str] = []
    at, unread = 0, ""
    for tag in _TAG.finditer(text):
        if not unread:
            words.append(text[at : tag.start()])
        at = tag.end()
        name = (tag["name"] or "").lower()
        if unread:
            if (tag["end"] and name == unread) or (unread == "-->" and tag.group() == "-->"):
                unread = ""
        elif tag.group() == "<!--":
            unread = "-->"
        elif name in _UNREAD and not tag["end"] and not tag.group().endswith("/>"):
            unread = name
        elif name in _BREAKS:
            words.append("\n")
    if not unread:
        words.append(text[at:])
    return "".join(words)
