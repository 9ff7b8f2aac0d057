"""Screen a household; show a screening again."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.answers import brief_of
from app.api.body import read
from app.api.replies import private
from app.api.schema import REF, answers, problems
from app.api.service import Service, ServiceDep, service_of
from app.api.trail import event
from app.archive import find, new_id, pack, packed_answer, record, unpack
from app.door import Submission
from app.errors import (
    DamagedRecordError,
    FieldError,
    InvalidHouseholdError,
    InvalidParameterError,
    MalformedError,
    MediaTypeError,
    NotFoundError,
    SlowBodyError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
)
from app.security import audit
from app.security.audit import Event

router = APIRouter(prefix="/v1/screenings", tags=["screenings"])


DETAIL = {
    "parameters": [
        {
            "name": "detail",
            "in": "query",
            "description": "full 完整；brief 简要：不含不符合的结果和手机不显示的内容，适合弱网",
            "schema": {"type": "string", "enum": ["full", "brief"], "default": "full", "title": "详略"},
        }
    ]
}


@router.post(
    "",
    summary="筛查一户家庭",
    description="给出一户家庭已知的情况，得到每项政策对家庭和每名成员的结论、理由、依据、金额、还缺什么、由谁办理。"
    "不知道的情况不填：结论会是“待核实”，并列出要问什么。"
    "默认保存并给出编号；`store` 为 false 时不保存。",
    responses={
        200: answers("ScreeningAnswer", "筛查结果，没有保存（`store` 为 false）"),
        201: {
            **answers("ScreeningAnswer", "筛查结果，已保存"),
            "headers": {"Location": {"schema": {"type": "string"}, "description": "再次查看的地址"}},
        },
        **problems(
            MalformedError,
            SlowBodyError,
            TooLargeError,
            MediaTypeError,
            InvalidHouseholdError,
            InvalidParameterError,
            UnavailableError,
            StorageFullError,
        ),
    },
    openapi_extra={
        **DETAIL,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(model="ScreeningRequest")}}},
        },
    },
)
async def screen(request: Request) -> Response:
    # Asked for by hand: as three dependencies they cost as much again as the rest of the framework.
    service, brief = service_of(request), wants_brief(request)
    submission = await read(request, service)
    if not submission.store:
        return private(request, service.answers.render(submission, id=None, brief=brief))
    id = new_id()
    full = service.answers.render(submission, id=id)
    packed = await service.run(
        _keep, service, event(request, "screening.stored", id, "screening"), id, submission, full
    )
    location = f"/v1/screenings/{id}"
    if brief:
        short = service.answers.render(submission, id=id, brief=True)
        return private(request, short, status=201, location=location)
    return private(request, full, packed, status=201, location=location)


def _keep(service: Service, done: Event, id: str, submission: Submission, full: bytes) -> bytes:
    """Store an answer and return it packed."""
    packed = pack(full)
    answers = service.answers
    row = record(service.keyring, id, submission, packed, policy_set=answers.policy_set, release=answers.release)

    def write(session: Session) -> None:
        session.add(row)
        audit.record(session, done)

    service.database.write(write)
    return packed


@router.get(
    "/{id}",
    summary="再次查看一次筛查",
    description="返回当时的答复，一字不差。",
    responses={
        200: answers("ScreeningAnswer", "当时的答复"),
        **problems(NotFoundError, InvalidParameterError, DamagedRecordError, UnavailableError),
    },
    openapi_extra=DETAIL,
)
async def screening(
    request: Request, id: Annotated[str, Path(title="筛查编号", description="筛查结果中的 id")], service: ServiceDep
) -> Response:
    brief = wants_brief(request)
    full, packed = await service.run(_kept, service, request, id)
    if brief:
        return private(request, await service.run(brief_of, full))
    return private(request, full, packed)


def _kept(service: Service, request: Request, id: str) -> tuple[bytes, bytes]:
    def show(session: Session) -> bytes:
        row = find(session, id)
        packed = packed_answer(row, service.keyring)
        # On disk before the answer leaves.
        audit.record(session, event(request, "screening.viewed", row.id, "review"))
        return packed

    packed = service.database.write(show)
    return unpack(packed), packed


def wants_brief(request: Request) -> bool:
    """Tell whether the brief form is asked for; raise InvalidParameterError."""
    details = request.query_params.getlist("detail") if request.scope["query_string"] else []
    if not set(details) <= {"full", "brief"} or len(details) > 1:
        said = FieldError("detail", "应为 full（完整）或 brief（简要），只填一个")
        raise InvalidParameterError("请改正请求参数后重试。", [said])
    return details == ["brief"]
