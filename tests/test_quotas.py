"""Quotas: shared by processes through the database, without a write for every request, and never overspent."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event

from app.database import Database, upgrade
from app.errors import SettingsError, TooManyError, UnavailableError
from app.quotas import QUOTAS, Quotas, by_role, charge, draw
from app.retention import expire_part
from app.security.principal import Principal, PrincipalKind
from app.security.roles import Role
from app.security.sealing import ready
from app.settings import Settings
from tests.deployments import settings

__all__ = ["settings"]


NOW = datetime(2026, 11, 23, tzinfo=UTC).timestamp()


def principal(quota=None, role=Role.CADRE, id="somebody"):
    return Principal(id, "x", PrincipalKind.KEY, role, role.permissions, None, quota)


async def run(work, *arguments):
    return await asyncio.to_thread(work, *arguments)


class Process:
    """What one process lets through, at a time that it is told."""

    def __init__(self, database, quota, now=NOW):
        self.now = now
        self.quotas = Quotas(database, deployment_settings(database), clock=lambda: self.now)
        self.quota = self.quotas.of(principal(quota))

    def spend(self, units=1):
        """Return how many seconds to wait; 0 if it went through."""
        try:
            if not self.quotas.spend(self.quota, units):
                asyncio.run(self.quotas.draw(self.quota, run, units))
        except TooManyError as error:
            return int(error.headers["Retry-After"])
        return 0

    def most(self, units=1):
        count = 0
        while not self.spend(units):
            count += units
        return count

    def left(self):
        headers = dict(self.quota.headers(self.now))
        return headers[b"ratelimit"].decode()


def deployment_settings(database):
    return Settings(data_dir="/nowhere")


@pytest.fixture
def database(settings):
    upgrade(settings)
    database = Database(settings, keyring=ready(settings))
    yield database
    database.close()


def test_what_is_spent_in_two_processes_is_one_quota(database):
    here, there = Process(database, 1000), Process(database, 1000)
    spent = 0
    while not here.spend() and not there.spend():
        spent += 2
    # What one of the two still holds is the error.
    assert 980 <= spent <= 1000
    assert spent + here.most() + there.most() in (999, 1000)


def test_a_request_costs_no_write(database):
    writes = []
    event.listen(database.engine, "commit", lambda _: writes.append(1))
    process = Process(database, 100_000)
    for _ in range(10_000):
        assert not process.spend()
    assert len(writes) == 5


def test_who_has_used_up_everything_is_told_when_to_come_again(database):
    process = Process(database, 36)
    assert process.most() == 36
    wait = process.spend()
    assert wait == 100
    assert process.left() == '"hour";r=0;t=3600'
    process.now += wait
    assert not process.spend()


def test_refusals_ask_the_database_for_nothing(database):
    process = Process(database, 36)
    process.most()
    writes = []
    event.listen(database.engine, "commit", lambda _: writes.append(1))
    for _ in range(50):
        assert process.spend()
    assert len(writes) == 0


def test_who_lives_at_the_limit_costs_one_write_a_second(database):
    process = Process(database, 36_000)
    process.most()
    process.now += 1
    assert process.most() == 10
    assert process.spend()


def test_a_bucket_is_full_after_an_hour_and_never_fuller(database):
    process = Process(database, 100)
    assert process.most() == 100
    process.now += 7200
    assert process.most() == 100


def test_a_list_counts_as_many_as_it_has_rows_and_may_end_in_debt(database):
    process = Process(database, 1000)
    assert not process.spend(10)
    database.write(partial(charge, client="somebody", units=900, now=NOW))
    assert process.most() == 90
    # Never more than an hour's: who sent too long a list is not locked out for a year.
    database.write(partial(charge, client="somebody", units=10**9, now=NOW))
    process.now += 3600
    assert process.spend()
    process.now += 3600
    assert process.most() == 1000


def test_who_is_without_limit_is_charged_nothing(database):
    database.write(partial(charge, client="somebody", units=900, now=NOW))
    assert Process(database, 1000).most() == 1000


def test_processes_that_draw_at_once_draw_no_more_than_there_is(database):
    with ThreadPoolExecutor(8) as pool:
        work = partial(draw, client="somebody", hourly=1000, wanted=100, least=1, now=NOW)
        drawn = [each for each, _ in pool.map(lambda _: database.write(work), range(20))]
    assert sum(drawn) == 1000


def test_a_client_s_own_quota_stands_before_its_role_s(database):
    quotas = Quotas(database, Settings(data_dir="/nowhere", quotas="cadre=5"))
    assert quotas.of(principal()).hourly == 5
    assert quotas.of(principal(7)).hourly == 7
    assert quotas.of(principal(role=Role.DISTRICT)).hourly == QUOTAS[Role.DISTRICT]


def test_zero_is_without_limit(database):
    process = Process(database, 0)
    for _ in range(100):
        assert not process.spend(10**9)
    assert process.quota.headers(0) == []


def test_while_the_database_is_away_requests_go_through_and_are_counted_afterwards(database, monkeypatch):
    process = Process(database, 100)

    def away(_):
        raise UnavailableError

    with monkeypatch.context() as patched:
        patched.setattr(database, "write", away)
        for _ in range(30):
            assert not process.spend()
    assert process.most() == 70


def test_a_full_bucket_is_forgotten(database, settings):
    Process(database, 100).spend()
    now = datetime.fromtimestamp(NOW, UTC)
    assert database.write(partial(expire_part, settings=settings, now=now)) == {}
    assert database.write(partial(expire_part, settings=settings, now=now + timedelta(hours=3))) == {"quotas": 1}


def test_what_is_held_is_bounded(database, monkeypatch):
    monkeypatch.setattr("app.quotas.MOST_HELD", 3)
    quotas = Quotas(database, Settings(data_dir="/nowhere"))
    for number in range(5):
        quotas.of(principal(id=str(number)))
    assert len(quotas._held) == 3


def test_a_role_that_is_none_is_refused_at_the_start():
    with pytest.raises(SettingsError, match="HUIMIN_QUOTAS"):
        by_role(Settings(quotas="mayor=5"))


def test_every_role_has_a_quota():
    assert set(QUOTAS) == set(Role)
