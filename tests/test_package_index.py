"""Without pip, one file is fetched from where pip would look for it, and only that very file."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.package_index import FetchError, fetch
from tests.wheels import Index, serving, sha256

NAME = "probe-1.0-py3-none-any.whl"
CONTENT = b"a wheel"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("INDEX_URL", "FIND_LINKS", "PROXY", "CERT"):
        monkeypatch.delenv(f"PIP_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def index() -> Iterator[Index]:
    with serving() as index:
        index.files[NAME] = CONTENT
        yield index


def test_the_index_of_the_environment_is_asked(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url + "/")
    assert fetch("probe", NAME, sha256(CONTENT)) == CONTENT


def test_the_index_of_the_configuration_file_is_asked(
    index: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(f"[global]\nindex-url = {index.url}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    assert fetch("probe", NAME, sha256(CONTENT)) == CONTENT


def test_a_folder_of_wheels_needs_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(CONTENT)
    monkeypatch.setenv("PIP_FIND_LINKS", f"/nowhere file://{tmp_path}")
    assert fetch("probe", NAME, sha256(CONTENT)) == CONTENT


def test_another_file_of_that_name_is_refused(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    with pytest.raises(FetchError, match="与锁定的校验值不符"):
        fetch("probe", NAME, sha256(b"what was locked"))


def test_a_missing_file_is_named(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    with pytest.raises(FetchError, match=r"软件源 127\.0\.0\.1 中没有 probe-2\.0"):
        fetch("probe", "probe-2.0-py3-none-any.whl", "")


def test_a_missing_project_is_not_asked_for_again(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    with pytest.raises(FetchError, match="HTTP 404"):
        fetch("absent", NAME, "")
    assert len(index.asked) == 1


def test_a_password_in_the_address_is_used(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//name:p%40ss@"))
    assert fetch("probe", NAME, sha256(CONTENT)) == CONTENT
    assert index.authorizations == {"Basic " + base64.b64encode(b"name:p@ss").decode()}


def test_a_password_in_the_address_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://name:secret@127.0.0.1:9/simple")
    with pytest.raises(FetchError) as refused:
        fetch("probe", NAME, "")
    assert "secret" not in str(refused.value)
