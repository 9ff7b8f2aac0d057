"""Show the audit trail to the auditor, page by page or as a file; whoever reads it is in it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Query, Request
from pydantic import PlainValidator, WithJsonSchema
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.replies import PRIVATE, private
from app.api.schema import answers, problems
from app.api.service import Service, ServiceDep
from app.api.trail import event
from app.clock import SHANGHAI
from app.encoding import as_json
from app.errors import DamagedRecordError, InvalidParameterError, UnavailableError
from app.intake.wire import read_date
from app.security import audit, clients
from app.security.audit import AT_ONCE, Event, Wanted
from app.security.audit_actions import Action
from app.security.audit_lines import lines, shown
from app.security.roles import Permission, Role

router = Router(prefix="/v1/audit", tags=["audit"])

PAGE: Final = 100
MEDIA: Final = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}

_Day = Annotated[date, PlainValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})]
_CODE: Final = r"^[0-9A-Za-z_.:-]{1,120}$"
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)


async def wanted(
    principal: PrincipalDep,
    first: Annotated[_Day | None, Query(alias="from", title="从哪一天起", examples=["2026-11-01"])] = None,
    last: Annotated[_Day | None, Query(alias="to", title="到哪一天为止（含）", examples=["2026-11-30"])] = None,
    client: Annotated[str | None, Query(title="谁：客户端的编号", pattern=_CODE)] = None,
    action: Annotated[str | None, Query(title="做了什么：代码", pattern=_CODE, examples=["screening.viewed"])] = None,
    object: Annotated[str | None, Query(title="对什么：筛查、名单、密钥等的编号", pattern=_CODE)] = None,
) -> Wanted:
    """Return which events are asked for, among those that the client may see."""
    return Wanted(
        since=None if first is None else _start_of(first),
        until=None if last is None else _start_of(last) + timedelta(days=1),
        client=client,
        action=action,
        object=object,
        area=principal.region_code,
    )


def _start_of(day: date) -> datetime:
    return datetime.combine(min(max(day, EARLIEST), LATEST), time(), SHANGHAI).astimezone(UTC)


WantedDep = Annotated[Wanted, Depends(wanted)]


@router.get(
    "",
    summary="审计记录",
    description="谁、何时、从哪里、用哪个接口、对什么、为什么、结果如何，新的在前；没有填报的内容。"
    "绑定了地区的密钥只看到本地区客户端的记录。查看本身也有记录。",
    responses={
        200: answers("AuditPage", "一页审计记录"),
        **problems(InvalidParameterError, DamagedRecordError, UnavailableError),
    },
)
@needs(Permission.AUDIT_READ, Scope.REGION)
async def listed(
    request: Request,
    service: ServiceDep,
    asked: WantedDep,
    before: Annotated[
        int | None, Query(title="从哪里继续", description="上一页的 next；不填从最新的开始", ge=1, le=2**62)
    ] = None,
) -> Response:
    read = event(request, Action.AUDIT_READ, purpose="audit")
    page = await service.run(_listed, service, asked, before, read)
    return private(request, as_json(page))


def _listed(service: Service, asked: Wanted, before: int | None, read: Event) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        found = audit.newest(session, asked, before=before, most=PAGE)
        names = clients.names_of(session, {each.client for each in found if each.client is not None})
        page = {
            "events": [
                {**shown(each), "client_name": names.get(each.client or ""), "role_label": _role(each.role)}
                for each in found
            ],
            "next": found[-1].seq if len(found) == PAGE else None,
        }
        # On disk before the answer leaves.
        audit.record(session, replace(read, object=_range(found[-1].seq, found[0].seq) if found else None))
        return page

    return service.database.write(work)


@router.get(
    "/actions",
    summary="审计记录中的各种事项",
    description="`action` 的全部代码和名称，供挑选。",
    responses={200: answers("AuditActions", "各种事项")},
)
@needs(Permission.AUDIT_READ, Scope.NOWHERE)
async def actions(request: Request) -> Response:
    return private(request, as_json({"actions": [{"action": each.value, "label": each.label} for each in Action]}))


def _role(code: str | None) -> str | None:
    return Role(code).label if code in set(Role) else None


def _range(first: int, last: int) -> str:
    return f"{first}-{last}"


@router.get(
    "/export",
    summary="导出审计记录",
    description="与审计记录相同的范围，一行一件事，旧的在前；`csv` 可用 Excel 打开，`jsonl` 每行一个 JSON。"
    "导出本身也有记录。",
    responses={
        200: {
            "description": "审计记录",
            "content": {media: {"schema": {"type": "string"}} for media in ("text/csv", "application/jsonl")},
        },
        **problems(InvalidParameterError, DamagedRecordError, UnavailableError),
    },
)
@needs(Permission.AUDIT_READ, Scope.REGION)
async def export(
    request: Request,
    service: ServiceDep,
    asked: WantedDep,
    principal: PrincipalDep,
    form: Annotated[Literal["csv", "jsonl"], Query(alias="format", title="格式")] = "csv",
) -> Response:
    read = event(request, Action.AUDIT_EXPORTED, purpose="audit")
    last = await service.run(service.database.write, lambda session: audit.record(session, read))
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="audit.{form}"'}
    # What comes later, this export among it, is of the next one.
    return StreamingResponse(_file(service, asked, last, form), headers=headers, media_type=MEDIA[form])


async def _file(service: Service, asked: Wanted, before: int, form: str) -> AsyncIterator[str]:
    last = 0

    def part(session: Session) -> tuple[list[str], int]:
        found = audit.oldest(session, asked, after=last, before=before, most=AT_ONCE)
        told = list(lines(found, form))
        return told if last == 0 or form != "csv" else told[1:], found[-1].seq if len(found) == AT_ONCE else 0

    while True:
        told, last = await service.run(service.database.read, part)
        yield "".join(told)
        if last == 0:
            return
