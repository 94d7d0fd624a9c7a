"""The database that an address names; what differs between the kinds stands in `sqlite.py` and `postgresql.py`."""

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from huiying.failures import HuiyingError, Misconfigured
from huiying.register.sqlite import Sqlite


class Database(Protocol):
    """What the register needs of a database. It is reached when it is first asked, not when it is made."""

    @property
    def engine(self) -> Engine:
        """Its connections. Asking for one raises `Unavailable` where there is none to be had."""
        ...

    @property
    def reading(self) -> Mapping[str, object]:
        """Execution options of a transaction that only asks."""
        ...

    def meaning(self, error: DBAPIError) -> HuiyingError | None:
        """What an error asks for: to wait, to have something mended, or (None) to mend the program."""
        ...

    def migrate_alone(self, connection: Connection) -> None:
        """Let only this connection migrate, for as long as that takes; it is closed afterwards."""
        ...


def open_database(url: str, password: str | None, *, scratch: bool = False) -> Database:
    """The database of this address; raises `Misconfigured` where the address itself makes no sense.

    One that is `scratch` is thrown away afterwards: on SQLite it need not outlive a power cut.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise Misconfigured("HUIYING_REGISTER：地址读不懂，应如 postgresql+psycopg://用户@主机:5432/库") from error
    if address.get_backend_name() == "sqlite":
        return Sqlite(address, scratch=scratch)
    # Its driver is a library of its own, which an office on one folder need not load.
    from huiying.register.postgresql import PostgreSQL  # noqa: PLC0415

    return PostgreSQL(address, password)
