"""Failed sign-ins, counted for each address: who tries one key after the other is made to wait."""

import ipaddress
import time
from collections.abc import Callable
from typing import Final

from app.errors import TooManyError

FREE: Final = 30
"""So many failures at once are nobody's fault: an office behind one address, an app with yesterday's key."""
EVERY: Final = 6.0
"""Seconds after which one more is free again."""
MOST_ADDRESSES: Final = 8192
_V6_NETWORK: Final = 64


class Attempts:
    """The failed sign-ins of the last minutes, kept in this process only, a bounded number of addresses."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._settled: dict[str, float] = {}
        """When everything that an address has failed at will be forgotten."""

    def check(self, address: str | None) -> None:
        """Raise TooManyError if too many came from *address*."""
        wait = self._settled.get(_network(address), 0.0) - self._clock() - (FREE - 1) * EVERY
        if wait > 0:
            raise TooManyError(
                "从这个地址用无效的密钥请求的次数太多，请按 Retry-After 等待后重试；"
                "密钥遗失或已失效的，请向系统管理员索取新的。",
                wait,
            )

    def failed(self, address: str | None) -> None:
        """Remember that a sign-in from *address* failed."""
        network, now = _network(address), self._clock()
        # Taken out and put back, so that the first is the one that was quiet for longest.
        settled = max(now, self._settled.pop(network, now)) + EVERY
        while len(self._settled) >= MOST_ADDRESSES:
            del self._settled[next(iter(self._settled))]
        self._settled[network] = settled


def _network(address: str | None) -> str:
    """Return what one customer of a provider has: an IPv4 address, or a network of IPv6."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, _V6_NETWORK), strict=False))
        return str(found.ipv4_mapped)
    return str(found)
