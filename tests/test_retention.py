"""What is due goes, in parts; what is not stays."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app import retention
from app.database import Database, upgrade
from app.errors import SettingsError
from app.models import AuditEvent, Replay, Screening
from app.retention import PART, expire_part, expire_until, id_at
from app.security import audit
from app.security.audit import Event
from app.security.sealing import ready
from app.settings import Settings
from tests.deployments import settings  # noqa: F401 (a fixture)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def database(settings):  # noqa: F811
    upgrade(settings)
    database = Database(settings, keyring=ready(settings))
    yield database
    database.close()


def screening(moment: datetime, number: int = 0) -> Screening:
    return Screening(
        id=id_at(moment)[:-12] + f"{number:012x}", created_at=moment, as_of=moment.date(),
        policy_set="", release="", given=b"", answer=b"",
    )  # fmt: skip


def replay(key: str, until: datetime) -> Replay:
    return Replay(key=key, content="", answer=b"", expires_at=until)


def expire(database: Database, settings, now: datetime = NOW) -> dict[str, int]:  # noqa: F811
    return database.write(lambda session: expire_part(session, settings, now))


def left(database: Database, column) -> list[str]:
    return database.read(lambda session: list(session.scalars(select(column).order_by(column))))


def test_a_screening_goes_after_its_days_and_not_a_millisecond_before(database, settings):  # noqa: F811
    edge = NOW - settings.screening_days * DAY
    kept, gone = screening(edge, 1), screening(edge - timedelta(milliseconds=1), 2)
    kept_id = kept.id
    database.write(lambda session: session.add_all([kept, gone]))
    assert expire(database, settings) == {"screenings": 1}
    assert left(database, Screening.id) == [kept_id]
    assert expire(database, settings) == {}


def test_an_answer_for_repetition_goes_when_it_expires(database, settings):  # noqa: F811
    rows = [replay("due", NOW), replay("not yet", NOW + timedelta(seconds=1))]
    database.write(lambda session: session.add_all(rows))
    assert expire(database, settings) == {"replays": 1}
    assert left(database, Replay.key) == ["not yet"]


def test_many_go_part_by_part(database, settings, monkeypatch):  # noqa: F811
    monkeypatch.setattr(retention, "PAUSE", 0)
    old = datetime.now(UTC) - 400 * DAY
    database.write(lambda session: session.add_all([screening(old, number) for number in range(PART + 50)]))
    assert expire(database, settings, datetime.now(UTC)) == {"screenings": PART}

    async def sweep() -> None:
        stopped = asyncio.Event()
        job = asyncio.create_task(expire_until(stopped, asyncio.to_thread, database, settings))
        while database.read(lambda session: session.scalar(select(func.count()).select_from(Screening))):
            await asyncio.sleep(0.01)
        stopped.set()
        await job

    asyncio.run(asyncio.wait_for(sweep(), 30))


def test_that_screenings_went_is_in_the_audit_trail(database, settings):  # noqa: F811
    database.write(lambda session: session.add_all([screening(NOW - 400 * DAY), replay("due", NOW)]))
    expire(database, settings)
    found = database.read(lambda session: [(event.action, event.object) for event in audit.events(session)])
    assert found == [("retention.expired", "screenings:1")]


def test_the_audit_trail_goes_after_its_days_by_whole_days_and_still_verifies(database, settings, monkeypatch):  # noqa: F811
    monkeypatch.setattr(retention, "EVENTS", 2)
    for action in "abc":
        database.write(lambda session, action=action: audit.record(session, Event(action)))
    begun = database.read(lambda session: next(audit.events(session)).at)
    edge = begun + settings.audit_days * DAY
    assert expire(database, settings, edge) == {}
    assert expire(database, settings, edge + DAY) == {"audit_events": 2}
    assert expire(database, settings, edge + DAY) == {"audit_events": 2}
    # A purge is an event itself: the second let go of the first one's.
    assert left(database, AuditEvent.object) == ["3-4"]
    assert database.read(lambda session: list(audit.verify(session))) == []


def test_another_process_at_it_is_left_to_it(database, settings):  # noqa: F811
    if database.engine.dialect.name == "sqlite":
        return  # It has one writer anyway.
    database.write(lambda session: session.add(screening(NOW - 400 * DAY)))

    def at_it(session) -> None:
        assert expire_part(session, settings, NOW) == {"screenings": 1}
        assert expire(database, settings) == {}

    database.write(at_it)


@pytest.mark.parametrize("value", ["0", "3651", "soon", "-1"])
def test_days_that_cannot_be_are_refused(monkeypatch, value):
    monkeypatch.setenv("HUIMIN_SCREENING_DAYS", value)
    with pytest.raises(SettingsError, match="1至3650"):
        Settings.load()
