"""Reads a text file line by line with bounded memory, in UTF-8, GB18030 or UTF-16, also inside gzip.

The encoding is settled by the first line that is not plain ASCII; from then on a line that does not fit is damaged
and told as such, not read as something else.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_GZIP = b"\x1f\x8b"
_HEAD = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line by its number; `text` is None where it cannot be read, and `trouble` says why."""

    number: int
    text: str | None
    trouble: str = ""


class UnreadableFile(Exception):
    """The file as a whole, or from here on, cannot be read; the message is for people."""


def read_lines(path: Path, *, longest: int, largest: int) -> Iterator[Line]:
    """Every line without its end. One over `longest` bytes is skipped and told; after `largest` unpacked it stops."""
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        try:
            yield from _lines(gzip.GzipFile(fileobj=file) if packed else file, longest, largest if packed else None)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableFile("压缩文件不完整或已损坏，后面的内容读不出来") from error


def first_bytes(path: Path) -> bytes:
    """The beginning of a file, unpacked."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(_GZIP):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    except zlib.error as error:
        raise UnreadableFile("压缩文件已损坏") from error


def _lines(stream: io.BufferedReader | gzip.GzipFile, longest: int, largest: int | None) -> Iterator[Line]:
    head = stream.read1(_HEAD)
    encoding, skipped = _told_encoding(head)
    wide = encoding is not None and encoding.startswith("utf-16")
    reader: BinaryIO = io.BufferedReader(_Rest(head[skipped:], stream))
    read = number = 0
    while raw := _wide_line(reader, longest, encoding or "") if wide else reader.readline(longest + 1):
        number += 1
        read += len(raw)
        if largest is not None and read > largest:
            raise UnreadableFile(f"解压后超过 {largest // 1_000_000} MB，疑似压缩炸弹，没有继续读")
        if len(raw) > longest:
            while raw and not raw.endswith(b"\n"):
                raw = reader.readline(longest)
                read += len(raw)
                if largest is not None and read > largest:
                    raise UnreadableFile(f"解压后超过 {largest // 1_000_000} MB，疑似压缩炸弹，没有继续读")
            yield Line(number=number, text=None, trouble=f"这一行超过 {longest} 字节")
            continue
        encoding = encoding or _guess(raw)
        try:
            yield Line(number=number, text=raw.decode(encoding or "ascii").rstrip("\r\n"))
        except UnicodeDecodeError:
            yield Line(number=number, text=None, trouble="有读不出的字符：编码混杂，或文件在一个字的中间被截断")


def _told_encoding(head: bytes) -> tuple[str | None, int]:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding, len(bom)
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.3 * pairs:
        return "utf-16-le", 0
    if head[0::2].count(0) > 0.3 * pairs:
        return "utf-16-be", 0
    return None, 0


def _guess(raw: bytes) -> str | None:
    if raw.isascii():
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _wide_line(reader: BinaryIO, longest: int, encoding: str) -> bytes:
    """A line of two-byte characters: a byte 0A ends it only as one half of the character 000A."""
    parts: list[bytes] = []
    size = 0
    while size <= longest:
        part = reader.readline(longest + 1)
        parts.append(part)
        size += len(part)
        if encoding == "utf-16-le" and part.endswith(b"\n"):
            half = reader.read(1)
            parts.append(half)
            size += len(half)
            if half in (b"\0", b"") and size % 2 == 0:
                break
        elif not part or (part.endswith(b"\0\n") and size % 2 == 0):
            break
    return b"".join(parts)


class _Rest(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, rest: io.BufferedReader | gzip.GzipFile) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # a plain memoryview is all it gets
        """Fill from the head first."""
        given = self._head[: len(buffer)] if self._head else self._rest.read1(len(buffer))
        self._head = self._head[len(given) :]
        buffer[: len(given)] = given
        return len(given)
