"""What endpoints work with: put together once, found by every request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from app.answering.answers import Answers
from app.api.catalogue import Catalogue
from app.batch.jobs.batches import Batches
from app.clock import today
from app.database import Database
from app.onewindow.directory import Directory
from app.onewindow.platform import Platform
from app.policy_sets import PolicySets
from app.quotas import Quotas
from app.security.attempts import Attempts
from app.security.authentication import Authentication
from app.security.keyring import Keyring
from app.security.refusals import Refusals
from app.settings import Settings
from app.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from app.security.sign_on import SignOn
    from app.telemetry.tracing import Tracing

T = TypeVar("T")


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
    metrics: Metrics
    keyring: Keyring
    policy_sets: PolicySets
    authentication: Authentication
    refusals: Refusals
    batches: Batches
    attempts: Attempts
    quotas: Quotas
    directory: Directory
    platform: Platform | None
    tracing: "Tracing | None" = None
    sign_on: "SignOn | None" = None
    """The district's own sign-on, where one is connected."""
    today: Callable[[], date] = today

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Do *work*, which waits for the database or the disk, away from the event loop."""
        return await to_thread.run_sync(partial(work, *arguments), limiter=self.threads)


def service_of(request: Request) -> Service:
    """Return the service that answers *request*."""
    service: Service = request.app.state.service
    return service


async def _service_of(request: Request) -> Service:
    # A coroutine, which spares the hop to a thread.
    return service_of(request)


ServiceDep = Annotated[Service, Depends(_service_of)]
