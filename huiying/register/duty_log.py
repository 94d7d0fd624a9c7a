"""The duty log, telephone notices, hand-overs and media enquiries, inside one register transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Select, select

from huiying.duty_log import Handover, LogEntry, PhoneNotice
from huiying.media_enquiry import MediaEnquiry
from huiying.register.rows import insert_new
from huiying.register.schema.duty_log import handovers, log_entries, media_enquiries, phone_notices
from huiying.register.versioned import save_version

_Noun = TypeVar("_Noun")


class DutyLog:
    """Entries and notices are only added. What is added says whether it is new: the same thing twice is once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_entry(self, entry: LogEntry) -> bool:
        """Write a line; False, and nothing changed, where it stands there already."""
        row = {"id": entry.id, "at": entry.at, "concern": entry.concern, "body": entry}
        return insert_new(self._connection, log_entries, row)

    def entries(self, since: datetime, limit: int = 200) -> list[LogEntry]:
        """The lines since a moment, newest first."""
        wanted = select(log_entries.c.body).where(log_entries.c.at >= since)
        return self._all(wanted.order_by(log_entries.c.at.desc(), log_entries.c.id).limit(limit), LogEntry)

    def add_notice(self, notice: PhoneNotice) -> bool:
        """Record a telephone notice; False, and nothing changed, where it is recorded already."""
        row = {"id": notice.id, "at": notice.at, "concern": notice.concern, "body": notice}
        return insert_new(self._connection, phone_notices, row)

    def notices(self, since: datetime, limit: int = 200) -> list[PhoneNotice]:
        """The telephone notices since a moment, newest first."""
        wanted = select(phone_notices.c.body).where(phone_notices.c.at >= since)
        return self._all(wanted.order_by(phone_notices.c.at.desc(), phone_notices.c.id).limit(limit), PhoneNotice)

    def notices_of(self, concern: str) -> list[PhoneNotice]:
        """Every telephone notice about a matter, the first first."""
        wanted = select(phone_notices.c.body).where(phone_notices.c.concern == concern)
        return self._all(wanted.order_by(phone_notices.c.at, phone_notices.c.id), PhoneNotice)

    def add_handover(self, handover: Handover) -> bool:
        """Write a hand-over; False, and nothing changed, where it stands there already."""
        row = {"id": handover.id, "at": handover.outgoing.at, "version": handover.version, "body": handover}
        return insert_new(self._connection, handovers, row)

    def handover(self, id: str) -> Handover | None:
        """The hand-over of this id."""
        found = self._all(select(handovers.c.body).where(handovers.c.id == id), Handover)
        return found[0] if found else None

    def last_handovers(self, limit: int = 1) -> list[Handover]:
        """The last hand-overs, the newest first."""
        wanted = select(handovers.c.body).order_by(handovers.c.at.desc(), handovers.c.id)
        return self._all(wanted.limit(limit), Handover)

    def save_handover(self, handover: Handover, expected_version: int) -> Handover:
        """Write a confirmed hand-over over the version it was read at; `Stale` where somebody was first."""
        saved = replace(handover, version=expected_version + 1)
        save_version(self._connection, handovers, saved.id, {"body": saved}, expected_version)
        return saved

    def add_enquiry(self, enquiry: MediaEnquiry) -> bool:
        """Register a media enquiry; False, and nothing changed, where it is registered already."""
        return insert_new(self._connection, media_enquiries, {"id": enquiry.id, **_enquiry(enquiry)})

    def enquiry(self, id: str) -> MediaEnquiry | None:
        """The media enquiry of this id."""
        found = self._all(select(media_enquiries.c.body).where(media_enquiries.c.id == id), MediaEnquiry)
        return found[0] if found else None

    def enquiries(self, limit: int = 100) -> list[MediaEnquiry]:
        """Media enquiries, those without an answer first, then the newest."""
        table = media_enquiries
        order = (table.c.answered_at.is_not(None), table.c.received_at.desc(), table.c.id)
        return self._all(select(table.c.body).order_by(*order).limit(limit), MediaEnquiry)

    def save_enquiry(self, enquiry: MediaEnquiry, expected_version: int) -> MediaEnquiry:
        """Write an answered enquiry over the version it was read at; `Stale` where somebody was first."""
        saved = replace(enquiry, version=expected_version + 1)
        save_version(self._connection, media_enquiries, saved.id, _enquiry(saved), expected_version)
        return saved

    def _all(self, wanted: Select[tuple[object]], noun: type[_Noun]) -> list[_Noun]:
        bodies: Iterable[object] = self._connection.scalars(wanted)
        return [msgspec.convert(body, noun) for body in bodies]


def _enquiry(enquiry: MediaEnquiry) -> dict[str, object]:
    return {
        "concern": enquiry.concern,
        "received_at": enquiry.received_at,
        "answered_at": enquiry.answered.at if enquiry.answered else None,
        "version": enquiry.version,
        "body": enquiry,
    }
