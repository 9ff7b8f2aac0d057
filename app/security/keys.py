"""What a key looks like: `huimin_` id `_` secret checksum, in letters and digits.

The first two parts, which are no secret, find the client.  The secret holds 256 bits.  The checksum tells a slip
of the hand from a wrong key without asking anybody, and lets secret scanners tell a key from a likeness:
they look for `huimin_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}`.
"""

import re
import secrets
import zlib
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BRAND: Final = "huimin_"
_ID, _SECRET, _CHECKSUM = 8, 43, 6
PREFIX_LENGTH: Final = len(BRAND) + _ID
LENGTH: Final = PREFIX_LENGTH + 1 + _SECRET + _CHECKSUM
PATTERN: Final = re.compile(rf"{BRAND}[0-9A-Za-z]{{{_ID}}}_[0-9A-Za-z]{{{_SECRET + _CHECKSUM}}}")


def new_key() -> str:
    """Return a key that nobody has seen before."""
    id = "".join(secrets.choice(ALPHABET) for _ in range(_ID))
    body = f"{BRAND}{id}_{_written(secrets.randbits(256), _SECRET)}"
    return body + _checksum(body)


def prefix_of(key: str) -> str:
    """Return the part of a key that may be shown and finds its client."""
    return key[:PREFIX_LENGTH]


def is_whole(key: str) -> bool:
    """Tell whether *key* is written as keys are, with the checksum that belongs to it."""
    return PATTERN.fullmatch(key) is not None and _checksum(key[:-_CHECKSUM]) == key[-_CHECKSUM:]


def _checksum(body: str) -> str:
    return _written(zlib.crc32(body.encode()), _CHECKSUM)


def _written(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
