"""The district's own sign-on: who bears one of its tokens may do what their role says, where their region says."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from app.errors import ForbiddenError, SettingsError, UnauthorizedError
from app.regions import RegionError
from app.security.applications import UnitError, bound_region, bound_unit, is_name
from app.security.clients import Digesting
from app.security.issuer import Issuer
from app.security.jwks import read_jwks
from app.security.principal import Principal, PrincipalKind
from app.security.roles import Role
from app.security.tokens import SKEW, Refusal, RefusedTokenError, verified
from app.settings import Settings

NAMELESS: Final = "统一身份认证用户"
WRONG: Final = "令牌无效或已过期：请重新登录统一身份认证后再试。"
NO_ROLE: Final = "这个账号在统一身份认证中没有本系统的角色，或者不止一个：请联系统一身份认证的管理员分配。"
NO_REGION: Final = "这个账号在统一身份认证中的行政区划代码缺少或不能用：请联系统一身份认证的管理员更正。"
NO_UNIT: Final = "这个账号在统一身份认证中的单位代码缺少或不能用：请联系统一身份认证的管理员更正。"
_PURPOSE: Final = "sign-on"

log = logging.getLogger("huimin.sign-on")


class Bearer(NamedTuple):
    """Who bears a token, and for how many more seconds."""

    principal: Principal
    seconds: float


class SignOn:
    """Turns the tokens of one issuer into principals."""

    def __init__(self, settings: Settings, ring: Digesting, clock: Callable[[], float] = time.time) -> None:
        """Raise SettingsError for settings that do not go together, or for a file without keys."""
        self._check(settings)
        self.issuer = Issuer(settings.sign_on_issuer or "", settings.sign_on_jwks)
        self._settings = settings
        self._audience = settings.sign_on_audience or ""
        self._roles = settings.sign_on_roles or {role.value: role.value for role in Role}
        self._ring = ring
        self._clock = clock

    async def verify(self, token: bytes) -> Bearer:
        """Return who bears the token; raise UnauthorizedError, ForbiddenError or SignOnUnavailableError."""
        try:
            return await self.bearer(token)
        except RefusedTokenError as error:
            refusal = error.refusal
        # The reason is for whoever runs the service.
        log.info("a token was refused: %s", refusal.name.lower())
        match refusal:
            case Refusal.ROLE:
                raise ForbiddenError(NO_ROLE)
            case Refusal.REGION:
                raise ForbiddenError(NO_REGION)
            case Refusal.UNIT:
                raise ForbiddenError(NO_UNIT)
            case _:
                # Whoever holds one that ended has signed in: that is no guess at somebody's key.
                raise UnauthorizedError(WRONG, presented=True, guessed=refusal is not Refusal.EXPIRED)

    async def bearer(self, token: bytes) -> Bearer:
        """Return who bears the token; raise RefusedTokenError, which says why, or SignOnUnavailableError."""
        claims = await verified(token, self.issuer, self._audience, self._clock)
        return Bearer(self._principal(claims), claims["exp"] + SKEW - self._clock())

    def id_of(self, subject: str) -> str:
        """Return the id under which the person *subject* of the sign-on is known here: a keyed digest."""
        who = f"{self.issuer.name}\0{subject}".encode()
        return f"person:{self._ring.mac(_PURPOSE, who)[:16].hex()}"

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        named = self._settings.sign_on_claims
        given = claim(claims, named.role)
        roles = {self._roles[each] for each in _listed(given) if isinstance(each, str) and each in self._roles}
        if len(roles) != 1:
            raise RefusedTokenError(Refusal.ROLE)
        role = Role(roles.pop())
        try:
            area = bound_region(_only(claim(claims, named.region)), role, self._settings.region)
        except RegionError:
            raise RefusedTokenError(Refusal.REGION) from None
        try:
            # Of who cannot be bound to a unit it is nobody's business in which one they work.
            unit = bound_unit(_only(claim(claims, named.unit)), role) if role.may_have_unit else None
        except UnitError:
            raise RefusedTokenError(Refusal.UNIT) from None
        name = _only(claim(claims, named.name))
        shown = name.strip() if isinstance(name, str) and is_name(name) else NAMELESS
        return Principal(self.id_of(claims["sub"]), shown, PrincipalKind.TOKEN, role, role.permissions, area, unit=unit)

    @staticmethod
    def _check(settings: Settings) -> None:
        if settings.sign_on_audience is None:
            raise SettingsError("设了 HUIMIN_SIGN_ON_ISSUER，还要设 HUIMIN_SIGN_ON_AUDIENCE：令牌的受众（aud）。")
        unknown = set((settings.sign_on_roles or {}).values()) - {role.value for role in Role}
        if unknown:
            raise SettingsError(f"环境变量 HUIMIN_SIGN_ON_ROLES 等号右边应为 {'、'.join(Role)} 之一")
        if settings.sign_on_jwks is None:
            return
        if settings.sign_on_client is not None:
            said = "HUIMIN_SIGN_ON_CLIENT 和 HUIMIN_SIGN_ON_JWKS 只能设一个：首页登录要从签发者处取得登录的地址。"
            raise SettingsError(said)
        try:
            read_jwks(settings.sign_on_jwks.read_bytes())
        except (OSError, ValueError, RecursionError):
            said = "环境变量 HUIMIN_SIGN_ON_JWKS 的文件读不出来，或者其中没有带 kid 的签名公钥（RSA、P-256、Ed25519）"
        else:
            return
        raise SettingsError(said)


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return the claim *name*; dots lead into claims that hold others, as in `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _only(value: object) -> object:
    """Return the one item of a list: some issuers make lists of everything."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
