"""What a batch may become: two workers never hold the same one, and only who holds it is heard."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from app.archive import new_id
from app.batch.jobs import states
from app.batch.jobs.states import LostError, State
from app.database import Database, upgrade
from app.errors import ConflictError, HiddenError, NotFoundError, QueueFullError
from app.models import Batch
from app.security.principal import Principal, PrincipalKind
from app.security.roles import Role
from tests.deployments import settings  # noqa: F401 (a fixture)

MOST = 100


def principal(region_code: str | None = None) -> Principal:
    return Principal("x", "x", PrincipalKind.KEY, Role.DISTRICT, Role.DISTRICT.permissions, region_code)


DISTRICT = principal()


@pytest.fixture
def database(settings):  # noqa: F811 (the fixture)
    upgrade(settings)
    database = Database(settings)
    yield database
    database.close()


def waiting(database: Database, region_code: str | None = None) -> str:
    """Return the id of a new batch that waits."""
    id = new_id()
    batch = Batch(
        id=id,
        client="x",
        region_code=region_code,
        key=b"",
        created_at=states.now(),
        as_of=date(2026, 11, 23),
        since=None,
        compares=False,
        state=State.WAITING.value,
        done=0,
        attempts=0,
        crashes=0,
        cancelling=False,
    )
    database.write(lambda session: states.add(session, batch, MOST))
    return id


def claimed(database: Database, worker: str = "a"):
    return database.write(lambda session: states.claim(session, worker))


def state(database: Database, id: str) -> str:
    return database.read(lambda session: session.get_one(Batch, id).state)


def run_out(database: Database, id: str) -> None:
    """Let the lease of a batch run out."""
    past = states.now() - timedelta(seconds=1)
    database.write(lambda session: session.execute(update(Batch).where(Batch.id == id).values(lease_until=past)))


def test_many_workers_at_once_never_hold_the_same_batch(database):
    ids = {waiting(database) for _ in range(12)}
    with ThreadPoolExecutor(8) as pool:
        found = [each for each in pool.map(lambda n: claimed(database, str(n)), range(24)) if each is not None]
        while database.read(states.has_work):
            found += [each for each in pool.map(lambda n: claimed(database, str(n)), range(8)) if each is not None]
    assert sorted(each.id for each in found) == sorted(ids)
    assert {each.attempt for each in found} == {1}


def test_the_oldest_comes_first(database):
    ids = [waiting(database) for _ in range(3)]
    assert [claimed(database).id for _ in ids] == ids
    assert claimed(database) is None


def test_who_lost_a_batch_is_not_heard_any_more(database):
    id = waiting(database)
    first = claimed(database, "a")
    assert claimed(database, "b") is None, "its lease holds"
    run_out(database, id)
    second = claimed(database, "b")
    assert (second.id, second.attempt) == (id, 2)
    for say in (
        partial(states.renew, claim=first, told={"done": 5}),
        partial(states.finish, claim=first, state=State.DONE),
        partial(states.give_back, claim=first, crashed=False),
    ):
        with pytest.raises(LostError):
            database.write(say)
    database.write(partial(states.finish, claim=second, state=State.DONE))
    assert state(database, id) == "done"
    with pytest.raises(LostError):
        database.write(partial(states.finish, claim=second, state=State.FAILED))


def test_an_attempt_that_was_given_back_does_not_count_and_a_crash_does(database):
    id = waiting(database)
    database.write(partial(states.give_back, claim=claimed(database), crashed=False))
    again = claimed(database)
    assert (again.attempt, again.batch.crashes) == (1, 0)
    database.write(partial(states.give_back, claim=again, crashed=True))
    once_more = claimed(database)
    assert (once_more.id, once_more.attempt, once_more.batch.crashes) == (id, 2, 1)


def test_a_list_that_kills_its_servers_is_given_up(database):
    id = waiting(database)
    for _ in range(states.MOST_ATTEMPTS):
        assert claimed(database) is not None
        run_out(database, id)
    assert claimed(database) is None
    found = database.read(lambda session: session.get_one(Batch, id))
    assert (found.state, found.error) == ("failed", states.KILLED_TOO_OFTEN)


def test_a_running_batch_is_told_to_stop(database):
    id = waiting(database)
    claim = claimed(database)
    assert not database.write(partial(states.renew, claim=claim, told={"done": 1}))
    database.write(lambda session: states.cancel(session, id, DISTRICT))
    assert database.write(partial(states.renew, claim=claim, told={}))
    run_out(database, id)
    assert claimed(database) is None
    assert state(database, id) == "cancelled", "also where its worker was killed meanwhile"


def test_what_has_ended_is_not_cancelled(database):
    id = waiting(database)
    database.write(partial(states.finish, claim=claimed(database), state=State.DONE))
    with pytest.raises(ConflictError):
        database.write(lambda session: states.cancel(session, id, DISTRICT))


def test_the_queue_has_an_end(database):
    waiting(database)
    with pytest.raises(QueueFullError):
        database.read(lambda session: states.check_room(session, 1))


def test_a_batch_of_another_village_is_not_there(database):
    id = waiting(database, "341103100201")
    for region_code, hidden in ((None, False), ("341103100", False), ("341103101", True)):
        who = principal(region_code)
        listed = [each.id for each in database.read(lambda session, who=who: states.page(session, who, None, 10))]
        assert (listed == []) is hidden
        if hidden:
            with pytest.raises(HiddenError):
                database.read(lambda session, who=who: states.find(session, id, who))
    for absent in ("nobody", new_id()):
        with pytest.raises(NotFoundError):
            database.read(lambda session, absent=absent: states.find(session, absent, DISTRICT))
