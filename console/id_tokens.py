"""ID tokens: the signed words of a provider about who stands before it. The one place that checks signatures.

OpenID Connect Core, 3.1.3.7. Only RS256 and ES256 are believed, and only by keys that the provider publishes: a token
without a signature, or one signed with a shared secret, is none.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from huiying.failures import NotAllowed

ALGORITHMS = ("RS256", "ES256")
_LONGEST_HEADER = 8192
"""Bytes; some providers send their certificates along in it."""


Keys = KeySet
"""What a provider signs with."""


class UnknownKey(NotAllowed):
    """The token is signed with a key that the provider did not publish when it was last asked."""


def read_keys(published: object) -> Keys:
    """The keys of a provider's JWKS by which it may sign; those that are for something else are left out."""
    listed = published.get("keys") if isinstance(published, dict) else None
    return KeySet([key for entry in listed or () if (key := _key(entry)) is not None])


def _key(entry: object) -> Key | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    try:
        if entry.get("kty") == "RSA":
            key = RSAKey.import_key(entry)
            return key if key.public_key.key_size >= 2048 else None
        if entry.get("kty") == "EC" and entry.get("crv") == "P-256":
            return ECKey.import_key(entry)
    except (JoseError, ValueError, TypeError):
        return None
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What a token must say: who made it, for whom, for which passage; and the moment, give or take some seconds."""

    issuer: str
    client: str
    nonce: str
    now: datetime
    leeway: int


def read_id_token(text: str, keys: Keys, expected: Expected) -> Mapping[str, Any]:
    """The claims of a token that this provider made for this office and for this passage, and that is not over.

    `UnknownKey` where its key is not among these; `NotAllowed` says in words what else is wrong with it.
    """
    claims = _signed_claims(text, keys)
    rules = jwt.JWTClaimsRegistry(
        now=int(expected.now.timestamp()),
        leeway=expected.leeway,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        rules.validate(claims)
    except JoseError as error:
        raise NotAllowed(f"身份令牌的 {_claim(error)} 不对") from error
    _must_be_for_us_alone(claims, expected.client)
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode("utf-8", "replace"), expected.nonce.encode()):
        raise NotAllowed("身份令牌不是为这次登录发的（nonce 不对）")
    return claims


def _signed_claims(text: str, keys: Keys) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = _LONGEST_HEADER
    try:
        return jwt.decode(text, keys, registry=registry).claims
    except InvalidKeyIdError as error:
        raise UnknownKey("身份令牌用的密钥不在提供方公布的密钥之中") from error
    except (JoseError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise NotAllowed(f"身份令牌的签名不可信（{type(error).__name__}）") from error


def _must_be_for_us_alone(claims: Mapping[str, Any], client: str) -> None:
    """Where it is for several, the party that it was given to must be this office."""
    audience, party = claims["aud"], claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if (several or party is not None) and party != client:
        raise NotAllowed("身份令牌是发给别的系统的（azp 不对）")


def _claim(error: JoseError) -> str:
    return str(getattr(error, "claim", "")) or type(error).__name__
