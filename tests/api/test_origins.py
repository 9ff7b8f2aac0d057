"""Pages of other origins are kept out, unless the deployment names them."""

import pytest
from starlette.testclient import TestClient

from app.errors import SettingsError
from app.settings import Settings
from tests.api.conftest import application
from tests.api.requests import screening
from tests.deployments import deployment

DESK, OTHER = "https://desk.example.org", "https://desk.example.org.evil.test"
ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    def made(origins):
        settings = deployment(tmp_path_factory.mktemp("origins")).model_copy(update={"origins": origins})
        app = application(settings)
        return TestClient(app, headers=app.state.headers)

    return {origins: made(origins) for origins in ((), (DESK,), ("*",))}


def allowed(answer):
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("origin", [DESK, "null", "*"])
def test_without_a_setting_no_page_of_another_origin_reads_anything(deployed, origin):
    client = deployed[()]
    preflight = client.options("/v1/screenings", headers={"Origin": origin, **ASKED})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["allow"]
    answer = client.post("/v1/screenings", json=screening(), headers={"Origin": origin})
    assert answer.status_code == 200
    assert allowed(preflight) == allowed(answer) == {}


def test_a_page_that_is_named_may_ask_and_read(deployed):
    client = deployed[DESK,]
    preflight = client.options("/v1/screenings", headers={"Origin": DESK, **ASKED})
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-origin"] == DESK
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for needed in ("authorization", "content-type", "idempotency-key"):
        assert needed in preflight.headers["access-control-allow-headers"].lower()
    for answer in (
        client.post("/v1/screenings", json=screening(), headers={"Origin": DESK}),
        client.post("/v1/screenings", json={}, headers={"Origin": DESK}),
        client.get("/v1/none", headers={"Origin": DESK}),
    ):
        assert answer.headers["access-control-allow-origin"] == DESK
        assert "Retry-After" in answer.headers["access-control-expose-headers"]
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", [OTHER, "http://desk.example.org", f"{DESK}:8443", "null", f"{DESK}, {DESK}"])
def test_any_other_page_is_kept_out(deployed, origin):
    client = deployed[DESK,]
    preflight = client.options("/v1/screenings", headers={"Origin": origin, **ASKED})
    answer = client.post("/v1/screenings", json=screening(), headers={"Origin": origin})
    assert allowed(preflight) == allowed(answer) == {}
    assert "Origin" in answer.headers["vary"]


def test_credentials_are_never_allowed(deployed):
    for client in deployed.values():
        for answer in (
            client.options("/v1/me", headers={"Origin": DESK, **ASKED}),
            client.get("/v1/me", headers={"Origin": DESK}),
        ):
            assert "access-control-allow-credentials" not in answer.headers
    assert deployed["*",].get("/v1/me", headers={"Origin": DESK}).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "value", ["desk.example.org", "https://desk.example.org/", "https://*.example.org", "*,https://a.b", "null", ""]
)
def test_what_is_no_origin_is_refused_at_the_start(monkeypatch, value):
    monkeypatch.setenv("HUIMIN_ORIGINS", value or " ")
    with pytest.raises(SettingsError, match="HUIMIN_ORIGINS"):
        Settings.load()


def test_nothing_demands_https_where_it_is_served_without(deployed):
    client = deployed[()]
    for path in ("/", "/docs", "/v1/me", "/livez", "/web/main.js", "/v1/none"):
        headers = client.get(path).headers
        assert "strict-transport-security" not in headers
        assert "upgrade-insecure-requests" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
