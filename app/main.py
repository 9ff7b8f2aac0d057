"""The application: its parts put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI

from app import __version__
from app.api import (
    audit,
    batch_files,
    batch_handoffs,
    batches,
    bulk_handoffs,
    clients,
    handoffs,
    health,
    lookups,
    me,
    metrics,
    notices,
    pages,
    platform,
    problems,
    receipts,
    screenings,
    sign_on,
    subjects,
    verify,
    web,
    worklists,
)
from app.api.catalogue import Catalogue
from app.api.frame import Frame
from app.api.origins import Origins
from app.api.service import Service
from app.database import Database
from app.errors import UnavailableError
from app.onewindow.delivery import Worker
from app.onewindow.directory import Directory
from app.onewindow.platform import platform_of
from app.onewindow.standing import Standing, standing
from app.quotas import Quotas
from app.retention import expire_until
from app.security.attempts import Attempts
from app.security.authentication import Authentication
from app.security.keyring import Keyring
from app.security.refusals import Refusals, tell_until
from app.security.sealing import open_keyring
from app.security.signing import Signer
from app.settings import Settings
from app.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from app.security.sign_on import SignOn
    from app.telemetry.tracing import Tracing

RESOURCES = (
    screenings,
    verify,
    handoffs,
    bulk_handoffs,
    receipts,
    worklists,
    notices,
    platform,
    batch_files,
    batch_handoffs,
    batches,
    lookups,
    clients,
    subjects,
    audit,
    me,
    sign_on,
    health,
    metrics,
    pages,
    web,
)
"""What brings routes, in the order of the documentation; the page's files come last."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; its tables must have been upgraded before it serves."""
    settings = settings or Settings.load()
    service = put_together(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stopped = asyncio.Event()
        jobs = [
            asyncio.create_task(expire_until(stopped, service.run, service.database, settings)),
            asyncio.create_task(tell_until(stopped, service.run, service.database, service.refusals)),
        ]
        if service.sign_on is not None:
            jobs.append(asyncio.create_task(service.sign_on.issuer.keep_fresh(stopped)))
        service.batches.worker.start()
        delivery = delivery_of(service)
        if delivery is not None:
            delivery.start()
        yield
        stopped.set()
        await asyncio.gather(*jobs)
        if delivery is not None:
            await to_thread.run_sync(delivery.stop)
        await to_thread.run_sync(service.batches.worker.stop)
        if service.tracing is not None:
            await to_thread.run_sync(service.tracing.close)
        service.database.close()

    app = FastAPI(
        title="惠民筛查",
        summary="一户家庭能享受哪些基本公共服务待遇",
        version=__version__,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # Its log records would hold exception messages, and its spans queries.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.service = service
    problems.install(app)
    app.add_middleware(
        Frame,
        logs_access=settings.access_log,
        metrics=service.metrics,
        origins=Origins(settings.origins),
        tracing=service.tracing,
    )
    for module in RESOURCES:
        app.include_router(module.router)
    app.mount("/docs/assets", pages.assets())
    return app


def put_together(settings: Settings) -> Service:
    """Return the service that *settings* describe."""
    from app.answering.answers import Answers
    from app.batch.jobs.batches import Batches
    from app.policy_sets import PolicySets
    from app.rulepack import rulepack
    from app.screening import Screener
    from policies import POLICIES
    from policies.facts import Household, Person
    from policies.units import UNITS

    screener = Screener(POLICIES)
    answers = Answers(screener, __version__)
    pack = partial(rulepack, screener, policy_set=answers.policy_set, release=answers.release, region=settings.region)
    keyring = open_keyring(settings)
    database = Database(settings, keyring=keyring)
    sign_on = _sign_on(settings, keyring)
    metrics = Metrics(__version__, answers.policy_set, settings.data_dir)
    metrics.watch_results(answers.shown.totals)
    metrics.watch_handoffs(partial(_standing, database))
    return Service(
        settings=settings,
        answers=answers,
        catalogue=Catalogue(screener, (Household, Person), UNITS, pack, Signer(keyring.signing("rulepack"))),
        database=database,
        codes=frozenset(screener.by_code),
        threads=CapacityLimiter(database.connections),
        metrics=metrics,
        keyring=keyring,
        policy_sets=PolicySets(screener.by_code, answers.policy_set),
        refusals=Refusals(),
        authentication=Authentication(database, keyring, sign_on),
        attempts=Attempts(),
        quotas=Quotas(database, settings),
        sign_on=sign_on,
        batches=Batches(database, settings, keyring, metrics),
        directory=Directory(UNITS),
        platform=platform_of(settings),
        tracing=_tracing(settings),
    )


def _sign_on(settings: Settings, keyring: Keyring) -> "SignOn | None":
    if settings.sign_on_issuer is None:
        return None
    # Only who connects one pays for the import.
    from app.security.sign_on import SignOn

    return SignOn(settings, keyring)


def _tracing(settings: Settings) -> "Tracing | None":
    if not settings.tracing:
        return None
    # Its packages are installed for those who ask for it only.
    from app.telemetry.tracing import Tracing

    return Tracing()


def _standing(database: Database) -> Standing | None:
    try:
        return database.read(partial(standing, now=datetime.now(UTC)))
    except UnavailableError:
        return None


def delivery_of(service: Service) -> Worker | None:
    """Return the worker that sends hand-offs to the platform, where there is one and the server is to do it."""
    platform = service.platform
    if platform is None or not platform.url or not service.settings.deliver_in_server:
        return None
    return Worker(service.database, service.keyring, platform)


def __getattr__(name: str) -> Any:
    """Make the application for a server that asks for `app.main:app`, and only then."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
