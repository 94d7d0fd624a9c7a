"""The provider of single sign-on 统一身份认证: found by discovery, asked by the code flow with PKCE.

OpenID Connect Core 3.1, Discovery 4, RFC 7636, RFC 9207. Whatever it says wrong is `NotAllowed`, whatever it does not
say in time is `Unavailable`.
"""

import json
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from console.id_tokens import ALGORITHMS, Expected, Keys, UnknownKey, read_id_token, read_keys
from huiying.asking import Asked
from huiying.clock import Clock
from huiying.failures import NotAllowed, Unavailable
from huiying.identity import Identity, Passage
from huiying.policy.access import SingleSignOnRules
from huiying.settings import ProviderSettings, may_be_trusted

BACK = "/sign-in/provider/back"
"""Where the provider sends browsers back to; it has to be registered there, after the console's address."""

_MOST_BYTES = 256 * 1024
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_KEPT_FOR = timedelta(hours=1)
_AWAY_FOR = timedelta(seconds=10)
"""So long nobody asks a provider again that did not answer: however many want to sign in, few wait for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovered:
    """What a provider says of itself, and the keys that it published then."""

    authorization: str
    token: str
    jwks: str
    end_session: str | None
    secret_in_form: bool
    says_issuer: bool
    keys: Keys
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """Whom the provider recognised, and its token, which it wants back when they sign out."""

    identity: Identity
    id_token: str


class Provider:
    """One provider, as this office is registered there. What it said of itself is believed for an hour."""

    def __init__(self, settings: ProviderSettings, rules: SingleSignOnRules, console_url: str, clock: Clock) -> None:
        self._settings = settings
        self._rules = rules
        self._clock = clock
        self._asked = Asked(called=rules.called, seconds=rules.seconds, most_bytes=_MOST_BYTES, ca=settings.ca)
        self._lock = threading.Lock()
        self._known: Discovered | None = None
        self._away: tuple[datetime, Unavailable] | None = None
        self.console_url = console_url

    @property
    def called(self) -> str:
        """What it is called on screens."""
        return self._rules.called

    def describe(self) -> str:
        """That it answers and can be used, and what has to be registered there."""
        self.discovered()
        settings, rules = self._settings, self._rules
        return f"{settings.issuer} 可用，以 {rules.claim} 认人；应在那里登记的回调地址：{self.console_url + BACK}"

    @property
    def naming(self) -> tuple[str, str]:
        """What its names are told apart by from those of others: its address, and the claim."""
        return self._settings.issuer, self._rules.claim

    def identity(self, subject: str) -> Identity:
        """Whom it calls so."""
        return Identity(issuer=self._settings.issuer, claim=self._rules.claim, subject=subject)

    def way_in(self, passage: Passage) -> str:
        """Where a browser goes to be recognised."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client,
            "redirect_uri": self.console_url + BACK,
            "scope": " ".join(("openid", *self._rules.scopes)),
            "state": passage.state,
            "nonce": passage.nonce,
            "code_challenge": passage.challenge,
            "code_challenge_method": "S256",
        }
        return _with_query(self.discovered().authorization, asked)

    def way_out(self, id_token: str | None) -> str | None:
        """Where a browser goes to be forgotten there, too; None where there is no such place, or it is away."""
        try:
            end_session = self.discovered().end_session
        except (Unavailable, NotAllowed):
            return None
        if end_session is None:
            return None
        asked = {"client_id": self._settings.client, "post_logout_redirect_uri": f"{self.console_url}/sign-in"}
        return _with_query(end_session, asked | ({"id_token_hint": id_token} if id_token else {}))

    def recognise(self, passage: Passage, answer: Mapping[str, str]) -> Recognised:
        """Who came back with this answer."""
        known = self.discovered()
        issuer = answer.get("iss")
        if issuer != self._settings.issuer and (issuer is not None or known.says_issuer):
            raise NotAllowed("回来的答复不是本单位的提供方给的（iss 不对）")
        code = answer.get("code", "")
        if not code:
            raise NotAllowed("提供方没有给出 code")
        text = self._exchange(known, code, passage)
        claims = self._read(text, known, passage)
        subject = claims.get(self._rules.claim)
        if isinstance(subject, bool) or not isinstance(subject, str | int):
            raise NotAllowed(f"身份令牌里没有 {self._rules.claim} 这一项，认不出是谁，请系统管理员检查 access.yaml")
        return Recognised(identity=self.identity(str(subject)), id_token=text)

    def discovered(self) -> Discovered:
        """What the provider says of itself, asked anew after an hour; as long as one asks, others wait."""
        with self._lock:
            now = self._clock.now()
            if self._known is not None and now - self._known.at <= _KEPT_FOR:
                return self._known
            if self._away is not None and now - self._away[0] <= _AWAY_FOR:
                raise Unavailable(str(self._away[1]))
            try:
                self._known = self._discover()
            except Unavailable as away:
                self._away = (now, away)
                raise
            return self._known

    def _discover(self) -> Discovered:
        issuer = self._settings.issuer
        said = self._get(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            raise NotAllowed(f"{self.called}自称 {str(said.get('issuer'))[:80]}，与 HUIYING_OIDC_ISSUER 不符")
        signs = said.get("id_token_signing_alg_values_supported")
        if isinstance(signs, list) and not set(ALGORITHMS) & {str(one) for one in signs}:
            raise NotAllowed(f"{self.called}不会用 {'、'.join(ALGORITHMS)} 签名，不能用")
        methods = said.get("token_endpoint_auth_methods_supported")
        jwks = self._address(said, "jwks_uri")
        return Discovered(
            authorization=self._address(said, "authorization_endpoint"),
            token=self._address(said, "token_endpoint"),
            jwks=jwks,
            end_session=self._address(said, "end_session_endpoint") if said.get("end_session_endpoint") else None,
            secret_in_form=isinstance(methods, list) and "client_secret_basic" not in methods,
            says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
            keys=read_keys(self._get(jwks)),
            at=self._clock.now(),
        )

    def _read(self, text: str, known: Discovered, passage: Passage) -> Mapping[str, Any]:
        """The token's claims; keys that are not known are asked for once."""

        expected = Expected(
            issuer=self._settings.issuer,
            client=self._settings.client,
            nonce=passage.nonce,
            now=self._clock.now(),
            leeway=self._rules.leeway_seconds,
        )
        try:
            return read_id_token(text, known.keys, expected)
        except UnknownKey:
            with self._lock:
                self._known = None
            return read_id_token(text, self.discovered().keys, expected)

    def _exchange(self, known: Discovered, code: str, passage: Passage) -> str:
        """The ID token for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.console_url + BACK,
            "code_verifier": passage.verifier,
        }
        login, named = self._credentials(secret_in_form=known.secret_in_form)
        answer = self._asked.ask(known.token, urlencode({**form, **named}).encode(), {**_FORM, **login})
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"{self.called}出错（HTTP {answer.status}）")
        said = _object(answer.body)
        token = said.get("id_token")
        if answer.status != HTTPStatus.OK or not isinstance(token, str):
            raise NotAllowed(f"{self.called}没有认可这次登录（HTTP {answer.status}{error_word(said.get('error'))}）")
        return token

    def _credentials(self, *, secret_in_form: bool) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """How this office says who it is: by a header, or by fields of the form (RFC 6749, 2.3.1)."""
        client, secret = self._settings.client, self._settings.secret
        if secret is None:
            return {}, {"client_id": client}
        if secret_in_form:
            return {}, {"client_id": client, "client_secret": secret}
        pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}, {}

    def _get(self, url: str) -> dict[str, Any]:
        answer = self._asked.ask(url, headers={"Accept": "application/json"})
        if answer.status != HTTPStatus.OK:
            raise Unavailable(f"{self.called}出错（HTTP {answer.status}）")
        said = _object(answer.body)
        if not said:
            raise Unavailable(f"{self.called}的回答读不懂")
        return said

    def _address(self, said: Mapping[str, Any], name: str) -> str:
        address = said.get(name)
        if not isinstance(address, str) or not may_be_trusted(address.partition("?")[0]):
            raise NotAllowed(f"{self.called}给的 {name} 不是加密的地址，不能用")
        return address


def error_word(error: object) -> str:
    """The provider's own word for what went wrong, where it is one of a protocol and not a text."""
    word = error if isinstance(error, str) else ""
    return f"，{word}" if word and len(word) <= 60 and word.replace("_", "").isascii() and word.isidentifier() else ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return address + ("&" if "?" in address else "?") + urlencode(asked)
