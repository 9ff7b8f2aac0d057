"""What each unit has to do, and how much of it is late."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.handoffs import StateCode, line
from app.api.replies import private
from app.api.schema import answers, problems
from app.api.service import Service, ServiceDep
from app.api.trail import event
from app.encoding import as_json
from app.errors import FieldError, ForbiddenError, InvalidParameterError, NotFoundError, UnavailableError
from app.onewindow import sight, worklist
from app.onewindow.worklist import LARGEST_PAGE, PAGE, Count, Mark, Overdue, Wanted
from app.regions import TOWNSHIPS, RegionError, read_region_code
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix="/v1", tags=["handoffs"])

_MARK = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})~([0-9a-f-]{36})")


@router.get(
    "/units/{code}/worklist",
    summary="办理单位的工作清单",
    description="交给这个单位的件，先到期的在前：没有受理的看受理期限，受理了的看办结期限。"
    "`overdue` 分别挑出逾期未受理（acceptance）和逾期未办结（completion）的。单位更名、合并的，件随之转移。",
    responses={
        200: answers("Worklist", "一页工作清单"),
        **problems(ForbiddenError, NotFoundError, InvalidParameterError, UnavailableError),
    },
)
@needs(Permission.HANDOFFS_READ, Scope.REGION)
async def of_unit(
    request: Request,
    code: Annotated[str, Path(title="单位代码", description="见单位目录")],
    service: ServiceDep,
    principal: PrincipalDep,
    state: Annotated[StateCode | None, Query(title="状态", description="只看这个状态的")] = None,
    policy: Annotated[str | None, Query(title="政策代码", description="只看这项政策的", max_length=80)] = None,
    region: Annotated[
        str | None, Query(title="行政区划代码", description="只看这个代码之下的", max_length=12, pattern="^[0-9]+$")
    ] = None,
    overdue: Annotated[
        Literal["acceptance", "completion"] | None, Query(title="逾期", description="只看逾期的")
    ] = None,
    which: Annotated[
        Literal["open", "closed"], Query(title="在办还是已结", description="open 在办，closed 已结")
    ] = "open",
    after: Annotated[
        str | None,
        Query(title="从哪里继续", description="上一页的 next；不填从头开始", pattern=f"^{_MARK.pattern}$"),
    ] = None,
    limit: Annotated[int, Query(title="一页的件数", description="1至200", ge=1, le=LARGEST_PAGE)] = PAGE,
) -> Response:
    if code not in service.directory:
        raise NotFoundError("没有这个单位：请核对单位代码，见单位目录（/v1/units）。")
    sight.check_unit(principal, code)
    today = service.today()
    wanted = Wanted(
        units=service.directory.family(code, today),
        region=_region(region),
        state=state,
        policy=policy,
        overdue=None if overdue is None else Overdue(overdue),
        is_open=which == "open",
        sight=sight.conditions(principal, service.directory, today),
    )
    viewed = event(request, Action.WORKLIST_VIEWED, code, "review")
    found = await service.run(_of_unit, service, viewed, code, wanted, _mark(after), limit)
    return private(request, as_json(found))


def _of_unit(
    service: Service, viewed: Event, code: str, wanted: Wanted, after: Mark | None, size: int
) -> dict[str, Any]:
    today = service.today()

    def work(session: Session) -> dict[str, Any]:
        found = worklist.page(session, wanted, today, after, size)
        audit.record(session, viewed)
        end = worklist.mark_of(found[size - 1]) if len(found) > size else None
        return {
            "unit": service.directory.described(code, today),
            "as_of": str(today),
            "cases": [line(service, case) for case in found[:size]],
            "next": end and f"{end.due}~{end.id}",
        }

    return service.database.write(work)


@router.get(
    "/worklists",
    summary="各单位、各镇（街道）的件数",
    description="在办的件数，其中待受理、逾期未受理、逾期未办结的，按办理单位和镇（街道）分。",
    responses={200: answers("WorklistCounts", "件数"), **problems(UnavailableError)},
)
@needs(Permission.HANDOFFS_READ, Scope.REGION)
async def counted(request: Request, service: ServiceDep, principal: PrincipalDep) -> Response:
    return private(request, as_json(await service.run(_counted, service, principal)))


def _counted(service: Service, principal: Principal) -> dict[str, Any]:
    today = service.today()
    seen = sight.conditions(principal, service.directory, today)
    found = service.database.read(lambda session: worklist.counts(session, today, seen))
    return {"as_of": str(today), "counts": [_count(service, count, today) for count in found]}


def _count(service: Service, count: Count, today: date) -> dict[str, Any]:
    code = count.township
    return {
        "unit": service.directory.described(count.unit, today),
        "township": code and {"code": code, "name": TOWNSHIPS.get(code, code)},
        "open": count.open,
        "awaiting_acceptance": count.awaiting,
        "acceptance_overdue": count.acceptance_overdue,
        "completion_overdue": count.completion_overdue,
    }


def _region(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        return read_region_code(given)
    except RegionError as error:
        said = str(error)
    raise InvalidParameterError("请改正请求参数后重试。", [FieldError("region", said)])


def _mark(given: str | None) -> Mark | None:
    if given is None:
        return None
    due, id = given.split("~")
    try:
        return Mark(date.fromisoformat(due), id)
    except ValueError:
        pass
    said = FieldError("after", "应为上一页的 next，原样填写")
    raise InvalidParameterError("请改正请求参数后重试。", [said])
