"""`subject`: what is stored handed over and deleted on the machine that serves."""

import json

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import application
from tests.api.requests import post, screening
from tests.command_line import call, plain, refused
from tests.deployments import deployment


@pytest.fixture
def here(tmp_path):
    """The variables of a deployment that keeps one household."""
    settings = deployment(tmp_path)
    app = application(settings)
    with TestClient(app, headers=app.state.headers) as client:
        assert post(client, screening(store=True)).status_code == 201
    return {"HUIMIN_DATA_DIR": str(settings.data_dir)}


def exported(here, *arguments):
    result = call("subject", "export", *arguments, **here)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_what_is_stored_is_handed_over_and_deleted(here):
    assert len(exported(here, "H-7")["screenings"]) == 1
    assert len(exported(here, "H-7", "--member", "2")["screenings"]) == 0
    assert len(exported(here, "H-7", "--region", "341103101")["screenings"]) == 0
    result = call("subject", "delete", "H-7", "--yes", **here)
    assert "筛查1次" in plain(result.stdout)
    assert exported(here, "H-7")["screenings"] == []
    assert call("audit", "verify", **here).exit_code == 0


def test_nothing_is_deleted_unless_it_is_meant(here):
    assert call("subject", "delete", "H-7", text="n\n", **here).exit_code == 1
    assert len(exported(here, "H-7")["screenings"]) == 1


def test_a_wrong_reference_is_explained(here):
    said = plain(refused("subject", "export", "13812345678", **here))
    assert "户编号" in said
    assert "13812345678" not in said
