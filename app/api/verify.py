"""Verify an answer: is it ours and as it was given, and would today's policies answer the same?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import verification
from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.body import read_body, read_object
from app.api.once import ONCE, Once
from app.api.replies import private
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import ServiceDep
from app.api.trail import event
from app.archive import find, packed_answer, stated, unpack
from app.encoding import as_json
from app.errors import (
    DamagedRecordError,
    FieldError,
    InvalidParameterError,
    NotFoundError,
)
from app.intake.wire import LONGEST_TEXT
from app.replays import Answer
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission
from app.verification import Kept, Verdict

router = Router(prefix="/v1/verify", tags=["screenings"])

LARGEST: Final = 4 * 2**20
"""The answer about thirty members, in full and indented."""
LONGEST_RECEIPT: Final = 100


@router.post(
    "",
    summary="核验一次答复",
    description="给出当时的答复（`answer`，完整或简要，原样），或筛查编号和核验码（`id` 和 `receipt`，可以只写前8位）："
    "得到是否真实、哪些项目被改动（只有项目的名称，没有内容），以及现在的政策对同样的情况是否作出同样的答复、哪些结果不同、政策改了什么。"
    "记录已到期删除的，凭答复中的核验码仍能核验真伪。",
    responses={
        200: answers("Verification", "核验的结果"),
        **problems(NotFoundError, *READING_BODY, DamagedRecordError, *WRITING),
    },
    openapi_extra={**ONCE, **takes("VerificationRequest")},
)
@needs(Permission.SCREENINGS_READ, Scope.REGION)
async def verify(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request, LARGEST)
    once = await Once.begin(request, service, body)
    asked = _asked(read_object(body, LARGEST))
    done = event(request, Action.SCREENING_VERIFIED, purpose="verification")
    answer = await service.run(_verify, once, principal, done, asked)
    return private(request, answer.body, answer.packed, status=answer.status)


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be verified; raise InvalidParameterError."""
    match given:
        case {"answer": dict(answer), **rest} if not rest:
            if isinstance(answer.get("id"), str):
                return given
            wrong = FieldError("answer.id", "应为保存的筛查的编号；没有保存的筛查没有核验码，不能核验")
        case {"id": str(), "receipt": str(written), **rest} if not rest:
            if len(written) <= LONGEST_RECEIPT:
                return given
            wrong = FieldError("receipt", "应为答复中的核验码，或它的前8位，如 7KQ2-ZR0X")
        case _:
            wrong = FieldError("", "只填 answer（当时的答复），或只填 id（筛查编号）和 receipt（核验码）")
    raise InvalidParameterError("请按 errors 中的说明改正后重试。", [wrong])


def _verify(once: Once, principal: Principal, done: Event, asked: dict[str, Any]) -> Answer:
    service = once.service
    presented: dict[str, Any] | None = asked.get("answer")
    id = str(asked["id"] if presented is None else presented["id"])[:LONGEST_TEXT]

    def read(session: Session) -> tuple[Verdict, Kept | None]:
        try:
            row = find(session, id, principal)
        except NotFoundError:
            if presented is None:
                raise
            return verification.check_by_receipt(service.keyring, presented), None
        stored, given = unpack(packed_answer(row, service.keyring)), stated(row, service.keyring)
        if presented is None:
            verdict = verification.check_written(service.keyring, asked["receipt"], stored, given)
        else:
            verdict = verification.check_kept(service.keyring, presented, stored, given)
        policies = service.policy_sets.find(session, row.policy_set)
        return verdict, Kept(row, json.loads(stored), json.loads(given), policies)

    verdict, kept = service.database.read(read)
    body = as_json(_told(verdict, kept, once))
    object = None if kept is None else kept.row.id

    def write(session: Session) -> Answer:
        audit.record(session, replace(done, outcome=AUTHENTIC[verdict.authentic], object=object))
        return Answer(200, body)

    return once.write(write, about=object)


AUTHENTIC: Final = {True: "authentic", False: "not_authentic"}


def _told(verdict: Verdict, kept: Kept | None, once: Once) -> Mapping[str, Any]:
    service = once.service
    today = None
    if kept is not None and verdict.authentic:
        present = service.policy_sets.present
        today = verification.answered_today(service.answers, kept, present, service.settings.region)
    return {
        "authentic": verdict.authentic,
        "said": verdict.said,
        "differs": verdict.differs,
        "stored": kept is not None,
        "id": None if kept is None else kept.row.id,
        "today": today,
    }
