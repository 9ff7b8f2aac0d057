"""Screen a household; show a screening again."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.answers import brief_of
from app.api.body import SubmissionDep
from app.api.replies import private
from app.api.schema import REF, answers, problems
from app.api.service import Service, ServiceDep
from app.archive import find, new_id, pack, record, unpack
from app.door import Submission
from app.errors import (
    InvalidHouseholdError,
    InvalidParameterError,
    MalformedError,
    MediaTypeError,
    NotFoundError,
    SlowBodyError,
    TooLargeError,
    UnavailableError,
)

router = APIRouter(prefix="/v1/screenings", tags=["screenings"])


Detail = Annotated[
    Literal["full", "brief"],
    Query(title="详略", description="full 完整；brief 简要：不含不符合的结果和手机不显示的内容，适合弱网"),
]


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
        ),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(model="ScreeningRequest")}}},
        }
    },
)
async def screen(
    request: Request, submission: SubmissionDep, service: ServiceDep, detail: Detail = "full"
) -> Response:
    brief = detail == "brief"
    if not submission.store:
        return private(request, service.answers.render(submission, id=None, brief=brief))
    id = new_id()
    full = service.answers.render(submission, id=id)
    packed = await service.run(_keep, service, id, submission, full)
    location = f"/v1/screenings/{id}"
    if brief:
        short = service.answers.render(submission, id=id, brief=True)
        return private(request, short, status=201, location=location)
    return private(request, full, packed, status=201, location=location)


def _keep(service: Service, id: str, submission: Submission, full: bytes) -> bytes:
    """Store an answer and return it packed."""
    packed = pack(full)
    answers = service.answers
    row = record(id, submission, packed, policy_set=answers.policy_set, release=answers.release)
    service.database.write(lambda session: session.add(row))
    return packed


@router.get(
    "/{id}",
    summary="再次查看一次筛查",
    description="返回当时的答复，一字不差。",
    responses={
        200: answers("ScreeningAnswer", "当时的答复"),
        **problems(NotFoundError, InvalidParameterError, UnavailableError),
    },
)
async def screening(
    request: Request,
    id: Annotated[str, Path(title="筛查编号", description="筛查结果中的 id")],
    service: ServiceDep,
    detail: Detail = "full",
) -> Response:
    full, packed = await service.run(_kept, service, id)
    if detail == "brief":
        return private(request, await service.run(brief_of, full))
    return private(request, full, packed)


def _kept(service: Service, id: str) -> tuple[bytes, bytes]:
    def read(session: Session) -> bytes:
        return find(session, id).answer

    packed = service.database.read(read)
    return unpack(packed), packed
