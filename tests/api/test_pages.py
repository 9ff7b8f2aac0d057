"""The pages load nothing from other hosts."""

import re

import pytest

ASSETS = [
    "/docs/start.js",
    "/docs/assets/swagger-ui-bundle.js",
    "/docs/assets/swagger-ui.css",
    "/docs/assets/favicon.png",
]


def references(html):
    return re.findall(r'(?:src|href)="([^"]+)"', html)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_refers_only_to_what_is_here(client, path):
    page = client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    found = references(page.text)
    assert found
    for reference in found:
        assert not reference.startswith(("http", "/"))
        assert client.get(f"/{reference}").status_code == 200


@pytest.mark.parametrize("path", ASSETS)
def test_the_documentations_files_are_here(client, path):
    assert len(client.get(path).content) > 100


def test_the_documentation_may_run_its_scripts_and_no_others(client):
    policy = client.get("/docs").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "<script>" not in client.get("/docs").text


def test_the_documentation_loads_its_own_openapi_document(client):
    assert 'url: "openapi.json"' in client.get("/docs/start.js").text


@pytest.mark.parametrize(
    "path", ["/docs/assets/../../pyproject.toml", "/docs/assets/%2e%2e/__init__.py", "/docs/assets/"]
)
def test_no_other_file_is_reached(client, path):
    assert client.get(path).status_code == 404
