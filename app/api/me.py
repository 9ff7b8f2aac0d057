"""Who asks: what a page needs to know of the key that was typed in."""

from fastapi import Request
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.replies import private
from app.api.schema import answers
from app.encoding import as_json
from app.security.roles import Permission

router = Router(prefix="/v1", tags=["clients"])


@router.get(
    "/me",
    summary="当前密钥是谁的",
    description="密钥的名称、角色、范围和权限，供页面显示和决定给出哪些功能。",
    responses={200: answers("Me", "当前客户端")},
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def me(request: Request, principal: PrincipalDep) -> Response:
    said = {
        "id": principal.id,
        "name": principal.name,
        "kind": principal.kind,
        "role": principal.role,
        "role_label": principal.role.label,
        "region_code": principal.region_code,
        "unit": principal.unit,
        "permissions": sorted(permission.value for permission in principal.permissions),
    }
    return private(request, as_json(said))
