"""`python -m tests.issuer`: serve a sign-on on this machine, for tests and for trying things out."""

import argparse
import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.issuer import AUDIENCE, CLIENT
from tests.issuer.keys import Keys

REALM = "/realms/nanqiao"
MOVED = "/moved"
SLOW = 30.0
PEOPLE: dict[str, dict[str, Any]] = {
    "cadre": {"sub": "u-1", "name": "王干部", "huimin_role": "cadre", "huimin_region": "341103100"},
    "district": {"sub": "u-2", "name": "李科长", "huimin_role": "district"},
    "stranger": {"sub": "u-3", "name": "来客"},
}
"""Who can sign in; they are invented."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, lasts: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.root = f"http://127.0.0.1:{self.server_address[1]}"
        self.name = self.root + REALM
        self.keys = Keys()
        self.lasts = lasts
        self.how = "well"
        self.asked = 0
        self.exchanged: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.refreshing: dict[str, str] = {}

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that did not wait."""

    def token(self, who: str) -> dict[str, Any]:
        """Return what a client gets for somebody who signed in."""
        now = int(time.time())
        claims = {"iss": self.name, "aud": [AUDIENCE, "account"], "iat": now, "exp": now + self.lasts, **PEOPLE[who]}
        again = secrets.token_urlsafe(16)
        self.refreshing[again] = who
        return {
            "access_token": self.keys.sign("ES256", {}, claims),
            "id_token": self.keys.sign("ES256", {"typ": "JWT"}, {**claims, "aud": CLIENT, "at_hash": "x"}),
            "token_type": "Bearer",
            "expires_in": self.lasts,
            "refresh_token": again,
        }


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        match parts.path.removeprefix(MOVED).removeprefix(REALM):
            case "/.well-known/openid-configuration":
                self._misbehave() or self._json(self._configuration())
            case "/certs":
                self.server.asked += 1
                self._misbehave() or self._json(self.server.keys.published)
            case "/auth":
                self._page(parts.query)
            case "/logout":
                given = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self._answer(302, b"", {"Location": given["post_logout_redirect_uri"]})
            case "/signed-in":
                self._redirect({name: values[0] for name, values in parse_qs(parts.query).items()})
            case "/favicon.ico":
                self._answer(204, b"")
            case _:
                self._answer(404, b"")

    def do_OPTIONS(self) -> None:
        self._answer(204, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == f"{REALM}/token":
            self._exchange({name: values[0] for name, values in parse_qs(body.decode()).items()})
            return
        said = json.loads(body)
        match self.path.removeprefix("/test/"):
            case "sign":
                self._json({"token": self.server.keys.sign(said["key"], said["header"], said["claims"])})
            case "rotate":
                self.server.keys = Keys()
                self._json({})
            case "behave":
                self.server.how = said["how"]
                self._json({})
            case "published":
                self._json(self.server.keys.published)
            case "asked":
                self._json({"times": self.server.asked})
            case "exchanged":
                self._json({"kinds": self.server.exchanged})
            case "forget":
                self.server.refreshing.clear()
                self._json({})
            case _:
                self._answer(404, b"")

    def _configuration(self) -> dict[str, Any]:
        name = self.server.name
        return {
            "issuer": "http://127.0.0.1:1/other" if self.server.how == "another" else name,
            "jwks_uri": f"{name}/certs",
            "authorization_endpoint": f"{name}/auth",
            "token_endpoint": f"{name}/token",
            "end_session_endpoint": f"{name}/logout",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _misbehave(self) -> bool:
        match self.server.how:
            case "slow":
                time.sleep(SLOW)
            case "error":
                self._answer(500, b"")
            case "redirect":
                if self.path.startswith(MOVED):
                    return False
                self._answer(302, b"", {"Location": f"{self.server.root}{MOVED}{self.path}"})
            case "garbage":
                self._answer(200, b"\x00<html>")
            case "empty":
                self._json({"issuer": self.server.name, "jwks_uri": f"{self.server.name}/certs", "keys": []})
            case "huge":
                self._json({**self._configuration(), **self.server.keys.published, "more": " " * 5_000_000})
            case _:
                return False
        return True

    # ── signing in ─────────────────────────────────────────────────────────

    def _page(self, query: str) -> None:
        links = "".join(f'<p><a id="{who}" href="signed-in?{query}&amp;who={who}">{who}</a></p>' for who in PEOPLE)
        self._answer(200, f"<!doctype html><title>sign-on</title>{links}".encode(), {"Content-Type": "text/html"})

    def _redirect(self, asked: dict[str, str]) -> None:
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = asked
        answer = urlencode({"state": asked.get("state", ""), "code": code, "iss": self.server.name})
        mark = "#" if asked.get("response_mode") == "fragment" else "?"
        self._answer(302, b"", {"Location": asked["redirect_uri"] + mark + answer})

    def _exchange(self, given: dict[str, str]) -> None:
        who = None
        self.server.exchanged.append(given.get("grant_type", ""))
        if given.get("grant_type") == "refresh_token":
            who = self.server.refreshing.pop(given.get("refresh_token", ""), None)
        elif (asked := self.server.codes.pop(given.get("code", ""), None)) is not None:
            digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
            proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked.get("code_challenge")
            same = all(given.get(name) == asked.get(name) for name in ("client_id", "redirect_uri"))
            who = asked["who"] if proved and same and asked.get("code_challenge_method") == "S256" else None
        if who is None or given.get("client_id") != CLIENT:
            self._json({"error": "invalid_grant"}, 400)
        else:
            self._json(self.server.token(who))

    # ── answers ────────────────────────────────────────────────────────────

    def _json(self, content: dict[str, Any], status: int = 200) -> None:
        self._answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        origin = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        for name, value in {**origin, **(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--lasts", type=int, default=300, help="seconds for which a token is good")
    given = parser.parse_args()
    server = Server(given.port, given.lasts)
    print(server.name, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
