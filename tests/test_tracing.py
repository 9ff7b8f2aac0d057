"""Spans tell what the access log tells, and nothing that a client sent but the ids of its trace."""

import http.server
import threading

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from app.errors import StartError
from app.main import create_app
from app.telemetry.tracing import Tracing
from tests.api.conftest import application
from tests.api.requests import household, post, screening
from tests.api.server import Server
from tests.deployments import deployment

CANARY = "CANARYbird7391"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def traced(tmp_path, monkeypatch):
    """Return a client, and where its spans go."""
    exporter = InMemorySpanExporter()
    monkeypatch.setattr("app.main._tracing", lambda _: Tracing(exporter))
    app = application(deployment(tmp_path))
    return TestClient(app, headers=app.state.headers), exporter


def test_a_request_is_a_span_with_route_and_status(traced):
    client, exporter = traced
    answer = client.get("/v1/policies/dibao", headers={"traceparent": f"00-{TRACE}-{SPAN}-01"})
    (span,) = exporter.get_finished_spans()
    assert span.name == "GET /v1/policies/{code}"
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/v1/policies/{code}",
        "http.response.status_code": 200,
        "huimin.request_id": answer.headers["x-request-id"],
    }
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, SPAN)
    assert 0 < span.end_time - span.start_time < 60e9
    assert span.resource.attributes["service.name"] == "huimin"


def test_nothing_that_was_sent_is_in_a_span(traced):
    client, exporter = traced
    headers = {"tracestate": f"x={CANARY}", "baggage": f"x={CANARY}", "User-Agent": CANARY, "traceparent": CANARY}
    client.get(f"/v1/{CANARY}?{CANARY}={CANARY}", headers=headers)
    client.request(CANARY, f"/v1/screenings/{CANARY}", headers=headers)
    post(client, screening(store=True, household=household({"reference": CANARY})), **headers)
    post(client, {CANARY: CANARY}, **headers)
    spans = exporter.get_finished_spans()
    assert len(spans) == 4
    assert CANARY not in "".join(span.to_json() for span in spans)


def test_without_the_setting_nothing_is_sent(tmp_path):
    assert create_app(deployment(tmp_path)).state.service.tracing is None


def test_without_its_packages_it_is_said_how_to_get_them(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("app.telemetry.tracing.import_module", missing)
    with pytest.raises(StartError, match=r"requirements/tracing\.txt"):
        Tracing()


def test_a_server_sends_its_spans_to_a_collector(tmp_path, monkeypatch):
    received = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
        monkeypatch.setenv("HUIMIN_TRACING", "1")
        with Server(deployment(tmp_path), tmp_path) as server:
            assert server.ask("POST", f"/v1/screenings?{CANARY}=1", {CANARY: CANARY})[0] == 422
            assert server.stop()[0] == 0
        collector.shutdown()
    told = b"".join(received)
    assert b"POST /v1/screenings" in told
    assert CANARY.encode() not in told
