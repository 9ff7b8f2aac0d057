"""Screen lists of people in the background: upload, follow, cancel, delete."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

import anyio
from fastapi import Depends, Header, Path, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api import uploads
from app.api.access import PrincipalDep, Router, Scope, is_still_known, needs
from app.api.lookups import check_day
from app.api.once import ONCE, Once, key_of
from app.api.replies import private
from app.api.schema import REF, WRITING, answers, problems
from app.api.service import ServiceDep
from app.api.trail import event
from app.batch.jobs import states
from app.batch.jobs.states import State
from app.batch.jobs.view import PATH
from app.encoding import as_json
from app.errors import (
    ConflictError,
    DamagedRecordError,
    FieldError,
    InvalidParameterError,
    MalformedUploadError,
    MediaTypeError,
    NotFoundError,
    QueueFullError,
    SlowBodyError,
    TooLargeError,
    UnavailableError,
)
from app.intake.wire import read_date
from app.models import Batch
from app.replays import Answer
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix=PATH, tags=["batches"])

LOOK: Final = 0.5
"""Seconds between two looks at a batch that somebody follows."""
AGAIN: Final = 2000
"""Milliseconds after which a follower who lost the connection should ask again."""
STREAM: Final = {"description": "事件流", "content": {"text/event-stream": {"schema": {"type": "string"}}}}

Id = Annotated[str, Path(title="批量筛查编号", description="上传名单时得到的 id")]
Limit = Annotated[int, Query(title="每页最多几条", ge=1, le=1000)]


# ── taking in ──


@router.post(
    "",
    status_code=202,
    summary="上传一份名单",
    description="上传 CSV、Excel（.xlsx）或 Parquet 名单，一行一人，在后台筛查。"
    "答复202后，即使服务中断，名单也不会丢失。"
    "`since` 填以前一次批量筛查的编号，或上传以前保存的 .parquet 结果，会列出谁新增符合、不再符合、有变化。"
    "名单和结果加密保存，文件名不保存。",
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
            *WRITING,
        ),
    },
    openapi_extra={
        **ONCE,
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": {"$ref": REF.format(model="BatchUpload")}}},
        },
    },
)
@needs(Permission.BATCHES_CREATE, Scope.REGION)
async def upload(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    batches, most = service.batches, service.settings.batch_upload_mb * 2**20
    form = uploads.begin(request, most)
    size, repeated = uploads.size_of(request, most), key_of(request) is not None
    arrival = await service.run(partial(batches.begin, size, repeated=repeated))
    try:
        await uploads.receive(request, form, partial(service.run, arrival.write), most)
        once = await Once.begin(request, service, *form.told())
        day = read_day(form.fields.get("as_of", ""), service.today())
        batch = await service.run(batches.prepare, arrival, principal, day, form.fields.get("since") or None)
        answer = await service.run(_accept, once, event(request, Action.BATCH_UPLOADED, batch.id, "screening"), batch)
    except BaseException:
        # Also when the client has left, which cancels whatever waits.
        with anyio.CancelScope(shield=True):
            await service.run(arrival.abandon)
        raise
    batches.worker.wake()
    return private(request, answer.body, status=answer.status, location=answer.location)


def _accept(once: Once, done: Event, batch: Batch) -> Answer:
    """Keep the row of a list that is on disk: from then on, no crash can lose it."""

    def work(session: Session) -> Answer:
        shown = once.service.batches.add(session, batch)
        audit.record(session, done)
        return Answer(202, as_json(shown), shown["links"]["self"])

    return once.write(work, about=batch.id)


def read_day(text: str, today: date) -> date:
    """Read the day of an upload, today where there is none; raise InvalidParameterError."""
    if not text:
        return today
    try:
        return check_day(read_date(text), today)
    except PydanticCustomError as error:
        said = str(error)
    raise InvalidParameterError("请改正请求参数后重试。", [FieldError("as_of", said)])


# ── following ──


@router.get(
    "",
    summary="批量筛查列表",
    description="新的在前，一页一页取：`next` 是下一页的地址，没有时为空。",
    responses={
        200: answers("BatchList", "批量筛查"),
        **problems(InvalidParameterError, DamagedRecordError, UnavailableError),
    },
)
@needs(Permission.BATCHES_READ, Scope.REGION)
async def listed(
    request: Request,
    service: ServiceDep,
    principal: PrincipalDep,
    after: Annotated[str | None, Query(title="从哪个编号之后取起", max_length=36)] = None,
    limit: Limit = 50,
) -> Response:
    found = await service.run(service.batches.listed, principal, after, limit)
    more = f"{PATH}?after={found[-1]['id']}&limit={limit}" if len(found) == limit else None
    return private(request, as_json({"batches": found, "next": more}))


@router.get(
    "/{id}",
    summary="批量筛查的进度和结果概要",
    description="状态、阶段、行数、各结论的数量、没有用到和缺少的列、失败的原因，以及取结果的地址。",
    responses={
        200: answers("Batch", "批量筛查"),
        **problems(NotFoundError, InvalidParameterError, DamagedRecordError, UnavailableError),
    },
)
@needs(Permission.BATCHES_READ, Scope.REGION)
async def shown(request: Request, id: Id, service: ServiceDep, principal: PrincipalDep) -> Response:
    return private(request, as_json(await service.run(service.batches.show, id, principal)))


async def _followed(id: Id, service: ServiceDep, principal: PrincipalDep) -> dict[str, Any]:
    # A dependency: once the stream has begun, it is too late to say that there is no such batch.
    return await service.run(service.batches.show, id, principal)


@router.get(
    "/{id}/events",
    summary="实时进度",
    description="服务器推送的事件（SSE）：`progress` 为进度，`end` 为最后一个，收到后请关闭；"
    "内容与查看进度的答复相同，每个带编号。"
    "断线后带 `Last-Event-ID` 重连，从当时的进度继续，已经收到的不再发；空闲时有心跳。",
    response_class=EventSourceResponse,
    responses={200: STREAM, **problems(NotFoundError, InvalidParameterError, DamagedRecordError, UnavailableError)},
)
@needs(Permission.BATCHES_READ, Scope.REGION)
async def events(
    request: Request,
    id: Id,
    service: ServiceDep,
    principal: PrincipalDep,
    found: Annotated[dict[str, Any], Depends(_followed)],
    last_event_id: Annotated[str | None, Header(title="最后收到的事件编号", description="重连时填")] = None,
) -> AsyncIterator[ServerSentEvent]:
    said = last_event_id
    while found["ended_at"] is None and not service.batches.stopping:
        told = _told("progress", found)
        if told.id != said:
            yield told
            said = told.id
        await anyio.sleep(LOOK)
        if not await is_still_known(request):
            return
        try:
            found = await service.run(service.batches.show, id, principal)
        except NotFoundError:
            yield _told("end", {"id": found["id"], "state": "deleted"})
            return
        except UnavailableError:
            continue
    if found["ended_at"] is not None:
        yield _told("end", found)


def _told(name: str, document: dict[str, Any]) -> ServerSentEvent:
    """Return the event that tells *document*; its id says what has been told, so that it is not told again."""
    text = as_json(document).decode()
    mark = hashlib.sha256(text.encode()).hexdigest()[:16]
    return ServerSentEvent(raw_data=text, event=name, id=mark, retry=AGAIN)


# ── ending ──


@router.post(
    "/{id}/cancel",
    summary="取消批量筛查",
    description="排队的立即取消，正在筛查的很快停下；已经结束的不能取消，可以删除。",
    responses={
        200: answers("Batch", "已取消，或者正在停下"),
        **problems(NotFoundError, ConflictError, InvalidParameterError, *WRITING),
    },
    openapi_extra=ONCE,
)
@needs(Permission.BATCHES_DELETE, Scope.REGION)
async def cancel(request: Request, id: Id, service: ServiceDep, principal: PrincipalDep) -> Response:
    once = await Once.begin(request, service)
    done = event(request, Action.BATCH_CANCELLED, purpose="operation")
    answer = await service.run(_cancel, once, done, principal, id)
    return private(request, answer.body, status=answer.status)


def _cancel(once: Once, done: Event, principal: Principal, id: str) -> Answer:
    batches = once.service.batches
    found: dict[str, Any] = {}

    def work(session: Session) -> Answer:
        found.update(batches.cancel(session, id, principal))
        audit.record(session, replace(done, object=found["id"]))
        return Answer(200, as_json(found))

    answer = once.write(work, about=id)
    if found["state"] == State.CANCELLED:
        batches.files.drop_uploads(found["id"])
    return answer


@router.delete(
    "/{id}",
    summary="删除批量筛查",
    description="删除上传的名单、结果和记录，不能恢复；正在筛查的会停下。",
    status_code=204,
    responses={204: {"description": "已删除"}, **problems(NotFoundError, InvalidParameterError, *WRITING)},
    openapi_extra=ONCE,
)
@needs(Permission.BATCHES_DELETE, Scope.REGION)
async def delete(request: Request, id: Id, service: ServiceDep, principal: PrincipalDep) -> Response:
    once = await Once.begin(request, service)
    done = event(request, Action.BATCH_DELETED, purpose="operation")
    answer = await service.run(_delete, once, done, principal, id)
    return private(request, answer.body, status=answer.status)


def _delete(once: Once, done: Event, principal: Principal, id: str) -> Answer:
    gone: list[str] = []

    def work(session: Session) -> Answer:
        gone.append(states.delete(session, id, principal))
        audit.record(session, replace(done, object=gone[-1]))
        return Answer(204)

    answer = once.write(work, about=id)
    once.service.batches.files.remove(gone[-1])
    return answer
