"""Single sign-on 单点登录: as whom a provider outside knows somebody, and a browser's passage to it and back."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from enum import StrEnum

from huiying.failures import NotAllowed


class Way(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105 - no secret: the name of a way
    PROVIDER = "provider"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Somebody as a provider knows them: its address, which claim of its tokens is asked, and what it says.

    Whoever the office ties it to is let in by it; names and roles that a provider tells are never read.
    """

    issuer: str
    claim: str
    subject: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.subject) <= 255 or not self.subject.isprintable() or " " in self.subject:
            raise NotAllowed(f"单点登录编号“{self.subject[:40]}”不行：1 到 255 个字符，不含空格和控制字符")


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A browser on its way to the provider and back.

    Everything that must come back unchanged is made from one token, which nobody has but that browser; the register
    knows its hash, once.
    """

    token: str = field(repr=False)

    @classmethod
    def new(cls) -> "Passage":
        """One that nobody can guess."""
        return cls(token=secrets.token_urlsafe(32))

    @property
    def state(self) -> str:
        """What the provider sends back with the browser (RFC 6749, 10.12)."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What the provider writes into the ID token (OpenID Connect Core, 3.1.2.1)."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What proves to the provider that whoever left comes for the token (RFC 7636)."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier beforehand (S256)."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def _derived(self, name: str) -> str:
        return hmac.digest(self.token.encode(), name.encode(), "sha256").hex()
