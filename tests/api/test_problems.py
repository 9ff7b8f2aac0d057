"""Garbage of every kind is answered with a problem document that repeats none of it."""

import json

import pytest

from tests.api.requests import household, post, problem, screening

DEEP = 1000

MALFORMED = {
    "nothing": b"",
    "blanks": b" \n\t",
    "no JSON": b"hunter2",
    "half of it": b'{"household": {"members": [',
    "two of them": b"{} {}",
    "NaN": b'{"household": {"members": [{"age": NaN}]}}',
    "Infinity": b'{"household": {"members": [{"age": Infinity}]}}',
    "-Infinity": b'{"household": {"members": [{"age": -Infinity}]}}',
    "a comment": b"{} // hunter2",
    "single quotes": b"{'household': 1}",
    "a trailing comma": b'{"household": {},}',
    "invalid UTF-8": b'{"household": {"reference": "\xff\xfe"}}',
    "GB18030": '{"household": {"reference": "户"}}'.encode("gb18030"),
    "UTF-16": '{"household": {}}'.encode("utf-16"),
    "a lone surrogate's bytes": b'{"household": {"reference": "\xed\xa0\x80"}}',
    "an escaped surrogate": b'{"household": {"reference": "\\ud800", "members": [{}]}}',
    "a NUL": b'{"household"\x00: 1}',
}
INVALID = {
    "an array": b"[]",
    "a text": b'"hunter2"',
    "a number": b"1",
    "null": b"null",
    "an empty object": b"{}",
    "1e400": b'{"household": {"income_per_capita": 1e400, "members": [{}]}}',
    "a huge integer": b'{"household": {"income_per_capita": ' + b"9" * 5000 + b', "members": [{}]}}',
    "a duplicate key": b'{"household": {"members": [{}]}, "household": {"members": [{}]}}',
    "nesting": b'{"household":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "nested objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "no members": screening(household={"members": []}),
    "31 members": screening(household={"members": [{}] * 31}),
    "members that are none": screening(household={"members": [1]}),
    "an unknown key": screening(hunter2=1),
    "an unknown fact": screening(household=household({"hunter2": 1})),
    "a wrong code": screening(household=household({"sex": "hunter2"})),
    "a wrong type": screening(household=household({"sex": 1})),
    "a yes that is a text": screening(household=household({"boarding": "hunter2"})),
    "a number that is a text": screening(household=household({"age": "83"})),
    "a negative number": screening(household=household({"age": -1})),
    "half a year": screening(household=household({"age": 83.5})),
    "born in 1850": screening(household=household({"birth_date": "1850-01-01"})),
    "born in 9999": screening(household=household({"birth_date": "9999-12-31"})),
    "born on no day": screening(household=household({"birth_date": "2025-02-29"})),
    "born in year 0": screening(household=household({"birth_date": "0000-01-01"})),
    "a time for a date": screening(household=household({"birth_date": "1943-05-01T00:00:00Z"})),
    "a wrong ID number": screening(household=household({"id_number": "hunter2"})),
    "two of one reference": screening(household=household({"reference": "1"}, {"reference": "1"})),
    "a day before 2018": screening(as_of="2017-12-31"),
    "a day too far": screening(as_of="2099-01-01"),
    "a policy that does not exist": screening(policies=["hunter2"]),
    "no policies": screening(policies=[]),
    "a text for store": screening(store="hunter2"),
    "a million keys": b'{"household": {' + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_json_is_malformed(client, body):
    document = problem(post(client, body), 400, "malformed-json")
    assert document["errors"]
    assert "hunter2" not in str(document)


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID)
def test_what_is_no_household_is_invalid(client, body):
    document = problem(post(client, body), 422, "invalid-household")
    assert document["errors"]
    assert "hunter2" not in str(document)


@pytest.mark.parametrize("path", ["/nowhere", "/v1", "/v1/screenings/", "/v1/policies/a/b", "/docs/assets/x", "/%ff"])
def test_a_path_that_leads_nowhere_is_not_found(client, path):
    problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/screenings", "OPTIONS, POST"),
        ("HEAD", "/v1/screenings", "OPTIONS, POST"),
        ("DELETE", "/v1/policies", "GET, HEAD, OPTIONS"),
        ("POST", "/livez", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/screenings/x", "GET, HEAD, OPTIONS"),
        ("TRACE", "/", "GET, HEAD, OPTIONS"),
        ("BREW", "/v1/facts", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_is_not_supported_is_told_those_that_are(client, method, path, allowed):
    response = client.request(method, path)
    assert response.headers["allow"] == allowed
    if method == "HEAD":
        assert (response.status_code, response.content) == (405, b"")
    else:
        problem(response, 405, "method-not-allowed")


@pytest.mark.parametrize(("path", "allowed"), [("/v1/screenings", "OPTIONS, POST"), ("/", "GET, HEAD, OPTIONS")])
def test_options_are_told(client, path, allowed):
    response = client.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == allowed


def test_no_other_host_is_let_in(client):
    response = client.options(
        "/v1/screenings", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_problem_is_kept_by_no_cache(client):
    assert client.get("/nowhere").headers["cache-control"] == "no-store"


def test_what_nobody_foresaw_tells_nothing_of_itself(client, monkeypatch, caplog):
    def fail(*_, **__):
        raise ZeroDivisionError("hunter2")

    monkeypatch.setattr(client.app.state.service.answers, "render", fail)
    document = problem(post(client, json.dumps(screening()).encode()), 500, "internal-error")
    assert "hunter2" not in str(document) + caplog.text
    assert "builtins.ZeroDivisionError @ tests.api.test_problems:fail:" in caplog.text
    assert [record.exc_info for record in caplog.records if record.levelname == "ERROR"] == [None]
