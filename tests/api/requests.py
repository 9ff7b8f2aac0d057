"""Requests that tests send."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.testclient import TestClient

JSON = {"Content-Type": "application/json"}


def household(*members: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {"reference": "H-7", "region_code": "341103100201", **facts, "members": list(members) or [{}]}


OLD_WOMAN = {"reference": "1", "birth_date": "1943-05-01", "sex": "female", "disability_grade": "none"}


LONGEVITY = {"policy": "longevity-allowance", "member": "1"}
"""The result of hers that can be handed over."""


def receipt(event: str, **said: Any) -> dict[str, Any]:
    """Return a receipt of a moment ago."""
    at = datetime.now(UTC).isoformat()
    return {"id": f"R-{event}-{uuid4().hex[:8]}", "event": event, "at": at, **said}


def screening(**others: Any) -> dict[str, Any]:
    """Return a request about a woman of 83, which is not stored unless said otherwise."""
    return {"as_of": "2026-11-23", "store": False, "household": household(OLD_WOMAN), **others}


def post(client: TestClient, body: Any, path: str = "/v1/screenings", **headers: str) -> Any:
    """Post *body*, bytes as they are and anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content=content, headers={**JSON, **headers})


def problem(response: Any, status: int, type: str) -> dict[str, Any]:
    """Return the problem document that *response* must be."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert list(document) == ["type", "title", "status", "detail", "errors", "request_id"]
    assert document["request_id"] == response.headers["x-request-id"]
    assert document["type"] == f"/problems/{type}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert all(list(error) == ["field", "message"] for error in document["errors"])
    return document
