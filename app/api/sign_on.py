"""How to sign in: what the page needs to send a person to the district's own sign-on."""

from fastapi import Request
from starlette.responses import Response

from app.api.access import Router, open_to_all
from app.api.access_shapes import SignOn
from app.api.replies import private
from app.api.schema import answers
from app.api.service import ServiceDep
from app.encoding import as_json

router = Router(prefix="/v1", tags=["clients"])


@router.get(
    "/sign-on",
    summary="怎样登录",
    description="接了统一身份认证、且首页在其中登记了的，给出登录的地址（授权码加 PKCE）；"
    "没有的，`offered` 为 false，只能用密钥。",
    responses={200: answers("SignOn", "登录的方式")},
)
@open_to_all
async def sign_on(request: Request, service: ServiceDep) -> Response:
    settings, connected = service.settings, service.sign_on
    said: dict[str, object] = dict.fromkeys(SignOn.model_fields)
    said["offered"] = offered = connected is not None and settings.sign_on_client is not None
    if offered and connected is not None:
        said |= {"issuer": connected.issuer.name, "client_id": settings.sign_on_client, "scope": settings.sign_on_scope}
        if (addresses := connected.issuer.addresses) is not None:
            said |= {f"{name}_endpoint": address for name, address in addresses._asdict().items()}
    return private(request, as_json(said))
