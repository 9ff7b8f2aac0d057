"""Screen a household; show a screening again."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import archive
from app.answering.answers import brief_of
from app.api import following
from app.api.access import PrincipalDep, Router, Scope, needs, principal_of
from app.api.body import read, read_body
from app.api.following import Follows
from app.api.once import PARAMETER, Once
from app.api.replies import private
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import Service, ServiceDep, service_of
from app.api.trail import event
from app.archive import find, given_of, new_id, packed_answer, unpack
from app.encoding import as_json
from app.errors import (
    ChangedElsewhereError,
    DamagedRecordError,
    FieldError,
    InvalidHouseholdError,
    InvalidParameterError,
    NotFoundError,
    UnavailableError,
)
from app.intake.door import Submission
from app.replays import Answer
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix="/v1/screenings", tags=["screenings"])


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
    "默认保存并给出编号（需要权限 `screenings.create`）；`store` 为 false 时不保存。",
    responses={
        200: answers("ScreeningAnswer", "筛查结果，没有保存（`store` 为 false）"),
        201: {
            **answers("ScreeningAnswer", "筛查结果，已保存"),
            "headers": {"Location": {"schema": {"type": "string"}, "description": "再次查看的地址"}},
        },
        **problems(ChangedElsewhereError, InvalidHouseholdError, *READING_BODY, *WRITING),
    },
    openapi_extra={
        "parameters": [*DETAIL["parameters"], PARAMETER, following.PARAMETER],
        **takes("ScreeningRequest"),
    },
)
@needs(Permission.SCREENINGS_TRY, Scope.REGION)
async def screen(request: Request) -> Response:
    # Asked for by hand: as three dependencies they cost as much again as the rest of the framework.
    service, principal, brief = service_of(request), principal_of(request), wants_brief(request)
    follows = Follows.read(request)
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    submission = read(body, service)
    place = principal.place(submission.region_code)
    if not submission.store:
        return private(request, service.answers.render(submission, id=None, brief=brief))
    principal.require(Permission.SCREENINGS_CREATE)
    id = new_id()
    full = service.answers.render(submission, id=id)
    short = service.answers.render(submission, id=id, brief=True)
    done = event(request, Action.SCREENING_STORED, id, "screening")
    answer = await service.run(_keep, once, done, id, submission, place, full, short, brief, follows)
    return private(request, answer.body, answer.packed, status=answer.status, location=answer.location)


def _keep(
    once: Once,
    done: Event,
    id: str,
    submission: Submission,
    place: str | None,
    full: bytes,
    short: bytes,
    brief: bool,
    follows: Follows | None,
) -> Answer:
    """Store an answer with its receipt at its place and return it, or its short form where that was asked for."""
    service = once.service
    kept = archive.kept(
        service.keyring,
        id,
        submission,
        full,
        short,
        region_code=place,
        policy_set=service.answers.policy_set,
        release=service.answers.release,
    )

    def store(session: Session) -> Answer:
        if follows is not None:
            follows.check(session, kept.row)
        session.add(kept.row)
        service.policy_sets.remember(session)
        audit.record(session, done)
        location = f"/v1/screenings/{id}"
        if brief:
            return Answer(201, kept.brief, location)
        return Answer(201, kept.full, location, kept.packed)

    answer = once.write(store, about=id)
    service.policy_sets.is_remembered()
    return answer


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
@needs(Permission.SCREENINGS_READ, Scope.REGION)
async def screening(
    request: Request,
    id: Annotated[str, Path(title="筛查编号", description="筛查结果中的 id")],
    service: ServiceDep,
    principal: PrincipalDep,
) -> Response:
    brief = wants_brief(request)
    viewed = event(request, Action.SCREENING_VIEWED, id, "review")
    full, packed = await service.run(_kept, service, id, principal, viewed)
    if brief:
        return private(request, await service.run(brief_of, full))
    return private(request, full, packed)


def _kept(service: Service, id: str, principal: Principal, viewed: Event) -> tuple[bytes, bytes]:
    def show(session: Session) -> bytes:
        row = find(session, id, principal)
        packed = packed_answer(row, service.keyring)
        # On disk before the answer leaves.
        audit.record(session, replace(viewed, object=row.id))
        return packed

    packed = service.database.write(show)
    return unpack(packed), packed


@router.get(
    "/{id}/household",
    summary="一次筛查所依据的家庭情况",
    description="当时填报的情况，不含身份证号和残疾人证号：供另一部手机接着登记，或对照两边填的不同。",
    responses={
        200: answers("StatedHousehold", "当时填报的情况"),
        **problems(NotFoundError, InvalidParameterError, DamagedRecordError, UnavailableError),
    },
)
@needs(Permission.SCREENINGS_READ, Scope.REGION)
async def household(
    request: Request,
    id: Annotated[str, Path(title="筛查编号", description="筛查结果中的 id")],
    service: ServiceDep,
    principal: PrincipalDep,
) -> Response:
    viewed = event(request, Action.HOUSEHOLD_VIEWED, id, "review")
    return private(request, as_json(await service.run(_stated, service, id, principal, viewed)))


def _stated(service: Service, id: str, principal: Principal, viewed: Event) -> dict[str, Any]:
    def show(session: Session) -> dict[str, Any]:
        row = find(session, id, principal)
        audit.record(session, replace(viewed, object=row.id))
        return {
            "id": row.id,
            "created_at": row.created_at.isoformat(timespec="seconds"),
            "as_of": str(row.as_of),
            "household": given_of(row, service.keyring),
        }

    return service.database.write(show)


def wants_brief(request: Request) -> bool:
    """Tell whether the brief form is asked for; raise InvalidParameterError."""
    details = request.query_params.getlist("detail") if request.scope["query_string"] else []
    if not set(details) <= {"full", "brief"} or len(details) > 1:
        said = FieldError("detail", "应为 full（完整）或 brief（简要），只填一个")
        raise InvalidParameterError("请改正请求参数后重试。", [said])
    return details == ["brief"]
