"""What the audit trail says of a request."""

import ipaddress

from fastapi import Request

from app.api.access import known_principal
from app.api.service import service_of
from app.security.audit import DONE, Event


def event(
    request: Request, action: str, object: str | None = None, purpose: str | None = None, outcome: str = DONE
) -> Event:
    """Return the event that *request* is, on *object*: an id, never a value."""
    route = getattr(request.scope.get("route"), "path", None)
    principal = known_principal(request)
    return Event(
        action,
        outcome,
        client=None if principal is None else principal.id,
        role=None if principal is None else principal.role.value,
        region=None if principal is None else principal.region_code,
        address=address_of(request, service_of(request).settings.proxies),
        route=None if route is None else f"{request.method} {route}",
        object=object,
        purpose=purpose,
    )


def address_of(request: Request, proxies: int) -> str | None:
    """Return the client's address: what the outermost of so many trusted *proxies* saw, or the peer's own."""
    peer = request.client.host if request.client is not None else ""
    forwarded = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
    # Each proxy appends whom it saw; whatever stands further left the client wrote itself.
    seen = [*forwarded, peer][-proxies - 1 :][0]
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return None
