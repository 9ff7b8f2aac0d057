"""A backup brings everything back, on either database; what is no backup, or would overwrite, is refused first."""

import hashlib
import json
import shutil
import stat
import tarfile

import pytest
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from app.archive import new_id
from app.backup.contents import BackupError
from app.backup.making import back_up
from app.backup.restoring import restore
from app.batch.jobs.files import BatchFiles
from app.database import Database, upgrade
from app.main import create_app
from app.security import audit
from app.security.keyring import Suite
from app.security.ringfile import NAME as KEYRING
from app.security.sealing import open_keyring
from tests.api.requests import post, screening
from tests.command_line import call
from tests.deployments import deployment, settings  # noqa: F401 (a fixture)
from tests.keys import bearer, key_for


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def elsewhere(request, tmp_path):
    """A new deployment, on each database."""
    url = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        with server.database() as url:
            yield deployment(tmp_path / "elsewhere", url)
        return
    yield deployment(tmp_path / "elsewhere", url)


KEYS: dict[str, str] = {}
"""The header with the key of whoever filled a deployment, which is good in those that come of its backups."""


def served(settings):  # noqa: F811
    upgrade(settings)
    if not KEYS:
        KEYS.update(bearer(key_for(settings)))
    return TestClient(create_app(settings), headers=KEYS)


def filled(settings) -> dict[str, bytes]:  # noqa: F811
    """Fill a deployment; return its answers by their addresses."""
    KEYS.clear()
    with served(settings) as client:
        answers = [post(client, screening(store=True), **{"Idempotency-Key": str(number)}) for number in range(3)]
        (settings.data_dir / "lists").mkdir()
        (settings.data_dir / "lists" / "one").write_bytes(b"sealed")
        return {answer.headers["location"]: client.get(answer.headers["location"]).content for answer in answers}


@pytest.fixture(autouse=True)
def _no_keys():
    KEYS.clear()


def take_keys(settings, other) -> None:  # noqa: F811
    other.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.data_dir / KEYRING, other.data_dir)


def test_answers_come_back_byte_for_byte_on_either_database(settings, elsewhere, tmp_path):  # noqa: F811
    answers = filled(settings)
    made = back_up(settings, tmp_path / "backup.tar")
    assert made.files == 1
    take_keys(settings, elsewhere)
    restore(elsewhere, tmp_path / "backup.tar")
    with served(elsewhere) as client:
        for address, content in answers.items():
            assert client.get(address).content == content
        again = post(client, screening(store=True), **{"Idempotency-Key": "1"})
        assert again.headers["location"] == list(answers)[1]
        assert post(client, screening(store=True)).status_code == 201
        assert client.get("/readyz").status_code == 200
    assert (elsewhere.data_dir / "lists" / "one").read_bytes() == b"sealed"


def test_a_backup_is_made_while_the_service_writes(settings, elsewhere, tmp_path):  # noqa: F811
    with served(settings) as client:
        before = post(client, screening(store=True)).headers["location"]
        back_up(settings, tmp_path / "backup.tar")
        after = post(client, screening(store=True)).headers["location"]
    take_keys(settings, elsewhere)
    restore(elsewhere, tmp_path / "backup.tar")
    with served(elsewhere) as client:
        assert client.get(before).status_code == 200
        assert client.get(after).status_code == 404


def test_a_deployment_with_data_is_replaced_only_by_force(settings, tmp_path):  # noqa: F811
    kept = list(filled(settings))
    back_up(settings, tmp_path / "backup.tar")
    with served(settings) as client:
        later = post(client, screening(store=True)).headers["location"]
    with pytest.raises(BackupError, match="--force"):
        restore(settings, tmp_path / "backup.tar")
    with served(settings) as client:
        assert client.get(later).status_code == 200
    restore(settings, tmp_path / "backup.tar", force=True)
    with served(settings) as client:
        assert client.get(later).status_code == 404
        assert client.get(kept[0]).status_code == 200


def test_backup_and_restore_are_in_the_audit_trail(settings, elsewhere, tmp_path):  # noqa: F811
    filled(settings)
    back_up(settings, tmp_path / "backup.tar", with_keys=True)
    restore(elsewhere, tmp_path / "backup.tar")
    for each, last in ((settings, "backup.made"), (elsewhere, "backup.restored")):
        database = Database(each, keyring=open_keyring(each))
        found = database.read(lambda session: [event.action for event in audit.events(session)])
        assert found[-1] == last
        assert database.read(lambda session: list(audit.verify(session))) == []
        database.close()


