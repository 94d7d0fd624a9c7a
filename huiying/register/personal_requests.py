"""Personal requests, the words of those who ask, and withheld posts, inside one register transaction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, delete, func, select

from huiying.personal_request import PersonalRequest, Wording
from huiying.register.rows import among, insert_into, insert_new, insert_rows
from huiying.register.schema.chain import counters
from huiying.register.schema.personal_requests import personal_request_words, personal_requests, withheld_posts
from huiying.register.versioned import save_version


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestCounts:
    """How many requests wait for an answer, and how many of them for too long."""

    open: int
    overdue: int


class PersonalRequests:
    """A request stays for good, the words of its asker do not."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self, year: int) -> str:
        """The next running number of a year; numbers are never used twice."""
        statement = insert_into(self._connection, counters).values(name=f"personal-request:{year}", value=1)
        statement = statement.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + 1}
        )
        return f"{year}-{self._connection.scalars(statement.returning(counters.c.value)).one()}"

    def insert(self, request: PersonalRequest, receipt: str, words: Wording) -> None:
        """Keep a request under the hash of its receipt, and apart from it what its asker wrote."""
        insert_new(self._connection, personal_requests, {"id": request.id, "receipt": receipt, **_row(request)})
        insert_new(self._connection, personal_request_words, {"request": request.id, "body": words})

    def get(self, id: str) -> PersonalRequest | None:
        """The request of this number."""
        return self._one(select(personal_requests.c.body).where(personal_requests.c.id == id))

    def with_receipt(self, receipt: str) -> PersonalRequest | None:
        """The request under the hash of this receipt."""
        return self._one(select(personal_requests.c.body).where(personal_requests.c.receipt == receipt))

    def words(self, id: str) -> Wording | None:
        """What its asker wrote; None once that was deleted."""
        wanted = select(personal_request_words.c.body).where(personal_request_words.c.request == id)
        body = self._connection.scalar(wanted)
        return None if body is None else msgspec.convert(body, Wording)

    def all(self, limit: int = 200) -> list[PersonalRequest]:
        """Requests: those without an answer first, the most urgent first; then the newest answers."""
        table = personal_requests
        waits = select(table.c.body).where(table.c.answered_at.is_(None)).order_by(table.c.due_at, table.c.id)
        done = select(table.c.body).where(table.c.answered_at.is_not(None)).order_by(table.c.answered_at.desc())
        found = self._all(waits.limit(limit))
        return found + self._all(done.limit(limit - len(found)))

    def counts(self, now: datetime) -> RequestCounts:
        """How much waits."""
        table = personal_requests
        waiting = select(func.count()).select_from(table).where(table.c.answered_at.is_(None))
        overdue = waiting.where(table.c.due_at < now)
        return RequestCounts(
            open=int(self._connection.scalar(waiting) or 0), overdue=int(self._connection.scalar(overdue) or 0)
        )

    def count_since(self, since: datetime) -> int:
        """How many were asked since then."""
        wanted = select(func.count()).select_from(personal_requests).where(personal_requests.c.asked_at >= since)
        return int(self._connection.scalar(wanted) or 0)

    def save(self, request: PersonalRequest, expected_version: int) -> None:
        """Write an answered request over the version it was read at; `Stale` where somebody was first."""
        saved = replace(request, version=expected_version + 1)
        save_version(self._connection, personal_requests, saved.id, _row(saved), expected_version)

    def forget_words(self, answered_before: datetime) -> int:
        """Delete what the askers wrote of requests that were answered before then; how many there were."""
        table = personal_requests
        over = select(table.c.id).where(table.c.answered_at < answered_before)
        gone = delete(personal_request_words).where(personal_request_words.c.request.in_(over))
        return self._connection.execute(gone).rowcount

    def withhold(self, posts: Iterable[str], since: datetime, *, deleted: bool) -> None:
        """Take these posts in no more; one that was deleted stays so."""
        rows = [{"post": post, "since": since, "deleted": deleted} for post in sorted(set(posts))]
        insert_rows(
            self._connection,
            withheld_posts,
            rows,
            lambda insert: insert.on_conflict_do_update(
                index_elements=[withheld_posts.c.post],
                set_={
                    "since": insert.excluded.since,
                    "deleted": withheld_posts.c.deleted | insert.excluded.deleted,
                },
            ),
        )

    def withheld(self, posts: Collection[str]) -> set[str]:
        """Those of these posts that are taken in no more."""
        if not posts:
            return set()
        wanted = select(withheld_posts.c.post).where(among(self._connection, withheld_posts.c.post, posts))
        return set(self._connection.scalars(wanted))

    def deleted_since(self, since: datetime) -> list[str]:
        """The posts that were to be deleted since then."""
        wanted = select(withheld_posts.c.post).where(withheld_posts.c.deleted, withheld_posts.c.since >= since)
        return list(self._connection.scalars(wanted.order_by(withheld_posts.c.post)))

    def _one(self, wanted: Select[tuple[object]]) -> PersonalRequest | None:
        return next(iter(self._all(wanted)), None)

    def _all(self, wanted: Select[tuple[object]]) -> list[PersonalRequest]:
        return [msgspec.convert(body, PersonalRequest) for body in self._connection.scalars(wanted)]


def _row(request: PersonalRequest) -> dict[str, object]:
    return {
        "asked_at": request.asked_at,
        "due_at": request.due_at,
        "answered_at": request.answer.by.at if request.answer else None,
        "version": request.version,
        "body": request,
    }
