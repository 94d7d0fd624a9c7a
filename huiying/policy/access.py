"""Reads `config/access.yaml`: how long passwords are, when a name waits, and how long a session lasts."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from huiying.failures import NotAllowed
from huiying.policy.reading import OfficeModel, read_office_file


class PasswordRules(OfficeModel):
    """What a password must be, and whether anybody signs in by one."""

    shortest: int = Field(ge=8, le=64)
    allowed: bool = True


class WaitRules(OfficeModel):
    """After so many failures a name waits; each further failure doubles the wait, up to the longest."""

    after_failures: int = Field(ge=3, le=20)
    first_seconds: int = Field(ge=10, le=3600)
    longest_minutes: int = Field(ge=1, le=1440)


class SessionRules(OfficeModel):
    """How long somebody stays signed in without doing anything, and at most."""

    idle_minutes: int = Field(ge=5, le=1440)
    longest_hours: int = Field(ge=1, le=72)


class TokenRules(OfficeModel):
    """How long a program's token lasts at most."""

    longest_days: int = Field(ge=1, le=730)


class SingleSignOnRules(OfficeModel):
    """What the provider is called, by which claim it knows people, and how long it is waited for."""

    called: str = Field(default="统一身份认证", min_length=1, max_length=20)
    claim: str = Field(default="sub", pattern=r"^[A-Za-z0-9_:./-]{1,80}$")
    scopes: tuple[str, ...] = ()
    seconds: float = Field(default=5, ge=1, le=30)
    leeway_seconds: int = Field(default=60, ge=0, le=300)


class AccessRules(OfficeModel):
    """Who gets in, and for how long. Every number is the office's own (本单位自定)."""

    password: PasswordRules
    wait: WaitRules
    session: SessionRules
    token: TokenRules
    single_sign_on: SingleSignOnRules = SingleSignOnRules()

    @property
    def idle(self) -> timedelta:
        """After so long without a request a session is over."""
        return timedelta(minutes=self.session.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """After so long a session is over in any case."""
        return timedelta(hours=self.session.longest_hours)

    def wait_after(self, failures: int) -> timedelta:
        """How long a name waits after so many failures in a row."""
        beyond = failures - self.wait.after_failures
        if beyond < 0:
            return timedelta(0)
        longest = timedelta(minutes=self.wait.longest_minutes)
        return min(timedelta(seconds=self.wait.first_seconds << min(beyond, 20)), longest)

    def must_be_good(self, password: str, account: str) -> None:
        """Refuse a password that is too short, endless, or the account's own name."""
        if len(password) < self.password.shortest:
            raise NotAllowed(f"密码至少 {self.password.shortest} 个字符，可以用几个互不相干的词")
        if len(password) > 200:
            raise NotAllowed("密码不能超过 200 个字符")
        if account in password.lower() or len(set(password)) < 5:
            raise NotAllowed("密码不能含账号，也不能只由几个字符重复而成")


def read_access(config_dir: Path) -> AccessRules:
    """The office's rules of access."""
    return read_office_file(config_dir / "access.yaml", AccessRules)
