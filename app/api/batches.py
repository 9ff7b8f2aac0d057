"""Screen lists of people in the background: upload, follow, fetch, cancel, delete."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic_core import PydanticCustomError
from starlette.responses import Response, StreamingResponse

from app.api import uploads
from app.api.lookups import check_day
from app.api.replies import PRIVATE, private
from app.api.schema import REF, answers, problems
from app.api.service import ServiceDep
from app.batch.jobs.batches import Download
from app.batch.jobs.view import PATH
from app.errors import (
    ConflictError,
    FieldError,
    InvalidParameterError,
    MalformedUploadError,
    MediaTypeError,
    NotFoundError,
    QueueFullError,
    SlowBodyError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
)
from app.wire import read_date

router = APIRouter(prefix=PATH, tags=["batches"])

LOOK: Final = 0.5
"""Seconds between two looks at a batch that somebody follows."""
MEDIA: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
NAMES: Final = {"result": "筛查结果", "changes": "变化清单", "rejects": "退回行"}
FILE: Final = {"type": "string", "format": "binary"}

Id = Annotated[str, Path(title="批量筛查编号", description="上传名单时得到的 id")]
Format = Annotated[
    Literal["xlsx", "csv", "parquet"],
    Query(alias="format", title="格式", description="xlsx 供人看，csv 为原表加各项结论，parquet 供程序使用"),
]
Limit = Annotated[int, Query(title="每页最多几条", ge=1, le=1000)]


def file_of(*forms: str, description: str) -> dict[str, Any]:
    """Return the documentation of an answer that is a file."""
    kinds = {MEDIA[form].partition(";")[0]: {"schema": FILE} for form in forms}
    said = {"schema": {"type": "string"}, "description": "文件名，不含个人信息"}
    return {"description": description, "content": kinds, "headers": {"Content-Disposition": said}}


# ── taking in ──


@router.post(
    "",
    summary="上传一份名单",
    description="上传 CSV、Excel（.xlsx）或 Parquet 名单，一行一人，在后台筛查。"
    "答复202后，即使服务中断，名单也不会丢失。"
    "`since` 填以前一次批量筛查的编号，会列出谁新增符合、不再符合、有变化。文件名不保存。",
    responses={
        202: {
            **answers("Batch", "已收下，排队等待筛查"),
            "headers": {"Location": {"schema": {"type": "string"}, "description": "查看进度的地址"}},
        },
        **problems(
            MalformedUploadError,
            SlowBodyError,
            TooLargeError,
            MediaTypeError,
            InvalidParameterError,
            QueueFullError,
            UnavailableError,
            StorageFullError,
        ),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": {"$ref": REF.format(model="BatchUpload")}}},
        }
    },
)
async def upload(request: Request, service: ServiceDep) -> Response:
    batches, most = service.batches, service.settings.batch_upload_mb * 2**20
    form = uploads.begin(request, most)
    id, file = await service.run(batches.begin)
    try:
        fields = await uploads.receive(request, form, lambda block: service.run(file.write, block), most)
        day = read_day(fields.get("as_of", ""), service.today())
    except BaseException:
        # Also when the client has left, which cancels whatever waits.
        with anyio.CancelScope(shield=True):
            await service.run(batches.abandon, id, file)
        raise
    batch = await service.run(batches.accept, id, file, day, fields.get("since") or None)
    return private(request, encoded(batch), status=202, location=batch["links"]["self"])


def read_day(text: str, today: date) -> date:
    """Read the day of an upload, today where there is none; raise InvalidParameterError."""
    if not text:
        return today
    try:
        return check_day(read_date(text), today)
    except PydanticCustomError as error:
        said = str(error)
    raise InvalidParameterError("请改正请求参数后重试。", [FieldError("as_of", said)])


@router.get(
    "/template",
    summary="空白名单模板",
    description="填报用的 Excel 文件，有下拉选项和填写说明；填好后上传即可。",
    responses={200: file_of("xlsx", description="空白名单")},
)
async def template(service: ServiceDep) -> Response:
    headers = {"Content-Disposition": disposition("huimin-template.xlsx", "惠民筛查名单模板.xlsx")}
    return Response(await service.run(service.batches.template), headers=headers, media_type=MEDIA["xlsx"])


# ── following ──


@router.get(
    "",
    summary="批量筛查列表",
    description="新的在前，一页一页取：`next` 是下一页的地址，没有时为空。",
    responses={200: answers("BatchList", "批量筛查"), **problems(InvalidParameterError, UnavailableError)},
)
async def batches(
    request: Request,
    service: ServiceDep,
    after: Annotated[str | None, Query(title="从哪个编号之后取起", max_length=36)] = None,
    limit: Limit = 50,
) -> Response:
    found = await service.run(service.batches.listed, after, limit)
    more = f"{PATH}?after={found[-1]['id']}&limit={limit}" if len(found) == limit else None
    return private(request, encoded({"batches": found, "next": more}))


@router.get(
    "/{id}",
    summary="批量筛查的进度和结果概要",
    description="状态、阶段、行数、各结论的数量、没有用到和缺少的列、失败的原因，以及取结果的地址。",
    responses={200: answers("Batch", "批量筛查"), **problems(NotFoundError, UnavailableError)},
)
async def batch(request: Request, id: Id, service: ServiceDep) -> Response:
    return private(request, encoded(await service.run(service.batches.show, id)))


async def _followed(id: Id, service: ServiceDep) -> dict[str, Any]:
    # A dependency: once the stream has begun, it is too late to say that there is no such batch.
    return await service.run(service.batches.show, id)


@router.get(
    "/{id}/events",
    summary="实时进度",
    description="服务器推送的事件（SSE）：`progress` 为进度，`end` 为最后一个；内容与查看进度的答复相同。"
    "断线重连后从当时的进度继续；空闲时有心跳。",
    response_class=EventSourceResponse,
    responses=problems(NotFoundError, UnavailableError),
)
async def events(
    id: Id, service: ServiceDep, shown: Annotated[dict[str, Any], Depends(_followed)]
) -> AsyncIterator[ServerSentEvent]:
    said: dict[str, Any] | None = None
    while shown["ended_at"] is None and not service.batches.stopping:
        if shown != said:
            yield ServerSentEvent(raw_data=encoded(shown).decode(), event="progress")
            said = shown
        await anyio.sleep(LOOK)
        try:
            shown = await service.run(service.batches.show, id)
        except NotFoundError:
            yield ServerSentEvent(raw_data=encoded({"id": shown["id"], "state": "deleted"}).decode(), event="end")
            return
        except UnavailableError:
            continue
    if shown["ended_at"] is not None:
        yield ServerSentEvent(raw_data=encoded(shown).decode(), event="end")


# ── fetching ──


@router.get(
    "/{id}/result",
    summary="下载筛查结果",
    description="三种格式来自同一次筛查，以后政策更新也不变。超出 Excel 容量的名单没有 xlsx。",
    responses={
        200: file_of(*MEDIA, description="结果文件"),
        **problems(NotFoundError, ConflictError, InvalidParameterError, UnavailableError),
    },
)
async def result(id: Id, service: ServiceDep, form: Format = "xlsx") -> Response:
    return sent(await service.run(service.batches.result, id, form), form)


@router.get(
    "/{id}/changes",
    summary="下载变化清单",
    description="与上传时 `since` 所指的那次相比，谁新增符合、不再符合、有变化，因为什么。",
    responses={
        200: file_of(*MEDIA, description="变化清单"),
        **problems(NotFoundError, ConflictError, InvalidParameterError, UnavailableError),
    },
)
async def changes(id: Id, service: ServiceDep, form: Format = "xlsx") -> Response:
    return sent(await service.run(service.batches.changes, id, form), form)


@router.get(
    "/{id}/rejects",
    summary="退回的行",
    description="没有参加筛查的行：行号、列、原因，不含填报的内容。`format=csv` 下载全部，否则一页一页取。",
    responses={
        200: {
            **file_of("csv", description="退回的行"),
            "content": {**answers("RejectList", "")["content"], "text/csv": {"schema": FILE}},
        },
        **problems(NotFoundError, ConflictError, InvalidParameterError, UnavailableError),
    },
)
async def rejects(
    request: Request,
    id: Id,
    service: ServiceDep,
    form: Annotated[Literal["json", "csv"], Query(alias="format", title="格式")] = "json",
    after: Annotated[int, Query(title="从第几条之后取起", ge=0, le=2**31)] = 0,
    limit: Limit = 100,
) -> Response:
    if form == "csv":
        return sent(await service.run(service.batches.rejects_csv, id), form)
    found = await service.run(service.batches.rejects, id, after, limit)
    more = f"{PATH}/{id}/rejects?after={found[-1]['number']}&limit={limit}" if len(found) == limit else None
    return private(request, encoded({"rejects": found, "next": more}))


# ── ending ──


@router.post(
    "/{id}/cancel",
    summary="取消批量筛查",
    description="排队的立即取消，正在筛查的很快停下；已经结束的不能取消，可以删除。",
    responses={
        200: answers("Batch", "已取消，或者正在停下"),
        **problems(NotFoundError, ConflictError, UnavailableError, StorageFullError),
    },
)
async def cancel(request: Request, id: Id, service: ServiceDep) -> Response:
    return private(request, encoded(await service.run(service.batches.cancel, id)))


@router.delete(
    "/{id}",
    summary="删除批量筛查",
    description="删除上传的名单、结果和记录，不能恢复；正在筛查的会停下。",
    status_code=204,
    responses={
        204: {"description": "已删除"},
        **problems(NotFoundError, UnavailableError, StorageFullError),
    },
)
async def delete(id: Id, service: ServiceDep) -> Response:
    await service.run(service.batches.delete, id)
    return Response(status_code=204)


# ── answers ──


def encoded(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def sent(download: Download, form: str) -> Response:
    """Return a file, under a name that says of the list only its day and the beginning of its id."""
    day, mark = download.batch.as_of, download.batch.id[-6:]
    plain, named = f"huimin-{download.kind}-{day}-{mark}.{form}", f"{NAMES[download.kind]}-{day}-{mark}.{form}"
    headers = {**PRIVATE, "Content-Length": str(download.size), "Content-Disposition": disposition(plain, named)}
    return StreamingResponse(download.content, headers=headers, media_type=MEDIA[form])


def disposition(plain: str, named: str) -> str:
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(named)}"
