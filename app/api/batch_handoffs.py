"""Hand over what the households of a list are eligible for."""

from dataclasses import replace
from itertools import chain

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.batches import Id
from app.api.body import read_body, read_object
from app.api.bulk_handoffs import not_handed_over
from app.api.handoffs import answered, desk_of, line
from app.api.once import ONCE, Once
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import ServiceDep
from app.api.trail import event
from app.batch.jobs import states
from app.batch.jobs.view import PATH
from app.encoding import as_json
from app.errors import ConflictError, DamagedRecordError, NotFoundError
from app.models import Screening
from app.onewindow.bulk import Bulk, Refused
from app.onewindow.handoffs import Made
from app.onewindow.listed import Listed, ListOrder
from app.onewindow.requests import MOST_HOUSEHOLDS, read_list_order
from app.replays import Answer
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix=PATH, tags=["handoffs"])


@router.post(
    "/{id}/handoffs",
    status_code=201,
    summary="转交名单中符合的",
    description="把名单中各户符合的结果转交办理单位。每户先用两套独立的规则解释器重新筛查一遍，与名单的结论一致的才转交，"
    "并保存为一次筛查；有行被退回的户不转交。"
    f"一次转交{MOST_HOUSEHOLDS}户，`next` 不为空时，填入 `after` 再发。再发一次得到同样的件，不会重复立案。",
    responses={
        201: answers("ListHandoffAnswer", "转交的件，和没有转交的及原因"),
        **problems(NotFoundError, ConflictError, DamagedRecordError, *READING_BODY, *WRITING),
    },
    openapi_extra={**ONCE, **takes("ListHandoffRequest")},
)
@needs(Permission.BATCHES_HAND_OVER, Scope.REGION)
async def hand_over(request: Request, id: Id, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    order = read_list_order(read_object(body), service.codes)
    stored = event(request, Action.SCREENING_STORED, purpose="handoff")
    made = event(request, Action.HANDOFF_MADE, purpose="handoff")
    return answered(request, await service.run(_hand_over, once, principal, stored, made, id, order))


def _hand_over(once: Once, principal: Principal, stored: Event, made: Event, id: str, order: ListOrder) -> Answer:
    service = once.service
    batch, households, found = service.batches.qualifying(
        id, principal, order.after, MOST_HOUSEHOLDS, order.policies, order.households
    )
    more = found[-1].number if len(found) == MOST_HOUSEHOLDS else None
    bulk = Bulk(desk_of(service), service.answers.screener.by_code, service.settings.region, principal)
    listed = Listed(bulk, service.answers, batch)
    # Screened before the transaction begins, which keeps others from writing.
    ready = [listed.ready(household) for household in found]

    def work(session: Session) -> Answer:
        # One at a time for a list, and none for one that is deleted meanwhile.
        states.hold(session, batch.id)
        service.policy_sets.remember(session)
        cases, refused = [], []
        for each in chain.from_iterable(listed.hand_over(session, one, order.priority) for one in ready):
            match each:
                case Screening():
                    audit.record(session, replace(stored, object=each.id))
                case Made(case, is_new):
                    cases.append({**line(service, case), "is_new": is_new})
                    if is_new:
                        audit.record(session, replace(made, object=case.id))
                case Refused():
                    refused.append(not_handed_over("household", each))
        answer = {"handoffs": cases, "refused": refused, "next": more, "households": households}
        return Answer(201, as_json(answer))

    answer = once.write(work, about=batch.id)
    service.policy_sets.is_remembered()
    return answer
