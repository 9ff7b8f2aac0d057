"""A logged line tells what happened, and nothing of a person."""

import json
import logging
import sys

import pytest

from app.telemetry import request_id
from app.telemetry.logs import HIDDEN, Line, hide

CANARY = "CANARYbird7391"


def line(form: str, message: str, *arguments: object, **more: object) -> str:
    record = logging.LogRecord("huimin.test", logging.WARNING, "", 1, message, arguments, None)
    vars(record).update(more)
    return Line(form).format(record)


def test_a_readable_line_holds_moment_level_logger_and_message():
    moment, _, rest = line("text", "%s left", 3).partition(" ")
    assert rest == "WARNING huimin.test: 3 left"
    assert moment.endswith("Z")


def test_a_json_line_holds_the_named_fields_too():
    told = json.loads(line("json", "%(route)s %(status)d", {"route": "/v1/facts", "status": 200}))
    assert told.pop("time").endswith("Z")
    assert told == {
        "level": "WARNING", "logger": "huimin.test", "event": "/v1/facts 200", "route": "/v1/facts", "status": 200,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_names_the_request_it_was_logged_for(form):
    token = request_id.current.set("019ab0c4")
    try:
        assert "019ab0c4" in line(form, "x")
    finally:
        request_id.current.reset(token)
    assert "request_id" not in line(form, "x")


@pytest.mark.parametrize("form", ["text", "json"])
def test_of_an_exception_only_its_type_and_place_are_logged(form):
    try:
        raise ZeroDivisionError(CANARY)
    except ZeroDivisionError:
        logged = line(form, "failed", exc_info=sys.exc_info(), stack_info=CANARY)
    assert "ZeroDivisionError @ tests.test_logs:test_of_an_exception" in logged
    assert CANARY not in logged


PERSONAL = [
    "341103194305010012", "34110319430501001X", "34110319430501001x", "341103430501001", "34110319430501001242",
    "34110319430501001X4B", "13812345678", "+8613812345678", "86-13812345678", "6222021234567890123",
    "Bearer hm_0123456789.abc", "bearer x", "Basic dTpw", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
]  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("value", PERSONAL)
def test_what_looks_like_a_persons_is_hidden_wherever_it_stands(form, value):
    for written in (line(form, f"bad {value}, sorry"), line(form, "bad %s", value), line(form, "%(x)s", {"x": value})):
        assert value not in written
        assert HIDDEN in written


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("label", ["姓名", "户主", "name", "id_number", "phone", "address", "authorization", "住址"])
def test_what_stands_behind_a_label_is_hidden(form, label):
    for message in (f"got {label}={CANARY}", f"got ({label}：{CANARY})", f"{{'a': 1, '{label}': '{CANARY}'}}"):
        assert CANARY not in line(form, message)
    assert CANARY not in line(form, "%(about)s", {"about": json.dumps({"a": 1, label: CANARY}, ensure_ascii=False)})


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("field", ["name", "id_number", "phone", "address", "key", "token"])
def test_a_field_of_a_person_is_hidden_by_its_name(form, field):
    assert CANARY not in line(form, f"%({field})s", {field: CANARY})


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25T10:00:00.123456Z WARNING huimin.access: POST /v1/screenings/{id} 201 3.2ms",
        "request_id=019ab0c4-6d00-7cc3-98c4-dc0c0c07398f", "request_id=12345678901234567890123456789012",
        "341103100201", "120000 rows in 1764064800.123 s", "policy longevity-allowance",
    ],
)  # fmt: skip
def test_what_is_nobodys_stays(text):
    assert hide(text) == text
