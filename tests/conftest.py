"""Fixtures and rules that hold for every test."""

import ipaddress
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL

from tests.postgres import PostgreSQL, UnavailableError

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# The same examples on every run: a failure seen once is seen again, and a machine's
# slow moment fails nothing. More examples: HYPOTHESIS_PROFILE=ci.
settings.register_profile(
    "dev", max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=300, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


def refuse_outside_addresses(event: str, arguments: tuple[object, ...]) -> None:
    """Fail the test that looks up or connects to a host other than this machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if isinstance(host, str) and not is_this_machine(host):
        pytest.fail(f"tests stay on this machine, but one asked for {host}")


def is_this_machine(host: str) -> bool:
    """Tell whether *host* is a loopback address, its name, or no host at all."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")


# An audit hook sees every socket of this process, whichever library opens it.
sys.addaudithook(refuse_outside_addresses)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `postgres` whatever uses it."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a skipped test fail CI, which has everything that every test needs."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so."""
    if IN_CI and (skipped := len(terminalreporter.stats.get("skipped", []))):
        terminalreporter.section("skipped in CI", red=True)
        terminalreporter.line(f"{skipped} skipped: nothing may be skipped when CI is set")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """A running PostgreSQL. Without one, its tests are skipped, but fail in CI."""
    try:
        server = PostgreSQL()
    except UnavailableError as reason:
        (pytest.fail if IN_CI else pytest.skip)(f"no PostgreSQL: {reason}")
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres: PostgreSQL) -> Iterator[URL]:
    """The address of an empty database on it, for one test."""
    with postgres.database() as url:
        yield url
