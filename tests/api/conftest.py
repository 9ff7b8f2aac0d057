"""The application as its clients see it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.database import upgrade
from app.main import create_app
from app.settings import Settings
from tests.deployments import deployment, settings

__all__ = ["settings"]

TODAY = date(2026, 11, 23)


def application(settings: Settings, **replaced: Any) -> Any:
    """Return the application of an upgraded deployment, on a day that does not pass."""
    upgrade(settings)
    app = create_app(settings)
    app.state.service = replace(app.state.service, today=lambda: TODAY, **replaced)
    return app


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One application for all tests that leave it as it was."""
    return application(deployment(tmp_path_factory.mktemp("deployment")))


@pytest.fixture(scope="session")
def client(app: Any) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def stored(settings: Settings) -> Iterator[TestClient]:
    """A client of an application of its own, on each database in turn."""
    with TestClient(application(settings)) as client:
        yield client
