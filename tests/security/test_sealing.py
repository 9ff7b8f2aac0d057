"""The ring and the database belong together, and nothing in either database is plain."""

import json
import logging
import os
import stat
import zlib

import pytest
from pydantic import SecretStr
from sqlalchemy import LargeBinary, select, text, update
from starlette.testclient import TestClient

from app.archive import new_id, pack
from app.database import Database, make_engine, upgrade
from app.errors import StartError
from app.models import Base, PolicySet, Screening
from app.onewindow import tables as _handoffs  # noqa: F401 (tells Base of its tables)
from app.security import ringfile
from app.security.keyring import Keyring, Ring, RootKey, Suite, is_sealed
from app.security.sealing import open_keyring, ready
from tests.api.conftest import application
from tests.api.requests import post, screening
from tests.deployments import settings  # noqa: F401 (a fixture)
from tests.test_database import row


@pytest.fixture
def here(settings):  # noqa: F811 (the fixture)
    upgrade(settings)
    ready(settings)
    return settings


def served(settings) -> TestClient:  # noqa: F811
    app = application(settings)
    return TestClient(app, headers=app.state.headers)


def raw(settings) -> bytes:  # noqa: F811
    """Return all that the database holds of screenings."""
    engine = make_engine(settings)
    with engine.connect() as connection:
        found = repr(connection.execute(text("select * from screenings")).all()).encode()
    engine.dispose()
    for file in settings.data_dir.glob("huimin.db*"):
        found += file.read_bytes()
    return found


def test_the_first_start_makes_a_ring_for_this_user_alone_and_says_to_back_it_up(settings, caplog):  # noqa: F811
    upgrade(settings)
    with caplog.at_level(logging.WARNING):
        ready(settings)
    path = settings.data_dir / ringfile.NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "请立即备份" in caplog.text
    before = path.read_bytes()
    ready(settings)
    assert path.read_bytes() == before


def test_a_lost_ring_is_not_replaced(here):
    ringfile.path_of(here).unlink()
    with pytest.raises(StartError, match="找不到密钥环文件"):
        ready(here)
    assert not ringfile.path_of(here).exists()


def test_another_ring_is_refused(here):
    ringfile.save(ringfile.new_ring(Suite.AES), ringfile.path_of(here), replace=True)
    with pytest.raises(StartError, match=r"缺少密钥|不是一套"):
        ready(here)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_ring_that_others_may_read_is_refused(here, mode):
    ringfile.path_of(here).chmod(mode)
    with pytest.raises(StartError, match="chmod 600"):
        open_keyring(here)


@pytest.mark.parametrize(
    "spoil",
    [lambda text: text[:50], lambda text: "", lambda text: "é", lambda text: "[]"],
    ids=["cut", "empty", "letter", "list"],
)
def test_a_damaged_ring_is_refused_and_shows_nothing_of_itself(here, spoil):
    path = ringfile.path_of(here)
    path.write_text(spoil(path.read_text()), encoding="utf-8")
    with pytest.raises(StartError, match="内容不对") as caught:
        open_keyring(here)
    assert caught.value.__context__ is None


def test_a_key_with_one_letter_changed_is_refused(here):
    path = ringfile.path_of(here)
    document = json.loads(path.read_text())
    (id,) = document["keys"]
    first = document["keys"][id]
    document["keys"][id] = ("B" if first[0] == "A" else "A") + first[1:]
    path.write_text(json.dumps(document))
    with pytest.raises(StartError, match="内容不对"):
        open_keyring(here)


def test_the_first_rings_one_key_in_hexadecimal_seal_and_digest_as_before(settings):  # noqa: F811
    root = RootKey.new()
    settings.data_dir.mkdir()
    file = ringfile.path_of(settings)
    file.write_text(root.root.hex())
    file.chmod(0o600)
    upgrade(settings)
    former = Keyring(Ring({root.id: root}, root.id, root, Suite.AES), Suite.AES)
    keyring = ready(settings)
    assert keyring.open(former.seal(b"x", "p"), "p") == b"x"
    assert keyring.mac("client-key", b"x") == former.mac("client-key", b"x")
    assert file.read_text() == root.root.hex()


