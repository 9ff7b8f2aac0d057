"""Fetch one known file from the package index, for a Python that has no pip yet.

Standard library only. Honours the settings of pip that say where packages come
from: index-url, find-links, proxy and cert, from the environment or pip.conf.
"""

from __future__ import annotations

import base64
import hashlib
import html
import http.client
import os
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

DEFAULT_INDEX = "https://pypi.org/simple"
TRIES = 3
MOST = 64_000_000  # bytes; a server nobody verified may send without end


class FetchError(Exception):
    """The file could not be had; the message, in Chinese, says why."""


def fetch(project: str, filename: str, sha256: str) -> bytes:
    """Return the content of *filename* of *project*, which must have that *sha256*."""
    content = _from_folders(filename)
    if content is None:
        content = _from_index(project, filename)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FetchError(f"下载到的 {filename} 与锁定的校验值不符：软件源可能被改动，请换一个软件源后重试。")
    return content


def setting(name: str) -> str:
    """Return pip's setting *name* ("index-url"), or "" when it is not set."""
    value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if value:
        return value
    import configparser

    home = Path.home()
    files = [
        Path("/etc/xdg/pip/pip.conf"),
        Path("/etc/pip.conf"),
        home / ".pip/pip.conf",
        home / ".config/pip/pip.conf",
    ]
    parser = configparser.RawConfigParser()
    parser.read([*files, os.environ.get("PIP_CONFIG_FILE", "")], encoding="utf-8")
    return parser.get("install", name, fallback=parser.get("global", name, fallback=""))


def _from_folders(filename: str) -> bytes | None:
    for place in setting("find-links").split():
        file = Path(urllib.parse.unquote(place.removeprefix("file://"))) / filename
        if file.is_file():
            return file.read_bytes()
    return None


def _from_index(project: str, filename: str) -> bytes:
    index = setting("index-url") or DEFAULT_INDEX
    address = f"{index.rstrip('/')}/{project}/"
    page = _get(address).decode("utf-8", "replace")
    for link in re.findall(r"""<a\s[^>]*?href\s*=\s*["']([^"']+)["']""", page, re.IGNORECASE):
        target = urllib.parse.urljoin(address, html.unescape(link))
        if urllib.parse.unquote(urllib.parse.urlsplit(target).path).endswith("/" + filename):
            return _get(target)
    raise FetchError(f"软件源 {_host(address)} 中没有 {filename}。")


def _get(address: str) -> bytes:
    """Return what *address*, which may hold a user name and password, answers after up to three tries."""
    request, secret = _request(address)
    proxy = setting("proxy")
    proxies = {"http": proxy, "https": proxy} if proxy else None
    verified = ssl.create_default_context(cafile=setting("cert") or None)
    # A bare machine may know no certificate authority. The hash decides whether what arrived
    # is used, so an unverified connection will do, unless a password would travel on it.
    contexts = [verified] if secret else [verified, ssl._create_unverified_context()]
    failure: object = None
    for _ in range(TRIES):
        handler = urllib.request.HTTPSHandler(context=contexts[0])
        opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), handler)
        try:
            with opener.open(request, timeout=30) as answer:
                content: bytes = answer.read(MOST)
                return content
        except urllib.error.HTTPError as error:
            error.close()
            failure = f"HTTP {error.code}"
            if error.code < 500:
                break
        except (OSError, ValueError, http.client.HTTPException) as error:
            failure = getattr(error, "reason", error)
            if isinstance(failure, ssl.SSLCertVerificationError):
                contexts = contexts[1:] or contexts
    raise FetchError(f"无法从 {_host(address)} 下载：{failure}")


def _request(address: str) -> tuple[urllib.request.Request, bool]:
    """Return the request for *address*, and whether it carries a password."""
    parts = urllib.parse.urlsplit(address)
    credentials, secret, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=host)))
    if secret:
        token = base64.b64encode(urllib.parse.unquote_to_bytes(credentials)).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request, bool(secret)


def _host(address: str) -> str:
    # Not the whole address: it may hold a user name and password.
    return urllib.parse.urlsplit(address).hostname or "本机"
