"""Run migrations on the connection that `app.database` hands over, or on one of its making."""

from alembic import context
from sqlalchemy import Connection

from app.database import migrating
from app.models import Base
from app.onewindow import tables  # noqa: F401 (tells Base of its tables)
from app.settings import Settings


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite alters a table by making it anew.
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("these migrations run on a database, not into a script")
if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with migrating(Settings.load()) as own:
        run(own)
