"""What the audit trail says of a request."""

from fastapi import Request

from app.api.access import known_principal
from app.api.addresses import address_of
from app.api.service import service_of
from app.security.audit import DONE, Event
from app.security.audit_actions import Action


def event(
    request: Request, action: Action, object: str | None = None, purpose: str | None = None, outcome: str = DONE
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
