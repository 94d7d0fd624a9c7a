"""Retention: posts leave the archive when their days are over; what was kept as evidence of a matter stays."""

from datetime import datetime, timedelta

import structlog

from huiying.archive.archive import Archive, PostQuery
from huiying.policy.retention import RetentionRules

RETENTION_SECONDS = 60
"""How often it ticks."""

_AT_ONCE = 500
_PAGES_AT_A_TICK = 20
_REST = timedelta(hours=6)
_DATED_AHEAD = timedelta(days=1)
"""How far ahead of its collection a post may be dated (`future_hours` of intake)."""

_log = structlog.get_logger(__name__)


class Retention:
    """Deletes in bulk and by turns: some pages at a tick, and a rest once everything was looked through.

    What counts is when the standing revision of a post was collected; the register's counts and evidence stay.
    """

    def __init__(self, archive: Archive, rules: RetentionRules) -> None:
        self._archive = archive
        self._kept_for = timedelta(days=rules.post_days)
        self._cursor: str | None = None
        self._rests_until: datetime | None = None

    def tick(self, now: datetime) -> None:
        """Delete what is over of the next pages. Whatever this leaves, the next tick finds."""
        if self._rests_until and now < self._rests_until:
            return
        for _ in range(_PAGES_AT_A_TICK):
            self._delete_from_page(now - self._kept_for)
            if self._cursor is None:
                self._rests_until = now + _REST
                return

    def _delete_from_page(self, before: datetime) -> None:
        page = self._archive.search(PostQuery(until=before + _DATED_AHEAD), limit=_AT_ONCE, cursor=self._cursor)
        over = [hit.archived.post.id for hit in page.hits if hit.archived.post.collected_at < before]
        if over:
            gone = self._archive.delete(over)
            _log.info("posts deleted by schedule", posts=gone, collected_before=before.isoformat())
        self._cursor = page.cursor
