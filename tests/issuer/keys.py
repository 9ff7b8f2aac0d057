"""The keys of the small issuer, one of each kind that signs."""

import json
import secrets
from typing import Any

from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import json_b64encode, urlsafe_b64encode

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")


class Keys:
    """Private keys by the algorithm that they sign with."""

    def __init__(self) -> None:
        made = {
            "RS256": RSAKey.generate_key(2048),
            "ES256": ECKey.generate_key("P-256"),
            "Ed25519": OKPKey.generate_key("Ed25519"),
        }
        self._keys = {**made, "PS256": made["RS256"]}
        self._ids = {id(key): secrets.token_hex(8) for key in made.values()}
        signing = [{**key.as_dict(private=False), "kid": self._ids[id(key)], "use": "sig"} for key in made.values()]
        others = [
            {**made["RS256"].as_dict(private=False), "kid": "for-encryption", "use": "enc"},
            {**OctKey.generate_key(256).as_dict(), "kid": "a-secret"},
            {"kty": "SM", "kid": "of-no-kind-we-know"},
        ]
        self.published: dict[str, Any] = {"keys": [*others, *signing]}
        """They as a JWKS document, with others that do not sign."""

    def sign(self, algorithm: str, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Return a signed token; *header* takes the place of what it would say by itself, and null leaves it out."""
        key = self._keys[algorithm]
        whole = {"alg": algorithm, "kid": self._ids[id(key)], "typ": "at+jwt", **header}
        told = {name: value for name, value in whole.items() if value is not None}
        # By hand: the library would not sign all that a test wants to see refused.
        signed = json_b64encode(told) + b"." + urlsafe_b64encode(json.dumps(claims).encode())
        return (signed + b"." + urlsafe_b64encode(JWSRegistry.algorithms[algorithm].sign(signed, key))).decode()
