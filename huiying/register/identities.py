"""Who is known to a provider of single sign-on, and who is on the way there, inside one register transaction."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from huiying.account import Account
from huiying.identity import Identity
from huiying.register.rows import insert_into
from huiying.register.schema.accounts import accounts, identities, passages


class Identities:
    """Which account is whose, and passages that were begun."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def account_of(self, identity: Identity) -> Account | None:
        """The account that is tied to an identity, disabled or not."""
        body = self._connection.scalar(
            select(accounts.c.body)
            .join(identities, identities.c.account == accounts.c.id)
            .where(
                identities.c.issuer == identity.issuer,
                identities.c.claim == identity.claim,
                identities.c.subject == identity.subject,
            )
        )
        return None if body is None else msgspec.convert(body, Account)

    def subjects(self, issuer: str, claim: str) -> dict[str, str]:
        """What the provider calls each account that is tied, by account."""
        rows = self._connection.execute(
            select(identities.c.account, identities.c.subject).where(
                identities.c.issuer == issuer, identities.c.claim == claim
            )
        )
        return {row.account: row.subject for row in rows}

    def tie(self, identity: Identity, account: str) -> bool:
        """Let this identity be this account's, in place of another; False where it is somebody else's."""
        self.untie(account, identity.issuer, identity.claim)
        row = {"issuer": identity.issuer, "claim": identity.claim, "subject": identity.subject, "account": account}
        statement = insert_into(self._connection, identities).values(**row).on_conflict_do_nothing()
        return self._connection.execute(statement.returning(identities.c.account)).first() is not None

    def untie(self, account: str, issuer: str, claim: str) -> bool:
        """Let the account be nobody's whom the provider knows; whether it was somebody's."""
        wanted = delete(identities).where(
            identities.c.account == account, identities.c.issuer == issuer, identities.c.claim == claim
        )
        return bool(self._connection.execute(wanted).rowcount)

    def begin_passage(self, token_sha256: str, next: str, now: datetime, ends_at: datetime) -> None:
        """A browser goes to the provider; those that never came back are forgotten."""
        self._connection.execute(delete(passages).where(passages.c.ends_at <= now))
        self._connection.execute(passages.insert().values(token_sha256=token_sha256, next=next, ends_at=ends_at))

    def end_passage(self, token_sha256: str, now: datetime) -> str | None:
        """Where a browser that came back wants to go; None where it did not leave, came back before, or too late."""
        ended = delete(passages).where(passages.c.token_sha256 == token_sha256, passages.c.ends_at > now)
        return self._connection.scalar(ended.returning(passages.c.next))
