"""The public keys with which a sign-on signs, as a JWKS document (RFC 7517) lists them."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

LEAST_RSA_BITS: Final = 2048
MOST_KEYS: Final = 100
_EDWARDS: Final = frozenset({"EdDSA", "Ed25519"})
"""Two names of the same: the older one may mean Ed448 too, whose keys are not taken."""


class VerifyingKey(NamedTuple):
    """A public key, and the signatures that may be verified with it."""

    key: RSAKey | ECKey | OKPKey
    algorithms: frozenset[str]


def read_jwks(document: bytes) -> Mapping[str, VerifyingKey]:
    """Return the keys for signatures by their ids, leaving out every other; raise ValueError where there is none."""
    content = json.loads(document)
    listed = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no list of keys")
    found: dict[str, VerifyingKey] = {}
    for described in listed[:MOST_KEYS]:
        if isinstance(described, dict) and (key := _read(described)) is not None:
            found.setdefault(described["kid"], key)
    if not found:
        raise ValueError("no key for signatures that has an id")
    return found


def _read(described: dict[str, Any]) -> VerifyingKey | None:
    operations = described.get("key_ops", ["verify"])
    if not isinstance(described.get("kid"), str) or described.get("use", "sig") != "sig":
        return None
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    members: tuple[str, ...]
    match described.get("kty"), described.get("crv"):
        case "RSA", _:
            members, algorithms = ("n", "e"), frozenset({"RS256", "PS256"})
        case "EC", "P-256":
            members, algorithms = ("crv", "x", "y"), frozenset({"ES256"})
        case "OKP", "Ed25519":
            members, algorithms = ("crv", "x"), _EDWARDS
        case _:
            return None
    if "alg" in described:
        named = described["alg"]
        algorithms &= _EDWARDS if named in _EDWARDS else {named} if isinstance(named, str) else set()
    try:
        if described["kty"] == "RSA" and _bits(described["n"]) < LEAST_RSA_BITS:
            return None
        # Only what makes a public key of its kind: a private one that was published by mistake is not taken in.
        key = import_key({"kty": described["kty"], **{name: described[name] for name in members}})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if not algorithms or not isinstance(key, RSAKey | ECKey | OKPKey):
        return None
    return VerifyingKey(key, algorithms)


def _bits(number: str) -> int:
    return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()
