"""Accounts: who may sign in, in which roles, and the sessions and tokens by which a request is somebody's."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.failures import NotAllowed
from huiying.identity import Way
from huiying.permission import Action
from huiying.person import SYSTEM, Person, Role

API_TOKEN_BEGINS = "hy_"  # noqa: S105 - no secret: what tells a program's token from the door's own
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One person who may sign in. The password is not here: its hash stays in the register."""

    id: str
    name: str
    roles: frozenset[Role]
    bureau: str | None = None
    made_at: datetime
    disabled_at: datetime | None = None
    must_change_password: bool = False
    version: int = 0

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or self.id == SYSTEM.id:
            raise NotAllowed(f"账号“{self.id}”不行：2 到 32 个小写字母、数字、点、横线或下划线，不能叫 {SYSTEM.id}")
        if not 1 <= len(self.name.strip()) <= 40:
            raise NotAllowed(f"账号 {self.id} 的姓名应为 1 到 40 个字")
        within = [role.label for role in Role if role in self.roles and role.within_unit]
        if within and not self.bureau:
            raise NotAllowed(f"{self.name}（{'、'.join(within)}）须写明所在单位，否则什么事项都看不到")

    @property
    def person(self) -> Person:
        """Who acts when this account is signed in."""
        return Person(id=self.id, name=self.name, roles=self.roles, bureau=self.bureau)

    def disabled(self, at: datetime) -> "Account":
        """May no longer sign in."""
        if self.disabled_at:
            raise NotAllowed(f"账号 {self.id} 已经停用")
        return replace(self, disabled_at=at)

    def enabled(self) -> "Account":
        """May sign in again."""
        if not self.disabled_at:
            raise NotAllowed(f"账号 {self.id} 没有停用")
        return replace(self, disabled_at=None)

    def in_roles(self, roles: Collection[Role], bureau: str | None) -> "Account":
        """With these roles and this unit instead of the present ones."""
        return replace(self, roles=frozenset(roles), bureau=bureau)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempts:
    """Failed sign-ins under one name since the last that succeeded, whether or not there is such an account."""

    name: str
    failed: int = 0
    last_at: datetime
    locked_until: datetime | None = None

    def must_be_open(self, now: datetime) -> None:
        """Refuse while the name waits."""
        if self.locked_until and self.locked_until > now:
            minutes = max(1, -(-(self.locked_until - now) // timedelta(minutes=1)))
            raise NotAllowed(f"失败次数过多，请约 {minutes} 分钟后再试，或请系统管理员解锁")

    def one_more(self, now: datetime, wait: timedelta) -> "Attempts":
        """With one more failure, and a wait that begins now."""
        return replace(self, failed=self.failed + 1, last_at=now, locked_until=now + wait if wait else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One signed-in browser. Its token is nowhere but in that browser; the register has its SHA-256."""

    id: str
    account: str
    browser: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    way: Way = Way.PASSWORD

    def is_open(self, now: datetime, idle: timedelta) -> bool:
        """Whether it still lets somebody in."""
        return self.ended_at is None and now < self.ends_at and now - self.seen_at < idle


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """A program's way in under somebody's account, for some actions only."""

    id: str
    account: str
    purpose: str
    scopes: frozenset[Action]
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it still lets the program in."""
        return self.revoked_at is None and now < self.ends_at
