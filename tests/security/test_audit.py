"""The audit trail: chained, without gaps, added to and never changed."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.database import Database, upgrade
from app.errors import DamagedRecordError
from app.models import AuditEvent, AuditHead
from app.security.audit import Anchor, Event, anchor, events, purge, record, verify
from app.security.sealing import ready
from tests.deployments import deployment, environment, settings  # noqa: F401 (a fixture)


@pytest.fixture
def database(settings):  # noqa: F811 (the fixture)
    upgrade(settings)
    database = Database(settings, keyring=ready(settings))
    yield database
    database.close()


def write(database: Database, *actions: str) -> None:
    for action in actions:
        database.write(lambda session, action=action: record(session, Event(action, object="x", address="::1")))


def troubles(database: Database, *anchors: Anchor) -> list[int]:
    return database.read(lambda session: [trouble.seq for trouble in verify(session, anchors)])


def tamper(database: Database, *statements: str) -> None:
    """Do what somebody with the database's own password could do."""
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "sqlite":
            names = connection.exec_driver_sql("select name from sqlite_master where type = 'trigger'").scalars().all()
            for name in names:
                connection.exec_driver_sql(f"drop trigger {name}")
        else:
            connection.execute(text("set local session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def test_events_are_numbered_without_gaps_and_verify(database):
    write(database, "a", "b", "c")
    assert database.read(lambda session: [(event.seq, event.action) for event in events(session)]) == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
    ]
    assert troubles(database) == []


def test_an_event_goes_with_what_it_records(database):
    def fails(session):
        record(session, Event("a"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(fails)
    write(database, "b")
    assert database.read(lambda session: [event.seq for event in events(session)]) == [1]
    assert troubles(database) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_events set action = 'z' where seq = 2",
        "delete from audit_events where seq = 2",
        "delete from audit_events",
        "delete from audit_head",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete(database, statement):
    write(database, "a", "b")
    with pytest.raises(DBAPIError, match="only ever added to"), database.engine.begin() as connection:
        connection.execute(text(statement))
    assert troubles(database) == []


@pytest.mark.parametrize(
    ("statements", "where"),
    [
        (["update audit_events set object = 'y' where seq = 3"], [3]),
        (["update audit_events set client = 'y' where seq = 1"], [1]),
        (["delete from audit_events where seq = 3"], [3]),
        (["delete from audit_events where seq in (2, 3)"], [2]),
        (["delete from audit_events where seq = 1"], [1]),
        (["delete from audit_events where seq = 5"], [5]),
        (
            [
                "update audit_events set seq = 9 where seq = 2",
                "update audit_events set seq = 2 where seq = 3",
                "update audit_events set seq = 3 where seq = 9",
            ],
            [2, 3, 4],
        ),
        (["update audit_head set seq = 4"], [4, 5]),
        (["delete from audit_head"], [0]),
    ],
)
def test_tampering_is_found_where_it_was_done(database, statements, where):
    write(database, *"abcde")
    tamper(database, *statements)
    assert troubles(database) == where


def test_an_inserted_event_is_found(database):
    write(database, *"abc")
    columns = "at, action, outcome, digest"
    tamper(
        database,
        f"insert into audit_events (seq, {columns}) select 4, {columns} from audit_events where seq = 3",
        f"insert into audit_events (seq, {columns}) select 0, {columns} from audit_events where seq = 3",
    )
    assert troubles(database) == [0, 4, 4]


def test_a_tail_cut_off_with_an_old_head_put_back_is_found_by_an_anchor(database):
    write(database, *"abc")
    with database.engine.begin() as connection:
        seq, digest, mac = connection.execute(select(AuditHead.seq, AuditHead.digest, AuditHead.mac)).one()
    write(database, *"de")
    mark = Anchor.parse(str(database.read(anchor)))
    assert troubles(database, mark) == []
    tamper(database, "delete from audit_events where seq > 3")
    with database.engine.begin() as connection:
        connection.execute(
            text("update audit_head set seq = :seq, digest = :digest, mac = :mac"),
            {"seq": seq, "digest": digest, "mac": mac},
        )
    assert troubles(database) == []
    assert troubles(database, mark) == [5]
    write(database, *"fg")
    assert troubles(database, mark) == [5]


def test_nothing_is_added_to_a_trail_whose_head_somebody_else_wrote(database):
    write(database, *"abc")
    tamper(database, "delete from audit_events where seq = 3", "update audit_head set seq = 2")
    with pytest.raises(DamagedRecordError, match="audit verify"):
        write(database, "d")


def test_events_end_by_the_retention_alone_and_the_rest_still_verifies(database):
    write(database, *"abc")
    assert database.write(lambda session: purge(session, datetime.now(UTC) - timedelta(days=1), most=9)) == 0
    assert database.write(lambda session: purge(session, datetime.now(UTC) + timedelta(seconds=1), most=9)) == 3
    write(database, "d")
    found = database.read(lambda session: [(event.seq, event.action, event.object) for event in events(session)])
    assert found == [(4, "audit.purged", "1-3"), (5, "d", "x")]
    assert troubles(database) == []
    tamper(database, "delete from audit_events where seq = 4")
    assert troubles(database) == [4]


def test_concurrent_writers_of_two_processes_leave_no_gap(database, settings):  # noqa: F811
    program = (
        "from app.database import Database; from app.security.audit import *; from app.security.sealing import *\n"
        "s = Settings.load(); d = Database(s, keyring=open_keyring(s))\n"
        "for _ in range(40): d.write(lambda session: record(session, Event('other')))"
    )
    other = subprocess.Popen([sys.executable, "-c", program], env={**environment(settings)})
    threads = [threading.Thread(target=write, args=(database, *"x" * 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.wait(60) == 0
    assert database.read(lambda session: [event.seq for event in events(session)]) == list(range(1, 81))
    assert troubles(database) == []


FIELD = st.sampled_from(sorted({"at", *Event.__dataclass_fields__, "digest"}))


@pytest.fixture(scope="module")
def long_trail(tmp_path_factory):
    here = deployment(tmp_path_factory.mktemp("trail"))
    upgrade(here)
    database = Database(here, keyring=ready(here))
    write(database, *"abcdefghijkl")
    tamper(database)
    yield database
    database.close()


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seq=st.integers(1, 12), field=FIELD, value=st.text(max_size=10))
def test_any_single_edit_is_found(long_trail, seq, field, value):
    class Undo(Exception):  # noqa: N818 (it is no error)
        pass

    def work(session):
        event = session.get(AuditEvent, seq)
        before = getattr(event, field)
        match field:
            case "at":
                event.at = before + timedelta(microseconds=1 + len(value))
            case "digest":
                event.digest = bytes([before[0] ^ 1]) + before[1:]
            case _:
                setattr(event, field, f"{before or ''}+{value}")
        session.flush()
        session.expunge_all()
        assert seq in [trouble.seq for trouble in verify(session)]
        raise Undo

    with pytest.raises(Undo):
        long_trail.write(work)
    assert troubles(long_trail) == []
