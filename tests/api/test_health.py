"""The health endpoints tell the truth."""

from collections import namedtuple

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database import upgrade
from app.main import create_app
from app.security import ringfile
from app.security.keyring import Suite
from app.security.keys import new_key
from tests.api.requests import post, problem, screening
from tests.deployments import deployment
from tests.keys import bearer, key_for


@pytest.fixture
def fresh(settings):
    """A client of a deployment whose tables were never made."""
    settings.data_dir.mkdir()
    with TestClient(create_app(settings)) as client:
        yield client


def faults(client):
    document = problem(client.get("/readyz"), 503, "not-ready")
    return [error["field"] for error in document["errors"]]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_all_is_well(stored, path):
    response = stored.get(path)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["cache-control"] == "no-store"


def test_tables_that_were_never_made_are_reported(fresh):
    assert faults(fresh) == ["migrations"]
    assert fresh.get("/livez").status_code == 200


def test_tables_of_another_release_are_reported(stored, settings):
    stored.app.state.service.database.write(
        lambda session: session.execute(text("update alembic_version set version_num = 'other'"))
    )
    assert faults(stored) == ["migrations"]
    assert stored.get("/livez").status_code == 200


def test_a_data_folder_that_is_gone_is_reported(stored, settings):
    # In one step: the server's own work may be making a file in it.
    settings.data_dir.rename(settings.data_dir.with_name("gone"))
    assert "data_dir" in faults(stored)


def test_a_key_ring_that_is_gone_or_another_s_is_reported(stored, settings):
    path = ringfile.path_of(settings)
    kept = path.read_bytes()
    path.unlink()
    assert faults(stored) == ["keyring"]
    ringfile.save(ringfile.new_ring(Suite.AES), path, replace=False)
    assert faults(stored) == ["keyring"]
    path.write_bytes(kept)
    assert stored.get("/readyz").status_code == 200


def test_a_disk_that_is_nearly_full_is_reported(stored, monkeypatch):
    usage = namedtuple("usage", "total used free")
    for free, wrong in ((16 * 2**20, False), (16 * 2**20 - 1, True)):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: usage(10**9, 0, free))
        response = stored.get("/readyz")
        assert (response.status_code == 503) is wrong
        assert ("disk" in response.text) is wrong


def test_a_file_that_is_no_database_is_reported(tmp_path):
    settings = deployment(tmp_path)
    application = create_app(settings)
    (settings.data_dir / "huimin.db").write_bytes(b"not a database" * 1000)
    with TestClient(application) as client:
        assert faults(client) == ["database"]


def test_a_killed_postgresql_is_reported_and_so_is_its_return(postgres, postgres_url, tmp_path, monkeypatch):
    # Whoever was there a moment ago is served on: a moment that lasts as long as this test.
    monkeypatch.setattr("app.security.authentication.REMEMBERED", 600)
    settings = deployment(tmp_path, postgres_url)
    upgrade(settings)
    key = key_for(settings)
    with TestClient(create_app(settings), headers=bearer(key)) as client:
        assert post(client, screening()).status_code == 200
        assert client.get("/readyz").status_code == 200
        postgres.kill()
        assert faults(client) == ["database"]
        refused = post(client, screening(store=True))
        problem(refused, 503, "unavailable")
        assert refused.headers["retry-after"] == "5"
        assert post(client, screening()).status_code == 200
        problem(post(client, screening(), Authorization=f"Bearer {new_key()}"), 503, "unavailable")
        postgres.start()
        assert client.get("/readyz").status_code == 200
        assert post(client, screening(store=True)).status_code == 201
