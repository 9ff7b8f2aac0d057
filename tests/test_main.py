"""The application is made when it is asked for."""

import pytest
from fastapi import FastAPI

import app.main
from app.settings import documented


def test_a_server_may_ask_for_the_application_by_name(monkeypatch, tmp_path):
    for row in documented():
        monkeypatch.delenv(row.variable, raising=False)
    monkeypatch.setenv("HUIMIN_DATA_DIR", str(tmp_path))
    made = app.main.app
    assert isinstance(made, FastAPI)
    assert {path.name for path in tmp_path.iterdir()} == {"huimin.db", "keyring"}
    made.state.service.database.close()


def test_the_module_has_nothing_else_to_give():
    with pytest.raises(AttributeError):
        app.main.application  # noqa: B018 (the point)
