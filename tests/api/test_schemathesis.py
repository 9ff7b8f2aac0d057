"""Machine-made requests, good and bad, find nothing that the documentation does not say."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from app.database import upgrade
from app.main import create_app
from tests.deployments import deployment

FOLDER = tempfile.TemporaryDirectory(prefix="huimin-schemathesis-")
SETTINGS = deployment(Path(FOLDER.name))
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            # No schema can say that an ID number's last character must fit the others, or that a day lies ahead.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]},
        }
    }
)
# At import, as its plugin for lazily made schemas fails with this pytest.
schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(SETTINGS), config=CONFIG)


@pytest.fixture(scope="module", autouse=True)
def _ready() -> Iterator[None]:
    upgrade(SETTINGS)
    yield
    FOLDER.cleanup()


@schema.parametrize()
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_does_what_its_documentation_says(case: schemathesis.Case) -> None:
    case.call_and_validate()
