"""The page in the cadre's hand: the files of `app/web` as they are, and a service worker that knows their version."""

import hashlib
import json
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.responses import Response

from app.api import squeezed
from app.api.access import Router, open_to_all
from app.api.joined import imported, joined, redirected
from app.api.replies import Page, shared
from app.api.service import ServiceDep
from app.errors import NotFoundError
from app.setting_values import origin_of

router = Router(include_in_schema=False)

FOLDER: Final = Path(__file__).resolve().parents[1] / "web"
START: Final = "index.html"
ONLINE: Final = ("desk/", "sign-on.js")
"""What is of use only where there is a network: loaded when it is opened, and not kept."""
RULES: Final = "rules"
JOINED: Final = (RULES, "household")
"""The folders whose modules are served as one; the later ones import from the earlier."""
FIRST: Final = ("main.js", "pages/signin.js")
"""What a first visit runs, with all that these import."""
WORKER: Final = "sw.js"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ASKED: Final = "connect-src 'self'"
# Asked for anew each time, and answered with 304: a new program is not to be mixed with an old one.
_HEADERS: Final = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}


@cache
def files() -> dict[str, Page]:
    """Return the files by their address below `web/`; the page itself and the service worker have others."""
    found = {
        path.relative_to(FOLDER).as_posix(): path
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }
    texts = {name: path.read_text(encoding="utf-8") for name, path in found.items()}
    for folder in JOINED:
        texts = _joined(texts, folder)
    texts = {name: _squeezed(name, text) for name, text in texts.items()}
    texts[START] = _foretold(texts)
    texts[WORKER] = _worker(texts)
    return {name: Page.of(text.encode(), TYPES[Path(name).suffix], _HEADERS) for name, text in texts.items()}


def _joined(texts: dict[str, str], folder: str) -> dict[str, str]:
    """Return the files with those of *folder* as one module."""
    inside = {name.removeprefix(f"{folder}/"): text for name, text in texts.items() if name.startswith(f"{folder}/")}
    others = {name: text for name, text in texts.items() if not name.startswith(f"{folder}/")}
    wanted = {each for text in others.values() for each in imported(text, folder)}
    told = {name: redirected(text, folder) if name.endswith(".js") else text for name, text in others.items()}
    return dict(sorted({**told, f"{folder}.js": joined(inside, wanted)}.items()))


def _squeezed(name: str, text: str) -> str:
    match Path(name).suffix:
        case ".js":
            return squeezed.script(text)
        case ".css":
            return squeezed.sheet(text)
        case _:
            return "\n".join(line.strip() for line in text.splitlines())


def _foretold(texts: dict[str, str]) -> str:
    """Return the page with what a first visit runs named in its head: asked for at once, not one behind the other."""
    named: dict[str, None] = {}
    waiting = list(FIRST)
    while waiting:
        if (name := waiting.pop(0)) not in named:
            named[name] = None
            imported = re.findall(r'from"([^"]+)"', texts[name])
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(name), each)) for each in imported]
    links = "".join(f'<link rel="modulepreload" href="web/{name}">\n' for name in named)
    return texts[START].replace("</head>", f"{links}</head>")


def _worker(texts: dict[str, str]) -> str:
    """Return the service worker with the files that it is to keep, and a version that changes with any of them."""
    kept = ["./", *(f"web/{name}" for name in texts if name not in (START, WORKER) and not name.startswith(ONLINE))]
    digest = hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:16]
    text = texts[WORKER].replace('const VERSION="";', f'const VERSION="{digest}";')
    return text.replace("const FILES=[];", f"const FILES={json.dumps(kept)};")


@router.get("/")
@open_to_all
async def start(request: Request, service: ServiceDep) -> Response:
    settings = service.settings
    offered = settings.sign_on_issuer is not None and settings.sign_on_client is not None
    return shared(request, _start(origin_of(settings.sign_on_issuer or "") if offered else None))


@cache
def _start(sign_on: str | None) -> Page:
    """Return the page itself, which may speak to *sign_on* beside us where one is given."""
    page = files()[START]
    if sign_on is None:
        return page
    policy = POLICY.replace(_ASKED, f"{_ASKED} {sign_on}")
    return page._replace(headers={**page.headers, "Content-Security-Policy": policy})


@router.get("/sw.js")
@open_to_all
async def worker(request: Request) -> Response:
    # At the top, as a service worker serves what lies below it.
    return shared(request, files()[WORKER])


@router.get("/web/{name:path}")
@open_to_all
async def file(request: Request, name: str) -> Response:
    page = files().get(name)
    if page is None or name in (START, WORKER):
        raise NotFoundError("没有这个文件。")
    return shared(request, page)
