"""Changing the configuration from the console: a file is checked with all others, kept as a version, and written.

The files are what counts. The register keeps what they were, so that every console of the office shows the same past,
and it keeps what somebody changed on the disk as soon as a console looks at it.
"""

from collections.abc import Sequence
from pathlib import Path

from huiying.audit import Outcome, deed_of
from huiying.clock import Clock
from huiying.config_version import ConfigVersion, Origin, digest_of
from huiying.failures import Misconfigured, NotAllowed
from huiying.permission import Action, must_be_able
from huiying.person import Person
from huiying.policy.folder import policy_with, read_text, replace_file, why_not_writable
from huiying.policy.policy import Policy, read_policy
from huiying.register.register import Register, Transaction


class FileMoved(NotAllowed):
    """The file is no longer the one that the form was opened on: that version, where known, and the present."""

    def __init__(self, file: str, since: int | None, now: int) -> None:
        super().__init__(f"{file} 在您打开以后被改过（现在是第 {now} 版），没有保存。请看过那些改动，再改一次")
        self.file, self.since, self.now = file, since, now


class Configuring:
    """Moves of an administrator on the files of `config/`; each is in the audit with the move itself."""

    def __init__(self, register: Register, config: Path, clock: Clock, scope: str | None = None) -> None:
        self.config = config
        self._register = register
        self._clock = clock
        self._scope = scope

    @property
    def why_not(self) -> str:
        """Why nothing can be saved here; empty where it can."""
        return why_not_writable(self.config)

    def text(self, file: str) -> str:
        """A file as it stands on the disk."""
        return read_text(self.config, file)

    def looked_at(self, file: str) -> ConfigVersion:
        """The version that stands on the disk; kept now, where nobody had seen it yet."""
        with self._register.transaction() as tx:
            return self._found(tx, file)

    def policy_with(self, file: str, text: str) -> Policy:
        """The whole policy if this file read so; `NotAllowed` lists the mistakes."""
        try:
            return policy_with(self.config, file, text, scope=self._scope)
        except Misconfigured as error:
            raise NotAllowed(f"没有保存，配置会有误：\n{error}") from error

    def mistakes(self) -> str:
        """What is wrong with the folder as it stands; empty where it is good."""
        try:
            read_policy(self.config, scope=self._scope)
        except Misconfigured as error:
            return str(error)
        return ""

    def save(self, file: str, text: str, seen: str, *, what: str, why: str, by: Person) -> ConfigVersion:
        """Let a file read so from now on, unless it is no longer the one that was `seen` (a digest)."""
        return self._write(file, text, seen, origin=Origin.SAVED, what=what, why=why, by=by)

    def go_back(self, file: str, number: int, seen: str, *, why: str, by: Person) -> ConfigVersion:
        """Let a file read as it did in an earlier version, which becomes its newest."""
        with self._register.reading() as tx:
            old = tx.configuration.version(file, number)
        if old is None:
            raise NotAllowed(f"{file} 没有第 {number} 版")
        what = f"退回到第 {number} 版"
        return self._write(file, old.text, seen, origin=Origin.BACK, what=what, why=why, by=by)

    def _write(  # noqa: PLR0913 - a version says so many things
        self, file: str, text: str, seen: str, *, origin: Origin, what: str, why: str, by: Person
    ) -> ConfigVersion:
        must_be_able(by, Action.CONFIGURE)
        if self.why_not:
            raise NotAllowed(self.why_not)
        if not why.strip():
            raise NotAllowed("请写明为什么改，日后查得到")
        self._must_be_seen(file, seen)
        self.policy_with(file, text)
        with self._register.transaction() as tx:
            present = self._found(tx, file)
            if present.digest != seen:
                raise FileMoved(file, _number_of(tx.configuration.versions(file), seen), present.number)
            if present.text == text:
                raise NotAllowed("和现在的一样，没有什么要保存的")
            version = ConfigVersion(
                file=file,
                number=present.number + 1,
                text=text,
                origin=origin,
                who=by.id,
                name=by.name,
                what=what,
                why=why.strip(),
                at=self._clock.now(),
            )
            tx.configuration.add(version)
            note = f"第 {version.number} 版：{what}。缘由：{version.why}"
            tx.audit.add(deed_of(by, Action.CONFIGURE.value, file, Outcome.DONE, note=note))
            # Last, so that whatever fails before leaves the file alone; nothing that can fail but the commit follows.
            replace_file(self.config, file, text)
        return version

    def _must_be_seen(self, file: str, seen: str) -> None:
        """Said before the check, which takes seconds; what counts is asked again in the transaction that writes."""
        if digest_of(self.text(file)) == seen:
            return
        present = self.looked_at(file)
        with self._register.reading() as tx:
            since = _number_of(tx.configuration.versions(file), seen)
        raise FileMoved(file, since, present.number)

    def _found(self, tx: Transaction, file: str) -> ConfigVersion:
        text, newest = self.text(file), tx.configuration.newest(file)
        if newest and newest.text == text:
            return newest
        found = ConfigVersion(
            file=file,
            number=newest.number + 1 if newest else 1,
            text=text,
            origin=Origin.FOUND,
            who="",
            name="",
            what="在磁盘上改的" if newest else "开始留版本时的样子",
            why="",
            at=self._clock.now(),
        )
        tx.configuration.add(found)
        return found


def _number_of(versions: Sequence[ConfigVersion], digest: str) -> int | None:
    return next((version.number for version in versions if version.digest == digest), None)
