"""Forms kept for whoever filled them in, inside one register transaction."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from huiying.kept_form import KeptForm
from huiying.register.rows import insert_into
from huiying.register.schema.kept_forms import kept_forms


class KeptForms:
    """Nothing here is versioned or told of: it is one person's, until it is sent, forgotten or too old."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, form: KeptForm) -> None:
        """Keep it in place of what was kept under its id; what has lasted too long goes with the same stroke."""
        row = {"person": form.person, "ends_at": form.kept_at + form.why.lasts, "body": form}
        self._connection.execute(delete(kept_forms).where(kept_forms.c.ends_at <= form.kept_at))
        new = insert_into(self._connection, kept_forms).values(id=form.id, **row)
        self._connection.execute(new.on_conflict_do_update(index_elements=[kept_forms.c.id], set_=row))

    def get(self, id: str, person: str, now: datetime) -> KeptForm | None:
        """What is kept under this id, for its own person only."""
        return self.many([id], person, now).get(id)

    def many(self, ids: Collection[str], person: str, now: datetime) -> dict[str, KeptForm]:
        """What is kept under these ids, for their own person only."""
        own = select(kept_forms.c.body).where(
            kept_forms.c.id.in_(ids), kept_forms.c.person == person, kept_forms.c.ends_at > now
        )
        found = [msgspec.convert(body, KeptForm) for body in self._connection.scalars(own)]
        return {form.id: form for form in found}

    def forget(self, id: str, person: str) -> None:
        """It was sent, or is not wanted."""
        self._connection.execute(delete(kept_forms).where(kept_forms.c.id == id, kept_forms.c.person == person))
