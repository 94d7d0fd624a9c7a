"""Accounts, their passwords' hashes and failed attempts, inside one register transaction."""

from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select, update

from huiying.account import Account, Attempts
from huiying.register.rows import insert_into, insert_new
from huiying.register.schema.accounts import accounts, attempts
from huiying.register.versioned import save_version


class Accounts:
    """`save` raises `Stale` where somebody else changed the account first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def any(self) -> bool:
        """Whether there is an account at all: before the first, nobody can sign in."""
        return self._connection.scalar(select(accounts.c.id).limit(1)) is not None

    def get(self, account: str) -> Account | None:
        """The account of this id."""
        body = self._connection.scalar(select(accounts.c.body).where(accounts.c.id == account))
        return None if body is None else msgspec.convert(body, Account)

    def all(self) -> list[Account]:
        """Every account, by id."""
        bodies = self._connection.scalars(select(accounts.c.body).order_by(accounts.c.id))
        return [msgspec.convert(body, Account) for body in bodies]

    def insert(self, account: Account, password: str | None) -> bool:
        """Make an account with the hash of its password; False where one of this id exists."""
        row = {"id": account.id, "password": password, "version": account.version, "body": account}
        return insert_new(self._connection, accounts, row)

    def save(self, account: Account, expected_version: int) -> Account:
        """Write a changed account over the version it was read at; gives it back with its new version."""
        saved = replace(account, version=expected_version + 1)
        save_version(self._connection, accounts, saved.id, {"body": saved}, expected_version)
        return saved

    def password_of(self, account: str) -> str | None:
        """The hash of the account's password."""
        return self._connection.scalar(select(accounts.c.password).where(accounts.c.id == account))

    def set_password(self, account: str, password: str) -> None:
        """Keep the hash of a new password."""
        self._connection.execute(update(accounts).where(accounts.c.id == account).values(password=password))

    def hold_attempts(self, name: str, now: datetime) -> Attempts:
        """The failures under a name; nobody else counts there until the transaction ends."""
        statement = insert_into(self._connection, attempts).values(name=name, failed=0, last_at=now)
        statement = statement.on_conflict_do_update(
            index_elements=[attempts.c.name], set_={"failed": attempts.c.failed}
        )
        row = self._connection.execute(statement.returning(*attempts.c)).one()
        return Attempts(name=row.name, failed=row.failed, last_at=row.last_at, locked_until=row.locked_until)

    def save_attempts(self, counted: Attempts) -> None:
        """Write failures that were held."""
        values = {"failed": counted.failed, "last_at": counted.last_at, "locked_until": counted.locked_until}
        self._connection.execute(update(attempts).where(attempts.c.name == counted.name).values(**values))

    def forget_attempts(self, name: str) -> bool:
        """Count from nought again; whether anything was counted."""
        return bool(self._connection.execute(delete(attempts).where(attempts.c.name == name)).rowcount)

    def forget_old_attempts(self, before: datetime) -> None:
        """Names under which nobody tried since."""
        self._connection.execute(delete(attempts).where(attempts.c.last_at < before))

    def locked(self, now: datetime) -> dict[str, datetime]:
        """Every name that waits, and until when."""
        rows = self._connection.execute(
            select(attempts.c.name, attempts.c.locked_until).where(attempts.c.locked_until > now)
        )
        return {row.name: row.locked_until for row in rows}
