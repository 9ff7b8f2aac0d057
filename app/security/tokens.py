"""Tokens of a sign-on (JWT, RFC 7519): who bears one may do what its role says, where its region says."""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from joserfc import jws, jwt
from joserfc.errors import JoseError

from app.errors import ForbiddenError, UnauthorizedError
from app.security.applications import region_fault
from app.security.clients import Digesting
from app.security.issuer import Issuer
from app.security.principal import Principal, PrincipalKind
from app.security.roles import Role
from app.settings import Settings

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
)
"""Signatures with a private key only: nothing that a public key could be mistaken for the secret of."""
LONGEST: Final = 8 * 1024
SKEW: Final = 60
"""Seconds by which the sign-on's clock and ours may differ."""
_HEADER: Final = frozenset({"alg", "kid", "typ"})
_TYPES: Final = ("jwt", "at+jwt", "application/at+jwt")
_PURPOSE: Final = "sign-on"

WRONG: Final = "令牌无效：签名、签发者、受众或期限不符。请重新登录统一身份认证后再试。"


class Bearer(NamedTuple):
    """Who bears a token, and for how many more seconds."""

    principal: Principal
    seconds: float


class SignOn:
    """Turns tokens of one issuer into principals."""

    def __init__(
        self, settings: Settings, ring: Digesting, issuer: Issuer, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._ring = ring
        self._issuer = issuer
        self._clock = clock

    async def verify(self, credential: bytes) -> Bearer:
        """Return who bears the token; raise UnauthorizedError, ForbiddenError or SignOnUnavailableError."""
        claims = await self._claims(credential)
        if claims is None:
            raise UnauthorizedError(WRONG, presented=True)
        return Bearer(self._principal(claims), claims["exp"] + SKEW - self._clock())

    async def _claims(self, credential: bytes) -> dict[str, Any] | None:
        """Return the claims of a token that is authentic, ours and of this time; None of any other."""
        try:
            header = jws.extract_compact(credential).headers()
            if not _is_plain(header):
                return None
            key = await self._issuer.key(header["kid"])
            if key is None or key.get("alg", header["alg"]) != header["alg"]:
                return None
            token = jwt.decode(credential, key, algorithms=[header["alg"]])
            self._registry().validate(token.claims)
        except (JoseError, ValueError, TypeError, RecursionError):
            return None
        return token.claims

    def _registry(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=SKEW,
            iss={"essential": True, "value": self._settings.oidc_issuer or ""},
            aud={"essential": True, "value": self._settings.oidc_audience or ""},
            exp={"essential": True},
            sub={"essential": True},
        )

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        settings = self._settings
        named = _claim(claims, settings.oidc_role_claim)
        roles = {name for name in (named if isinstance(named, list) else [named]) if name in tuple(Role)}
        if len(roles) != 1:
            which = "有多个" if roles else "没有"
            raise ForbiddenError(f"令牌中{which}本服务的角色（声明 {settings.oidc_role_claim}），应正好有一个，请联系统一身份认证的管理员。")
        role = Role(roles.pop())
        region = _claim(claims, settings.oidc_region_claim)
        if fault := region_fault(region, role, settings.region):
            raise ForbiddenError(f"令牌中的行政区划代码（声明 {settings.oidc_region_claim}）不能用：{fault}。")
        who = f"{settings.oidc_issuer}\0{claims['sub']}".encode()
        id = f"oidc:{self._ring.mac(_PURPOSE, who)[:16].hex()}"
        return Principal(id, "统一身份认证用户", PrincipalKind.TOKEN, role, role.permissions, region)


def _is_plain(header: Mapping[str, Any]) -> bool:
    """Tell whether a header says how it is signed and by which key, and nothing else: no key of its own, no address."""
    type = header.get("typ", "JWT")
    return (
        header.keys() <= _HEADER
        and header.get("alg") in ALGORITHMS
        and isinstance(header.get("kid"), str)
        and isinstance(type, str)
        and type.lower() in _TYPES
    )


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return the claim *name*; dots lead into claims that hold others, as in `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
