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
from tests.keys import bearer, key_for

__all__ = ["settings"]

TODAY = date(2026, 11, 23)


def application(settings: Settings, **replaced: Any) -> Any:
    """Return the application of an upgraded deployment, on a day that does not pass.

    `state.headers` present a key that may screen anywhere in the district.
    """
    upgrade(settings)
    app = create_app(settings)
    app.state.service = replace(app.state.service, today=lambda: TODAY, **replaced)
    app.state.headers = bearer(key_for(settings))
    return app


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One application for all tests that leave it as it was."""
    return application(deployment(tmp_path_factory.mktemp("deployment")))


@pytest.fixture(scope="session")
def client(app: Any) -> Iterator[TestClient]:
    with TestClient(app, headers=app.state.headers) as client:
        yield client


@pytest.fixture
def stored(settings: Settings) -> Iterator[TestClient]:
    """A client of an application of its own, on each database in turn."""
    app = application(settings)
    with TestClient(app, headers=app.state.headers) as client:
        yield client
