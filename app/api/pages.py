"""The pages that people open: a front page and the documentation, with nothing from other hosts."""

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
FRONT: Final = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>惠民筛查</title>
<style>
body { font: 1.05rem/1.7 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
h1 { font-size: 1.6rem }
code { background: #f2f2f2; padding: .1em .3em; border-radius: .2em }
li { margin: .3rem 0 }
a { color: #0645ad }
</style>
<h1>惠民筛查</h1>
<p>给出一户家庭的情况，得到每名成员和全家能享受哪些基本公共服务待遇：结论、理由、依据、金额、还缺什么、由哪个单位办理。</p>
<ul>
<li><a href="docs">接口文档</a>（可以在页面上试用）；<a href="openapi.json">OpenAPI 文件</a></li>
<li>筛查一户：<code>POST /v1/screenings</code></li>
<li>政策目录、数据字典、单位目录：<code>GET /v1/policies</code>、<code>/v1/facts</code>、<code>/v1/units</code></li>
<li>运行状态：<a href="livez">存活</a>、<a href="readyz">就绪</a></li>
</ul>
<p>除本页、接口文档和运行状态外，请求都要带密钥：<code>Authorization: Bearer 密钥</code>。
没有密钥的，请向系统管理员索取。系统管理员建立第一个密钥：在运行本服务的电脑上，进入项目目录，执行</p>
<p><code>python3 -m app keys create 名称 --role district</code></p>
<p>最后一行就是密钥，只显示这一次。</p>
<p>筛查结果不是行政决定，以镇（街道）和区有关单位审核确认为准。</p>
</html>
"""
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
_FRONT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_DOCS_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SCRIPT: Final = "text/javascript; charset=utf-8"
_PAGES: Final = {
    "front": Page.of(FRONT.encode(), _HTML, {"Content-Security-Policy": _FRONT_POLICY}),
    "docs": Page.of(DOCS.encode(), _HTML, {"Content-Security-Policy": _DOCS_POLICY}),
    "start": Page.of(START.encode(), _SCRIPT),
}


@router.get("/")
@open_to_all
async def front(request: Request) -> Response:
    return shared(request, _PAGES["front"])


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
