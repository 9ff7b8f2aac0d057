"""Hand out keys, see whose there are, end them."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.body import read_body
from app.api.replies import private
from app.api.schema import REF, answers, problems
from app.api.service import Service, ServiceDep
from app.archive import new_id
from app.door import RejectedError, parse
from app.errors import (
    ConflictError,
    FieldError,
    InvalidParameterError,
    MalformedError,
    MediaTypeError,
    NotFoundError,
    SlowBodyError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
)
from app.security import clients
from app.security.applications import read_application
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix="/v1/clients", tags=["clients"])

ClientId = Annotated[str, Path(title="密钥编号", description="建立密钥时得到的 id")]
NO_STORE = {"Cache-Control": "no-store"}
CREATED = {
    **answers("NewClient", "已建立，`key` 只在这里显示一次"),
    "headers": {"Location": {"schema": {"type": "string"}, "description": "查看的地址"}},
}
WRITING = (ConflictError, UnavailableError, StorageFullError)


@router.post(
    "",
    status_code=201,
    summary="建立密钥",
    description="建立一个客户端和它的密钥。密钥只显示这一次，服务只保存它的摘要。",
    responses={
        201: CREATED,
        **problems(MalformedError, SlowBodyError, TooLargeError, MediaTypeError, InvalidParameterError, *WRITING),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(model="ClientRequest")}}},
        }
    },
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def create(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    given = _read(await read_body(request))
    made = await service.run(_create, service, principal, given)
    return private(request, _json(made), status=201, location=f"/v1/clients/{made['id']}")


def _read(body: bytes) -> dict[str, Any]:
    try:
        given = parse(body)
    except RejectedError as refused:
        said = [FieldError(*error) for error in refused.errors]
        malformed = refused.malformed
    else:
        if isinstance(given, dict):
            return given
        said, malformed = [FieldError("", "应为一个 JSON 对象")], False
    # Outside `except`: what was sent stays out of every trace.
    if malformed:
        raise MalformedError("请求体应为 UTF-8 编码的 JSON，请按 errors 改正后重试。", said)
    raise InvalidParameterError("请按 errors 中的说明改正后重试。", said)


def _create(service: Service, principal: Principal, given: dict[str, Any]) -> dict[str, Any]:
    application = read_application(given, home=service.settings.region, today=service.today())
    application = application.placed(principal.place(application.region_code))

    def work(session: Session) -> dict[str, Any]:
        client, key = clients.create(session, service.keyring, application, id=new_id(), by=principal.id)
        return {**clients.described(client), "key": key}

    return service.database.write(work)


@router.get(
    "",
    summary="密钥清单",
    description="全部密钥，先建的在前，停用和过期的也在内；只有密钥的开头，没有密钥本身。",
    responses={200: answers("ClientList", "密钥清单"), **problems(InvalidParameterError, UnavailableError)},
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def listed(
    request: Request,
    service: ServiceDep,
    principal: PrincipalDep,
    after: Annotated[UUID | None, Query(title="从哪里继续", description="上一页的 next；不填从头开始")] = None,
) -> Response:
    page = await service.run(_listed, service, principal, "" if after is None else str(after))
    return private(request, _json(page))


def _listed(service: Service, principal: Principal, after: str) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        found = clients.listed(session, principal.region_code, after=after)
        more = len(found) == clients.MOST_LISTED
        return {"clients": [clients.described(client) for client in found], "next": found[-1].id if more else None}

    return service.database.read(work)


@router.get(
    "/{id}",
    summary="查看一个密钥",
    description="密钥的名称、角色、范围、期限和最近一次使用（准确到一刻钟）。",
    responses={200: answers("Client", "密钥"), **problems(NotFoundError, InvalidParameterError, UnavailableError)},
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def shown(request: Request, id: ClientId, service: ServiceDep, principal: PrincipalDep) -> Response:
    return private(request, _json(await service.run(_shown, service, principal, id)))


def _shown(service: Service, principal: Principal, id: str) -> dict[str, Any]:
    return service.database.read(lambda session: clients.described(clients.find(session, id, principal.region_code)))


@router.post(
    "/{id}/key",
    status_code=201,
    summary="更换密钥",
    description="发一个新密钥，原来的立即失效；编号、角色和范围不变，期限重新计算。",
    responses={201: CREATED, **problems(NotFoundError, InvalidParameterError, *WRITING)},
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def rotate(request: Request, id: ClientId, service: ServiceDep, principal: PrincipalDep) -> Response:
    made = await service.run(_rotate, service, principal, id)
    return private(request, _json(made), status=201, location=f"/v1/clients/{made['id']}")


def _rotate(service: Service, principal: Principal, id: str) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        client = clients.find(session, id, principal.region_code)
        key = clients.rotate(service.keyring, client)
        return {**clients.described(client), "key": key}

    made = service.database.write(work)
    service.authentication.forget()
    return made


@router.delete(
    "/{id}",
    status_code=204,
    summary="停用密钥",
    description="密钥立即失效，不能恢复；记录保留。已经停用的，再停用一次也不出错。",
    responses={204: {"description": "已停用"}, **problems(NotFoundError, InvalidParameterError, *WRITING[1:])},
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def revoke(id: ClientId, service: ServiceDep, principal: PrincipalDep) -> Response:
    await service.run(_revoke, service, principal, id)
    return Response(status_code=204, headers=NO_STORE)


def _revoke(service: Service, principal: Principal, id: str) -> None:
    service.database.write(lambda session: clients.revoke(clients.find(session, id, principal.region_code)))
    service.authentication.forget()


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
