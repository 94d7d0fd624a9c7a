"""Versions of the files of `config/`, and which process runs by which, inside one register transaction."""

from datetime import timedelta

import msgspec
from sqlalchemy import Connection, delete, select

from huiying.clock import Clock
from huiying.config_version import ConfigVersion
from huiying.failures import Stale
from huiying.register.rows import insert_into, insert_new
from huiying.register.schema.configuration import config_versions, running_processes
from huiying.running_process import SILENT_AFTER, RunningProcess

_FORGOTTEN_AFTER = timedelta(hours=1)


class Configurations:
    """Versions are added and never changed; processes say again and again that they are there."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, version: ConfigVersion) -> None:
        """Keep a version; `Stale` where one of this number is there, or just being written by others."""
        row = {"file": version.file, "number": version.number, "at": version.at, "body": version}
        if not insert_new(self._connection, config_versions, row):
            raise Stale(f"{version.file} has a version {version.number} already")

    def newest(self, file: str) -> ConfigVersion | None:
        """The newest version of a file."""
        found = self.versions(file, limit=1)
        return found[0] if found else None

    def version(self, file: str, number: int) -> ConfigVersion | None:
        """This one."""
        wanted = config_versions.c.file == file, config_versions.c.number == number
        body = self._connection.scalar(select(config_versions.c.body).where(*wanted))
        return None if body is None else msgspec.convert(body, ConfigVersion)

    def versions(self, file: str | None = None, *, limit: int = 100) -> list[ConfigVersion]:
        """Those of a file, or of all, the newest first."""
        wanted = select(config_versions.c.body)
        if file is not None:
            wanted = wanted.where(config_versions.c.file == file).order_by(config_versions.c.number.desc())
        else:
            order = config_versions.c.at.desc(), config_versions.c.file, config_versions.c.number.desc()
            wanted = wanted.order_by(*order)
        return [msgspec.convert(body, ConfigVersion) for body in self._connection.scalars(wanted.limit(limit))]

    def announce(self, process: RunningProcess) -> None:
        """A process is there now; those that have been silent for long are forgotten with the same stroke."""
        now = self._clock.now()
        gone = running_processes.c.seen_at < now - _FORGOTTEN_AFTER
        self._connection.execute(delete(running_processes).where(gone))
        row = {"role": process.role, "config": process.config, "began_at": process.began_at, "seen_at": now}
        new = insert_into(self._connection, running_processes).values(process=process.process, **row)
        self._connection.execute(new.on_conflict_do_update(index_elements=[running_processes.c.process], set_=row))

    def withdraw(self, process: str) -> None:
        """A process ends."""
        self._connection.execute(delete(running_processes).where(running_processes.c.process == process))

    def running(self) -> list[RunningProcess]:
        """Every process that was heard of lately, by role."""
        wanted = select(running_processes).where(running_processes.c.seen_at > self._clock.now() - SILENT_AFTER)
        rows = self._connection.execute(wanted.order_by(running_processes.c.role, running_processes.c.process))
        return [
            RunningProcess(
                process=row.process, role=row.role, config=row.config, began_at=row.began_at, seen_at=row.seen_at
            )
            for row in rows
        ]
