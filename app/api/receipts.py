"""What a unit or platform tells of a case, with a key of its own."""

from dataclasses import replace
from datetime import UTC, datetime

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.body import read_body, read_object
from app.api.handoffs import HandoffId, answered, page
from app.api.once import ONCE, Once
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import ServiceDep
from app.api.trail import event
from app.encoding import as_json
from app.errors import ConflictError, FieldError, InvalidParameterError, NotFoundError
from app.onewindow import handoffs
from app.onewindow.course import ImpossibleError
from app.onewindow.receiving import Told, receive
from app.onewindow.requests import read_receipt
from app.replays import Answer
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix="/v1/handoffs", tags=["handoffs"])


@router.post(
    "/{id}/receipts",
    summary="登记办理回执",
    description="受理、退回、转办、补正、办理环节、公示、办结、撤销。同一编号的回执重复登记不出错；"
    "迟到和次序颠倒的各归其位；与已知情况矛盾的答复409。",
    responses={
        200: answers("Handoff", "登记后的转交件"),
        **problems(NotFoundError, ConflictError, *READING_BODY, *WRITING),
    },
    openapi_extra={**ONCE, **takes("Receipt")},
)
@needs(Permission.RECEIPTS_CREATE, Scope.REGION)
async def tell(request: Request, id: HandoffId, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    named, told = read_receipt(read_object(body))
    done = event(request, Action(f"receipt.{told.receipt.event}"), purpose="handoff")
    return answered(request, await service.run(_tell, once, principal, done, id, named, told))


def _tell(once: Once, principal: Principal, done: Event, id: str, named: str | None, told: Told) -> Answer:
    service = once.service

    def work(session: Session) -> Answer:
        case = handoffs.find_for(session, id, principal, service.directory, service.today())
        if named not in (None, case.id):
            raise InvalidParameterError("请改正后重试。", [FieldError("handoff", "与网址中的转交件不是同一件")])
        receive(
            session,
            service.keyring,
            case,
            told,
            source=principal.id,
            units=service.directory,
            now=datetime.now(UTC),
        )
        audit.record(session, replace(done, object=case.id))
        return Answer(200, as_json(page(session, service, principal, id)))

    try:
        return once.write(work, about=id)
    except ImpossibleError as error:
        said = str(error)
    raise ConflictError(f"{said}。")
