"""Clarifications and every version of their texts, inside one register transaction."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from sqlalchemy import Connection, insert, select, type_coerce

from huiying.clarification import Assistance, Clarification, ClarificationState, Text
from huiying.register.rows import insert_new
from huiying.register.schema.clarifications import assistances, clarifications, texts
from huiying.register.schema.columns import Words
from huiying.register.versioned import save_version


class Clarifications:
    """`save` raises `Stale` where somebody else changed the clarification first. Texts are only added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, clarification_id: str) -> Clarification | None:
        """The clarification of this id."""
        body = self._connection.scalar(select(clarifications.c.body).where(clarifications.c.id == clarification_id))
        return None if body is None else msgspec.convert(body, Clarification)

    def of_concern(self, concern: str) -> list[Clarification]:
        """Every clarification of a concern, by id."""
        wanted = select(clarifications.c.body).where(clarifications.c.concern == concern)
        bodies = self._connection.scalars(wanted.order_by(clarifications.c.id))
        return [msgspec.convert(body, Clarification) for body in bodies]

    def submitted(self) -> list[Clarification]:
        """Every clarification that was handed in and is not public yet, by id."""
        wanted = select(clarifications.c.body).where(clarifications.c.state == ClarificationState.SUBMITTED.value)
        bodies = self._connection.scalars(wanted.order_by(clarifications.c.id))
        return [msgspec.convert(body, Clarification) for body in bodies]

    def listed(
        self, *, bureau: str | None = None, state: ClarificationState | None = None, limit: int = 200
    ) -> list[Clarification]:
        """Clarifications of a bureau (of all where None) in a state (in any where None), by id."""
        wanted = select(clarifications.c.body)
        if bureau is not None:
            wanted = wanted.where(clarifications.c.bureau == bureau)
        if state is not None:
            wanted = wanted.where(clarifications.c.state == state.value)
        bodies = self._connection.scalars(wanted.order_by(clarifications.c.id).limit(limit))
        return [msgspec.convert(body, Clarification) for body in bodies]

    def insert(self, clarification: Clarification) -> bool:
        """Open a clarification; False, and nothing changed, where one of this id exists."""
        return insert_new(self._connection, clarifications, {"id": clarification.id, **_columns(clarification)})

    def save(self, clarification: Clarification, expected_version: int) -> Clarification:
        """Write a changed clarification over the version it was read at; gives it back with its new version."""
        saved = replace(clarification, version=expected_version + 1)
        save_version(self._connection, clarifications, saved.id, _columns(saved), expected_version)
        return saved

    def add_text(self, text: Text) -> None:
        """Keep one more version of a text."""
        self._connection.execute(
            insert(texts).values(
                clarification=text.clarification,
                number=text.number,
                sha256=text.sha256,
                author=text.by.person,
                body=text,
            )
        )

    def texts(self, clarification_id: str) -> list[Text]:
        """Every version of a text, the first first."""
        wanted = select(texts.c.body).where(texts.c.clarification == clarification_id).order_by(texts.c.number)
        return [msgspec.convert(body, Text) for body in self._connection.scalars(wanted)]

    def published_with(self, words: Sequence[str], limit: int = 200) -> list[Text]:
        """The texts that were published and have all of these words somewhere."""
        held = type_coerce(texts.c.body, Words)
        wanted = (
            select(texts.c.body, clarifications.c.body.label("of"))
            .join(clarifications, clarifications.c.id == texts.c.clarification)
            .where(
                clarifications.c.state == ClarificationState.PUBLISHED.value,
                *(held.contains(word, autoescape=True) for word in words),
            )
            .order_by(texts.c.clarification.desc(), texts.c.number.desc())
            .limit(limit)
        )
        rows = [
            (msgspec.convert(row.body, Text), msgspec.convert(row.of, Clarification))
            for row in self._connection.execute(wanted)
        ]
        return [text for text, clarification in rows if text.number == clarification.texts]

    def add_assistance(self, assistance: Assistance) -> None:
        """Keep what a model proposed, what of it was struck, and who asked for it."""
        self._connection.execute(
            insert(assistances).values(
                id=assistance.id, clarification=assistance.clarification, at=assistance.by.at, body=assistance
            )
        )

    def assistances(self, clarification_id: str) -> list[Assistance]:
        """Every help by a model with an answer, the newest first."""
        wanted = select(assistances.c.body).where(assistances.c.clarification == clarification_id)
        bodies = self._connection.scalars(wanted.order_by(assistances.c.at.desc(), assistances.c.id.desc()))
        return [msgspec.convert(body, Assistance) for body in bodies]


def _columns(clarification: Clarification) -> dict[str, object]:
    return {
        "concern": clarification.concern,
        "bureau": clarification.bureau,
        "state": clarification.state.value,
        "version": clarification.version,
        "body": clarification,
    }
