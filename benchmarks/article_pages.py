"""The real pages of the data sets, re-encoded as Chinese sites serve them, and how well an article was found."""

import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DECLARATION = re.compile(r"""(charset\s*=\s*["']?\s*)[\w-]+""", re.IGNORECASE)
_TRADITIONAL = re.compile("[這個國們時說會過後開發經樣學對來]")
_SIMPLIFIED = re.compile("[这个国们时说会过后开发经样学对来]")
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page as bytes in one of three writings, with the text that a person cleaned by hand."""

    name: str
    body: bytes
    encoding: str
    reference: str


def pages(data_sets: Path) -> Iterator[Page]:
    """Every page: a third in UTF-8 declared, a third in GB18030 declared, a third in GB18030 or Big5 undeclared."""
    with tarfile.open(data_sets / "pages" / "news_pages.tar.gz") as archive:
        files = {member.name.removeprefix("./"): member for member in archive.getmembers() if member.isfile()}

        def read(name: str) -> str:
            opened = archive.extractfile(files[name])
            return opened.read().decode("utf-8", "replace") if opened else ""

        for place, name in enumerate(sorted(name for name in files if name.startswith("html/"))):
            stem = name.removeprefix("html/").removesuffix(".html")
            body, encoding = _in_writing(read(name), place)
            yield Page(name=stem, body=body, encoding=encoding, reference=_TAG.sub("", read(f"reference/{stem}.txt")))


def _in_writing(html: str, place: int) -> tuple[bytes, str]:
    if place % 3 == 0:
        return _declared(html, "utf-8").encode(), "utf-8"
    if place % 3 == 1:
        return _declared(html, "gb2312").encode("gb18030", "replace"), "gb18030"
    bare = _DECLARATION.sub("", html)
    traditional = len(_TRADITIONAL.findall(bare)) > len(_SIMPLIFIED.findall(bare))
    encoding = "big5" if traditional else "gb18030"
    return bare.encode(encoding, "replace"), encoding


def _declared(html: str, name: str) -> str:
    if _DECLARATION.search(html):
        return _DECLARATION.sub(rf"\g<1>{name}", html)
    return re.sub(r"(?i)(<head[^>]*>)", rf'\1<meta charset="{name}">', html, count=1)


def character_f1(found: str, reference: str) -> float:
    """F1 over the multiset of characters, white space left out."""
    return _f1(list(_SPACE.sub("", found)), list(_SPACE.sub("", reference)))


def bigram_f1(found: str, reference: str) -> float:
    """F1 over the multiset of character bigrams, which also asks for the order of the words."""
    left, right = _SPACE.sub("", found), _SPACE.sub("", reference)
    return _f1([left[i : i + 2] for i in range(len(left) - 1)], [right[i : i + 2] for i in range(len(right) - 1)])


def _f1(found: list[str], reference: list[str]) -> float:
    if not found or not reference:
        return float(not found and not reference)
    shared = (Counter(found) & Counter(reference)).total()
    return 2 * shared / (len(found) + len(reference))
