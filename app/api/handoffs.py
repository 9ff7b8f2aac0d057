"""Hand results of a screening over to the units that handle them; see what became of it; take it back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.body import read_body, read_object
from app.api.once import ONCE, Once
from app.api.replies import private
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import Service, ServiceDep
from app.api.trail import event
from app.archive import answer_of
from app.archive import find as find_screening
from app.encoding import as_json
from app.errors import (
    ConflictError,
    InvalidParameterError,
    NotFoundError,
    UnavailableError,
)
from app.onewindow import handoffs, listing
from app.onewindow.course import Event
from app.onewindow.handoffs import Desk, Order
from app.onewindow.outbox import retry as send_again
from app.onewindow.receiving import note
from app.onewindow.requests import read_order, read_reason
from app.onewindow.sight import sees
from app.onewindow.tables import Handoff
from app.onewindow.views import line_of, page_of
from app.replays import Answer
from app.security import audit
from app.security.audit import Event as AuditEvent
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix="/v1/handoffs", tags=["handoffs"])

HandoffId = Annotated[str, Path(title="转交件编号", description="转交时得到的 id")]
StateCode = Literal[
    "pending",
    "delivered",
    "accepted",
    "correction",
    "publicised",
    "returned",
    "approved",
    "refused",
    "withdrawn",
]
"""The codes of `State`, as the framework documents them."""


def desk_of(service: Service) -> Desk:
    """Return what hand-offs are made with, at this moment."""
    return Desk(service.keyring, service.directory, datetime.now(UTC))


@router.post(
    "",
    status_code=201,
    summary="转交办理单位",
    description="从一次保存的筛查中选出符合或待核实的结果，每项待遇、每个对象转交一件给它的办理单位。"
    "同一结果再转交一次得到同一件，不会重复立案。任何一项不能转交，就一件也不转交。",
    responses={
        201: answers("HandoffList", "转交件，按所选的次序；`is_new` 说明是不是这一次新立的"),
        **problems(NotFoundError, ConflictError, *READING_BODY, *WRITING),
    },
    openapi_extra={**ONCE, **takes("HandoffRequest")},
)
@needs(Permission.HANDOFFS_CREATE, Scope.REGION)
async def hand_over(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    order = read_order(read_object(body), principal)
    done = event(request, Action.HANDOFF_MADE, purpose="handoff")
    return answered(request, await service.run(_hand_over, once, principal, done, order))


def _hand_over(once: Once, principal: Principal, done: AuditEvent, order: Order) -> Answer:
    service, desk = once.service, desk_of(once.service)

    def work(session: Session) -> Answer:
        screening = find_screening(session, order.screening, principal)
        made = handoffs.make(session, desk, order, answer_of(screening, service.keyring), screening.region_code)
        if not all(each.is_new or sees(principal, desk.directory, desk.today, each.handoff) for each in made):
            raise ConflictError(f"{handoffs.ELSEWHERE}。")
        listed = [{**line(service, each.handoff), "is_new": each.is_new} for each in made]
        for new in made:
            if new.is_new:
                audit.record(session, replace(done, object=new.handoff.id))
        return Answer(201, as_json({"handoffs": listed}))

    return once.write(work)


@router.get(
    "",
    summary="转交件清单",
    description="看得到的转交件，新的在前；可按筛查、状态挑选。",
    responses={200: answers("HandoffPage", "一页转交件"), **problems(InvalidParameterError, UnavailableError)},
)
@needs(Permission.HANDOFFS_READ, Scope.REGION)
async def listed(
    request: Request,
    service: ServiceDep,
    principal: PrincipalDep,
    screening: Annotated[UUID | None, Query(title="筛查编号", description="只看这次筛查的")] = None,
    state: Annotated[StateCode | None, Query(title="状态", description="只看这个状态的")] = None,
    after: Annotated[UUID | None, Query(title="从哪里继续", description="上一页的 next；不填从头开始")] = None,
) -> Response:
    wanted = listing.Wanted(_text(screening), state, _text(after))
    viewed = event(request, Action.HANDOFFS_LISTED, purpose="review")
    return private(request, as_json(await service.run(_listed, service, principal, viewed, wanted)))


def _listed(service: Service, principal: Principal, viewed: AuditEvent, wanted: listing.Wanted) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        found = listing.page(session, wanted, principal, service.directory, service.today())
        shown = [line(service, case) for case in found[: listing.PAGE]]
        audit.record(session, viewed)
        return {"handoffs": shown, "next": shown[-1]["id"] if len(found) > listing.PAGE else None}

    return service.database.write(work)


@router.get(
    "/{id}",
    summary="查看一件",
    description="转交的内容、办理经过（全部回执）、办理环节、向平台发送的情况。",
    responses={200: answers("Handoff", "转交件"), **problems(NotFoundError, InvalidParameterError, UnavailableError)},
)
@needs(Permission.HANDOFFS_READ, Scope.REGION)
async def shown(request: Request, id: HandoffId, service: ServiceDep, principal: PrincipalDep) -> Response:
    viewed = event(request, Action.HANDOFF_VIEWED, purpose="review")
    return private(request, as_json(await service.run(_shown, service, principal, viewed, id)))


def _shown(service: Service, principal: Principal, viewed: AuditEvent, id: str) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        found = page(session, service, principal, id)
        # On disk before the answer leaves.
        audit.record(session, replace(viewed, object=found["id"]))
        return found

    return service.database.write(work)


@router.post(
    "/{id}/withdraw",
    summary="撤回一件",
    description="办理单位受理之前可以撤回；还没有发出的不再发，已经发出的另发一条撤回通知。",
    responses={
        200: answers("Handoff", "已撤回的转交件"),
        **problems(NotFoundError, ConflictError, *READING_BODY, *WRITING),
    },
    openapi_extra={**ONCE, **takes("WithdrawalRequest")},
)
@needs(Permission.HANDOFFS_CREATE, Scope.REGION)
async def withdraw(request: Request, id: HandoffId, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    reason = read_reason(read_object(body))
    done = event(request, Action.HANDOFF_WITHDRAWN, purpose="handoff")
    return answered(request, await service.run(_withdraw, once, principal, done, id, reason))


def _withdraw(once: Once, principal: Principal, done: AuditEvent, id: str, reason: str) -> Answer:
    service, desk = once.service, desk_of(once.service)

    def work(session: Session) -> Answer:
        case = handoffs.find_for(session, id, principal, service.directory, service.today())
        handoffs.take_back(session, service.keyring, case, reason, desk.now)
        note(session, service.keyring, case, Event.WITHDRAWN, desk.now, reason=reason)
        audit.record(session, replace(done, object=case.id))
        return Answer(200, as_json(page(session, service, principal, id)))

    return once.write(work, about=id)


@router.post(
    "/{id}/retry",
    summary="重新发送一件",
    description="平台拒收或多日没有应答、转为人工处理（parked）的，问题解决后重新发送。没有这样的消息时什么也不做。",
    responses={200: answers("Handoff", "转交件"), **problems(NotFoundError, InvalidParameterError, *WRITING)},
    openapi_extra=ONCE,
)
@needs(Permission.HANDOFFS_CREATE, Scope.REGION)
async def retry(request: Request, id: HandoffId, service: ServiceDep, principal: PrincipalDep) -> Response:
    once = await Once.begin(request, service)
    done = event(request, Action.HANDOFF_RETRIED, purpose="handoff")
    return answered(request, await service.run(_retry, once, principal, done, id))


def _retry(once: Once, principal: Principal, done: AuditEvent, id: str) -> Answer:
    service = once.service

    def work(session: Session) -> Answer:
        case = handoffs.find_for(session, id, principal, service.directory, service.today())
        send_again(session, case.id, datetime.now(UTC))
        audit.record(session, replace(done, object=case.id))
        return Answer(200, as_json(page(session, service, principal, id)))

    return once.write(work, about=id)


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)


def line(service: Service, case: Handoff) -> dict[str, Any]:
    """Return a case as a line of a list."""
    return line_of(service.keyring, service.directory, case, service.today())


def page(session: Session, service: Service, principal: Principal, id: str) -> dict[str, Any]:
    """Return everything about a case; raise NotFoundError."""
    case = handoffs.find_for(session, id, principal, service.directory, service.today())
    return page_of(session, service.keyring, service.directory, case, service.today())


def answered(request: Request, answer: Answer) -> Response:
    """Return what was done as a response."""
    return private(request, answer.body, status=answer.status, location=answer.location)
