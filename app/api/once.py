"""Requests that may be sent again: the same Idempotency-Key and content get the same answer, and act once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from fastapi import Request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import replays
from app.api.access import known_principal
from app.api.replies import private
from app.api.service import Service
from app.errors import BadRequestError
from app.replays import Answer, Attempt

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_KEY: Final = re.compile(r"[!-~]{1,255}")

PARAMETER: Final[dict[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "description": "幂等键：每个新请求换一个（如 UUID）。没收到答复时用同一个键原样再发，只办一次，答复相同；"
    "同一个键发不同的内容答复409。",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]+$"},
}
"""For the documentation of an endpoint that changes something."""
ONCE: Final = {"parameters": [PARAMETER]}


class Replayed(Exception):  # noqa: N818 (no error: it brings the answer)
    """The request was answered before."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True)
class Once:
    """A request that changes something, whether or not it can be told from its repetition."""

    service: Service
    attempt: Attempt | None

    @classmethod
    async def begin(cls, request: Request, service: Service, *content: bytes) -> "Once":
        """Return *request*, which *content* (beside its address) tells from others; raise Replayed, KeyReusedError."""
        key = key_of(request)
        if key is None:
            return cls(service, None)
        route = f"{request.method} {request.scope['route'].path}"
        told = [request.url.path.encode(), request.url.query.encode(), *content]
        framed = b"".join(len(part).to_bytes(8) + part for part in told)
        once = cls(service, replays.attempt(service.keyring, client_of(request), route, key, framed))
        await service.run(once._look)
        return once

    def write(self, work: Callable[[Session], Answer], *, about: str | None = None) -> Answer:
        """Do *work*, which is about the object with the id *about*, and record its answer, in one transaction.

        Raise Replayed if the same request was quicker.
        """

        def transaction(session: Session) -> Answer:
            answer = work(session)
            if self.attempt is not None:
                kept = timedelta(hours=self.service.settings.idempotency_hours)
                replays.record(session, self.service.keyring, self.attempt, answer, about=about, kept=kept)
            return answer

        try:
            return self.service.database.write(transaction)
        except IntegrityError:
            # Raises, if it was the answer's row that was there already.
            self._look()
            raise

    def _look(self) -> None:
        if self.attempt is None:
            return
        tried = self.attempt
        found = self.service.database.read(lambda session: replays.find(session, self.service.keyring, tried))
        if found is not None:
            raise Replayed(found)


def client_of(request: Request) -> str:
    """Return the id of the client that asks, empty where nobody has to say who they are."""
    principal = known_principal(request)
    return "" if principal is None else principal.id


def key_of(request: Request) -> str | None:
    """Return the key of *request*, None if it has none; raise BadRequestError."""
    keys = request.headers.getlist(HEADER)
    if not keys:
        return None
    # As a structured field it is a quoted string; most clients send it bare.
    key = keys[0][1:-1] if len(keys[0]) > 2 and keys[0][0] == keys[0][-1] == '"' else keys[0]
    if len(keys) > 1 or not _KEY.fullmatch(key):
        raise BadRequestError(f"{HEADER} 应只有一个，由1至255个可见的 ASCII 字符组成（如 UUID），不含空格。")
    return key


async def replayed(request: Request, error: Any) -> Response:
    """Answer again as before."""
    answer: Answer = error.answer
    response = private(request, answer.body, answer.packed, status=answer.status, location=answer.location)
    response.headers[REPLAYED] = "true"
    return response
