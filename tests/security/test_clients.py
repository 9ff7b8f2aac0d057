"""Keys are made, found, rotated and ended; the database never holds one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.archive import new_id
from app.clock import today
from app.database import Database, upgrade
from app.errors import ConflictError, InvalidParameterError, NotFoundError
from app.models import Client
from app.security import clients
from app.security.applications import read_application
from app.security.keyring import Keyring, Ring, RootKey, Suite
from app.security.keys import new_key, prefix_of
from app.security.roles import Role
from tests.deployments import settings  # noqa: F401 (a fixture)

TODAY = today()
ROOT = RootKey.new()
RING = Keyring(Ring({ROOT.id: ROOT}, ROOT.id, ROOT, Suite.AES), Suite.AES)


@pytest.fixture
def database(settings):  # noqa: F811 (the fixture)
    upgrade(settings)
    database = Database(settings)
    yield database
    database.close()


def application(**given):
    return read_application({"name": "乌衣镇", "role": "district", **given}, home="341103", today=TODAY)


def made(database, **given):
    return database.write(lambda session: clients.create(session, RING, application(**given), id=new_id(), by=None)[1])


def found(database, key, ring=RING):
    def read(session):
        client = clients.find_by_key(session, ring, key)
        return None if client is None else clients.principal_of(client)

    return database.read(read)


def change(database, **values):
    def work(session):
        for client in session.scalars(select(Client)):
            for name, value in values.items():
                setattr(client, name, value)

    database.write(work)


def test_a_key_finds_its_client(database):
    key = made(database, role="township", region_code="341103100")
    principal = found(database, key)
    assert (principal.name, principal.role, principal.region_code) == ("乌衣镇", Role.TOWNSHIP, "341103100")
    assert principal.permissions == Role.TOWNSHIP.permissions


def test_another_key_with_the_same_beginning_finds_nobody(database):
    key = made(database)
    assert found(database, prefix_of(key) + new_key()[len(prefix_of(key)) :]) is None
    assert found(database, new_key()) is None


def test_without_the_ring_that_made_it_a_key_is_worth_nothing(database):
    key, root = made(database), RootKey.new()
    assert found(database, key, Keyring(Ring({root.id: root}, root.id, root, Suite.AES), Suite.AES)) is None


def test_the_database_holds_no_part_of_a_key_but_its_beginning(database):
    key = made(database)
    row = database.read(lambda session: session.scalars(select(Client)).one())
    held = repr(vars(row))
    assert prefix_of(key) in held
    assert key[len(prefix_of(key)) + 1 :] not in held
    assert len(row.digest) == 32


def test_an_expired_key_finds_nobody(database):
    key = made(database, expires_on=str(TODAY))
    assert found(database, key) is not None
    change(database, expires_at=datetime.now(UTC) - timedelta(milliseconds=1))
    assert found(database, key) is None


def test_a_key_ends_with_its_last_day_in_china(database):
    made(database, expires_on=str(TODAY + timedelta(days=1)))
    row = database.read(lambda session: session.scalars(select(Client)).one())
    assert row.expires_at == datetime(TODAY.year, TODAY.month, TODAY.day, 16, tzinfo=UTC) + timedelta(days=1)


def test_a_key_that_says_nothing_of_it_ends_within_a_year(database):
    made(database)
    row = database.read(lambda session: session.scalars(select(Client)).one())
    assert timedelta(days=364) < row.expires_at - datetime.now(UTC) < timedelta(days=367)


def test_a_revoked_key_finds_nobody_and_its_name_is_free_again(database):
    key = made(database)
    with pytest.raises(ConflictError):
        made(database)
    database.write(lambda session: clients.revoke(clients.find_named(session, "乌衣镇")))
    assert found(database, key) is None
    assert found(database, made(database)) is not None


def test_a_rotated_key_is_replaced(database):
    key = made(database)
    another = database.write(lambda session: clients.rotate(RING, clients.find_named(session, "乌衣镇")))
    assert found(database, key) is None
    assert found(database, another).name == "乌衣镇"


def test_a_revoked_key_is_not_rotated(database):
    made(database)
    database.write(lambda session: clients.revoke(clients.find_named(session, "乌衣镇")))
    with pytest.raises(ConflictError):
        database.write(lambda session: clients.rotate(RING, clients.find_named(session, "乌衣镇")))


def test_a_key_is_named_by_name_id_or_beginning(database):
    key = made(database)
    id = database.read(lambda session: clients.find_named(session, "乌衣镇").id)
    for named in (id, prefix_of(key)):
        assert database.read(lambda session, named=named: clients.find_named(session, named).id) == id
    for named in ("", "x", "%"):
        with pytest.raises(NotFoundError):
            database.read(lambda session, named=named: clients.find_named(session, named))


def test_only_those_of_an_area_are_listed(database):
    made(database, name="a")
    made(database, name="b", role="township", region_code="341103100")
    made(database, name="c", role="cadre", region_code="341103100201")
    made(database, name="d", role="cadre", region_code="341103101201")

    def names(area):
        return database.read(lambda session: [client.name for client in clients.listed(session, area)])

    assert names(None) == ["a", "b", "c", "d"]
    assert names("341103100") == names("341103100000") == ["b", "c"]
    assert names("341103100201") == ["c"]


def test_the_last_use_is_noted_now_and_then(database):
    made(database)
    row = database.read(lambda session: session.scalars(select(Client)).one())
    assert clients.needs_noting(row)
    database.write(lambda session: clients.note_use(session, row.id))
    row = database.read(lambda session: session.scalars(select(Client)).one())
    assert not clients.needs_noting(row)
    change(database, last_used_at=datetime.now(UTC) - clients.USE_NOTED - timedelta(seconds=1))
    assert clients.needs_noting(database.read(lambda session: session.scalars(select(Client)).one()))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": 1}, "name"),
        ({"role": "king"}, "role"),
        ({"role": None}, "role"),
        ({"role": []}, "role"),
        ({"role": "cadre"}, "region_code"),
        ({"role": "township"}, "region_code"),
        ({"role": "cadre", "region_code": "341103"}, "region_code"),
        ({"role": "cadre", "region_code": "341103000000"}, "region_code"),
        ({"region_code": "341104"}, "region_code"),
        ({"region_code": "3411"}, "region_code"),
        ({"region_code": 341103100}, "region_code"),
        ({"region_code": ""}, "region_code"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"expires_on": "tomorrow"}, "expires_on"),
        ({"expires_on": 1}, "expires_on"),
        ({"hunter2": 1}, ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(given, field):
    with pytest.raises(InvalidParameterError) as caught:
        application(**given)
    assert [error.field for error in caught.value.errors] == [field]
    assert "hunter2" not in str(caught.value.errors)
