"""The receipt of a stored answer: a keyed digest by which this service knows its answers again, on paper too.

``XXXX-XXXX.`` and 64 letters: the short form, made of the beginning of the second digest, and three digests of 16
bytes.  The first is over the facts; the second over it and the full answer, byte for byte without the receipt, which
names id, day, release, policy set and results; the third the same of the brief answer.  So an answer in either form
can be told from a forged one even when what was stored is gone, and a receipt says nothing of the facts.
"""

import base64
import binascii
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from app.answering.phrases import dumps
from app.security.keyring import Keyring

FIELD: Final = "receipt"
_SIZE: Final = 16
_SHORT_BYTES: Final = 5
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter of it is taken for a digit or another letter when it is read from paper."""
_ALIKE: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None, "－": None})
_FORM: Final = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4})\.([0-9A-Za-z_-]{64})")


@dataclass(frozen=True)
class Receipt:
    """What a receipt holds."""

    facts: bytes
    full: bytes
    brief: bytes

    def __str__(self) -> str:
        return f"{self.short}.{base64.urlsafe_b64encode(self.facts + self.full + self.brief).decode()}"

    @property
    def short(self) -> str:
        """Eight characters for paper: one in 10¹² is guessed."""
        number = int.from_bytes(self.full[:_SHORT_BYTES])
        letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
        return f"{letters[:4]}-{letters[4:]}"

    def is_of(self, keyring: Keyring, answer: dict[str, Any]) -> bool:
        """Tell whether *answer*, full or brief and with its fields in order, is the one that this receipt was made for.

        A brief answer is not a full one: which it is, is tried.
        """
        text = dumps({key: value for key, value in answer.items() if key != FIELD})
        return hmac.compare_digest(self.full, _digest(keyring, "full", self.facts, text)) or hmac.compare_digest(
            self.brief, _digest(keyring, "brief", self.facts, text)
        )

    def is_meant_by(self, written: str) -> bool:
        """Tell whether *written*, the whole receipt or its short form as read from paper, is this one."""
        if hmac.compare_digest(written.strip().encode(), str(self).encode()):
            return True
        plain = written.upper().translate(_ALIKE)
        return hmac.compare_digest(plain.encode(), self.short.replace("-", "").encode())


def make(keyring: Keyring, given: bytes, full: bytes, brief: bytes) -> Receipt:
    """Return the receipt of an answer to *given*, rendered *full* and *brief*."""
    facts = _digest(keyring, "facts", full[:64], given)
    return Receipt(facts, _digest(keyring, "full", facts, full), _digest(keyring, "brief", facts, brief))


def attached(answer: bytes, receipt: Receipt) -> bytes:
    """Return *answer* with its receipt, which comes last."""
    return answer[:-1] + b',"%b":"%b"}' % (FIELD.encode(), str(receipt).encode())


def detached(answer: bytes) -> tuple[bytes, Receipt | None]:
    """Return a stored answer without its receipt, and the receipt if it has one."""
    receipt = read(json.loads(answer).get(FIELD))
    if receipt is None:
        return answer, None
    end = attached(b"}", receipt)
    # One that stands elsewhere is none that we attached: it will not fit what is then taken for the answer.
    return (answer.removesuffix(end) + b"}" if answer.endswith(end) else answer), receipt


def read(written: object) -> Receipt | None:
    """Read a whole receipt; None for anything else."""
    found = _FORM.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        return None
    try:
        held = base64.urlsafe_b64decode(found[2])
    except binascii.Error:
        return None
    receipt = Receipt(held[:_SIZE], held[_SIZE : 2 * _SIZE], held[2 * _SIZE :])
    return receipt if receipt.short == found[1] else None


def _digest(keyring: Keyring, of: str, bound: bytes, content: bytes) -> bytes:
    # The bound part is of fixed length for each purpose.
    return keyring.mac(f"answers.{of}", bound + content)[:_SIZE]
