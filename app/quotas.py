"""How much a client may ask for in an hour: a request is one, a list as many as it has rows.

Each client has a bucket in the database, which every process draws from.  It fills steadily, from empty to full in
an hour.  A process draws a fiftieth of it at a time and spends that by itself, so that requests cost no write.
Nothing is spent twice; what processes hold and have not spent, at most a fiftieth each, is the whole error.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import SettingsError, StorageFullError, TooManyError, UnavailableError
from app.models import Bucket
from app.security.principal import Principal
from app.security.roles import Role
from app.settings import Settings

HOUR: Final = 3600.0
SLICES: Final = 50
MOST_HELD: Final = 4096
QUOTAS: Final[Mapping[Role, int]] = MappingProxyType(
    {
        Role.CADRE: 20_000,
        Role.TOWNSHIP: 200_000,
        Role.DISTRICT: 5_000_000,
        Role.UNIT: 200_000,
        Role.PLATFORM: 1_000_000,
        Role.OFFICER: 20_000,
        Role.AUDITOR: 20_000,
        Role.ADMIN: 20_000,
    }
)
"""Units an hour: a village's list some times over; a county's; the whole district's; what a platform never reaches."""

Run = Callable[..., Awaitable[Any]]


class Quota:
    """What one client may spend, as far as this process knows."""

    def __init__(self, client: str, hourly: int) -> None:
        self.client, self.hourly = client, hourly
        self.left = 0.0
        """Drawn and not spent."""
        self.lent = 0.0
        """Let through while the database was away, to be paid at the next draw."""
        self.in_bucket = 0.0
        """What the bucket held at `seen`."""
        self.seen = 0.0
        self.refused_from = self.refused_until = 0.0
        self.drawing = asyncio.Lock()
        self._policy = (b"ratelimit-policy", b'"hour";q=%d;w=3600' % hourly)

    def headers(self, now: float) -> list[tuple[bytes, bytes]]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers-11: what is left, and when all of it is again."""
        if not self.hourly:
            return []
        rate = self.hourly / HOUR
        bucket = min(self.hourly, self.in_bucket + (now - self.seen) * rate)
        left = max(0, min(self.hourly, int(bucket + self.left)))
        full = math.ceil((self.hourly - left) / rate)
        return [self._policy, (b"ratelimit", b'"hour";r=%d;t=%d' % (left, full))]


class Quotas:
    """The quotas of one process' clients."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.by_role = by_role(settings)
        self.clock = clock
        self._database = database
        self._held: dict[str, Quota] = {}

    def of(self, principal: Principal) -> Quota:
        """Return the quota of *principal*."""
        hourly = self.by_role[principal.role] if principal.quota is None else principal.quota
        quota = self._held.get(principal.id)
        if quota is None or quota.hourly != hourly:
            while len(self._held) >= MOST_HELD:
                del self._held[next(iter(self._held))]
            quota = self._held[principal.id] = Quota(principal.id, hourly)
        return quota

    def spend(self, quota: Quota, units: int = 1) -> bool:
        """Take *units* off what is held of *quota*; return False, taking nothing, if that is less.

        Raise TooManyError while the bucket, which was found empty, cannot hold as much.
        """
        if quota.left >= units or not quota.hourly:
            quota.left -= units
            return True
        now = self.clock()
        if quota.refused_from <= now < quota.refused_until:
            raise _used_up(quota.hourly, quota.refused_until - now)
        return False

    async def draw(self, quota: Quota, run: Run, units: int = 1) -> None:
        """Draw a slice of *quota* from the database and take *units* off it; raise TooManyError.

        *run* does work away from the event loop.  With the database away or full, a slice is lent against the next
        draw: what needs no database is still answered.
        """
        async with quota.drawing:
            if not self.spend(quota, units):
                await self._refill(quota, run, units)
                quota.left -= units

    async def _refill(self, quota: Quota, run: Run, units: int) -> None:
        slice = max(units, quota.hourly // SLICES)
        owed = quota.lent - quota.left
        # A second's worth at least, or whoever has used everything up would cost a write a request.
        least = max(units, quota.hourly / HOUR) + owed
        wanted = max(slice + owed, least)
        now = self.clock()
        work = partial(draw, client=quota.client, hourly=quota.hourly, wanted=wanted, least=least, now=now)
        try:
            drawn, quota.in_bucket = await run(self._database.write, work)
        except (UnavailableError, StorageFullError):
            quota.left, quota.lent, quota.in_bucket = quota.left + slice, quota.lent + slice, 0.0
            return
        quota.seen = now
        if not drawn:
            wait = (least - quota.in_bucket) * HOUR / quota.hourly
            quota.refused_from, quota.refused_until = now, now + wait
            raise _used_up(quota.hourly, wait)
        quota.left, quota.lent = quota.left + drawn - quota.lent, 0.0


def draw(session: Session, client: str, hourly: int, wanted: float, least: float, now: float) -> tuple[float, float]:
    """Take up to *wanted* out of a client's bucket, nothing if it holds less than *least*; return that and the rest."""
    moment = datetime.fromtimestamp(now, UTC)
    full = {"client": client, "hourly": hourly, "units": float(hourly), "filled_at": moment}
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert
    session.execute(insert(Bucket).values(full).on_conflict_do_nothing())
    bucket = session.get_one(Bucket, client, with_for_update=True)
    bucket.hourly = hourly
    _fill(bucket, moment)
    drawn = 0.0 if bucket.units < least else min(wanted, bucket.units)
    bucket.units -= drawn
    return drawn, bucket.units


def charge(session: Session, client: str, units: int, now: float) -> None:
    """Take *units* out of a client's bucket for work that was done, up to an hour's into debt."""
    bucket = session.get(Bucket, client, with_for_update=True)
    # Without one, the client's quota is without limit.
    if bucket is not None:
        _fill(bucket, datetime.fromtimestamp(now, UTC))
        bucket.units = max(bucket.units - units, -float(bucket.hourly))


def _fill(bucket: Bucket, moment: datetime) -> None:
    # Clocks of several machines differ a little; none of them takes anything away.
    passed = max(0.0, (moment - bucket.filled_at).total_seconds())
    bucket.units = min(float(bucket.hourly), bucket.units + passed * bucket.hourly / HOUR)
    bucket.filled_at = max(moment, bucket.filled_at)


def by_role(settings: Settings) -> Mapping[Role, int]:
    """Return the quota of every role; raise SettingsError for one that is none."""
    if not settings.quotas.keys() <= set(Role):
        raise SettingsError(f"环境变量 HUIMIN_QUOTAS 中的角色应为 {'、'.join(Role)} 之一")
    return {role: settings.quotas.get(role, usual) for role, usual in QUOTAS.items()}


def _used_up(hourly: int, seconds: float) -> TooManyError:
    return TooManyError(
        f"这个密钥每小时的额度（{hourly}，一次请求计1，名单每行计1）已用完，请按 Retry-After 等待后重试；"
        "经常不够用的，请向系统管理员申请提高。",
        seconds,
    )
