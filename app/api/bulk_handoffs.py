"""Hand over the eligible results of many screenings at once."""

from dataclasses import replace

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.body import read_body, read_object
from app.api.handoffs import answered, desk_of, line
from app.api.once import ONCE, Once
from app.api.schema import READING_BODY, WRITING, answers, problems, takes
from app.api.service import ServiceDep
from app.api.trail import event
from app.encoding import as_json
from app.onewindow.bulk import Bulk, BulkOrder, Refused
from app.onewindow.requests import read_bulk_order
from app.replays import Answer
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix="/v1/bulk-handoffs", tags=["handoffs"])


@router.post(
    "",
    status_code=201,
    summary="成批转交",
    description="把许多次保存的筛查中符合的结果一起转交。每项先用另一套独立的规则解释器重新筛查一遍，一致的才转交；"
    "不能转交的逐项说明原因，不影响其他的。再发一次得到同样的件。",
    responses={
        201: answers("BulkAnswer", "转交的件，和没有转交的及原因"),
        **problems(*READING_BODY, *WRITING),
    },
    openapi_extra={**ONCE, **takes("BulkRequest")},
)
@needs(Permission.HANDOFFS_CREATE, Scope.REGION)
async def hand_over(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    body = await read_body(request)
    once = await Once.begin(request, service, body)
    order = read_bulk_order(read_object(body), service.codes)
    done = event(request, Action.HANDOFF_MADE, purpose="handoff")
    return answered(request, await service.run(_hand_over, once, principal, done, order))


def _hand_over(once: Once, principal: Principal, done: Event, order: BulkOrder) -> Answer:
    service = once.service
    bulk = Bulk(desk_of(service), service.answers.screener.by_code, service.settings.region, principal)

    def work(session: Session) -> Answer:
        found = list(bulk.hand_over(session, order))
        made = [each for each in found if not isinstance(each, Refused)]
        answer = {
            "handoffs": [{**line(service, each.handoff), "is_new": each.is_new} for each in made],
            "refused": [not_handed_over("screening", each) for each in found if isinstance(each, Refused)],
        }
        for new in made:
            if new.is_new:
                audit.record(session, replace(done, object=new.handoff.id))
        return Answer(201, as_json(answer))

    return once.write(work)


def not_handed_over(what: str, refused: Refused) -> dict[str, str | None]:
    """Return *refused* as JSON, of whom under the name *what*."""
    policy, member = (None, None) if refused.pick is None else (refused.pick.policy, refused.pick.member)
    return {what: refused.of, "policy": policy, "member": member, "reason": refused.reason}
