"""Sessions and tokens of programs, inside one register transaction; each is found by the hash of its secret."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select, update

from huiying.account import ApiToken, Session
from huiying.identity import Way
from huiying.register.schema.accounts import api_tokens, sessions


class Sessions:
    """Who is signed in, and which programs may come in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, session: Session, token_sha256: str) -> None:
        """Begin a session."""
        row = {name: getattr(session, name) for name in Session.__dataclass_fields__}
        self._connection.execute(sessions.insert().values(token_sha256=token_sha256, **row))

    def of_token(self, token_sha256: str) -> Session | None:
        """The session of a token, ended or not."""
        row = self._connection.execute(select(sessions).where(sessions.c.token_sha256 == token_sha256)).first()
        return None if row is None else _session(row)

    def of_account(self, account: str, now: datetime) -> list[Session]:
        """The sessions of an account that are not over at this moment, the newest first."""
        rows = self._connection.execute(
            select(sessions)
            .where(sessions.c.account == account, sessions.c.ended_at.is_(None), sessions.c.ends_at > now)
            .order_by(sessions.c.began_at.desc(), sessions.c.id)
        )
        return [_session(row) for row in rows]

    def seen(self, session: str, now: datetime) -> None:
        """Somebody did something in this session."""
        self._connection.execute(update(sessions).where(sessions.c.id == session).values(seen_at=now))

    def end(self, account: str, now: datetime, only: str | None = None) -> int:
        """End every session of an account, or only one; how many were still open."""
        open_ones = update(sessions).where(sessions.c.account == account, sessions.c.ended_at.is_(None))
        if only is not None:
            open_ones = open_ones.where(sessions.c.id == only)
        return self._connection.execute(open_ones.values(ended_at=now)).rowcount

    def forget(self, before: datetime) -> int:
        """Remove sessions that were over long ago; how many."""
        return self._connection.execute(delete(sessions).where(sessions.c.ends_at < before)).rowcount

    def insert_api_token(self, token: ApiToken, token_sha256: str) -> None:
        """Let a program in."""
        row = {"id": token.id, "token_sha256": token_sha256, "account": token.account, "body": token}
        self._connection.execute(api_tokens.insert().values(**row))

    def api_token(self, token_sha256: str) -> ApiToken | None:
        """The token of a program, revoked or not."""
        body = self._connection.scalar(select(api_tokens.c.body).where(api_tokens.c.token_sha256 == token_sha256))
        return None if body is None else msgspec.convert(body, ApiToken)

    def api_tokens(self, account: str) -> Sequence[ApiToken]:
        """Every token of an account, by id."""
        wanted = select(api_tokens.c.body).where(api_tokens.c.account == account).order_by(api_tokens.c.id)
        return [msgspec.convert(body, ApiToken) for body in self._connection.scalars(wanted)]

    def revoke_api_token(self, token: ApiToken, now: datetime) -> None:
        """Let the program in no more."""
        revoked = replace(token, revoked_at=now)
        self._connection.execute(update(api_tokens).where(api_tokens.c.id == token.id).values(body=revoked))


def _session(row: Row[Any]) -> Session:
    values = {name: getattr(row, name) for name in Session.__dataclass_fields__}
    return Session(**values | {"way": Way(row.way)})
