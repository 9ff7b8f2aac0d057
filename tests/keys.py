"""Keys for tests."""

from app.archive import new_id
from app.clock import today
from app.database import Database
from app.security import clients
from app.security.applications import read_application
from app.security.sealing import open_keyring
from app.settings import Settings


def key_for(settings: Settings, role: str = "district", region_code: str | None = None, unit: str | None = None) -> str:
    """Return a new key of a deployment whose tables are there."""
    database = Database(settings)
    given = {"name": f"test {new_id()}", "role": role, "region_code": region_code, "unit": unit}
    application = read_application(given, home=settings.region, today=today())
    keyring = open_keyring(settings)
    try:
        return database.write(lambda session: clients.create(session, keyring, application, id=new_id(), by=None)[1])
    finally:
        database.close()


def bearer(key: str) -> dict[str, str]:
    """Return the header that presents *key*."""
    return {"Authorization": f"Bearer {key}"}
