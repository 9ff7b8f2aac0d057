"""Fetch what a list came to: results, changes, rows set aside; and the empty list to fill in."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import Query, Request
from starlette.responses import Response, StreamingResponse

from app.api import ranges
from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.batches import Id, Limit
from app.api.replies import PRIVATE, private
from app.api.schema import answers, problems
from app.api.service import Service, ServiceDep, service_of
from app.api.trail import event
from app.batch.jobs.batches import Download
from app.batch.jobs.view import PATH
from app.encoding import as_json
from app.errors import (
    ConflictError,
    DamagedRecordError,
    InvalidParameterError,
    NotFoundError,
    RangeError,
    StorageFullError,
    UnavailableError,
)
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.roles import Permission

router = Router(prefix=PATH, tags=["batches"])

MEDIA: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
NAMES: Final = {"result": "筛查结果", "changes": "变化清单", "rejects": "退回行"}
FETCHING: Final = (
    NotFoundError,
    ConflictError,
    InvalidParameterError,
    DamagedRecordError,
    UnavailableError,
    StorageFullError,
    RangeError,
)
PARTIAL: Final = {
    "parameters": [
        {
            "name": name,
            "in": "header",
            "description": description,
            "schema": {"type": "string", "maxLength": 200},
        }
        for name, description in (
            ("Range", "断点续传：`bytes=已下载的字节数-`"),
            ("If-Range", "上次答复中的 ETag：文件不同时从头发送"),
        )
    ]
}
FILE: Final = {"type": "string", "format": "binary"}

Format = Annotated[
    Literal["xlsx", "csv", "parquet"],
    Query(alias="format", title="格式", description="xlsx 供人看，csv 为原表加各项结论，parquet 供程序使用"),
]


def file_of(*forms: str, description: str) -> dict[str, Any]:
    """Return the documentation of an answer that is a file."""
    kinds = {MEDIA[form].partition(";")[0]: {"schema": FILE} for form in forms}
    said = {"schema": {"type": "string"}, "description": "文件名，不含个人信息"}
    return {"description": description, "content": kinds, "headers": {"Content-Disposition": said}}


@router.get(
    "/template",
    summary="空白名单模板",
    description="填报用的 Excel 文件，有下拉选项和填写说明；填好后上传即可。",
    responses={200: file_of("xlsx", description="空白名单")},
)
@needs(Permission.LOOKUPS_READ, Scope.NOWHERE)
async def template(service: ServiceDep) -> Response:
    headers = {"Content-Disposition": disposition("huimin-template.xlsx", "惠民筛查名单模板.xlsx")}
    return Response(await service.run(service.batches.template), headers=headers, media_type=MEDIA["xlsx"])


@router.get(
    "/{id}/result",
    summary="下载筛查结果",
    description="三种格式来自同一次筛查，以后政策更新也不变。超出 Excel 容量的名单没有 xlsx。",
    responses={
        200: file_of(*MEDIA, description="结果文件"),
        206: file_of(*MEDIA, description="结果文件的一段"),
        **problems(*FETCHING),
    },
    openapi_extra=PARTIAL,
)
@needs(Permission.BATCHES_READ, Scope.REGION)
async def result(
    request: Request, id: Id, service: ServiceDep, principal: PrincipalDep, form: Format = "xlsx"
) -> Response:
    return await sent(request, partial(service.batches.result, id, principal, form), form)


@router.get(
    "/{id}/changes",
    summary="下载变化清单",
    description="与上传时 `since` 所指的那次相比，谁新增符合、不再符合、有变化，因为什么。",
    responses={
        200: file_of(*MEDIA, description="变化清单"),
        206: file_of(*MEDIA, description="变化清单的一段"),
        **problems(*FETCHING),
    },
    openapi_extra=PARTIAL,
)
@needs(Permission.BATCHES_READ, Scope.REGION)
async def changes(
    request: Request, id: Id, service: ServiceDep, principal: PrincipalDep, form: Format = "xlsx"
) -> Response:
    return await sent(request, partial(service.batches.changes, id, principal, form), form)


@router.get(
    "/{id}/counts",
    summary="各村各项政策的数量",
    description="每个村（社区）的户数、人数，每项政策在各村符合、待核实、不符合的数量，供作图。"
    "村太多时按镇（街道）合计。",
    responses={
        200: answers("BatchCounts", "各村各项政策的数量"),
        **problems(NotFoundError, ConflictError, InvalidParameterError, UnavailableError),
    },
)
@needs(Permission.BATCHES_READ, Scope.REGION)
async def counts(request: Request, id: Id, service: ServiceDep, principal: PrincipalDep) -> Response:
    return private(request, await service.run(service.batches.counts, id, principal))


@router.get(
    "/{id}/rejects",
    summary="退回的行",
    description="没有参加筛查的行：行号、列、原因，不含填报的内容。`format=csv` 下载全部，否则一页一页取。",
    responses={
        200: {
            **file_of("csv", description="退回的行"),
            "content": {**answers("RejectList", "")["content"], "text/csv": {"schema": FILE}},
        },
        **problems(*FETCHING),
    },
)
@needs(Permission.BATCHES_READ, Scope.REGION)
async def rejects(
    request: Request,
    id: Id,
    service: ServiceDep,
    principal: PrincipalDep,
    form: Annotated[Literal["json", "csv"], Query(alias="format", title="格式")] = "json",
    after: Annotated[int, Query(title="从第几条之后取起", ge=0, le=2**31)] = 0,
    limit: Limit = 100,
) -> Response:
    if form == "csv":
        return await sent(request, partial(service.batches.rejects_csv, id, principal), form)
    found = await service.run(service.batches.rejects, id, principal, after, limit)
    more = f"{PATH}/{id}/rejects?after={found[-1]['number']}&limit={limit}" if len(found) == limit else None
    return private(request, as_json({"rejects": found, "next": more}))


async def sent(request: Request, find: Callable[[], Download], form: str) -> Response:
    """Return the file that *find* finds, under a name that says of the list only its day and the end of its id."""
    service, done = service_of(request), event(request, Action.BATCH_DOWNLOADED, purpose="review")
    download = await service.run(_told, service, done, find)
    day, mark = download.batch.as_of, download.batch.id[-6:]
    plain, named = f"huimin-{download.kind}-{day}-{mark}.{form}", f"{NAMES[download.kind]}-{day}-{mark}.{form}"
    size, tag = download.reader.size, f'"{download.batch.id}-{download.batch.attempts}-{download.kind}-{form}"'
    headers = {**PRIVATE, "Accept-Ranges": "bytes", "ETag": tag, "Content-Disposition": disposition(plain, named)}
    wanted, status = ranges.asked(request, size, tag), 200
    if wanted is not None and wanted.start >= size:
        download.reader.close()
        raise RangeError(size)
    if wanted is not None:
        status, headers["Content-Range"] = 206, f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    start, stop = wanted or (0, size)
    headers["Content-Length"] = str(stop - start)
    return StreamingResponse(download.reader.blocks(start, stop), status, headers, MEDIA[form])


def _told(service: Service, done: Event, find: Callable[[], Download]) -> Download:
    download = find()
    try:
        # On disk before the first byte leaves.
        service.database.write(lambda session: audit.record(session, replace(done, object=download.batch.id)))
    except BaseException:
        download.reader.close()
        raise
    return download


def disposition(plain: str, named: str) -> str:
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(named)}"
