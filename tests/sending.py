"""Requests as callers send them, and what the door says of them.  Every person here is invented."""

import json
from datetime import date
from typing import Any

import pytest

from app.intake.door import RejectedError, Submission, read_document, read_submission

TODAY = date(2026, 11, 23)
HOME = "341103"
CODES = frozenset({"dibao", "longevity-allowance"})

# A county code that names no county, so that these are nobody's numbers.
ID_NUMBER = "349999194305010011"
OTHER_ID_NUMBER = "34999919430501002X"
CERTIFICATE = "34999919430501001142"


def request(*members: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Return a request for one household: its facts, and its members (one of whom nothing is known, by default)."""
    return {"household": {**facts, "members": list(members) or [{}]}}


def sent(document: Any) -> bytes:
    return document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()


def accepted(document: Any, *, today: date = TODAY, home: str = HOME) -> Submission:
    """Return what the door makes of a body, or of a document sent as one."""
    return read_submission(sent(document), today=today, home=home, codes=CODES)


def refused(document: Any, *, today: date = TODAY, home: str = HOME) -> list[tuple[str, str]]:
    """Return the errors of a request that is refused, the same as bytes and as a document."""
    body = sent(document)
    with pytest.raises(RejectedError) as caught:
        read_submission(body, today=today, home=home, codes=CODES)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    if not isinstance(document, bytes):
        assert not error.malformed
        with pytest.raises(RejectedError) as again:
            read_document(document, today=today, home=home, codes=CODES)
        assert again.value.errors == error.errors
    return [tuple(each) for each in error.errors]


def refused_fields(document: Any, **settings: Any) -> list[str]:
    return [field for field, _ in refused(document, **settings)]


def refusal(document: Any, **settings: Any) -> tuple[str, str]:
    """Return the one error of a request that is refused."""
    (error,) = refused(document, **settings)
    return error
