"""A deployment with a screened household, whose results are handed over; everybody in it is invented."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.answering.answers import Answers
from app.archive import new_id
from app.database import Database, upgrade
from app.onewindow import handoffs
from app.onewindow.directory import Directory
from app.onewindow.handoffs import Desk, Order, Pick
from app.onewindow.tables import Handoff
from app.screening import Screener
from app.security.keyring import Keyring, Ring, RootKey, Suite
from app.settings import Settings
from policies import POLICIES
from policies.units import UNITS
from tests.deployments import settings
from tests.sending import accepted, request

__all__ = ["database", "keyring", "settings"]

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
ANSWERS = Answers(Screener(POLICIES), "0.0.0")
REGION = "341103100201"
HOUSEHOLD = request(
    {"reference": "1", "birth_date": "1943-05-01", "self_care": "unable", "disability_grade": "none"},
    {"reference": "2", "birth_date": "1990-01-01"},
    region_code=REGION,
    rural=True,
    assistance="dibao",
    dwelling_grade="D",
    relocated=False,
)
HOUSING, LONGEVITY = Pick("dilapidated-housing-renovation", None), Pick("longevity-allowance", "1")


def answer(id: str) -> dict[str, Any]:
    """Return the full answer of the household's screening."""
    found: dict[str, Any] = json.loads(ANSWERS.render(accepted(HOUSEHOLD), id=id))
    return found


def order(screening: str, *picks: Pick, **changed: Any) -> Order:
    made = {"priority": "normal", "channel": "phone", "operator": "示例一村", "made_by": "c-1", **changed}
    return Order(screening=screening, picks=picks or (HOUSING, LONGEVITY), **made)


def desk(keyring: Keyring, at: datetime = NOW) -> Desk:
    return Desk(keyring, Directory(UNITS), at)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An upgraded database, on each engine in turn."""
    upgrade(settings)
    database = Database(settings)
    yield database
    database.close()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    key = RootKey.new()
    return Keyring(Ring({key.id: key}, key.id, key, Suite.AES), Suite.AES)


def handed_over(
    database: Database, keyring: Keyring, *picks: Pick, at: datetime = NOW, **changed: Any
) -> list[Handoff]:
    """Hand over results of a screening of its own."""
    screening = new_id()
    wanted, full = order(screening, *picks, **changed), answer(screening)

    def work(session: Any) -> list[Handoff]:
        made = [one.handoff for one in handoffs.make(session, desk(keyring, at), wanted, full, REGION)]
        session.flush()
        for handoff in made:
            session.expunge(handoff)
        return made

    return database.write(work)
