"""Saved views, inside one register transaction."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from huiying.register.rows import insert_into
from huiying.register.schema.saved_views import saved_views
from huiying.saved_view import ListPage, SavedView

_MOST = 300


class SavedViews:
    """Views that people keep. Whom a shared one is for, `SavedView.is_for` tells."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, view: SavedView) -> None:
        """Keep it, in place of the one of the same person, list and name."""
        row = {**asdict(view), "page": view.page.value}
        changed = {name: row[name] for name in ("owner_name", "bureau", "filters", "shared", "at")}
        statement = insert_into(self._connection, saved_views).values(**row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=[saved_views.c.id], set_=changed))

    def delete(self, id: str, owner: str) -> bool:
        """Forget one's own view; False where there is none."""
        gone = self._connection.execute(
            delete(saved_views).where(saved_views.c.id == id, saved_views.c.owner == owner)
        )
        return gone.rowcount == 1

    def of(self, owner: str, page: ListPage | None = None) -> list[SavedView]:
        """One's own and all that are shared, of one list or of all; one's own first, then the newest."""
        query = select(saved_views).where(or_(saved_views.c.owner == owner, saved_views.c.shared))
        if page is not None:
            query = query.where(saved_views.c.page == page.value)
        rows = self._connection.execute(
            query.order_by((saved_views.c.owner != owner), saved_views.c.at.desc()).limit(_MOST)
        )
        return [_read(row) for row in rows]


def _read(row: Row[Any]) -> SavedView:
    values = dict(row._mapping)
    return SavedView(**{**values, "page": ListPage(row.page)})
