"""The documentation as a page, with nothing from other hosts."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app.api.access import Router, open_to_all
from app.api.openapi import document
from app.api.replies import Page, shared
from app.api.service import ServiceDep

router = Router(include_in_schema=False)

_HTML: Final = "text/html; charset=utf-8"
DOCS: Final = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>惠民筛查 接口文档</title>
<link rel="icon" href="docs/assets/favicon.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""
START: Final = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],
  layout: "BaseLayout",
  validatorUrl: null,
});
"""
_DOCS_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SCRIPT: Final = "text/javascript; charset=utf-8"
_PAGES: Final = {
    "docs": Page.of(DOCS.encode(), _HTML, {"Content-Security-Policy": _DOCS_POLICY}),
    "start": Page.of(START.encode(), _SCRIPT),
}


@router.get("/docs")
@open_to_all
async def docs(request: Request) -> Response:
    return shared(request, _PAGES["docs"])


@router.get("/docs/start.js")
@open_to_all
async def start(request: Request) -> Response:
    return shared(request, _PAGES["start"])


def assets() -> StaticFiles:
    """Return the documentation's scripts and styles, out of the wheel that carries them."""
    found = find_spec("fastapi_offline")
    assert found is not None, "fastapi-offline is among the requirements"
    return StaticFiles(directory=Path(found.origin or "").parent / "static")


@router.get("/openapi.json")
@open_to_all
async def openapi(request: Request, service: ServiceDep) -> Response:
    kept = request.app.state
    if not hasattr(kept, "openapi_page"):
        described = json.dumps(document(request.app, service), ensure_ascii=False, separators=(",", ":"))
        kept.openapi_page = Page.of(described.encode())
    return shared(request, kept.openapi_page)
