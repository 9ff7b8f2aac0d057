"""The application is made when it is asked for, and its log holds no messages of exceptions."""

import logging
import sys

import pytest
from fastapi import FastAPI

import app.main
from app.main import Formatter
from app.settings import documented


def test_a_server_may_ask_for_the_application_by_name(monkeypatch, tmp_path):
    for row in documented():
        monkeypatch.delenv(row.variable, raising=False)
    monkeypatch.setenv("HUIMIN_DATA_DIR", str(tmp_path))
    made = app.main.app
    assert isinstance(made, FastAPI)
    assert list(tmp_path.iterdir()) == []
    made.state.service.database.close()


def test_the_module_has_nothing_else_to_give():
    with pytest.raises(AttributeError):
        app.main.application  # noqa: B018 (the point)


def test_an_exception_in_the_log_is_its_type_and_its_place():
    try:
        raise ZeroDivisionError("hunter2")
    except ZeroDivisionError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", None, sys.exc_info())
    record.stack_info = "hunter2"
    written = Formatter("%(levelname)s %(message)s").format(record)
    assert written.startswith("ERROR failed\nbuiltins.ZeroDivisionError @ tests.test_main:test_an_exception")
    assert "hunter2" not in written
