"""Spans for an OpenTelemetry collector: one a request, telling what the access log tells and nothing more.

The framework's own spans hold addresses with their queries, and exceptions with their messages.
"""

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from app import __version__
from app.errors import StartError

_PARENT: Final = re.compile(rb"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
# What a caller may say of a trace beside its ids is free text, and goes nowhere.
_HEADER: Final = b"traceparent"
_FAILED: Final = 500


class Tracing:
    """Sends spans to where the variables OTEL_EXPORTER_OTLP_… say, by default http://localhost:4318."""

    def __init__(self, exporter: Any = None) -> None:
        """*exporter* takes the spans in place of a collector; raise StartError where the packages are missing."""
        try:
            sdk = import_module("opentelemetry.sdk.trace")
            export = import_module("opentelemetry.sdk.trace.export")
            resources = import_module("opentelemetry.sdk.resources")
            otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        except ModuleNotFoundError:
            sdk = None
        if sdk is None:
            raise StartError(
                "没有安装链路跟踪（HUIMIN_TRACING）所需的软件包：去掉 HUIMIN_NO_VENV 后启动，会自动安装；"
                "或自行安装：python3 -m pip install -r requirements/tracing.txt"
            )
        about = resources.Resource({"service.name": "huimin", "service.version": __version__})
        self._provider = sdk.TracerProvider(resource=about)
        if exporter is None:
            self._provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
        else:
            self._provider.add_span_processor(export.SimpleSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("huimin", __version__)

    def answered(
        self, headers: Iterable[tuple[bytes, bytes]], told: dict[str, Any], request_id: str, begun: int, ended: int
    ) -> None:
        """Tell of a request that took from *begun* to *ended*, in nanoseconds since 1970; *told* is as it is logged."""
        span = self._tracer.start_span(
            f"{told['method']} {told['route']}",
            context=_parent(headers),
            kind=SpanKind.SERVER,
            attributes={
                "http.request.method": told["method"],
                "http.route": told["route"],
                "http.response.status_code": told["status"],
                "huimin.request_id": request_id,
            },
            start_time=begun,
        )
        if told["status"] >= _FAILED:
            span.set_status(Status(StatusCode.ERROR))
        span.end(ended)

    def close(self) -> None:
        """Send what is still to be sent."""
        self._provider.shutdown()


def _parent(headers: Iterable[tuple[bytes, bytes]]) -> Context | None:
    for name, value in headers:
        if name == _HEADER and (found := _PARENT.fullmatch(value)):
            trace, span, flags = (int(part, 16) for part in found.groups())
            remote = SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(flags))
            return set_span_in_context(NonRecordingSpan(remote))
    return None
