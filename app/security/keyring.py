"""The key ring in memory: seals what identifies or describes a person, opens it again, and makes keyed digests.

A sealed value is  format (1 byte) · cipher (1) · key id (4) · salt (16) · nonce (12) · ciphertext and tag.
Each value has a key of its own, derived from its salt, so that GCM's limit of 2³² random nonces under one key
is never near: two values would have to share 28 random bytes.  The header and the place are authenticated
with the content: a value that is moved to another column or row does not open.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ROOT_SIZE: Final = 32
ID_SIZE: Final = 4
_FORMAT: Final = 0xE1
"""No gzip or zip, no JSON and no UTF-8 text begins so: what is plain is told from what is sealed."""
_SALT, _NONCE, _TAG = 16, 12, 16
STAMP: Final = 2 + ID_SIZE
"""Bytes that say how a value was sealed."""
_HEADER: Final = STAMP + _SALT + _NONCE
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Suite(Enum):
    """Which algorithms are used together; the value is the setting's and the ring file's."""

    AES = "aes"
    """AES-256-GCM and SHA-256."""
    SM = "sm"
    """SM4-GCM and SM3, the national algorithms (GB/T 32907, GB/T 32905)."""


_CODES: Final = {Suite.AES: 1, Suite.SM: 2}
_SUITES: Final = {code: suite for suite, code in _CODES.items()}


class UnsealError(Exception):
    """What was to be opened is damaged, not sealed, sealed for another place, or sealed with a key not on the ring."""


class MissingKeyError(UnsealError):
    """The key with which a value was sealed is not on the ring."""

    def __init__(self, id: str) -> None:
        super().__init__(f"the ring has no key {id}")
        self.id = id


@dataclass(frozen=True)
class RootKey:
    """A root key: never used itself, only to derive keys that each serve one purpose."""

    root: bytes

    @classmethod
    def new(cls) -> "RootKey":
        return cls(os.urandom(ROOT_SIZE))

    @cached_property
    def id(self) -> str:
        """Eight hexadecimal digits that follow from the key, so that a wrong or damaged key is never taken for it."""
        return self._derived("id", ID_SIZE).hex()

    @cached_property
    def sealing(self) -> bytes:
        """The key from which each sealed value's own is derived."""
        return self._derived("sealing", 32)

    def digesting(self, purpose: str) -> bytes:
        """Return the key of keyed digests for *purpose*."""
        return self._derived(f"digest:{purpose}", 32)

    def signing(self, purpose: str) -> ec.EllipticCurvePrivateKey:
        """Return the key on P-256 that signs for *purpose*."""
        # Sixteen bytes more than the order has, so that the remainder is even (FIPS 186-5, A.2.1).
        drawn = int.from_bytes(self._derived(f"signing:{purpose}", 48))
        return ec.derive_private_key(drawn % (_P256_ORDER - 1) + 1, ec.SECP256R1())

    def _derived(self, purpose: str, size: int) -> bytes:
        return HKDF(hashes.SHA256(), size, salt=None, info=b"huimin:" + purpose.encode()).derive(self.root)

    def __repr__(self) -> str:
        return f"RootKey({self.id})"


@dataclass(frozen=True)
class Ring:
    """The keys as they are at one moment."""

    keys: Mapping[str, RootKey]
    """Those that open, by id."""
    sealing: str
    """The id of the one that seals."""
    digest: RootKey
    """The one of keyed digests.  It stays when the others are rotated: what it made cannot be made again."""
    digest_suite: Suite

    def merged(self, newer: "Ring") -> "Ring":
        """Return *newer* with the keys of this one, too."""
        return replace(newer, keys={**self.keys, **newer.keys})

    def __repr__(self) -> str:
        return f"Ring({', '.join(self.keys)}; sealing {self.sealing})"


