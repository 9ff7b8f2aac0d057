"""Who may ask: every route says which permission it needs and what it shows of which region, or that it is open.

    @router.get("/{id}")
    @needs(Permission.SCREENINGS_READ, Scope.REGION)
    async def screening(id: str, principal: PrincipalDep) -> Response: ...

A route that says neither cannot be made.  The check comes before anything of the request is read but its head.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from inspect import iscoroutinefunction, signature
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.responses import Response
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from app.api.addresses import address_of
from app.api.schema import problems
from app.api.service import service_of
from app.errors import ForbiddenError, SignOnUnavailableError, TooManyError, UnauthorizedError, UnavailableError
from app.security.authentication import NEEDED
from app.security.principal import Principal
from app.security.roles import Permission

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

SCHEME: Final = "bearer"
LONGEST: Final = 8 * 1024
"""The longest credential that is looked at, in bytes."""

_DECLARED: Final = "__huimin_access__"
_PRINCIPAL: Final = "huimin.principal"
QUOTA: Final = "huimin.quota"
"""Where a request's scope holds what its client may still ask for."""


class Scope(Enum):
    """What a route shows to a client that is bound to a village or township."""

    REGION = "只限本村（社区）、本镇（街道）"
    """Makes and shows only what lies under the client's code; of what lies elsewhere nothing is told."""
    NOWHERE = "与地区无关"
    """Shows nothing about people or places: the same for everybody."""


@dataclass(frozen=True)
class Access:
    """What a route needs; without a permission it is open to everybody."""

    permission: Permission | None
    scope: Scope = Scope.NOWHERE


OPEN: Final = Access(None)


def needs(permission: Permission, scope: Scope) -> Callable[[Endpoint], Endpoint]:
    """Declare what an endpoint needs."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _DECLARED, Access(permission, scope))
        return endpoint

    return declare


def open_to_all(endpoint: Endpoint) -> Endpoint:
    """Declare that an endpoint answers whoever asks: only health, documentation and the sign-in page."""
    setattr(endpoint, _DECLARED, OPEN)
    return endpoint


class GuardedRoute(APIRoute):
    """A route that lets in whom its endpoint's declaration says, and documents it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        access = getattr(endpoint, _DECLARED, None)
        if access is None:
            raise TypeError(f"{endpoint.__qualname__}: declare with @needs or @open_to_all who may use it")
        self.access: Access = access
        extra = options.get("openapi_extra") or {}
        if access.permission is not None:
            away = problems(UnavailableError, SignOnUnavailableError)
            known = problems(UnauthorizedError, ForbiddenError, TooManyError)
            options["responses"] = {**away, **(options.get("responses") or {}), **known}
            said = f"\n\n需要权限 `{access.permission.value}`（{access.permission.label}）；{access.scope.value}。"
            options["description"] = (options.get("description") or "") + said
        security: list[dict[str, list[str]]] = [] if access.permission is None else [{SCHEME: []}]
        options["openapi_extra"] = {**extra, "security": security}
        super().__init__(path, endpoint, **options)
        stated = signature(endpoint)
        alone = [each.annotation for each in stated.parameters.values()] == [Request]
        self._takes_request_alone = alone and stated.return_annotation is Response and iscoroutinefunction(endpoint)
        self._answer = self._guarding(endpoint)

    async def handle(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if not self._takes_request_alone or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        # There is nothing for the framework to find: its search would take longer than a screening's rules.
        request = Request(scope, receive, send)

        async def answer(scope: AsgiScope, receive: Receive, send: Send) -> None:
            response = await self._answer(request)
            await response(scope, receive, send)

        await wrap_app_handling_exceptions(answer, request)(scope, receive, send)

    def get_route_handler(self) -> Handler:
        return self._guarding(super().get_route_handler())

    def _guarding(self, inner: Handler) -> Handler:
        permission = self.access.permission
        if permission is None:
            return inner

        async def guarded(request: Request) -> Response:
            principal = request.scope[_PRINCIPAL] = await _principal(request)
            service = service_of(request)
            request.scope[QUOTA] = quota = service.quotas.of(principal)
            if not service.quotas.spend(quota):
                await service.quotas.draw(quota, service.run)
            if permission not in principal.permissions:
                principal.require(permission)
            return await inner(request)

        return guarded


class Router(APIRouter):
    """A router whose routes are all guarded."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=GuardedRoute, **options)


async def _principal(request: Request) -> Principal:
    """Return who asks; raise UnauthorizedError."""
    credential = _credential(request)
    service = service_of(request)
    known = service.authentication.known(credential)
    if known is not None:
        return known
    address = address_of(request, service.settings.proxies)
    if not service.authentication.has_met(credential):
        service.attempts.check(address)
    try:
        if service.authentication.takes(credential):
            return await service.authentication.verify_token(credential)
        return await service.run(service.authentication.verify_key, credential)
    except UnauthorizedError as error:
        if error.guessed:
            service.attempts.failed(address)
        raise


def _credential(request: Request) -> bytes:
    found = [value for name, value in request.scope["headers"] if name == b"authorization"]
    if len(found) != 1:
        raise UnauthorizedError(NEEDED)
    scheme, _, credential = found[0].partition(b" ")
    credential = credential.strip()
    if scheme.lower() != b"bearer" or not credential or len(credential) > LONGEST:
        raise UnauthorizedError(NEEDED, presented=bool(credential))
    return bytes(credential)


async def is_still_known(request: Request) -> bool:
    """Tell whether whoever asks would be let in as the same again: asked while an answer goes on for long."""
    try:
        return await _principal(request) == principal_of(request)
    except (UnauthorizedError, ForbiddenError):
        return False
    except (UnavailableError, SignOnUnavailableError):
        # Nobody can tell now.
        return True


def principal_of(request: Request) -> Principal:
    """Return who asks, on a route that lets nobody in unknown."""
    principal: Principal = request.scope[_PRINCIPAL]
    return principal


def known_principal(request: Request) -> Principal | None:
    """Return who asks, None where nobody has to say who they are or nobody knows yet."""
    principal: Principal | None = request.scope.get(_PRINCIPAL)
    return principal


async def _principal_of(request: Request) -> Principal:
    return principal_of(request)


PrincipalDep = Annotated[Principal, Depends(_principal_of)]
