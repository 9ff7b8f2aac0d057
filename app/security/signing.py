"""Signatures that anybody can check with a public key, over what leaves the service and is kept elsewhere."""

from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey

ALGORITHM: Final = "ES256"


class Signer:
    """Signs with one key: ECDSA on P-256 over SHA-256, which every browser can check."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._key = ECKey.import_key(pem)
        self._id = self._key.thumbprint()

    def public(self) -> dict[str, Any]:
        """Return the public key as a JWK (RFC 7517); its id is its thumbprint (RFC 7638)."""
        return {**self._key.as_dict(private=False), "kid": self._id, "alg": ALGORITHM, "use": "sig"}

    def sign(self, content: bytes) -> str:
        """Return a detached JWS over *content*, a JSON document, byte for byte (RFC 7515 F, RFC 7797)."""
        header = {"alg": ALGORITHM, "kid": self._id, "b64": False, "crit": ["b64"]}
        return jws.serialize_compact(header, content, self._key)
