"""Machine-made requests, good and bad, find nothing that the documentation does not say."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from app.api.access import SCHEME
from app.database import upgrade
from app.main import create_app
from app.security.attempts import Attempts
from tests.deployments import deployment
from tests.keys import key_for

FOLDER = tempfile.TemporaryDirectory(prefix="huimin-schemathesis-")
SETTINGS = deployment(Path(FOLDER.name))
upgrade(SETTINGS)
CLIENTS = "^/v1/clients"
AUDIT = "^/v1/audit"


def described(role: str) -> Any:
    """Return the API as a key of *role* uses it."""
    config = schemathesis.Config.from_dict(
        {
            "auth": {"openapi": {SCHEME: {"bearer": key_for(SETTINGS, role)}}},
            "checks": {
                # No schema can say that an ID number's last character must fit the others, that a day lies ahead,
                # or that a name is taken.
                "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
            },
        }
    )
    app = create_app(SETTINGS)
    # Keys that are not good are tried on every route: an hour goes by between two of them.
    app.state.service = replace(app.state.service, attempts=Attempts(count(0, 3600).__next__))
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=config)


# At import, as its plugin for lazily made schemas fails with this pytest.
to_screen = described("district").exclude(path_regex=f"{CLIENTS}|{AUDIT}")
to_manage = described("admin").include(path_regex=CLIENTS)
to_audit = described("auditor").include(path_regex=AUDIT)


@pytest.fixture(scope="module", autouse=True)
def _ready() -> Iterator[None]:
    yield
    FOLDER.cleanup()


once = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@to_screen.parametrize()
@once
def test_the_api_does_what_its_documentation_says(case: schemathesis.Case) -> None:
    case.call_and_validate()


@to_manage.parametrize()
@once
def test_and_so_does_what_administrators_use(case: schemathesis.Case) -> None:
    case.call_and_validate()


@to_audit.parametrize()
@once
def test_and_so_does_what_auditors_use(case: schemathesis.Case) -> None:
    case.call_and_validate()
