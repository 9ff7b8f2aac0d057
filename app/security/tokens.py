"""Access tokens of a sign-on (JWT, RFC 7519 and RFC 9068): authentic, ours, and of this time."""

import math
import time
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from app.security.issuer import Issuer

ALGORITHMS: Final = frozenset({"RS256", "PS256", "ES256", "EdDSA", "Ed25519"})
"""Signatures with a private key only: nothing that a public key could be mistaken for the secret of."""
SKEW: Final = 60
"""Seconds by which the sign-on's clock and ours may differ."""
LONGEST_SUBJECT: Final = 255
_HEADER: Final = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_OTHER_KINDS: Final = frozenset({"ID", "Refresh", "Logout", "Offline"})
"""What Keycloak writes into tokens that are not for asking with."""
_OF_ID_TOKENS: Final = frozenset({"at_hash", "c_hash", "s_hash"})


class Refusal(Enum):
    """Why a token is refused: for logs and for whoever connects a sign-on, not for who sent it."""

    FORM = "不是带签名的令牌（JWS，三段）"
    HEADER = "头部有不接受的参数：只认 alg、kid、typ、x5t"
    ALGORITHM = "签名算法不接受：只认 RS256、PS256、ES256、EdDSA（Ed25519）"
    NO_KEY_ID = "头部没有 kid，不知道用哪个公钥核验"
    KEY = "签发者的公钥中没有这个 kid，或该公钥不用于这种算法"
    SIGNATURE = "签名不符"
    KIND = "不是访问令牌（access token），而是别的令牌（如 ID token）"
    ISSUER = "签发者（iss）与 HUIMIN_SIGN_ON_ISSUER 不同"
    AUDIENCE = "受众（aud）中没有 HUIMIN_SIGN_ON_AUDIENCE"
    EXPIRED = "已过期（exp），或没有期限"
    NOT_YET = "尚未生效（nbf 或 iat 在将来）"
    SUBJECT = "没有用户标识（sub）"
    ROLE = "角色声明中没有本服务的角色，或者不止一个"
    REGION = "行政区划代码的声明不能用"
    UNIT = "单位代码的声明不能用：应为单位目录（/v1/units）中的代码"


class RefusedTokenError(Exception):
    """A token that is not taken."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


class _Signatures(JWSRegistry):
    """The signatures that are taken, by the names that issuers give them."""

    def get_alg(self, name: str) -> Any:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


_SIGNATURES: Final = _Signatures(algorithms=sorted(ALGORITHMS))


async def verified(
    token: bytes, issuer: Issuer, audience: str, clock: Callable[[], float] = time.time
) -> Mapping[str, Any]:
    """Return a token's claims; raise RefusedTokenError, or SignOnUnavailableError when it cannot be told."""
    kid, algorithm = _head(token)
    key = await issuer.key(kid)
    if key is None or algorithm not in key.algorithms:
        raise RefusedTokenError(Refusal.KEY)
    try:
        claims = jwt.decode(token, key.key, registry=_SIGNATURES).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        claims = None
    # Raised outside `except`: what was sent stays out of every trace.
    if claims is None:
        raise RefusedTokenError(Refusal.SIGNATURE)
    if (refusal := _fault(claims, issuer.name, audience, clock())) is not None:
        raise RefusedTokenError(refusal)
    return claims


def _head(token: bytes) -> tuple[str, str]:
    """Return by which key and how a token says that it is signed; raise RefusedTokenError."""
    header: dict[str, Any] | None = None
    if token.count(b".") == 2:
        try:
            header = jws.extract_compact(token).headers()
        except (JoseError, ValueError, TypeError, RecursionError):
            header = None
    if header is None:
        raise RefusedTokenError(Refusal.FORM)
    kid, algorithm, kind = header.get("kid"), header.get("alg"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise RefusedTokenError(Refusal.ALGORITHM)
    if not header.keys() <= _HEADER:
        # No key of its own, no address of one, nothing critical that we do not know.
        raise RefusedTokenError(Refusal.HEADER)
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise RefusedTokenError(Refusal.KIND)
    if not isinstance(kid, str) or not kid:
        raise RefusedTokenError(Refusal.NO_KEY_ID)
    return kid, algorithm


def _fault(claims: Mapping[str, Any], issuer: str, audience: str, now: float) -> Refusal | None:
    meant = claims.get("aud")
    if claims.get("iss") != issuer:
        return Refusal.ISSUER
    if audience not in (meant if isinstance(meant, list) else [meant]):
        return Refusal.AUDIENCE
    if claims.get("typ") in _OTHER_KINDS or not _OF_ID_TOKENS.isdisjoint(claims):
        return Refusal.KIND
    ends = _moment(claims.get("exp"))
    if ends is None or ends + SKEW <= now:
        return Refusal.EXPIRED
    for name in ("nbf", "iat"):
        if name in claims and ((begins := _moment(claims[name])) is None or begins - SKEW > now):
            return Refusal.NOT_YET
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        return Refusal.SUBJECT
    return None


def _moment(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
