"""Hand out keys, see whose there are, end them."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import replays
from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.body import read_body, read_object
from app.api.once import ONCE, Once
from app.api.replies import private
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import Service, ServiceDep
from app.api.trail import event
from app.archive import new_id
from app.encoding import as_json
from app.errors import (
    ConflictError,
    FieldError,
    InvalidParameterError,
    NotFoundError,
    UnavailableError,
)
from app.models import Client
from app.replays import Answer
from app.security import audit, clients
from app.security.applications import QUOTA, is_quota, read_application
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission, Role

router = Router(prefix="/v1/clients", tags=["clients"])

ClientId = Annotated[str, Path(title="密钥编号", description="建立密钥时得到的 id")]
CREATED = {
    **answers("NewClient", "已建立，`key` 只在这里显示一次"),
    "headers": {"Location": {"schema": {"type": "string"}, "description": "查看的地址"}},
}


@router.post(
    "",
    status_code=201,
    summary="建立密钥",
    description="建立一个客户端和它的密钥。密钥只显示这一次，服务只保存它的摘要。",
    responses={
        201: CREATED,
        **problems(
            ConflictError,
            *READING_BODY,
            *WRITING,
        ),
    },
    openapi_extra={**ONCE, **takes("ClientRequest")},
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def create(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    done = event(request, Action.CLIENT_CREATED, purpose="operation")
    return _answered(request, await service.run(_create, once, principal, done, read_object(body)))


def _create(once: Once, principal: Principal, done: Event, given: dict[str, Any]) -> Answer:
    service = once.service
    application = read_application(given, home=service.settings.region, today=service.today())
    application = application.placed(principal.place(application.region_code))
    id = new_id()

    def work(session: Session) -> Answer:
        made = _made(*clients.create(session, service.keyring, application, id=id, by=principal.id))
        audit.record(session, replace(done, object=id))
        return made

    return once.write(work, about=id)


def _made(client: Client, key: str) -> Answer:
    return Answer(201, as_json({**clients.described(client), "key": key}), f"/v1/clients/{client.id}")


def _answered(request: Request, answer: Answer) -> Response:
    return private(request, answer.body, status=answer.status, location=answer.location)


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
    return private(request, as_json(page))


def _listed(service: Service, principal: Principal, after: str) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        found = clients.listed(session, principal.region_code, after=after)
        more = len(found) == clients.MOST_LISTED
        return {
            "clients": [clients.described(client) for client in found],
            "next": found[-1].id if more else None,
            "roles": [
                {
                    "role": role.value,
                    "label": role.label,
                    "needs_region": role.is_local,
                    "needs_unit": role is Role.UNIT,
                    "may_have_unit": role.may_have_unit,
                }
                for role in Role
            ],
        }

    return service.database.read(work)


@router.get(
    "/{id}",
    summary="查看一个密钥",
    description="密钥的名称、角色、范围、期限和最近一次使用（准确到一刻钟）。",
    responses={200: answers("Client", "密钥"), **problems(NotFoundError, InvalidParameterError, UnavailableError)},
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def shown(request: Request, id: ClientId, service: ServiceDep, principal: PrincipalDep) -> Response:
    return private(request, as_json(await service.run(_shown, service, principal, id)))


def _shown(service: Service, principal: Principal, id: str) -> dict[str, Any]:
    return service.database.read(lambda session: clients.described(clients.find(session, id, principal.region_code)))


@router.post(
    "/{id}/key",
    status_code=201,
    summary="更换密钥",
    description="发一个新密钥，原来的立即失效；编号、角色和范围不变，期限重新计算。",
    responses={201: CREATED, **problems(NotFoundError, ConflictError, InvalidParameterError, *WRITING)},
    openapi_extra=ONCE,
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def rotate(request: Request, id: ClientId, service: ServiceDep, principal: PrincipalDep) -> Response:
    once = await Once.begin(request, service)
    done = event(request, Action.CLIENT_ROTATED, purpose="operation")
    return _answered(request, await service.run(_rotate, once, principal, done, id))


def _rotate(once: Once, principal: Principal, done: Event, id: str) -> Answer:
    def work(session: Session) -> Answer:
        client = clients.find(session, id, principal.region_code)
        replays.forget(session, client.id)
        made = _made(client, clients.rotate(once.service.keyring, client))
        audit.record(session, replace(done, object=client.id))
        return made

    answer = once.write(work, about=id)
    once.service.authentication.forget()
    return answer


@router.put(
    "/{id}/quota",
    summary="改变额度",
    description="密钥每小时的额度：一次请求计1，名单每行计1。几秒内在各处生效。",
    responses={
        200: answers("Client", "密钥"),
        **problems(
            NotFoundError,
            *READING_BODY,
            *WRITING,
        ),
    },
    openapi_extra={
        **ONCE,
        **takes("QuotaRequest"),
    },
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def change_quota(request: Request, id: ClientId, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    done = event(request, Action.CLIENT_QUOTA_CHANGED, purpose="operation")
    return _answered(request, await service.run(_change_quota, once, principal, done, id, read_object(body)))


def _change_quota(once: Once, principal: Principal, done: Event, id: str, given: dict[str, Any]) -> Answer:
    quota = given.get("quota")
    if given.keys() != {"quota"} or not is_quota(quota):
        raise InvalidParameterError("请按 errors 中的说明改正后重试。", [FieldError("quota", QUOTA)])

    def work(session: Session) -> Answer:
        client = clients.find(session, id, principal.region_code)
        client.quota = quota
        audit.record(session, replace(done, object=client.id))
        return Answer(200, as_json(clients.described(client)))

    answer = once.write(work, about=id)
    once.service.authentication.forget()
    return answer


@router.delete(
    "/{id}",
    status_code=204,
    summary="停用密钥",
    description="密钥立即失效，不能恢复；记录保留。已经停用的，再停用一次也不出错。",
    responses={204: {"description": "已停用"}, **problems(NotFoundError, InvalidParameterError, *WRITING)},
    openapi_extra=ONCE,
)
@needs(Permission.CLIENTS_MANAGE, Scope.REGION)
async def revoke(request: Request, id: ClientId, service: ServiceDep, principal: PrincipalDep) -> Response:
    once = await Once.begin(request, service)
    done = event(request, Action.CLIENT_REVOKED, purpose="operation")
    return _answered(request, await service.run(_revoke, once, principal, done, id))


def _revoke(once: Once, principal: Principal, done: Event, id: str) -> Answer:
    def work(session: Session) -> Answer:
        client = clients.find(session, id, principal.region_code)
        clients.revoke(client)
        replays.forget(session, client.id)
        audit.record(session, replace(done, object=client.id))
        return Answer(204)

    answer = once.write(work, about=id)
    once.service.authentication.forget()
    return answer