@pytest.fixture
def here(tmp_path):
    here = deployment(tmp_path)
    filled(here)
    return here


def test_the_key_ring_is_left_out_unless_asked_for(here, tmp_path):
    for asked, name in ((False, "without.tar"), (True, "with.tar")):
        assert back_up(here, tmp_path / name, with_keys=asked).with_keys is asked
        with tarfile.open(tmp_path / name) as tar:
            assert (f"files/{KEYRING}" in tar.getnames()) is asked
    other = deployment(tmp_path / "other")
    restore(other, tmp_path / "with.tar")
    assert (other.data_dir / KEYRING).read_bytes() == (here.data_dir / KEYRING).read_bytes()


def test_what_lies_in_the_plain_while_a_list_is_screened_is_in_no_backup(here, tmp_path):
    id, files = new_id(), BatchFiles(here.data_dir, Suite.AES)
    files.begin(id)
    files.open_attempt(id, 1, "worker")
    (files.work(id, "worker") / "list").write_bytes(b"plain")
    (files.attempt(id, 1) / "result.csv").write_bytes(b"sealed")
    back_up(here, tmp_path / "backup.tar")
    with tarfile.open(tmp_path / "backup.tar") as tar:
        kept = [name for name in tar.getnames() if id in name]
    assert kept == [f"files/batches/{id}/attempt-1/result.csv"]


def test_nobody_else_may_read_a_backup(here, tmp_path):
    back_up(here, tmp_path / "backup.tar")
    assert stat.S_IMODE((tmp_path / "backup.tar").stat().st_mode) == 0o600


def test_no_file_is_overwritten_by_a_backup(here, tmp_path):
    (tmp_path / "backup.tar").write_text("mine")
    with pytest.raises(BackupError, match="已经存在"):
        back_up(here, tmp_path / "backup.tar")
    assert (tmp_path / "backup.tar").read_text() == "mine"


def test_a_deployment_that_never_started_has_nothing_to_back_up(tmp_path):
    new = deployment(tmp_path / "new")
    new.data_dir.mkdir(parents=True)
    with pytest.raises(BackupError, match="启动一次"):
        back_up(new, tmp_path / "backup.tar")


@pytest.mark.parametrize("content", [b"", b"hunter2" * 1000, b"\0" * 10240])
def test_what_is_no_backup_is_refused_and_nothing_is_touched(here, tmp_path, content):
    (tmp_path / "no.tar").write_bytes(content)
    before = sorted(path.name for path in here.data_dir.iterdir())
    with pytest.raises(BackupError, match="不是完整的备份文件"):
        restore(here, tmp_path / "no.tar", force=True)
    assert sorted(path.name for path in here.data_dir.iterdir()) == before


def test_a_damaged_or_shortened_backup_is_refused(here, tmp_path):
    back_up(here, tmp_path / "backup.tar")
    whole = (tmp_path / "backup.tar").read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    for content in (bytes(changed), whole[: len(whole) // 2]):
        (tmp_path / "bad.tar").write_bytes(content)
        with pytest.raises(BackupError):
            restore(deployment(tmp_path / "other"), tmp_path / "bad.tar")


def test_a_backup_of_a_newer_release_is_refused(here, tmp_path):
    back_up(here, tmp_path / "backup.tar")
    with tarfile.open(tmp_path / "backup.tar") as tar:
        tar.extractall(tmp_path / "out", filter="data")
    changed = create_engine(f"sqlite:///{tmp_path / 'out' / 'database.sqlite'}")
    with changed.begin() as connection:
        connection.execute(text("update alembic_version set version_num = 'from_the_future'"))
    changed.dispose()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    content = (tmp_path / "out" / "database.sqlite").read_bytes()
    manifest["sha256"]["database.sqlite"] = hashlib.sha256(content).hexdigest()
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(tmp_path / "newer.tar", "w") as tar:
        for name in ("manifest.json", *manifest["sha256"]):
            tar.add(tmp_path / "out" / name, name)
    with pytest.raises(BackupError, match="更新版本"):
        restore(deployment(tmp_path / "other"), tmp_path / "newer.tar")


def test_the_commands_say_what_they_did_and_what_to_keep(here, tmp_path):
    variables = {"HUIMIN_DATA_DIR": str(here.data_dir)}
    made = call("backup", tmp_path / "backup.tar", **variables)
    assert made.exit_code == 0
    assert "keyring" in made.stdout
    refused = call("restore", tmp_path / "backup.tar", **variables)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert call("restore", tmp_path / "backup.tar", "--force", **variables).exit_code == 0
