"""What endpoints work with: put together once, found by every request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Annotated, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from app.answers import Answers
from app.api.catalogue import Catalogue
from app.database import Database
from app.settings import Settings

SHANGHAI: Final = timezone(timedelta(hours=8))
"""China keeps one time, without summer time since 1991."""

T = TypeVar("T")


def today() -> date:
    """Return the day it is in China."""
    return datetime.now(UTC).astimezone(SHANGHAI).date()


@dataclass(frozen=True)
class Service:
    """One deployment: its settings, its policies ready to screen, its database, its clock."""

    settings: Settings
    answers: Answers
    catalogue: Catalogue
    database: Database
    codes: frozenset[str]
    threads: CapacityLimiter
    """As many workers as the database has connections: a request waits for its turn, not for a connection."""
    today: Callable[[], date] = today

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Do *work*, which waits for the database or the disk, away from the event loop."""
        return await to_thread.run_sync(partial(work, *arguments), limiter=self.threads)


async def service_of(request: Request) -> Service:
    """Return the service that answers *request*."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]
