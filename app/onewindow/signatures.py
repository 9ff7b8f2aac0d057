"""Signatures on what goes to a platform and comes from it.

A scheme signs the exact bytes of a body and says with which headers; it checks them on the
other side.  Two are common, and a third is one more class with the same two methods, named
in `SCHEMES`: see docs/one-window.md.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final, Protocol
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from standardwebhooks import Webhook

WINDOW: Final = timedelta(minutes=15)
"""How far two clocks may be apart.  Within it, nothing is accepted twice: see `Checked.nonce`."""


class SignatureError(Exception):
    """A signature that is not accepted; why is for the audit trail, and nothing of it for the sender."""

    outcome = "refused"


class ClockError(SignatureError):
    """The signature is right, and its time is not: the sender's clock, or ours, is off."""

    outcome = "stale"


@dataclass(frozen=True)
class Checked:
    """A signature that was accepted."""

    nonce: str
    """What may not come again within the window."""
    at: datetime


class Scheme(Protocol):
    """How bodies are signed and checked with one shared secret."""

    name: ClassVar[str]

    def sign(self, id: str, body: bytes, at: datetime) -> dict[str, str]:
        """Return the headers that sign *body*, sent at *at* as the message *id*."""

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Checked:
        """Return what an accepted signature says; raise SignatureError.  The names of *headers* are in lower case."""


class StandardWebhooks:
    """Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""

    name: ClassVar[str] = "standard-webhooks"

    def __init__(self, secret: str) -> None:
        """*secret* is `whsec_…`, base64."""
        self._webhook = Webhook(secret)

    def sign(self, id: str, body: bytes, at: datetime) -> dict[str, str]:
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._webhook.sign(id, at.astimezone(UTC), body.decode()),
        }

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Checked:
        id, stamp, signatures = (_header(headers, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
        at = _moment(stamp, 1)
        try:
            expected = self._webhook.sign(id, at, body.decode())
        except UnicodeDecodeError:
            raise SignatureError("the body is not UTF-8") from None
        # Several, while a secret is replaced.
        if not any(_same(expected, signature) for signature in signatures.split(" ")):
            raise SignatureError("no signature fits")
        # A message that is sent again for want of an answer bears a new time.
        return _timely(Checked(hashlib.sha256(f"{id}.{stamp}".encode()).hexdigest(), at), now)


class AppSignature:
    """`appId`, `timestamp`, `nonce` and an SM3 signature, as government platforms use it.

    The signature is the SM3 of the sorted pairs, joined as in a query, with the SM3 of the body
    as `digest` and the application's secret as the last pair; all in lower-case hexadecimal.
    """

    name: ClassVar[str] = "app-sm3"

    def __init__(self, app_id: str, secret: str) -> None:
        self.app_id = app_id
        self._secret = secret

    def sign(self, id: str, body: bytes, at: datetime) -> dict[str, str]:
        timestamp, nonce = str(int(at.timestamp() * 1000)), secrets.token_hex(16)
        return {
            "x-app-id": self.app_id,
            "x-timestamp": timestamp,
            "x-nonce": nonce,
            "x-message-id": id,
            "x-app-sign": self._signature(timestamp, nonce, id, body),
        }

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Checked:
        names = ("app-id", "timestamp", "nonce", "message-id", "app-sign")
        app_id, timestamp, nonce, id, signature = (_header(headers, f"x-{name}") for name in names)
        at = _moment(timestamp, 1000)
        if not 8 <= len(nonce) <= 64:
            raise SignatureError("the nonce is too short or too long")
        known, fits = _same(app_id, self.app_id), _same(signature, self._signature(timestamp, nonce, id, body))
        if not (known and fits):
            raise SignatureError("the signature does not fit")
        return _timely(Checked(nonce, at), now)

    def _signature(self, timestamp: str, nonce: str, id: str, body: bytes) -> str:
        pairs = {
            "appId": self.app_id,
            "digest": _sm3(body),
            "messageId": id,
            "nonce": nonce,
            "timestamp": timestamp,
        }
        joined = urlencode(sorted(pairs.items())) + f"&appSecret={self._secret}"
        return _sm3(joined.encode())


SCHEMES: Final[tuple[type[Scheme], ...]] = (StandardWebhooks, AppSignature)


def new_secret() -> str:
    """Return a secret for `StandardWebhooks`."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def is_secret(text: str) -> bool:
    """Whether *text* can be a secret of `StandardWebhooks`: at least 24 bytes, base64."""
    try:
        return len(base64.b64decode(text.removeprefix("whsec_"), validate=True)) >= 24
    except (binascii.Error, ValueError):
        return False


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value or len(value) > 512:
        raise SignatureError(f"{name} is missing or too long")
    return value


def _moment(text: str, parts: int) -> datetime:
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        raise SignatureError("the time is no number")
    try:
        return datetime.fromtimestamp(int(text) / parts, UTC)
    except (OverflowError, OSError, ValueError):
        raise SignatureError("there is no such time") from None


def _timely(checked: Checked, now: datetime) -> Checked:
    # Only who can sign learns that the clocks differ.
    if abs(now - checked.at) > WINDOW:
        raise ClockError("the clocks are too far apart")
    return checked


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _sm3(data: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()
