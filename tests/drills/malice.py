"""Hostile requests, as bytes on the wire: made from the OpenAPI document, so that a new route is attacked by itself.

Each is reproduced by its seed.  Every value that is submitted holds one of the canaries.
"""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from app.archive import new_id
from tests.api.requests import OLD_WOMAN, household

WORD: Final = "zqCANARYbird7391"
CHINESE: Final = "隐秘金丝雀"
ID_NUMBER: Final = "349999194305010011"
CANARIES: Final = (WORD, CHINESE, json.dumps(CHINESE)[1:-1], quote(CHINESE), ID_NUMBER)
"""What is looked for, as it is sent and as it would be escaped."""
MANY: Final = 5000
LARGE: Final = 300 * 1024
PATHS: Final = (
    "/../../etc/passwd",
    "/web/../../../etc/passwd",
    "/web/..%2f..%2f..%2fetc%2fpasswd",
    "/docs/assets/..%2f..%2f..%2fapp%2fsettings.py",
    "/docs/assets/%2e%2e/%2e%2e/pyproject.toml",
    "/web/%00",
    "//v1//screenings",
    "/v1/screenings/%ff%fe",
    "/v1/policies/%c0%ae%c0%ae",
    "/v1/screenings/" + "9" * 3000,
    "/v1/batches/%E9%9A%90%E7%A7%98%E9%87%91%E4%B8%9D%E9%9B%80/result",
    "http://example.org/v1/me",
    "*",
    "/.env",
    "/.git/config",
)
METHODS: Final = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    WORD.upper(),
)


class Attack(NamedTuple):
    """One request."""

    kind: str
    wire: bytes
    whole: bool = True
    """Whether an answer must come; else the client leaves in the middle."""


