"""Where a request comes from."""

import ipaddress

from fastapi import Request


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
