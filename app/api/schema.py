"""Words for the documentation of endpoints: what they answer, and what can go wrong."""

from collections import defaultdict
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from app.errors import (
    MEDIA_TYPE,
    BadRequestError,
    InvalidParameterError,
    KeyReusedError,
    MalformedError,
    MediaTypeError,
    ProblemError,
    SlowBodyError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
)

REF = "#/components/schemas/{model}"
Responses = dict[int | str, dict[str, Any]]

READING_BODY: Final = (MalformedError, SlowBodyError, TooLargeError, MediaTypeError, InvalidParameterError)
"""What can be wrong with a request that has a body."""
WRITING: Final = (BadRequestError, KeyReusedError, UnavailableError, StorageFullError)
"""What can go wrong where something is written, once for an Idempotency-Key."""


class Shape(BaseModel):
    """What the documentation says of an answer; built only when it is asked for."""

    model_config = ConfigDict(defer_build=True)


def answers(model: str, description: str) -> dict[str, Any]:
    """Return the documentation of an answer of one shape."""
    schema = {"$ref": REF.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def takes(model: str) -> dict[str, Any]:
    """Return the documentation of a JSON body of one shape."""
    schema = {"$ref": REF.format(model=model)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def problems(*kinds: type[ProblemError]) -> Responses:
    """Return the documentation of the problems that an endpoint may answer with."""
    by_status: dict[int, list[type[ProblemError]]] = defaultdict(list)
    for kind in kinds:
        by_status[kind.status].append(kind)
    return {status: _problem(among) for status, among in sorted(by_status.items())}


def _problem(kinds: list[type[ProblemError]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": "；".join(kind.title for kind in kinds),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": REF.format(model="Problem")},
                "examples": {
                    kind.type.rpartition("/")[2]: {
                        "summary": kind.title,
                        "value": {
                            "type": kind.type,
                            "title": kind.title,
                            "status": kind.status,
                            "detail": "…",
                            "errors": [],
                        },
                    }
                    for kind in kinds
                },
            }
        },
    }
    if kinds[0].status in (429, 503):
        seconds = {"schema": {"type": "integer"}, "description": "几秒后可以重试"}
        described["headers"] = {"Retry-After": seconds}
    return described


def cached(description: str, model: str) -> Responses:
    """Return the documentation of an answer that a client may keep and ask for again with its tag."""
    tag = {"schema": {"type": "string"}, "description": "内容的标签，下次放在 If-None-Match 里"}
    return {
        200: {**answers(model, description), "headers": {"ETag": tag}},
        304: {"description": "与 If-None-Match 相同，没有变化"},
    }
