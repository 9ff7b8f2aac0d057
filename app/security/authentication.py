"""Who is this?  Keys and tokens are verified once and remembered for a few seconds."""

import hashlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy.orm import Session

from app.database import Database
from app.errors import ProblemError, UnauthorizedError
from app.security import clients
from app.security.clients import Digesting
from app.security.keys import BRAND, is_whole
from app.security.principal import Principal

if TYPE_CHECKING:
    from app.security.sign_on import SignOn

REMEMBERED: Final = 3.0
"""Seconds for which a verified key or token is believed: so soon is one that was revoked elsewhere refused here."""
MOST_REMEMBERED: Final = 4096

NEEDED: Final = (
    "请在请求头中写 Authorization: Bearer 密钥。没有密钥的，请向系统管理员索取；"
    "管理员在服务器上用 python3 -m app keys create 名称 建立。"
)
MISTYPED: Final = "密钥不完整或有错字（与校验位不符），请重新复制整个密钥。"
WRONG: Final = "密钥无效：可能已停用或过期，或者不是本服务的。请向系统管理员索取新的密钥。"


class _Remembered(NamedTuple):
    principal: Principal
    until: float


class Authentication:
    """Tells principals by what they present; what it remembers of a credential is a keyed digest."""

    def __init__(
        self,
        database: Database,
        ring: Digesting,
        sign_on: "SignOn | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._ring = ring
        self._sign_on = sign_on
        self._clock = clock
        self._salt = os.urandom(32)
        self._remembered: dict[bytes, _Remembered] = {}
        self._changes = 0

    def known(self, credential: bytes) -> Principal | None:
        """Return the principal of a credential that was verified a moment ago."""
        found = self._remembered.get(self._digest(credential))
        if found is None or found.until <= self._clock():
            return None
        return found.principal

    def takes(self, credential: bytes) -> bool:
        """Tell whether a credential is for `verify_token`: written as a token, where there is a sign-on."""
        return self._sign_on is not None and b"." in credential

    async def verify_token(self, credential: bytes) -> Principal:
        """Return who bears this token of the sign-on; raise what `SignOn.verify` raises."""
        assert self._sign_on is not None
        bearer = await self._sign_on.verify(credential)
        self.remember(credential, bearer.principal, min(REMEMBERED, bearer.seconds))
        return bearer.principal

    def has_met(self, credential: bytes) -> bool:
        """Tell whether *credential* was good some time ago: who holds it does not pay for what others try."""
        return self._digest(credential) in self._remembered

    def verify_key(self, credential: bytes) -> Principal:
        """Return the principal whose key this is, asking the database; raise UnauthorizedError."""
        key = credential.decode("ascii", "replace")
        if not is_whole(key):
            raise UnauthorizedError(MISTYPED if key.startswith(BRAND) else WRONG, presented=True)

        changes = self._changes

        def ask(session: Session) -> tuple[Principal, bool] | None:
            client = clients.find_by_key(session, self._ring, key)
            return None if client is None else (clients.principal_of(client), clients.needs_noting(client))

        found = self._database.read(ask)
        if found is None:
            self._remembered.pop(self._digest(credential), None)
            raise UnauthorizedError(WRONG, presented=True)
        principal, unnoted = found
        if unnoted:
            self._note(principal)
        # What was read before a change is not believed after it.
        if changes == self._changes:
            self.remember(credential, principal, REMEMBERED)
        return principal

    def remember(self, credential: bytes, principal: Principal, seconds: float) -> None:
        """Believe *credential* for so many seconds."""
        remembered = self._remembered
        while len(remembered) >= MOST_REMEMBERED:
            # Threads may have the same thought.
            remembered.pop(next(iter(remembered), b""), None)
        remembered[self._digest(credential)] = _Remembered(principal, self._clock() + seconds)

    def forget(self) -> None:
        """Verify everything anew: a client was changed here."""
        self._changes += 1
        self._remembered.clear()

    def _note(self, principal: Principal) -> None:
        try:
            self._database.write(lambda session: clients.note_use(session, principal.id))
        except ProblemError:
            # That a key was used is worth knowing, and no reason to refuse who holds it.
            return

    def _digest(self, credential: bytes) -> bytes:
        return hashlib.blake2b(credential, digest_size=16, key=self._salt).digest()
