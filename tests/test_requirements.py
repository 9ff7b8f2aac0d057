"""The locked requirements are complete, hashed, and name no host but the default index's."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = ("runtime", "engines", "tracing", "build", "spark", "test", "benchmark")


@cache
def toml(name: str) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


@cache
def pins(name: str) -> frozenset[tuple[str, str]]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(re.findall(r"(?m)^([a-z0-9-]+)(?:\[[^]]*])?==(\S+)", text))


@pytest.mark.parametrize("name", NAMES)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    requirements = re.findall(r"(?m)^[^\s#-].*\n(?:    .*\n)*", text)
    assert len(requirements) == len(pins(name))
    assert [line for line in requirements if "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_is_the_lock_files(name: str) -> None:
    locked = {(str(package["name"]), str(package["version"])) for package in toml("uv.lock")["package"]}
    assert pins(name) <= locked


def test_the_tests_have_what_runs_in_production() -> None:
    assert pins("runtime") < pins("engines") < pins("test") < pins("benchmark")
    assert pins("engines") < pins("spark")
    assert pins("runtime") < pins("tracing") < pins("test")


def test_the_project_asks_for_nothing_that_is_not_locked() -> None:
    asked = toml("pyproject.toml")["project"]["dependencies"]  # type: ignore[call-overload]
    names = {re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in asked}
    assert names <= {name for name, _ in pins("runtime")}


def test_no_mirror_leaked_into_the_lock_file() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_the_version_is_the_packages() -> None:
    from app import __version__

    assert toml("pyproject.toml")["project"]["version"] == __version__  # type: ignore[call-overload]
