"""The column types of the register, alike on SQLite and PostgreSQL.

Moments are stored as microseconds since 1970 in UTC (`Moment`), so that both databases order and compare them alike.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Dialect, Integer, MetaData, Text, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def microseconds(moment: datetime) -> int:
    """Since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 (a given signature)
        """To the database."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (a given signature)
        """From the database."""
        return None if value is None else _EPOCH + value * _MICROSECOND


def storable(text: str) -> str:
    """The text with what no database stores (NUL, lone surrogates) spelled out as an escape."""
    if not _UNSTORABLE.search(text):
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


class Words(TypeDecorator[str]):
    """Any text, however broken."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (a given signature)
        """To the database."""
        return None if value is None else storable(value)


class Body(TypeDecorator[Any]):
    """Any JSON-able value, stored as text; the caller converts it to its noun with msgspec."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 (a given signature)
        """To the database. Lone surrogates, which JSON cannot carry, become question marks."""
        if value is None:
            return None
        try:
            return msgspec.json.encode(value).decode()
        except UnicodeEncodeError:
            text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
            return text.encode("utf-8", "replace").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 (a given signature)
        """From the database."""
        return None if value is None else msgspec.json.decode(value)


metadata = MetaData()
running_number = BigInteger().with_variant(Integer, "sqlite")
"""The type of an id that the database counts up."""
