"""What a file is, by its content and never by its name: a PDF, PNG or JPEG from its first byte to its last.

A file that is two things at once (a picture with an archive behind it, a page with a picture's beginning) is neither.
"""

import zlib

from huiying.failures import NotAllowed
from huiying.scan import FileKind

_PNG = b"\x89PNG\r\n\x1a\n"
_ALIVE = (b"/JavaScript", b"/EmbeddedFile", b"/Launch", b"/RichMedia")
"""What a scan never has, and a PDF that does something has. Names too short to be told from noise are left out."""
_PDF_TAIL = 1024


def kind_of(content: bytes) -> FileKind:
    """`NotAllowed` says what is wrong with anything else."""
    if not content:
        raise NotAllowed("文件是空的")
    if content.startswith(b"%PDF-"):
        _must_be_plain_pdf(content)
        return FileKind.PDF
    if content.startswith(_PNG):
        _must_end(_is_whole_png(content), "PNG 图片")
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        _must_end(content.rstrip(b"\0").endswith(b"\xff\xd9"), "JPEG 图片")
        return FileKind.JPEG
    raise NotAllowed("按内容看不是 PDF、PNG 或 JPEG（改扩展名没有用）")


def _must_be_plain_pdf(content: bytes) -> None:
    _, mark, behind = content[-_PDF_TAIL:].rpartition(b"%%EOF")
    _must_end(bool(mark) and not behind.strip(), "PDF")
    if any(name in content for name in _ALIVE):
        raise NotAllowed("PDF 里带有脚本、程序或内嵌文件，扫描件不应有这些；请打印成 PDF 或重新扫描")


def _is_whole_png(content: bytes) -> bool:
    """Whether it is one chunk after another, each with its sum, from IHDR to IEND and nothing behind."""
    at, kinds = len(_PNG), []
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        said = int.from_bytes(content[end - 4 : end], "big")
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != said:
            return False
        kinds.append(kind)
        at = end
        if kind == b"IEND":
            break
    return at == len(content) and kinds[:1] == [b"IHDR"] and kinds[-1] == b"IEND"


def _must_end(whole: bool, what: str) -> None:
    if not whole:
        raise NotAllowed(f"{what}不完整，或后面还接着别的内容；请重新扫描或另存后再选")
