"""The printed notice of a screening: everything that a household is to know, at once."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.api.access import PrincipalDep, Router, Scope, needs
from app.api.replies import PRIVATE
from app.api.schema import problems
from app.api.service import Service, ServiceDep
from app.api.trail import event
from app.archive import answer_of, find
from app.errors import InvalidParameterError, NotFoundError, UnavailableError
from app.onewindow.notice.content import notice_of
from app.onewindow.notice.html import POLICY, html
from app.onewindow.notice.pdf import pdf
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.principal import Principal
from app.security.roles import Permission

router = Router(prefix="/v1/screenings", tags=["handoffs"])


Format = Literal["html", "pdf"]


@router.get(
    "/{id}/notice",
    summary="一次性告知单",
    description="一页纸：符合什么、还要核实什么、带什么材料、到哪里办、问哪个单位、依据哪一条。"
    "一次说全：情况不变的，以后不会再要别的。可以打印，或存为 PDF。",
    responses={
        200: {
            "description": "告知单",
            "content": {
                "text/html": {"schema": {"type": "string"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        **problems(NotFoundError, InvalidParameterError, UnavailableError),
    },
    response_class=Response,
)
@needs(Permission.SCREENINGS_READ, Scope.REGION)
async def notice(
    request: Request,
    id: Annotated[str, Path(title="筛查编号", description="筛查结果中的 id")],
    service: ServiceDep,
    principal: PrincipalDep,
    format: Annotated[Format, Query(title="格式", description="html 网页，pdf 文件")] = "html",
) -> Response:
    viewed = event(request, Action.NOTICE_VIEWED, purpose="review")
    return await service.run(_notice, service, principal, viewed, id, format)


def _notice(service: Service, principal: Principal, viewed: Event, id: str, format: Format) -> Response:
    def show(session: Session) -> dict[str, Any]:
        row = find(session, id, principal)
        answer = answer_of(row, service.keyring)
        audit.record(session, replace(viewed, object=row.id))
        return answer

    made = notice_of(service.database.write(show))
    if format == "html":
        headers = {**PRIVATE, "Content-Security-Policy": POLICY}
        return Response(html(made), headers=headers, media_type="text/html; charset=utf-8")
    headers = {**PRIVATE, "Content-Disposition": 'inline; filename="notice.pdf"'}
    return Response(pdf(made), headers=headers, media_type="application/pdf")
