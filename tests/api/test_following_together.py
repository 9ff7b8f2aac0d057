"""Of two devices that follow the same screening at the same moment, one is told of the other, on each engine."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Event

import pytest
from sqlalchemy import func, select

from app.api.following import Follows
from app.archive import new_id
from app.database import Database, upgrade
from app.errors import ChangedElsewhereError
from app.models import Screening
from tests.deployments import settings  # noqa: F401 (a fixture)

SUBJECT = b"\xff" * 32
WHILE = 0.5
"""Seconds for which the first has looked and not yet stored."""


@pytest.fixture
def database(settings):  # noqa: F811
    upgrade(settings)
    database = Database(settings)
    yield database
    database.close()


def row():
    return Screening(
        id=new_id(),
        created_at=datetime.now(UTC),
        as_of=date(2026, 11, 23),
        policy_set="-",
        release="-",
        given=b"-",
        answer=b"-",
        subject=SUBJECT,
    )


def test_only_one_of_two_saves_at_once_follows_the_same_screening(database):
    looked, never = Event(), Event()

    def save(is_first):
        mine = row()

        def work(session):
            Follows(None).check(session, mine)
            if is_first:
                looked.set()
                never.wait(WHILE)
            session.add(mine)

        database.write(work)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(save, is_first=True)
        assert looked.wait(10)
        second = pool.submit(save, is_first=False)
        first.result()
        with pytest.raises(ChangedElsewhereError):
            second.result()
    stored = select(func.count()).select_from(Screening)
    assert database.read(lambda session: session.scalar(stored)) == 1