class Keyring:
    """Seals, opens and digests with the newest ring; safe to share between threads."""

    def __init__(self, ring: Ring, suite: Suite, newer: Callable[[], Ring | None] = lambda: None) -> None:
        """Begin with *ring*; *newer* returns one that has replaced it since it was last asked, or None."""
        self._ring = ring
        self._suite = suite
        self._newer = newer
        self._digest_keys: dict[str, bytes] = {}

    def ring(self) -> Ring:
        """Return the newest ring."""
        found = self._newer()
        if found is not None:
            self._ring = found
        return self._ring

    def seal(self, data: bytes, place: str) -> bytes:
        """Return *data* sealed for *place*, which says table, column and row: ``"screenings.answer:<id>"``."""
        ring = self.ring()
        random = os.urandom(_SALT + _NONCE)
        header = bytes((_FORMAT, _CODES[self._suite])) + bytes.fromhex(ring.sealing) + random
        salt, nonce = random[:_SALT], random[_SALT:]
        key = digest(self._suite, ring.keys[ring.sealing].sealing, salt)
        return header + encrypted(self._suite, key, nonce, data, header + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed for *place*; raise UnsealError for anything else."""
        header = sealed[:_HEADER]
        suite = _SUITES.get(sealed[1]) if is_sealed(sealed) else None
        if suite is None:
            raise UnsealError("this is not a sealed value")
        id = header[2:STAMP].hex()
        key = self._ring.keys.get(id) or self.ring().keys.get(id)
        if key is None:
            raise MissingKeyError(id)
        salt, nonce = header[STAMP:-_NONCE], header[-_NONCE:]
        try:
            own = digest(suite, key.sealing, salt)
            return decrypted(suite, own, nonce, sealed[_HEADER:], header + place.encode())
        except InvalidTag:
            pass
        # Raised outside, so that no trace shows what was at hand.
        raise UnsealError("the value is damaged, or was sealed for another place")

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Return the keyed digest of *data*, 32 bytes; those of one purpose say nothing about another's."""
        ring = self._ring
        key = self._digest_keys.get(purpose)
        if key is None:
            # Purposes are few and fixed in code.
            key = self._digest_keys[purpose] = ring.digest.digesting(purpose)
        return digest(ring.digest_suite, key, data)

    def signing(self, purpose: str) -> ec.EllipticCurvePrivateKey:
        """Return the key that signs for *purpose*; it stays when the others are rotated: others have pinned it."""
        return self._ring.digest.signing(purpose)

    def stamp(self) -> bytes:
        """Return the bytes with which every value begins that is sealed now."""
        return bytes((_FORMAT, _CODES[self._suite])) + bytes.fromhex(self.ring().sealing)

    @property
    def suite(self) -> Suite:
        """The suite that seals."""
        return self._suite


def read_stamp(sealed: bytes) -> tuple[Suite, str] | None:
    """Return with which suite and key a value was sealed that begins so; None if it is not sealed."""
    if len(sealed) < STAMP or sealed[0] != _FORMAT or sealed[1] not in _SUITES:
        return None
    return _SUITES[sealed[1]], sealed[2:STAMP].hex()


def is_sealed(data: bytes) -> bool:
    """Tell whether *data* looks like a sealed value."""
    return len(data) >= _HEADER + _TAG and data[0] == _FORMAT


def digest(suite: Suite, key: bytes, data: bytes) -> bytes:
    if suite is Suite.AES:
        return hmac.digest(key, data, hashlib.sha256)
    digest = HMAC(key, hashes.SM3())
    digest.update(data)
    return digest.finalize()


def encrypted(suite: Suite, key: bytes, nonce: bytes, data: bytes, bound: bytes) -> bytes:
    if suite is Suite.AES:
        return AESGCM(key).encrypt(nonce, data, bound)
    encryptor = BlockCipher(SM4(key[:16]), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return encryptor.update(data) + encryptor.finalize() + encryptor.tag


def decrypted(suite: Suite, key: bytes, nonce: bytes, data: bytes, bound: bytes) -> bytes:
    if suite is Suite.AES:
        return AESGCM(key).decrypt(nonce, data, bound)
    decryptor = BlockCipher(SM4(key[:16]), GCM(nonce, data[-_TAG:])).decryptor()
    decryptor.authenticate_additional_data(bound)
    return decryptor.update(data[:-_TAG]) + decryptor.finalize()
