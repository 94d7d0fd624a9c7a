"""A file is what its content says, from its first byte to its last."""

import pytest

from huiying.failures import NotAllowed
from huiying.scan import FileKind
from responders.scans.recognising import kind_of
from tests.scanned import JPEG, PDF, PNG


def test_scans_are_known_by_their_content() -> None:
    assert [kind_of(each) for each in (PDF, PNG, JPEG)] == list(FileKind)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "文件是空的"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "按内容看不是 PDF、PNG 或 JPEG"),
        (b"<html>" + PDF, "按内容看不是 PDF、PNG 或 JPEG"),
        (PNG + b"PK\x03\x04 an archive", "PNG 图片不完整，或后面还接着别的内容"),
        (PNG[:-20], "PNG 图片不完整"),
        (JPEG + b"<script>alert(1)</script>", "JPEG 图片不完整，或后面还接着别的内容"),
        (PDF + b"<script>alert(1)</script>", "PDF不完整，或后面还接着别的内容"),
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "PDF 里带有脚本"),
    ],
)
def test_anything_else_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        kind_of(content)
