"""The numbers of this process, for Prometheus on the same machine."""

import ipaddress
from typing import Final

from fastapi import Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from app.api.access import Router, open_to_all
from app.api.schema import problems
from app.api.service import ServiceDep
from app.errors import NotFoundError

router = Router(tags=["health"])
_PROXIED: Final = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})


@router.get(
    "/metrics",
    summary="运行指标",
    description="本进程的请求、筛查、资源等计数，Prometheus 的文本格式；没有任何个人信息。只答复本机。",
    responses={
        200: {"description": "指标", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(NotFoundError),
    },
)
@open_to_all
async def metrics(request: Request, service: ServiceDep) -> Response:
    if not _from_here(request):
        raise NotFoundError("没有这个地址，请核对路径；接口说明见 /docs。")
    page = await service.run(service.metrics.page)
    return Response(page, headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request) -> bool:
    # A proxy on this machine is here too, but whoever it asks for need not be.
    if request.client is None or not _PROXIED.isdisjoint(request.headers):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
