"""A rotation leaves nothing under the former key, loses nothing, and goes on where it was cut short."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from starlette.testclient import TestClient

from app import archive, replays, rotation
from app.batch.jobs import sealing
from app.database import Database, upgrade
from app.errors import StartError
from app.models import Screening, SealingKey
from app.onewindow import handoffs, outbox, receiving
from app.replays import Attempt
from app.rotation import RotationError, in_use, prepare, rotate
from app.security import ringfile
from app.security.audit import events, verify
from app.security.keyring import Suite
from app.security.sealing import ready
from tests.api.conftest import application
from tests.api.requests import post, screening
from tests.api.server import Server
from tests.command_line import call, plain
from tests.deployments import environment, settings  # noqa: F401 (a fixture)


@pytest.fixture
def stored(settings):  # noqa: F811
    """A client of a deployment with a few screenings, and their answers."""
    app = application(settings)
    with TestClient(app, headers=app.state.headers) as client:
        answers = [post(client, screening(store=True), **{"Idempotency-Key": str(number)}) for number in range(7)]
        yield client, {answer.headers["location"]: answer.content for answer in answers}


@contextmanager
def opened(settings):  # noqa: F811
    """Yield the deployment as another process sees it."""
    keyring = ready(settings)
    database = Database(settings, keyring=keyring)
    try:
        yield database, keyring
    finally:
        database.close()


def turn(settings, settled=0.0):  # noqa: F811
    with opened(settings) as (database, keyring):
        return rotate(settings, database, keyring, lambda _: None, settled)


def keys_in_use(settings):  # noqa: F811
    with opened(settings) as (database, _):
        return {id for _, id in database.read(in_use)}


def test_everything_is_sealed_with_the_new_key_and_a_serving_process_takes_it_up(stored, settings):  # noqa: F811
    client, answers = stored
    former = ringfile.load(settings)
    assert turn(settings) == 3 * len(answers)
    ring = ringfile.load(settings)
    assert set(ring.keys) == {ring.sealing} != {former.sealing}
    assert ring.digest == former.digest
    assert keys_in_use(settings) == {ring.sealing}
    for address, content in answers.items():
        assert client.get(address).content == content
    after = post(client, screening(store=True))
    assert client.get(after.headers["location"]).content == after.content
    assert post(client, screening(store=True), **{"Idempotency-Key": "3"}).content == list(answers.values())[3]
    assert keys_in_use(settings) == {ring.sealing}
    with opened(settings) as (database, _):
        assert database.read(lambda session: list(verify(session))) == []
        told = database.read(lambda session: [e.action for e in events(session) if e.action.startswith("keyring")])
    assert told == ["keyring.rotating", "keyring.rotated"]


def test_the_ring_with_the_former_key_is_put_aside_for_older_backups(stored, settings):  # noqa: F811
    former = ringfile.load(settings)
    turn(settings)
    (aside,) = settings.data_dir.glob("keyring.retired-*")
    assert aside.stat().st_mode & 0o777 == 0o600
    kept = ringfile.load(settings.model_copy(update={"keyring_file": aside}))
    assert kept.keys[former.sealing] == former.keys[former.sealing]


def test_another_suite_is_taken_by_rotating(stored, settings):  # noqa: F811
    _, answers = stored
    national = settings.model_copy(update={"cipher": "sm"})
    turn(national)
    with opened(national) as (database, keyring):
        assert {suite for suite, _ in database.read(in_use)} == {Suite.SM}
        ids = [address.rpartition("/")[2] for address in answers]
        for row in database.read(lambda session: session.scalars(select(Screening)).all()):
            assert row.id in ids
            assert keyring.open(row.answer, f"screenings.answer:{row.id}")


class Killed(Exception):  # noqa: N818 (it stands for the machine's going down)
    pass


@pytest.mark.parametrize("step", range(9))
def test_it_goes_on_where_it_was_cut_short(stored, settings, monkeypatch, step):  # noqa: F811
    client, answers = stored
    monkeypatch.setattr(rotation, "AT_ONCE", 3)
    former = ringfile.load(settings).sealing
    with opened(settings) as (database, keyring), monkeypatch.context() as patch:
        count, write = [0], database.write

        def cut_short(work):
            count[0] += 1
            if count[0] > step:
                raise Killed
            return write(work)

        patch.setattr(database, "write", cut_short)
        with pytest.raises(Killed):
            rotate(settings, database, keyring, lambda _: None, 0)
    for address, content in answers.items():
        assert client.get(address).content == content
    turn(settings)
    assert former not in keys_in_use(settings)
    # It went on with the key that it had begun with, and made no third.
    with opened(settings) as (database, _):
        marks = database.read(lambda session: session.scalars(select(SealingKey).filter_by(purpose="sealing")).all())
    assert [mark.id for mark in marks] == list(ringfile.load(settings).keys)
    for address, content in answers.items():
        assert client.get(address).content == content


def test_what_was_sealed_before_and_arrives_late_is_sealed_anew_before_the_key_goes(stored, settings, monkeypatch):  # noqa: F811
    client, answers = stored
    address = next(iter(answers))
    id = address.rpartition("/")[2]
    with opened(settings) as (database, keyring):
        late = database.read(lambda session: session.get(Screening, id).answer)

        def arrives(_):
            database.write(lambda s: s.execute(update(Screening).where(Screening.id == id).values(answer=late)))

        monkeypatch.setattr(rotation.time, "sleep", lambda seconds: arrives(seconds) if seconds > 1 else None)
        rotate(settings, database, keyring, lambda _: None, 100)
    assert client.get(address).content == answers[address]
    assert keys_in_use(settings) == {ringfile.load(settings).sealing}


def test_a_value_that_was_changed_meanwhile_is_not_overwritten(stored, settings, monkeypatch):  # noqa: F811
    client, answers = stored
    here, there = list(answers)[:2]
    id = here.rpartition("/")[2]
    with opened(settings) as (database, keyring):
        read = database.read

        def and_then_somebody_writes(work):
            rows = read(work)
            other = keyring.seal(b"other", f"screenings.answer:{id}")
            database.write(lambda s: s.execute(update(Screening).where(Screening.id == id).values(answer=other)))
            return rows

        monkeypatch.setattr(database, "read", and_then_somebody_writes)
        rotation.reseal(database, keyring, lambda _: None)
        ringfile.save(rotation._with_another(ringfile.load(settings)), ringfile.path_of(settings), replace=True)
        rotation.reseal(database, keyring, lambda _: None)
        monkeypatch.undo()
        row = database.read(lambda session: session.get(Screening, id))
        assert keyring.open(row.answer, f"screenings.answer:{id}") == b"other"
    assert client.get(there).content == answers[there]


def test_what_does_not_open_keeps_the_former_key_and_is_said(stored, settings):  # noqa: F811
    client, answers = stored
    here, there = list(answers)[:2]
    id = here.rpartition("/")[2]
    former = ringfile.load(settings).sealing

    def spoil(session):
        row = session.get(Screening, id)
        row.answer = row.answer[:-1] + bytes([row.answer[-1] ^ 1])

    client.app.state.service.database.write(spoil)
    with pytest.raises(RotationError, match="有1处内容已损坏"):
        turn(settings)
    assert former in ringfile.load(settings).keys
    assert client.get(there).content == answers[there]
    client.app.state.service.database.write(lambda session: session.delete(session.get(Screening, id)))
    assert turn(settings) == 0
    assert set(ringfile.load(settings).keys) != {former}


def test_a_key_prepared_for_several_machines_is_the_one_taken(stored, settings):  # noqa: F811
    id = prepare(settings)
    assert prepare(settings) == id
    assert ringfile.load(settings).sealing != id
    turn(settings)
    assert ringfile.load(settings).sealing == id


def test_two_rotations_at_once_are_one(stored, settings):  # noqa: F811
    with rotation._alone(settings), pytest.raises(RotationError, match="正在进行"):
        turn(settings)


def test_a_ring_in_the_environment_is_not_rotated(stored, settings):  # noqa: F811
    content = ringfile.path_of(settings).read_text()
    with pytest.raises(RotationError, match="HUIMIN_KEYRING"):
        turn(settings.model_copy(update={"keyring": SecretStr(content)}))


def test_a_backup_from_before_asks_for_the_ring_put_aside(stored, settings):  # noqa: F811
    former = ringfile.load(settings)
    turn(settings)
    present = ringfile.load(settings)
    ringfile.save(former, ringfile.path_of(settings), replace=True)
    with pytest.raises(StartError, match=r"keyring\.retired"):
        ready(settings)
    ringfile.save(present, ringfile.path_of(settings), replace=True)
    ready(settings)


@pytest.mark.slow
def test_killed_again_and_again_while_two_servers_write_nothing_is_lost(settings, tmp_path):  # noqa: F811
    upgrade(settings)
    ready(settings)
    first = ringfile.load(settings).sealing
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    acknowledged, stop = [], threading.Event()
    with Server(settings, tmp_path / "a") as one, Server(settings, tmp_path / "b") as two:

        def write(server):
            while not stop.is_set():
                status, body = server.ask("POST", "/v1/screenings", screening(store=True))
                assert status == 201, body
                acknowledged.append(json.loads(body)["id"])

        writers = [threading.Thread(target=write, args=(server,)) for server in (one, two)]
        for writer in writers:
            writer.start()
        time.sleep(2)
        for delay in (1.5, 2.0, 2.5, 3.0):
            command, variables = (
                [sys.executable, "-m", "app", "keyring", "rotate"],
                {**os.environ, **environment(settings)},
            )
            with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL) as run:
                time.sleep(delay)
                run.send_signal(signal.SIGKILL)
        stop.set()
        for writer in writers:
            writer.join()
        turn(settings)
        for id in acknowledged:
            assert one.ask("GET", f"/v1/screenings/{id}")[0] == 200
        assert two.ask("POST", "/v1/screenings", screening(store=True))[0] == 201
    assert first not in ringfile.load(settings).keys
    assert keys_in_use(settings) == {ringfile.load(settings).sealing}


def test_the_commands_show_the_keys_and_never_a_key(settings, stored):  # noqa: F811
    variables = environment(settings)
    ring = ringfile.load(settings)
    shown = call("keyring", "show", **variables)
    assert shown.exit_code == 0, shown.stderr
    for said in (ring.sealing, ring.digest.id, "现用", "AES-256-GCM21项"):
        assert said in plain(shown.stdout)
    prepared = call("keyring", "rotate", "--prepare", **variables)
    assert "keyring rotate" in prepared.stdout
    shown = call("keyring", "show", **variables)
    assert "备好" in plain(shown.stdout)
    for key in ringfile.load(settings).keys.values():
        assert key.root.hex() not in shown.stdout


def test_every_sealed_value_is_sealed_for_the_place_by_which_rotation_opens_it(settings):  # noqa: F811
    upgrade(settings)
    keyring = ready(settings)
    tried = Attempt("key", "content")
    sealed = {
        "screenings.given": (("id",), keyring.seal(b"x", archive.given_place("id"))),
        "screenings.answer": (("id",), keyring.seal(b"x", archive.answer_place("id"))),
        "replays.answer": (("key",), keyring.seal(b"x", replays._place(tried))),
        "handoffs.content": (("id",), keyring.seal(b"x", handoffs.place_of("id"))),
        "receipts.content": (("id", "R-1"), keyring.seal(b"x", receiving.place_of("id", "R-1"))),
        "deliveries.message": (("id", 2), keyring.seal(b"x", outbox.message_place("id", 2))),
        "deliveries.reply": (("id", 2), keyring.seal(b"x", outbox.reply_place("id", 2))),
        "batches.key": (("id",), sealing.sealed_key(keyring, "id", b"x")),
        "batches.summary": (("id",), sealing.sealed_summary(keyring, "id", {})),
    }
    columns = {f"{table.name}.{column.name}": column for table, column in rotation.sealed_columns()}
    assert set(columns) == set(sealed), "a new sealed column needs its row"
    for name, (key, value) in sealed.items():
        assert len(key) == len(columns[name].table.primary_key)
        keyring.open(value, rotation.place_of(columns[name], key))


def test_keys_keep_their_order(settings):  # noqa: F811
    ring = ringfile.new_ring(Suite.AES)
    for _ in range(5):
        ring = rotation._with_another(ring)
    path = settings.data_dir / "ring"
    ringfile.save(ring, path, replace=False)
    kept = ringfile.load(settings.model_copy(update={"keyring_file": path}))
    assert list(kept.keys) == list(ring.keys)
    assert rotation.former(kept) == list(ring.keys)[:-1]
    assert rotation.prepared(replace(kept, sealing=next(iter(kept.keys)))) == list(ring.keys)[1:]