class Malice:
    """Makes attacks on the routes of an OpenAPI document, with the keys of some clients."""

    def __init__(self, document: Mapping[str, Any], keys: list[str]) -> None:
        self.schemas: dict[str, Any] = document["components"]["schemas"]
        self.keys = keys
        self.operations = [
            (method.upper(), path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in ("get", "post", "put", "patch", "delete")
        ]
        self.kinds: list[tuple[int, Callable[[random.Random], Attack]]] = [
            (40, self._values),
            (12, self._body),
            (10, self._path),
            (10, self._headers),
            (8, self._head),
            (8, self._chunks),
            (8, self._multipart),
            (4, self._cut_off),
        ]

    def attack(self, seed: str) -> Attack:
        """Return the attack with *seed*."""
        chance = random.Random(seed)
        weights = [weight for weight, _ in self.kinds]
        ((_, make),) = chance.choices(self.kinds, weights)
        return make(chance)

    # ── kinds ──

    def _values(self, chance: random.Random) -> Attack:
        """A well-formed request with wrong values in its path, its query and its body."""
        screening = next(each for each in self.operations if each[:2] == ("POST", "/v1/screenings"))
        # A third of them where most of what is said of people comes in.
        method, path, operation = screening if chance.random() < 0.3 else chance.choice(self.operations)
        schema = self._body_schema(operation)
        body = b"" if schema is None else _json(self._wrong(chance, schema), chance)
        if path == "/v1/screenings" and method == "POST" and chance.random() < 0.6:
            body = _json(_mutated(chance, _screening(chance)), chance)
        return Attack("values", self._wire(chance, method, self._filled(chance, path, operation), body))

    def _body(self, chance: random.Random) -> Attack:
        """A body that is no JSON, or too much of it."""
        method, path, _ = chance.choice([each for each in self.operations if each[0] in ("POST", "PUT")])
        good = json.dumps(_screening(chance), ensure_ascii=False)
        body = chance.choice(
            (
                b"",
                good[: chance.randrange(len(good))].encode(),
                good.encode("gb18030"),
                good.encode("utf-16"),
                good.encode().replace(b"H-7", b"\xff\xfe" + WORD.encode()),
                good.encode().replace(b"H-7", b"\xed\xa0\x80"),
                good.replace("H-7", "\\ud800" + WORD).encode(),
                good.replace("H-7", "\\u0000" + WORD).encode(),
                good.encode().replace(b"{", b"{\x00", 1),
                b"[" * MANY + b"]" * MANY,
                b'{"household":' * MANY + b"1" + b"}" * MANY,
                json.dumps({"household": {"members": [{}]}, WORD: 1}).encode().replace(WORD.encode(), b"household"),
                json.dumps({"household": {"members": [{"reference": WORD}] * 1000}}).encode(),
                json.dumps({"household": {"members": [{}]}, WORD: "x" * LARGE}).encode(),
                WORD.encode() * (LARGE // len(WORD)),
                chance.randbytes(chance.randrange(1, 2000)),
                b'{"household": {"income_per_capita": ' + b"9" * 20_000 + b"}}",
                b'{"household": {"members": [{"age": 1e999999}]}}',
                f'"{CHINESE}"'.encode(),
                b"NaN",
            )
        )
        return Attack("body", self._wire(chance, method, path.replace("{id}", new_id()), body))

    def _path(self, chance: random.Random) -> Attack:
        """A path or a method that nobody serves."""
        path = chance.choice((*PATHS, f"/v1/{WORD}", f"/{quote(CHINESE)}?{WORD}={ID_NUMBER}", f"/v1/screenings/{WORD}"))
        return Attack("path", self._wire(chance, chance.choice(METHODS), path, b""))

    def _headers(self, chance: random.Random) -> Attack:
        """Headers whose values mean nothing."""
        method, path, _ = chance.choice(self.operations)
        name = chance.choice(
            "Accept Accept-Encoding Accept-Language Content-Type Content-Encoding Cookie Expect Forwarded Host "
            "Idempotency-Key If-None-Match If-Modified-Since Last-Event-ID Origin Range Referer TE Upgrade User-Agent "
            "X-Forwarded-For X-Forwarded-Host X-HTTP-Method-Override X-Request-ID Access-Control-Request-Method".split()
        )
        value = chance.choice(
            (WORD, f'"{WORD}"', f"{WORD}; q={WORD}", ID_NUMBER, "", " ", ",,,", f"bytes=0-{WORD}", "\xff")
        )
        headers = {name: value, **({"Authorization": f"Bearer {WORD}"} if chance.random() < 0.05 else {})}
        body = _json(_screening(chance), chance) if method in ("POST", "PUT") else b""
        return Attack("headers", self._wire(chance, method, path.replace("{id}", new_id()), body, headers))

    def _head(self, chance: random.Random) -> Attack:
        """A head that is too large, or breaks the rules of HTTP."""
        good = self._wire(chance, "POST", "/v1/screenings", b"{}")
        line, rest = good.split(b"\r\n", 1)
        word = WORD.encode()
        return Attack(
            "head",
            chance.choice(
                (
                    line + b"\r\n" + b"".join(b"X-%d: %s\r\n" % (n, word) for n in range(300)) + rest,
                    line + b"\r\nX-Large: " + word * 4000 + b"\r\n" + rest,
                    b"GET /" + word * 4000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                    line + b"\r\n" + word + b"\r\n" + rest,
                    line + b"\r\n" + word + b" : x\r\n" + rest,
                    line + b"\r\nX: a\x00" + word + b"\r\n" + rest,
                    line + b"\r\nContent-Length: 5\r\n" + rest,
                    line + b"\r\nContent-Length: -1\r\n\r\n",
                    line + b"\r\nContent-Length: " + word + b"\r\n\r\n",
                    line + b"\r\nContent-Length: 99999999999999999999\r\n\r\n",
                    line + b"\r\nTransfer-Encoding: " + word + b"\r\n" + rest,
                    word + b"\r\n\r\n",
                    b"GET / HTTP/9.9\r\nX: " + word + b"\r\n\r\n",
                    b"\x16\x03\x01" + word + b"\r\n\r\n",
                    b"POST /v1/screenings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + word * 600 + b"\r\n\r\n",
                )
            ),
        )

    def _chunks(self, chance: random.Random) -> Attack:
        """A body in chunks that are not as they should be."""
        content = json.dumps({"household": {"members": [{"reference": WORD}]}, "store": False}).encode()
        good = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
        chunks, whole = chance.choice(
            (
                (good, True),
                (b"".join(b"1\r\n%c\r\n" % byte for byte in content) + b"0\r\n\r\n", True),
                (good.replace(b"\r\n", b";" + WORD.encode() + b"=1\r\n", 1), True),
                (good[:-2] + b"X-Trailer: " + WORD.encode() + b"\r\n\r\n", True),
                (b"zz\r\n" + content + b"\r\n0\r\n\r\n", True),
                (b"-5\r\n" + content + b"\r\n0\r\n\r\n", True),
                (b"ffffffffffffffffff\r\n" + content, True),
                (good[:-7], False),
                (b"%x\r\n%s" % (len(content) + 100, content), False),
            )
        )
        head = self._head_of(chance, "POST", "/v1/screenings", {"Transfer-Encoding": "chunked"})
        return Attack("chunks", head + chunks, whole)

    def _multipart(self, chance: random.Random) -> Attack:
        """A form that is no list of people."""
        word = WORD.encode()
        disposition = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n'
        content = chance.choice(
            (b"", word, b"PK\x03\x04" + word, b"PAR1" + word + b"PAR1", chance.randbytes(500), b"\x00" * 2000)
        )
        name = chance.choice(
            (b"../../" + word + b".csv", word + b".xlsx", b"a\x00b.csv", b"", CHINESE.encode() + b".parquet")
        )
        field = chance.choice((b"file", b"file", b"file", word, b"as_of", b""))
        part = b"--" + word + b"\r\n" + disposition % (field, name) + content + b"\r\n"
        body = chance.choice(
            (
                part + b"--" + word + b"--\r\n",
                part * 3 + b"--" + word + b"--\r\n",
                part,
                part.replace(word, b"other", 1) + b"--" + word + b"--\r\n",
                b"--" + word + b"\r\n\r\n\r\n--" + word + b"--\r\n",
                part
                + b"--"
                + word
                + b'\r\nContent-Disposition: form-data; name="as_of"\r\n\r\n'
                + word
                + b"\r\n--"
                + word
                + b"--",
                b"--" + word + b"\r\n" + b"X: y\r\n" * 200 + b"\r\n" + content,
                b"",
                word,
            )
        )
        kind = chance.choice(
            (f"multipart/form-data; boundary={WORD}",) * 4
            + (
                "multipart/form-data",
                f'multipart/form-data; boundary="{"x" * 300}"',
                f"multipart/mixed; boundary={WORD}",
            )
        )
        return Attack("multipart", self._wire(chance, "POST", "/v1/batches", body, {"Content-Type": kind}))

    def _cut_off(self, chance: random.Random) -> Attack:
        """A request that ends in the middle."""
        wire = self._wire(chance, "POST", "/v1/screenings", _json(_screening(chance), chance))
        return Attack("cut off", wire[: chance.randrange(1, len(wire))], whole=False)

    # ── parts ──

    def _body_schema(self, operation: Mapping[str, Any]) -> Any:
        content = operation.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def _filled(self, chance: random.Random, path: str, operation: Mapping[str, Any]) -> str:
        query = []
        for parameter in operation.get("parameters", ()):
            name = parameter["name"]
            if parameter["in"] == "path":
                path = path.replace(
                    f"{{{name}}}", quote(chance.choice((new_id(), WORD, ID_NUMBER, CHINESE, "-1", "%00")))
                )
            elif parameter["in"] == "query" and chance.random() < 0.7:
                value = chance.choice(
                    (WORD, ID_NUMBER, CHINESE, "", "-1", "9" * 40, "9999-12-31", "2026-02-30", "\x00", new_id())
                )
                query.append(f"{name}={quote(value)}")
        if chance.random() < 0.2:
            query.append(f"{WORD}={WORD}")
        return path + ("?" + "&".join(query) if query else "")

    def _wrong(self, chance: random.Random, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """Return a value that has the schema's form here and there."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            schema = chance.choice(schema["anyOf"])
        if chance.random() < 0.25 or depth > 5:
            return _hostile(chance)
        if schema.get("type") == "object" or "properties" in schema:
            made = {
                name: self._wrong(chance, inner, depth + 1)
                for name, inner in schema.get("properties", {}).items()
                if chance.random() < 0.8
            }
            return made if chance.random() < 0.8 else {**made, WORD: _hostile(chance)}
        if schema.get("type") == "array":
            return [
                self._wrong(chance, schema.get("items", {}), depth + 1) for _ in range(chance.choice((0, 1, 2, 40)))
            ]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        if examples := schema.get("examples"):
            return chance.choice(examples)
        return _hostile(chance)

    def _head_of(self, chance: random.Random, method: str, path: str, headers: Mapping[str, str]) -> bytes:
        given = {"Host": "x", "Content-Type": "application/json", "Connection": "close"}
        if chance.random() < 0.97:
            given["Authorization"] = f"Bearer {chance.choice(self.keys)}"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**given, **headers}.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")

    def _wire(
        self, chance: random.Random, method: str, path: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> bytes:
        sized = {"Content-Length": str(len(body))} if body or method in ("POST", "PUT") else {}
        return self._head_of(chance, method, path, {**sized, **(headers or {})}) + body


def _screening(chance: random.Random) -> dict[str, Any]:
    facts = {"reference": "H-7", "rural": True, "assistance": "dibao"}
    return {"as_of": "2026-11-23", "store": chance.random() < 0.3, "household": {**household({**OLD_WOMAN}), **facts}}


def _mutated(chance: random.Random, document: Any) -> Any:
    """Return *document* with one to three of its parts replaced, doubled or joined by others."""
    for _ in range(chance.randrange(1, 4)):
        holder = chance.choice((document, document["household"], *document["household"]["members"][:3]))
        if not isinstance(holder, dict):
            continue
        choice = chance.random()
        if choice < 0.2:
            holder[chance.choice((WORD, CHINESE, "", "__proto__", "id_number", "disability_certificate"))] = _hostile(
                chance
            )
        elif holder is not document:
            holder[chance.choice(list(holder))] = _hostile(chance)
        else:
            document[chance.choice(("as_of", "store", "policies"))] = _hostile(chance)
        if not isinstance(document["household"].get("members"), list) or not document["household"]["members"]:
            return document
    return document


def _hostile(chance: random.Random) -> Any:
    deep: Any = WORD
    for _ in range(60):
        deep = [deep]
    return chance.choice(
        (
            WORD, CHINESE, ID_NUMBER, "", " ", "\x00", WORD + "\x00", "\ud800" + WORD, "８３", "－1", "１９４３－０５－０１",
            "1850-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "1943-05-01T00:00:00Z", WORD * 3000, "\u202e" + WORD,
            0, -1, 1.5, 10**30, -(10**30), 1e308, True, False, None, [], {}, [WORD], {WORD: WORD}, deep, [None] * 1000,
            [{"reference": WORD}] * 1000, new_id(), "'; drop table screenings; --", "${jndi:ldap://x}", "{{7*7}}", "=cmd|'x'!A1",
        )
    )  # fmt: skip


def _json(document: Any, chance: random.Random) -> bytes:
    """Return *document* as JSON, lone surrogates escaped or raw."""
    if chance.random() < 0.5:
        return json.dumps(document).encode()
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
