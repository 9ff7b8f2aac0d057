"""Settings for a deployment of its own, on either database."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from app.settings import Settings

NUMBERS = (
    "batch_waiting",
    "connections",
    "database_connections",
    "idempotency_hours",
    "batch_upload_mb",
    "batch_disk_mb",
    "batch_waiting",
    "batch_memory_mb",
    "batch_minutes",
    "batch_days",
)
ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def deployment(folder: Path, url: URL | None = None) -> Settings:
    """Return the settings of a fresh deployment in *folder*, with the database at *url* or SQLite."""
    address = None if url is None else url.render_as_string(hide_password=False)
    return Settings(data_dir=folder / "data", database_url=address, access_log=True)  # type: ignore[arg-type]


def environment(settings: Settings) -> dict[str, str]:
    """Return *settings* as environment variables, for another process."""
    variables = {"HUIMIN_DATA_DIR": str(settings.data_dir), "HUIMIN_REGION": settings.region}
    for name in NUMBERS:
        if (value := getattr(settings, name)) is not None:
            variables[f"HUIMIN_{name.upper()}"] = str(value)
    for name in ("issuer", "audience", "client", "jwks"):
        if (value := getattr(settings, f"sign_on_{name}")) is not None:
            variables[f"HUIMIN_SIGN_ON_{name.upper()}"] = str(value)
    if settings.database_url is not None:
        variables["HUIMIN_DATABASE_URL"] = settings.database_url.get_secret_value()
    return variables


@pytest.fixture(params=ENGINES)
def settings(request: Any, tmp_path: Path) -> Settings:
    """A deployment on each engine in turn."""
    return deployment(tmp_path, request.getfixturevalue("postgres_url") if request.param == "postgresql" else None)
