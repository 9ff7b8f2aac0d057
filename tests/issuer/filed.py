"""An issuer that is nothing but a file of keys: tokens for tests that need many of them, and no process."""

import json
import time
from pathlib import Path
from typing import Any

from app.settings import Settings
from tests.issuer import AUDIENCE
from tests.issuer.keys import Keys

NAME = "https://sso.invalid/realms/nanqiao"


class FiledIssuer:
    """Signs for whoever is asked of it."""

    def __init__(self, folder: Path, **members: str) -> None:
        """Publish the keys in *folder*, each with *members* more."""
        self._keys = Keys()
        self._file = folder / "jwks.json"
        self._file.write_text(json.dumps({"keys": [{**key, **members} for key in self._keys.published["keys"]]}))

    def connected(self, settings: Settings) -> Settings:
        """Return *settings* with this issuer connected."""
        given = {"sign_on_issuer": NAME, "sign_on_audience": AUDIENCE, "sign_on_jwks": self._file}
        return settings.model_copy(update=given)

    def token(
        self, role: str, region_code: str | None = None, unit: str | None = None, algorithm: str = "ES256"
    ) -> str:
        """Return a token of somebody in a role, of an area and of a unit."""
        claims: dict[str, Any] = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": f"{role} {region_code} {unit}",
            "exp": int(time.time()) + 3600,
            "huimin_role": role,
            "huimin_region": region_code,
            "huimin_unit": unit,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return self._keys.sign(algorithm, {}, told)
