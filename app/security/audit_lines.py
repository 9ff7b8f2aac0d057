"""The audit trail as it is handed out: fields, and lines of CSV or JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.clock import SHANGHAI
from app.models import AuditEvent
from app.security.audit_actions import label_of

FIELDS: Final = (
    *("seq", "at", "action", "action_label", "outcome"),
    *("client", "role", "region", "address", "route", "object", "purpose"),
)
FORMATS: Final = ("csv", "jsonl")
MARK: Final = "\ufeff"
"""Lets Excel read the file as UTF-8."""


def shown(event: AuditEvent) -> dict[str, Any]:
    """Return *event* as it is shown, its moment in China's time, its action in words too."""
    told = {"at": event.at.astimezone(SHANGHAI).isoformat(), "action_label": label_of(event.action)}
    return {field: told[field] if field in told else getattr(event, field) for field in FIELDS}


def lines(events: Iterable[AuditEvent], form: str) -> Iterator[str]:
    """Yield *events* as lines of *form*, one of FORMATS, the headings first."""
    columns = (*FIELDS, "digest")
    if form == "csv":
        yield MARK + ",".join(columns) + "\r\n"
    for event in events:
        told = {**shown(event), "digest": event.digest.hex()}
        yield _row(list(told.values())) if form == "csv" else json.dumps(told, ensure_ascii=False) + "\n"


def _row(values: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