def test_the_ring_may_come_from_the_environment(here):
    content = ringfile.path_of(here).read_text()
    ringfile.path_of(here).unlink()
    moved = here.model_copy(update={"keyring": SecretStr(content)})
    ready(moved)
    assert content not in repr(moved)


def test_a_spoilt_canary_is_said(here):
    engine = make_engine(here)
    with engine.begin() as connection:
        connection.execute(text("update sealing_keys set canary = :x where purpose = 'sealing'"), {"x": os.urandom(60)})
    engine.dispose()
    with pytest.raises(StartError, match="校验值已损坏"):
        ready(here)


def test_every_column_of_bytes_is_sealed_or_a_digest():
    plain = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert plain == {
        "audit_events.digest",
        "audit_head.base_digest",
        "audit_head.digest",
        "audit_head.mac",
        "clients.digest",
        "policy_sets.documents",
        "screenings.subject",
        "sealing_keys.canary",
    }


@pytest.mark.parametrize("cipher", ["aes", "sm"])
def test_what_is_stored_is_sealed(settings, cipher):  # noqa: F811
    with served(settings.model_copy(update={"cipher": cipher})) as client:
        given = post(client, screening(store=True))
        assert given.status_code == 201
        assert client.get(given.headers["location"]).content == given.content
        database = client.app.state.service.database
        (documents,) = database.read(lambda session: session.scalars(select(PolicySet.documents)).all())
    held = raw(settings)
    for plain in (b"1943-05-01", given.json()["household"]["reference"].encode()):
        assert plain not in held
    # Only what everybody may know, the policies, is gzipped and no more.
    assert held.count(GZIP) == held.count(documents[:40])


GZIP = b"\x1f\x8b\x08\x00"


def test_what_an_earlier_release_stored_is_sealed_once_and_lingers_nowhere(settings):  # noqa: F811
    upgrade(settings)
    database = Database(settings)
    given, answer = b'{"reference":"H-old","members":[]}', b'{"canary-of-old":1}'
    plain = row(id := new_id())
    plain.given, plain.answer = pack(given), pack(answer)
    packed = plain.given
    database.write(lambda session: session.add(plain))
    ready(settings)
    assert packed not in raw(settings)
    stored = database.read(lambda session: session.get(Screening, id))
    assert is_sealed(stored.given)
    assert stored.subject is not None
    assert zlib.decompress(open_keyring(settings).open(stored.answer, f"screenings.answer:{stored.id}"), 31) == answer
    # From now on what is plain is a forgery.
    database.write(lambda session: session.execute(update(Screening).values(answer=pack(answer))))
    ready(settings)
    with served(settings) as client:
        shown = client.get(f"/v1/screenings/{stored.id}")
    assert (shown.status_code, shown.json()["type"]) == (500, "/problems/damaged-record")
    database.close()


def test_an_answer_moved_to_another_row_or_damaged_is_not_shown(settings):  # noqa: F811
    with served(settings) as client:
        first, second = (post(client, screening(store=True)).json()["id"] for _ in range(2))
        database = client.app.state.service.database

        def swap(session):
            moved = session.get(Screening, first).answer
            session.get(Screening, second).answer = moved
            session.get(Screening, first).answer = moved[:99] + bytes([moved[99] ^ 1]) + moved[100:]

        database.write(swap)
        for id in (first, second):
            shown = client.get(f"/v1/screenings/{id}")
            assert shown.status_code == 500
            assert shown.json()["title"] == "保存的内容已损坏"


def test_storing_and_viewing_are_in_the_trail_and_what_is_not_stored_is_not(settings):  # noqa: F811
    from app.security.audit import events, verify

    with served(settings) as client:
        post(client, screening(store=False))
        given = post(client, screening(store=True))
        client.get(given.headers["location"])
        database = client.app.state.service.database
        found = database.read(lambda session: [(e.action, e.object, e.route) for e in events(session)])
        assert database.read(lambda session: list(verify(session))) == []
    id = given.json()["id"]
    assert found == [
        ("screening.stored", id, "POST /v1/screenings"),
        ("screening.viewed", id, "GET /v1/screenings/{id}"),
    ]
