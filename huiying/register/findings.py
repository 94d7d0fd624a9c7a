"""Findings of the bureaus, inside one register transaction."""

from dataclasses import replace

import msgspec
from sqlalchemy import Connection, Select, select

from huiying.finding import Finding
from huiying.register.rows import insert_new
from huiying.register.schema.desk import findings
from huiying.register.versioned import save_version


class Findings:
    """`save` raises `Stale` where somebody else changed the finding first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, finding_id: str) -> Finding | None:
        """The finding of this id."""
        found = self._all(select(findings.c.body).where(findings.c.id == finding_id))
        return found[0] if found else None

    def of_task(self, task: str) -> list[Finding]:
        """Every finding of a task, by id."""
        return self._all(select(findings.c.body).where(findings.c.task == task).order_by(findings.c.id))

    def of_concern(self, concern: str) -> list[Finding]:
        """Every finding about a concern, by id."""
        return self._all(select(findings.c.body).where(findings.c.concern == concern).order_by(findings.c.id))

    def insert(self, finding: Finding) -> bool:
        """Keep a new finding; False, and nothing changed, where one of this id exists."""
        return insert_new(self._connection, findings, {"id": finding.id, **_columns(finding)})

    def save(self, finding: Finding, expected_version: int) -> Finding:
        """Write a changed finding over the version it was read at; gives it back with its new version."""
        saved = replace(finding, version=expected_version + 1)
        save_version(self._connection, findings, saved.id, _columns(saved), expected_version)
        return saved

    def move(self, loser: str, winner: str) -> None:
        """What was found about a concern goes with it into the one that it was merged into."""
        for finding in self.of_concern(loser):
            self.save(replace(finding, concern=winner), finding.version)

    def _all(self, wanted: Select[tuple[object]]) -> list[Finding]:
        return [msgspec.convert(body, Finding) for body in self._connection.scalars(wanted)]


def _columns(finding: Finding) -> dict[str, object]:
    return {
        "task": finding.task,
        "concern": finding.concern,
        "signed_at": finding.signed.at if finding.signed else None,
        "version": finding.version,
        "body": finding,
    }
