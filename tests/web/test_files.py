"""The page's files: small, from here only, known to the service worker, and new when the program is."""

import gzip
import json
import posixpath
import re

import pytest

from app.api import web
from tests.api.conftest import app, client

__all__ = ["app", "client"]

LARGEST = 60_000
"""Bytes that a first visit may load, compressed."""


def names() -> list[str]:
    return [name for name in web.files() if name not in (web.START, web.WORKER)]


def test_a_first_visit_loads_little(client):
    phone = [f"/web/{name}" for name in names() if not name.startswith(web.ONLINE)]
    addresses = ["/", "/sw.js", "/v1/rulepack", *phone]
    loaded = sum(len(gzip.compress(client.get(address).content, 9)) for address in addresses)
    assert loaded <= LARGEST


@pytest.mark.parametrize("name", names())
def test_a_file_is_sent_again_only_when_it_changed(client, name):
    first = client.get(f"/web/{name}")
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(f"/web/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", [name for name in names() if name.endswith(".js")])
def test_every_import_is_a_file_of_ours(name):
    text = web.files()[name].body.decode()
    for imported in re.findall(r'(?:from|import)\s*\(?"(\.[^"]+)"', text):
        assert posixpath.normpath(posixpath.join(posixpath.dirname(name), imported)) in names(), imported


def test_a_first_visit_asks_for_all_that_it_runs_at_once(client):
    named = re.findall(r'<link rel="modulepreload" href="web/([^"]+)">', client.get("/").text)
    assert {"main.js", "pages/signin.js", "api.js", f"{web.RULES}.js"} <= set(named) <= set(names())


def test_the_service_worker_keeps_every_file_that_a_visit_needs(client):
    text = client.get("/sw.js").text
    listed = json.loads(re.search(r"const FILES=(\[[^\]]*\]);", text)[1])
    assert listed == ["./", *(f"web/{name}" for name in names() if not name.startswith(web.ONLINE))]
    assert all(client.get(f"/{name.removeprefix('./')}").status_code == 200 for name in listed)
    assert re.search(r'const VERSION="[0-9a-f]{16}";', text)


def test_the_service_worker_keeps_nothing_about_people(client):
    listed = json.loads(re.search(r"const FILES=(\[[^\]]*\]);", client.get("/sw.js").text)[1])
    assert not [name for name in listed if name.startswith("v1/")]


@pytest.mark.parametrize("path", ["/", "/sw.js", "/web/main.js"])
def test_a_page_may_run_and_load_only_what_is_ours(client, path):
    policy = client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "path", ["/web/nothing.js", "/web/index.html", "/web/../main.py", "/web/%2e%2e/main.py", "/web/"]
)
def test_no_other_file_is_reached(client, path):
    assert client.get(path).status_code == 404


NEWER = (
    *(r"\.at\(", r"\.replaceAll\(", r"\.findLast", r"\.replaceChildren\(", r"\.to(Sorted|Reversed|Spliced)\("),
    *("structuredClone", r"AbortSignal\.(any|timeout)", r"Object\.hasOwn", r"Promise\.any", "randomUUID"),
    *(r"\?\?=", r"\|\|=", "&&=", r"[{;]#\w+", r"static\{"),
)
"""What Chromium 80 does not know and a careless hand might write."""


@pytest.mark.parametrize("name", [name for name in names() if name.endswith(".js")])
def test_a_script_asks_nothing_of_the_browser_that_is_newer_than_chromium_80(name):
    text = web.files()[name].body.decode()
    assert [word for word in NEWER if re.search(word, text)] == []


def test_no_file_names_another_host():
    for name, page in web.files().items():
        found = re.findall(r"https?://[^\s\"')]+", page.body.decode())
        assert set(found) <= {"http://www.w3.org/2000/svg"}, name
