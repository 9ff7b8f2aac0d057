"""No value that was submitted appears in an error, in the log, or on the terminal."""

import pytest
from sqlalchemy import create_engine, text

from tests.api.requests import household, screening
from tests.api.server import Server
from tests.deployments import deployment

CANARY = "CANARYbird7391"
DIGITS = "349999194305017391"


def requests():
    """Yield requests with the canary in every place that a client can fill."""
    yield "POST", "/v1/screenings", screening(household=household({"reference": CANARY, "sex": CANARY}))
    yield "POST", "/v1/screenings", screening(household=household({"id_number": DIGITS}))
    yield "POST", "/v1/screenings", screening(household=household({"disability_certificate": DIGITS + "42"}))
    yield "POST", "/v1/screenings", screening(household=household({CANARY: CANARY}))
    yield "POST", "/v1/screenings", screening(household=household({"reference": DIGITS}))
    yield "POST", "/v1/screenings", screening(household={**household(), "region_code": CANARY, CANARY: 1})
    yield "POST", "/v1/screenings", screening(as_of=CANARY, policies=[CANARY], store=CANARY)
    yield "POST", "/v1/screenings", {CANARY: {CANARY: [CANARY]}}
    yield "POST", "/v1/screenings", CANARY
    yield "POST", f"/v1/screenings?detail={CANARY}&{CANARY}={CANARY}", screening()
    yield "POST", f"/v1/screenings/{CANARY}", screening()
    for path in ("screenings", "policies", "nowhere", CANARY):
        yield "GET", f"/v1/{path}/{CANARY}?as_of={CANARY}", None
    yield "GET", f"/{CANARY}", None
    yield "GET", f"/docs/assets/{CANARY}", None
    yield "PUT", f"/v1/policies/{CANARY}", CANARY


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canary")
    with Server(deployment(folder), folder) as server:
        yield server


@pytest.mark.parametrize(("method", "path", "body"), list(requests()))
def test_a_refusal_repeats_nothing(server, method, path, body):
    status, answer = server.ask(method, path, body)
    assert 400 <= status < 500
    for canary in (CANARY, DIGITS):
        assert canary.encode() not in answer


def test_the_log_and_the_terminal_hold_nothing(server):
    stored = screening(store=True, household=household({"reference": CANARY, "birth_date": "1943-05-01"}))
    assert server.ask("POST", "/v1/screenings", stored, **{"User-Agent": CANARY, "Referer": CANARY})[0] == 201
    for header in ("Content-Type", "Content-Encoding", "Accept-Encoding", "If-None-Match"):
        server.ask("POST", "/v1/screenings", stored, **{header: CANARY})
        server.ask("GET", "/v1/facts", None, **{header: CANARY})
    # What breaks in the middle: a table is gone, and the driver's own words would quote the row.
    engine = create_engine(f"sqlite:///{server.log.parent / 'data' / 'huimin.db'}")
    with engine.begin() as connection:
        connection.execute(text("alter table screenings rename to other"))
    status, answer = server.ask("POST", "/v1/screenings", stored)
    assert status in (500, 503)
    assert CANARY.encode() not in answer
    code, said = server.stop()
    assert code == 0
    logged = server.logged()
    assert "POST /v1/screenings 201" in logged
    for canary in (CANARY, DIGITS, "1943-05-01", "Traceback"):
        assert canary not in logged
        assert canary not in said
