"""What it costs to keep a screening sealed, with a receipt and in the audit trail, against keeping it as it is."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

from app import archive
from app.answering.answers import Answers
from app.archive import new_id, pack
from app.database import Database, upgrade
from app.encoding import as_json
from app.intake.door import read_submission
from app.models import Screening
from app.screening import Screener
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.keyring import Keyring
from app.security.sealing import ready
from app.settings import Settings
from policies import POLICIES
from tests.benchmarks.households import DAY, body, households
from tests.benchmarks.measure import Measure, in_turn, microseconds
from tests.deployments import deployment
from tests.postgres import PostgreSQL

POOL = 50
Kept = tuple[Any, bytes, bytes]
"""A submission, and its answer in full and in brief."""


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield the time of one stored screening on each database, and of its parts."""
    rounds, times = (3, 50) if quick else (9, 200)
    pool = list(_answered())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = PostgreSQL()
        stack.callback(postgres.remove)
        postgres.start()
        url = stack.enter_context(postgres.database())
        for name, settings in (
            ("sqlite", deployment(folder / "sqlite")),
            ("postgresql", deployment(folder / "pg", url)),
        ):
            yield from _stored(name, settings, pool, rounds, times)


def _answered() -> Iterator[Kept]:
    screener = Screener(POLICIES)
    answers = Answers(screener, "test")
    for household in households(POOL):
        sent = body(household).replace(b'"store":false', b'"store":true')
        submission = read_submission(sent, today=DAY, home="341103", codes=screener.by_code)
        id = new_id()
        yield submission, answers.render(submission, id=id), answers.render(submission, id=id, brief=True)


def _stored(name: str, settings: Settings, pool: list[Kept], rounds: int, times: int) -> Iterator[Measure]:
    upgrade(settings)
    keyring = ready(settings)
    database = Database(settings, keyring=keyring)
    sides = {"plain": _plain(database), "sealed": _sealed(database, keyring), "all": _all(database, keyring)}
    found = in_turn(rounds, {side: partial(_processor, act, cycle(pool), times) for side, act in sides.items()})
    database.close()
    for side in ("sealed", "all"):
        yield Measure(
            f"{name}-{side}",
            microseconds(found[side]),
            f"{microseconds(found['plain'])} as it is",
            min(found["plain"]) / min(found[side]),
            "",
        )


def _processor(act: Callable[[Kept], None], pool: Iterator[Kept], times: int) -> float:
    """Return our seconds of processor for one screening: neither the disk's nor the other work of the machine."""
    begun = time.process_time()
    for _ in range(times):
        act(next(pool))
    return (time.process_time() - begun) / times


def _plain(database: Database) -> Callable[[Kept], None]:
    def store(kept: Kept) -> None:
        submission, full, _ = kept
        id, packed = new_id(), pack(full)
        row = Screening(
            id=id,
            created_at=datetime.now(UTC),
            as_of=DAY,
            policy_set="",
            release="",
            given=pack(as_json(submission.given)),
            answer=packed,
        )
        database.write(lambda session: session.add(row))

    return store


def _row(keyring: Keyring, kept: Kept) -> Screening:
    submission, full, brief = kept
    return archive.kept(keyring, new_id(), submission, full, brief, region_code=None, policy_set="", release="").row


def _sealed(database: Database, keyring: Keyring) -> Callable[[Kept], None]:
    def store(kept: Kept) -> None:
        row = _row(keyring, kept)
        database.write(lambda session: session.add(row))

    return store


def _all(database: Database, keyring: Keyring) -> Callable[[Kept], None]:
    def store(kept: Kept) -> None:
        row = _row(keyring, kept)

        def write(session: Any) -> None:
            session.add(row)
            audit.record(session, Event(Action.SCREENING_STORED, object=row.id, purpose="screening"))

        database.write(write)

    return store
